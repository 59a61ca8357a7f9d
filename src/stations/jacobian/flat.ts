/** The flat picture: a row of A meets a column of B on the diagonal of the empty corner; the Jacobian stands beside it. */
import type { Tensor } from "../../core/graph";
import { grouped } from "../../core/numeral";
import { axisLabels, cellShare, centre, nameLabel, plus, sheet } from "../../story/layout";
import type { Block, Box, CellRef, Current, FlowPath, Label, Now, Picture, Shown, Vector } from "../../story/picture";
import { onFace, type Face } from "./faces";
import { jacobianFrame, longFlows } from "./jacobian";
import { counts, type Model } from "./model";
import { products, runningSums, termText, type Flows, type Product } from "./phases";

/** Free pitches between neighbouring sheets, from cell centre to cell centre. */
const gap = 1.75;
const half = cellShare / 2;
const street = 0.5;

/** The centre of cell [0, 0] of each face: A on the left, B above, C where they meet. */
const origins = ({ K }: Model): Readonly<Record<Face, Vector>> => ({
  A: [-(K - 1) - gap, 0, 0],
  B: [0, K - 1 + gap, 0],
  C: [0, 0, 0],
});

/** The two tensors that take turns on a face. */
const takers = (m: Model): readonly (readonly [face: Face, value: Tensor, gradient: Tensor])[] => [
  ["A", m.A, m.dA],
  ["B", m.B, m.dB],
  ["C", m.C, m.dC],
];

function sheets(m: Model): readonly Block[] {
  const all = products(m);
  const made = (tensor: Tensor): Partial<Block> => {
    const product = Object.values(all).find(({ result }) => result === tensor);
    if (!product) return {};
    return { arrivals: [{ step: product.step, moment: [tensor.shape[1], 1] }], running: runningSums(m, product) };
  };
  const block = (face: Face, tensor: Tensor, current: Current): Block =>
    sheet(
      {
        id: tensor.name,
        tensor,
        origin: origins(m)[face],
        group: current === "data" ? "values" : "gradients",
        current,
      },
      { ...made(tensor), shown: onFace(m, face, tensor) },
    );
  return takers(m).flatMap(([face, value, gradient]) => [
    block(face, value, "data"),
    block(face, gradient, "gradient"),
  ]);
}

// ── flows ───────────────────────────────────────────────────────────────────

/** The ways of the flat picture: along the streets between cells, right angles only, the same both ways. */
export function flatFlows(m: Model, byColumn: boolean): Flows {
  const place = new Map(sheets(m).map((block) => [block.tensors[0], block]));
  const at = ({ tensor, at: cell }: CellRef): Vector => centre(place.get(tensor)!, cell);
  return {
    product: (product, moment) => productFlows(m, product, moment, at),
    long: (moment) => longFlows(m, jacobianFrame(m, jacobianOrigin(m), byColumn), moment),
  };
}

/** The diagonal point of term k of the inner index: where a column of A and a row of B meet. */
const meeting = ({ K }: Model, k: number): Vector => [-(K - 1 - k) - gap, K - 1 - k + gap, 0];

/** The share of its moment in which term k travels. */
const during = (k: number, terms: number, from: number, to: number): Pick<FlowPath, "start" | "end"> => ({
  start: (k + from) / terms,
  end: (k + to) / terms,
});

function productFlows(m: Model, product: Product, moment: number, at: (cell: CellRef) => Vector): FlowPath[] {
  const current: Current = product.step === m.forward ? "data" : "gradient";
  return Array.from({ length: product.terms }, (_, k): FlowPath[] => {
    const inner = product.inner(moment, k);
    const corner = meeting(m, inner);
    const sources = product.meet(moment, k).map((cell): FlowPath => ({
      points: towards(m, cell, at(cell), corner),
      current: cell.tensor === m.dC ? "gradient" : "data",
      carries: cell,
      ...during(k, product.terms, 0.05, 0.5),
    }));
    const last = k === product.terms - 1;
    const result: CellRef = { tensor: product.result, at: moment };
    const running: CellRef = { tensor: product.cube.running, at: product.cell(moment, k) };
    const onward =
      product.step === m.forward && !last
        ? [along(corner, 0.28), along(corner, 0.72)]
        : towards(m, result, at(result), corner).toReversed();
    const arrives = product.step === m.forward || last;
    return [
      ...sources,
      ...(arrives
        ? [{ points: onward, current, carries: last ? result : running, ...during(k, product.terms, 0.5, 0.9) }]
        : []),
    ];
  }).flat();
}

/** A point on the way from one capsule of the diagonal down to the next. */
const along = (corner: Vector, share: number): Vector => plus(corner, [share, -share, 0]);

/** From a cell to the diagonal: A's cells go up, B's go left, C's go back through the corridor between B and C. */
function towards(m: Model, { tensor }: CellRef, from: Vector, corner: Vector): Vector[] {
  if (tensor === m.A || tensor === m.dA) return upward(from, corner);
  if (tensor === m.B || tensor === m.dB) return leftward(from, corner);
  return outward(from, corner);
}

/** Straight up in the first row, else along the street on the right. */
function upward(from: Vector, corner: Vector): Vector[] {
  const end: Vector = [corner[0], corner[1] - 0.3, 0];
  if (from[1] === 0) return [plus(from, [0, half, 0]), end];
  const x = from[0] + street;
  return [plus(from, [half, 0, 0]), [x, from[1], 0], [x, street + 0.12, 0], [corner[0], street + 0.12, 0], end];
}

/** Straight left in the first column, else along the street below. */
function leftward(from: Vector, corner: Vector): Vector[] {
  const end: Vector = [corner[0] + 0.78, corner[1], 0];
  if (from[0] === 0) return [plus(from, [-half, 0, 0]), end];
  const y = from[1] - street;
  return [plus(from, [0, -half, 0]), [from[0], y, 0], [-street - 0.12, y, 0], [-street - 0.12, corner[1], 0], end];
}

/** Out of a cell of C by the street on its left, up to the corridor, and along it to the diagonal. */
function outward(from: Vector, corner: Vector): Vector[] {
  const corridor = gap / 2;
  const x = from[0] - street;
  return [
    plus(from, [-half, 0, 0]),
    [x, from[1], 0],
    [x, corridor, 0],
    [corner[0], corridor, 0],
    plus(corner, [0, -0.3, 0]),
  ];
}

// ── picture ─────────────────────────────────────────────────────────────────

/** Where the Jacobian's first entry stands: right of C, level with the first row of B. */
const jacobianOrigin = ({ N, K }: Model): Vector => [N + 1.05, K + 0.55, 0];

export function flatPicture(m: Model, byColumn: boolean): Picture {
  const frame = jacobianFrame(m, jacobianOrigin(m), byColumn);
  return {
    blocks: [...sheets(m), frame.block, frame.longBlock],
    lines: frame.lines,
    boxes: [...capsules(m), ...frame.boxes],
    labels: [...names(m), ...indices(m), ...productLabels(m), ...frame.labels, ...countLabels(m)],
    opening: { kind: "flat" },
    legend: ["data", "negative", "gradient", "negative gradient", "is zero", "always zero"],
  };
}

/** The three counts of the question, in large figures below the operands. */
function countLabels(m: Model): Label[] {
  const { entries, free, zero } = counts(m.forward.node, m.by);
  const at: Vector = [origins(m).A[0] - half, -(m.M - 1) - half, 0];
  const figures = [
    [entries, "entries"],
    [free, "not always zero"],
    [zero, "always zero"],
  ] as const;
  return figures.flatMap(([count, word], i): Label[] => {
    return [
      { id: `count ${i}`, at, anchor: "left", offset: [142 * i, 92], kind: "count", least: 30, text: grouped(count) },
      { id: `counted ${i}`, at, anchor: "left", offset: [142 * i, 119], kind: "note", least: 30, text: word },
    ];
  });
}

/** Names stand over or under the first column; those of a narrow face reach back from its last one, into free room. */
function names(m: Model): Label[] {
  return takers(m).flatMap(([face, value, gradient]) => {
    const [rows, columns] = value.shape;
    const narrow = columns < 3 && face !== "C";
    const column = narrow ? columns - 1 + half : -half;
    const at = plus(origins(m)[face], [column, face === "B" ? half : -(rows - 1) - half, 0]);
    const offset = face === "B" ? ([0, -38] as const) : ([0, 36] as const);
    const anchor = narrow ? "right" : "left";
    return [
      nameLabel(value, at, anchor, "data", offset, onFace(m, face, value)),
      nameLabel(gradient, at, anchor, "gradient", offset, onFace(m, face, gradient)),
    ];
  });
}

/** An index of the cell that the running act writes, where it writes this face or reads along it. */
const indexOf =
  (m: Model, read: (product: Product, moment: number) => number | undefined): ((now: Now) => number | undefined) =>
  ({ act }) => {
    const product = act && Object.values(products(m)).find(({ step }) => step === act.step);
    return product && read(product, act.moment);
  };

function indices(m: Model): Label[] {
  const { M, K, N } = m;
  const { C, dA, dB } = products(m);
  const place = origins(m);
  const row = indexOf(m, ({ step }, moment) =>
    step === C.step ? Math.floor(moment / N) : step === dA.step ? Math.floor(moment / K) : undefined,
  );
  const inner = indexOf(m, ({ step }, moment) =>
    step === dA.step ? moment % K : step === dB.step ? Math.floor(moment / N) : undefined,
  );
  const column = indexOf(m, ({ step }, moment) => (step === C.step || step === dB.step ? moment % N : undefined));
  const down: Vector = [0, -1, 0];
  const across: Vector = [1, 0, 0];
  return [
    ...axisLabels("rows", M, plus(place.A, [-0.7, 0, 0]), down, "right", "data", row),
    ...axisLabels("inner", K, plus(place.A, [0, -(M - 1) - 0.68, 0]), across, "centre", "data", inner),
    ...axisLabels("inner of B", K, plus(place.B, [N - 1 + 0.72, 0, 0]), down, "left", "data", inner),
    ...axisLabels("columns of B", N, plus(place.B, [0, 0.68, 0]), across, "centre", "data", column),
    ...axisLabels("columns", N, plus(place.C, [0, -(M - 1) - 0.68, 0]), across, "centre", "data", column),
  ];
}

/** Below this many pixels a unit, a capsule is too small for words. */
const roomy = 36;
/** More terms than this make the diagonal too long for words. */
const mostCapsules = 8;
const capsuleTerms = ({ K }: Model): readonly number[] =>
  K > mostCapsules ? [] : Array.from({ length: K }, (_, k) => k);

/** Whether the product that runs has a term at diagonal point k in its present moment. */
const meetsAt =
  (m: Model, k: number, forward: boolean): Shown =>
  ({ act }) => {
    const product = act && Object.values(products(m)).find(({ step }) => step === act.step);
    if (!product || (product.step === m.forward) !== forward) return false;
    return forward || product.inner(act.moment, 0) === k;
  };

function capsules(m: Model): Box[] {
  const box = (k: number, stroke: "data" | "gradient"): Box => ({
    centre: meeting(m, k),
    width: 1.56,
    height: 0.58,
    radius: 15,
    fill: "surface-canvas",
    stroke,
    strokeWidth: 1.5,
    least: roomy,
    shown: meetsAt(m, k, stroke === "data"),
  });
  return capsuleTerms(m).flatMap((k) => [box(k, "data"), box(k, "gradient")]);
}

/** On the way forward a term with its numbers; on the way back, where all terms of a sum meet in one place, their count. */
function productLabels(m: Model): Label[] {
  const { C } = products(m);
  const text = (k: number, now: Now): string | undefined => {
    const { act, results } = now;
    if (!act || !results.ready) return undefined;
    if (meetsAt(m, k, true)(now)) return termText(C, act.moment, k, now);
    if (!meetsAt(m, k, false)(now)) return undefined;
    const { terms } = Object.values(products(m)).find(({ step }) => step === act.step)!;
    return terms === 1 ? "1 product" : `${terms} products`;
  };
  return capsuleTerms(m).map((k) => ({
    id: `product ${k}`,
    at: meeting(m, k),
    anchor: "centre",
    kind: "product",
    least: roomy,
    text: (now) => text(k, now),
  }));
}
