/** The tensors of station 3 as blocks: the batch and its statistics; afterwards outputs and Jacobian beside the batch. */
import type { Tensor } from "../../core/graph";
import { cellShare, plate, sheet } from "../../story/layout";
import type { Arrival, Block, Group, Shown, Vector } from "../../story/picture";
import type { Model, Structure } from "./model";
import { placesOf } from "./places";
import { both, filling, forward, moving, not, unrolling } from "./stages";

/** A row of numbers, one for each feature; `height` is its pitch downwards. */
function row(id: string, tensors: readonly Tensor[], origin: Vector, group: Group, more: Partial<Block> = {}): Block {
  return {
    id,
    tensors,
    place: { origin, pitch: [[1, 0, 0]] },
    body: plate(cellShare),
    group,
    current: "data",
    ...more,
  };
}

/** A matrix that faces the viewer, one of its tensors for each batch. */
export const matrix = (
  id: string,
  tensors: readonly Tensor[],
  origin: Vector,
  group: Group,
  more: Partial<Block>,
): Block => ({
  ...sheet({ id, tensor: tensors[0], origin, group, current: "data" }, more),
  tensors,
});

/** Cells come group by group, a feature or a sample at a time. */
export const byGroup = (m: Structure): readonly number[] => (m.method === "layer" ? [1, 0] : [0, 1]);

/** Of each batch: the first in an act of its own, the others together with the running averages. */
const ofBatches = (m: Model, tensors: readonly Tensor[], landing: number): readonly Arrival[] =>
  tensors.map((tensor, t) =>
    t === 0
      ? { step: m.writer(tensor), moment: byGroup(m) }
      : { step: m.writer(m.running[t + 1].mean), moment: [0, 0], landing },
  );

function statistics(m: Model): Block[] {
  const { mean, variance } = placesOf(m);
  const shown = forward(m);
  if (m.method === "inference") {
    const last = m.running.at(-1)!;
    return [
      row("running mean", [last.mean], mean, "values", { shown }),
      row("running variance", [last.variance], variance, "values", { shown }),
    ];
  }
  const block = (id: "mean" | "variance", origin: Vector): Block => {
    const tensors = m.batch.map((batch) => batch[id]);
    return matrix(id, tensors, origin, "values", { shown, arrivals: ofBatches(m, tensors, 0.4) });
  };
  return [block("mean", mean), block("variance", variance)];
}

/** What stands in the middle: first the batch without its mean, then the normalized batch in its place. */
function middle(m: Model): Block[] {
  const { normal } = placesOf(m);
  const [first] = m.normal;
  const shown = forward(m);
  const inference = m.method === "inference";
  const before: Shown = (now) => now.iteration === 0 && now.progress(m.writer(first)) < 1;
  const arrivals = ofBatches(m, m.normal, 0.6);
  const after = matrix("normalized", m.normal, [normal[0], normal[1], 0.02], "outputs", {
    shown,
    arrivals,
    latent: !inference,
  });
  if (inference) return [after];
  const { centred } = m.batch[0];
  const arrival = { step: m.writer(centred), moment: byGroup(m) };
  return [matrix("centred", [centred], normal, "values", { shown: both(shown, before), arrivals: [arrival] }), after];
}

function scaled(m: Model): Block[] {
  const { y, gamma, beta } = placesOf(m);
  const shown = both(forward(m), not(filling(m)));
  return [
    matrix("y", [m.y], y, "outputs", { shown, arrivals: [{ step: m.writer(m.y), moment: byGroup(m) }] }),
    row("γ", [m.gamma], gamma, "outputs", { shown }),
    row("β", [m.beta], beta, "outputs", { shown }),
  ];
}

/** The running averages after each batch, the start on top: they fill downwards. */
function history(m: Model): Block[] {
  if (m.method !== "training" || m.batches === 0) return [];
  const { runningMean, runningVariance, runningPitch: pitch } = placesOf(m);
  const body = plate(cellShare, pitch * cellShare);
  return m.running.flatMap(({ mean, variance }, t) => {
    const more: Partial<Block> = {
      body,
      shown: forward(m),
      ...(t > 0 && { arrivals: m.x.map(() => ({ step: m.writer(mean), moment: [0] })) }),
    };
    const at = ([x, y]: Vector): Vector => [x, y - t * pitch, 0];
    return [
      row(`running mean ${t}`, [mean], at(runningMean), "values", more),
      row(`running variance ${t}`, [variance], at(runningVariance), "values", more),
    ];
  });
}

/** On the way from the batch to its outputs. */
export const forwardBlocks = (m: Model): readonly Block[] => [
  matrix("x", m.x, placesOf(m).x, "values", { shown: not(moving(m)) }),
  ...statistics(m),
  ...middle(m),
  ...scaled(m),
  ...history(m),
];

/** With one cell moved, and then with the Jacobian. */
export function laterBlocks(m: Model): readonly Block[] {
  const { x, below } = placesOf(m);
  const { moved } = m;
  const once = (tensor: Tensor): readonly Arrival[] => [{ step: m.writer(tensor), moment: [0, 0] }];
  return [
    matrix("x′", [moved.x], x, "values", { shown: moving(m), arrivals: once(moved.x) }),
    matrix("y′ − y", [moved.difference], below, "outputs", { shown: moving(m), arrivals: once(moved.difference) }),
    matrix("y below", [m.y], below, "outputs", { shown: unrolling(m) }),
    jacobian(m),
  ];
}

function jacobian(m: Model): Block {
  const { corner, pitch, far } = placesOf(m).jacobian;
  const { jacobian: tensor, mask } = m.unrolled;
  return {
    id: "jacobian",
    tensors: [tensor],
    place: {
      origin: [corner[0] + pitch / 2, corner[1] - pitch / 2, 0],
      pitch: [
        [0, -far, 0],
        [0, -pitch, 0],
        [far, 0, 0],
        [pitch, 0, 0],
      ],
    },
    body: plate(pitch * cellShare),
    group: "gradients",
    mask,
    shown: not(forward(m)),
    arrivals: [{ step: m.writer(tensor), moment: [m.features, 1, 0, 0] }],
  };
}
