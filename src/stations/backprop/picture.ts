/** The picture of station 6: the network as a graph, values above, gradients below, and what is dead said so. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Block, CellRef, Fate, Label, Line, Now, Picture, Shown } from "../../story/picture";
import {
  at,
  capsules,
  capsuleShapes,
  columnsOf,
  deadField,
  factorBody,
  drop,
  placed,
  tileBlock,
  weightPlace,
  type Placed,
} from "./graph";
import { wires } from "./wires";
import type { Iteration, Model, Weight } from "./model";

const cell = (tensor: Tensor): CellRef => ({ tensor, at: 0 });

export function picture(m: Model): Picture {
  const shapes = capsules(m).map(capsuleShapes);
  return {
    blocks: [...placed(m).flatMap((spot) => tiles(m, spot)), ...newWeights(m), ...factors(m)],
    lines: [...shapes.map((shape) => shape.line), ...wireLines(m)],
    boxes: [deadField(m, 0, isDead(m, 0)), deadField(m, 1, isDead(m, 1)), ...shapes.map((shape) => shape.box)],
    labels: [
      ...placed(m).map(nameOf),
      ...capsuleLabels(m),
      ...([0, 1] as const).flatMap((n) => deadLabels(m, n)),
      ...legendNotes(m),
    ],
    opening: { kind: "flat" },
    fates: (now) => ([0, 1] as const).flatMap((n) => deadCells(m, n, now)),
    legend: ["data", "negative", "gradient", "negative gradient", "blocked"],
  };
}

const iterationAt = (m: Model, now: Now): Iteration => m.iterations[Math.min(now.iteration, m.iterations.length - 1)];

/** The value tile of a tensor, and its gradient tile where a gradient reaches it. */
function tiles(m: Model, spot: Placed): Block[] {
  const { key, place, tensor, given, graded } = spot;
  const tensors = given && !graded ? [tensor(m.iterations[0])] : m.iterations.map(tensor);
  const arrivals = (of: readonly Tensor[]): Partial<Block> => ({
    arrivals: of.map((t) => ({ step: m.writer(t), moment: [], landing: 0.85 })),
  });
  const block = tileBlock(key, tensors, place, "value", given ? {} : arrivals(tensors));
  if (!graded) return [block];
  const gradients = m.iterations.map((it) => it.gradient.get(tensor(it))!);
  // The gradient of L by itself is the 1 that everything starts from: no step writes it.
  const landing = key === "loss" ? { shown: isThere(m, (it) => it.loss) } : arrivals(gradients);
  return [block, tileBlock(`∂${key}`, gradients, [place[0], place[1] + drop], "gradient", landing)];
}

/** The weight after the update takes the place of the one before it as soon as it lands. */
function newWeights(m: Model): Block[] {
  const c = columnsOf(m.biased);
  return (Object.keys(m.iterations[0].next) as Weight[]).map((name) => {
    const tensors = m.iterations.map((it) => it.next[name]!);
    return tileBlock(`next ${name}`, tensors, weightPlace(c, name), "value", {
      latent: true,
      arrivals: tensors.map((tensor) => ({ step: m.writer(tensor), moment: [], landing: 0.85 })),
    });
  });
}

/** Whether a tensor of the present iteration has been written, as far as time has come. */
const isThere =
  (m: Model, tensor: (it: Iteration) => Tensor): Shown =>
  (now) =>
    now.progress(m.writer(tensor(iterationAt(m, now)))) >= 0.85;

const sumOf = (it: Iteration): Tensor => it.sum;

/** The factor that each capsule multiplies a gradient by, from the tensor that holds it, as soon as it is known. */
function factors(m: Model): Block[] {
  const c = columnsOf(m.biased);
  const factor = (
    id: string,
    tensor: (it: Iteration) => Tensor,
    x: number,
    y: number,
    after?: (it: Iteration) => Tensor,
  ): Block =>
    tileBlock(`factor ${id}`, m.iterations.map(tensor), [x, y], "gradient", {
      factor: true,
      edged: false,
      body: factorBody,
      ...(after && { shown: isThere(m, after) }),
    });
  return [
    ...capsules(m).map(({ key, factor: by, after, place: [x, y] }) => factor(key, by, x, y + drop, after)),
    factor("w3", sumOf, c.out + 36, c.middle - 45, sumOf),
  ];
}

const line =
  (token: "data" | "gradient") =>
  (points: Line["points"]): Line => ({ points, token, width: 1.5, opacity: 0.3 });

function wireLines(m: Model): Line[] {
  const { forward, backward } = wires(m);
  return [...Object.values(forward).map(line("data")), ...Object.values(backward).map(line("gradient"))];
}

// ── words ───────────────────────────────────────────────────────────────────

const nameOffsets = { above: [0, -36], below: [0, 34], left: [-50, 0], right: [50, 0] } as const;

function nameOf({ key, place: [x, y], name }: Placed): Label {
  const [dx, dy] = nameOffsets[name];
  return { id: `name ${key}`, at: at(x + dx, y + dy), anchor: "centre", kind: "tensor", text: `$${texOf(key)}$` };
}

const texOf = (key: string): string => ({ prediction: "\\hat y", loss: "L" })[key] ?? key.replace(/(\d)$/, "_$1");

const capsuleLabels = (m: Model): Label[] =>
  capsules(m).map(({ key, does, place: [x, y] }) => ({
    id: `does ${key}`,
    at: at(x, y - 1),
    anchor: "centre",
    kind: "capsule",
    text: does,
  }));

/** How to read a capsule, in two lines where the graph leaves room. */
const legendNotes = (m: Model): Label[] => {
  const c = columnsOf(m.biased);
  return ["A capsule: above, what it does;", "below, what it multiplies a gradient by."].map((text, i) => ({
    id: `how to read a capsule ${i}`,
    at: at(c.L + 40, c.rows[1] + 80 + 18 * i),
    anchor: "right",
    kind: "note",
    least: roomy,
    text,
  }));
};

// ── dead ────────────────────────────────────────────────────────────────────

/** Whether a neuron's gradient has been stopped by a slope of 0, as far as time has come. */
const isDead =
  (m: Model, n: 0 | 1): Shown =>
  (now) => {
    const it = iterationAt(m, now);
    const { z, slope } = it.neurons[n];
    const stopped = now.progress(m.writer(it.gradient.get(z)!)) >= 0.5;
    return stopped && now.results.ready && now.results.value(slope, 0) === 0;
  };

function reason(m: Model, n: 0 | 1, now: Now): string {
  const { z } = iterationAt(m, now).neurons[n];
  const value = now.results.value(z, 0);
  return `0, because $z_${n + 1}$ = ${format(value)}${value < 0 ? " < 0" : ", not above 0"}`;
}

/** Where there is no room for the number. */
function shortReason(m: Model, n: 0 | 1, now: Now): string {
  const value = now.results.value(iterationAt(m, now).neurons[n].z, 0);
  return `0: $z_${n + 1}$ ${value < 0 ? "< 0" : "= 0"}`;
}

/** From this many pixels a unit on there is room for sentences. */
const roomy = 36;

function deadLabels(m: Model, n: 0 | 1): Label[] {
  const c = columnsOf(m.biased);
  const dead = isDead(m, n);
  return [
    {
      id: `dead ${n}`,
      at: at((c.z + c.a) / 2, c.rows[n] - 48),
      anchor: "centre",
      kind: "note",
      least: roomy,
      text: "dead for this x",
      shown: dead,
    },
    {
      id: `because ${n}`,
      at: at((c.z + c.a) / 2, c.rows[n] + 78),
      anchor: "centre",
      kind: "strong",
      least: roomy,
      text: (now) => (dead(now) ? reason(m, n, now) : undefined),
    },
    {
      id: `because, in short ${n}`,
      at: at((c.z + c.a) / 2, c.rows[n] + 78),
      anchor: "centre",
      kind: "strong",
      most: roomy,
      text: (now) => (dead(now) ? shortReason(m, n, now) : undefined),
    },
  ];
}

/** The gradients behind the stop: of z, of the weight, of the bias. */
function deadCells(m: Model, n: 0 | 1, now: Now): Fate[] {
  if (!isDead(m, n)(now)) return [];
  const it = iterationAt(m, now);
  const { z, weight, bias, scaled } = it.neurons[n];
  const because = reason(m, n, now);
  return [...new Set([z, scaled, weight, bias])].flatMap((tensor) => {
    const gradient = tensor && it.gradient.get(tensor);
    return gradient ? [{ cell: cell(gradient), state: "dead" as const, because }] : [];
  });
}
