/** The picture of station 3: blocks, their names and indices, and the counts of the Jacobian. */
import type { Tensor } from "../../core/graph";
import { axisLabels, nameLabel, plus } from "../../story/layout";
import type { Box, Label, Now, Picture, Shown, Vector } from "../../story/picture";
import { forwardBlocks, laterBlocks } from "./blocks";
import type { Model } from "./model";
import { movedCell } from "./moves";
import { half, placesOf } from "./places";
import { jacobianLabels, outlines } from "./samples";
import { both, filling, forward, moving, not, unrolling } from "./stages";

export function picture(m: Model): Picture {
  return {
    blocks: [...forwardBlocks(m), ...laterBlocks(m)],
    lines: [],
    boxes: [...outlines(m), ...movedOutlines(m)],
    labels: [
      ...matrixNames(m),
      ...statisticNames(m),
      ...historyLabels(m),
      ...rules(m),
      ...indices(m),
      ...jacobianLabels(m),
    ],
    opening: { kind: "flat" },
    legend: ["data", "negative", "gradient", "negative gradient", "is zero", "always zero"],
  };
}

/** A frame around the cell that is moved, wherever the sliders put it. */
const movedOutlines = (m: Model): Box[] => {
  const { x } = placesOf(m);
  return Array.from({ length: m.samples * m.features }, (_, at) => ({
    centre: plus(x, [at % m.features, -Math.floor(at / m.features), 0]),
    width: 1,
    height: 1,
    radius: 5,
    stroke: "text",
    strokeWidth: 3,
    shown: both(moving(m), ({ results }) => movedCell(m, results) === at),
  }));
};

/** Above a matrix, over the numbers of its columns. */
const over = (origin: Vector): Vector => plus(origin, [-half, half, 0]);
const above: readonly [number, number] = [0, -38];

/** The name of a matrix above its columns. */
export const named = (tensor: Tensor, origin: Vector, shown?: Shown): Label =>
  nameLabel(tensor, over(origin), "left", "data", above, shown);

function matrixNames(m: Model): Label[] {
  const place = placesOf(m);
  const onWay = forward(m);
  const first = m.batch.at(0)?.centred;
  const centred: Shown = (now) => now.iteration === 0 && now.progress(m.writer(m.normal[0])) === 0;
  const inBatch =
    (t: number): Shown =>
    (now) =>
      !moving(m)(now) && now.iteration === t;
  return [
    ...m.x.map((x, t) => named(x, place.x, inBatch(t))),
    named(m.moved.x, place.x, moving(m)),
    ...(first ? [named(first, place.normal, both(onWay, centred))] : []),
    named(m.normal[0], place.normal, first ? both(onWay, not(centred)) : onWay),
    named(m.y, place.y, both(onWay, not(filling(m)))),
    named(m.moved.difference, place.below, moving(m)),
    // Gradients pass where its shape would stand.
    { ...named(m.y, place.below, unrolling(m)), aside: "" },
  ];
}

/** Left of a row; above a column. */
export const nameOf = (text: string, origin: Vector, shown?: Shown, perSample = false): Label => ({
  id: `name ${text} ${origin.join()}`,
  at: perSample ? plus(origin, [0, half, 0]) : plus(origin, [-0.64, 0, 0]),
  anchor: perSample ? "centre" : "right",
  ...(perSample && { offset: [0, -20] as const }),
  kind: "tensor",
  text: `$${text}$`,
  ...(shown && { shown }),
});
function statisticNames(m: Model): Label[] {
  const place = placesOf(m);
  const onWay = forward(m);
  const scaled = both(onWay, not(filling(m)));
  const perSample = m.method === "layer";
  const bar = m.method === "inference" ? "\\bar" : "";
  return [
    nameOf(`${bar}\\mu`, place.mean, onWay, perSample),
    nameOf(`${bar}\\sigma^2`, place.variance, onWay, perSample),
    nameOf("\\gamma", place.gamma, scaled),
    nameOf("\\beta", place.beta, scaled),
    ...(m.method === "inference" ? [frozen(m)] : []),
  ];
}

/** What the running averages of inference are made of. */
const frozen = (m: Model): Label => ({
  id: "frozen",
  at: plus(placesOf(m).mean, [-half, -half, 0]),
  anchor: "left",
  offset: [0, 20],
  kind: "note",
  least: 30,
  shown: forward(m),
  text: `frozen after ${m.batches === 1 ? "one training batch" : `${m.batches} training batches`}`,
});

/** Which batch each row of the running averages stands after. */
function historyLabels(m: Model): Label[] {
  if (m.method !== "training" || m.batches === 0) return [];
  const { runningMean, runningVariance, runningPitch } = placesOf(m);
  const every = Math.ceil(0.42 / runningPitch);
  const rows = m.running.flatMap((_, t): Label[] =>
    t % every > 0
      ? []
      : [
          {
            id: `running ${t}`,
            at: plus(runningMean, [-0.64, -t * runningPitch, 0]),
            anchor: "right",
            kind: "axis",
            least: 28,
            shown: forward(m),
            text: t === 0 ? "start" : `after ${t}`,
            hue: "data",
            lit: ({ act }) => act !== undefined && act.step === (t > 0 ? m.writer(m.running[t].mean) : undefined),
          },
        ],
  );
  const heading = (id: string, tex: string, origin: Vector): Label => ({
    id,
    at: plus(origin, [-half, runningPitch / 2, 0]),
    anchor: "left",
    offset: [0, -15],
    kind: "note",
    least: 30,
    shown: forward(m),
    text: `running $${tex}$`,
  });
  return [
    ...rows,
    heading("running mean", "\\bar\\mu", runningMean),
    heading("running variance", "\\bar\\sigma^2", runningVariance),
  ];
}

/** How a batch moves the running averages, where the outputs stand at other times. */
function rules(m: Model): Label[] {
  if (m.method !== "training" || m.batches === 0) return [];
  const { y } = placesOf(m);
  const unbiased = `\\tfrac{${m.samples}}{${m.samples - 1}}\\,\\sigma^2`;
  const lines = [
    "$\\bar\\mu \\leftarrow (1-m)\\,\\bar\\mu + m\\,\\mu$",
    `$\\bar\\sigma^2 \\leftarrow (1-m)\\,\\bar\\sigma^2 + m\\,${unbiased}$`,
    "$m$: the momentum",
  ];
  return lines.map((text, line) => ({
    id: `rule ${line}`,
    at: plus(y, [-half - 0.4, -line * 0.9, 0]),
    anchor: "left",
    kind: "note",
    least: 30,
    shown: filling(m),
    text,
  }));
}

/** The group that is under way, as a feature or as a sample. */
const underWay =
  (m: Model, which: "sample" | "feature"): ((now: Now) => number | undefined) =>
  ({ act }) => {
    if (!act || filling(m)({ act } as Now)) return undefined;
    if (act.step === m.writer(m.unrolled.jacobian))
      return which === "sample" ? Math.floor(act.moment / m.features) : act.moment % m.features;
    return (m.method === "layer") === (which === "sample") && forward(m)({ act } as Now) ? act.moment : undefined;
  };

function indices(m: Model): Label[] {
  const place = placesOf(m);
  const onWay = forward(m);
  const down: Vector = [0, -1, 0];
  const right: Vector = [1, 0, 0];
  const rows = (id: string, origin: Vector, shown?: Shown): Label[] =>
    axisLabels(id, m.samples, plus(origin, [-0.7, 0, 0]), down, "right", "data", underWay(m, "sample"), shown);
  const columns = (id: string, origin: Vector, shown?: Shown): Label[] =>
    axisLabels(id, m.features, plus(origin, [0, 0.68, 0]), right, "centre", "data", underWay(m, "feature"), shown);
  return [
    ...rows("sample", place.x),
    ...columns("feature", place.x),
    ...columns("feature of x̂", place.normal, onWay),
    ...columns("feature of y", place.y, both(onWay, not(filling(m)))),
    ...rows("sample of y", place.below, not(onWay)),
    ...columns("feature below", place.below, not(onWay)),
  ];
}
