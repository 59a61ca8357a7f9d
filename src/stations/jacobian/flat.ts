/** The flat picture: a row of A meets a column of B on the diagonal of the empty corner; the Jacobian stands beside it. */
import type { Tensor } from "../../core/graph";
import { axisLabels, cellShare, centre, nameLabel, plus, sheet } from "../../story/layout";
import type { Arrival, Block, Box, CellRef, Current, FlowPath, Label, Now, Picture, Vector } from "../../story/picture";
import { jacobianFrame } from "./jacobian";
import { counts, type Model } from "./model";
import { products, termText, type Flows, type Product } from "./phases";

/** Free pitches between neighbouring sheets, from cell centre to cell centre. */
const gap = 1.75;
/** From the last row of a value sheet to the first row of the gradient sheet below. */
const below = 2.3;

interface Sheets {
  readonly A: Block;
  readonly B: Block;
  readonly C: Block;
  readonly dA: Block;
  readonly dB: Block;
  readonly dC: Block;
}

/** Cell m of the result comes in moment m; while it does, its running sum shows. */
function summedArrival(m: Model, product: Product): Partial<Block> {
  const { M, K, N } = m;
  const strides = { 0: [K * N, N, 1], 1: [K * N, N, 1], 2: [K * N, N, 1] }[product.cube.along];
  const kept = strides.filter((_, axis) => axis !== product.cube.along);
  const arrival: Arrival = { step: product.step, moment: [product.result.shape[1], 1], micro: [0, 0], micros: 1 };
  const terms = [M, K, N][product.cube.along];
  return {
    arrivals: [arrival],
    running: { tensor: product.cube.running, stride: kept, along: strides[product.cube.along], terms },
  };
}

export function sheets(m: Model): Sheets {
  const { M, K, N } = m;
  const { C, dA, dB } = products(m);
  const left = -(K - 1) - gap;
  const under = -(M - 1) - below;
  const top = K - 1 + gap;
  const value = (id: string, tensor: Tensor, origin: Vector, more: Partial<Block> = {}): Block =>
    sheet({ id, tensor, origin, group: "values", current: "data" }, more);
  const back = (id: string, tensor: Tensor, origin: Vector, more: Partial<Block> = {}): Block =>
    sheet({ id, tensor, origin, group: "gradients", current: "gradient" }, more);
  return {
    A: value("A", m.A, [left, 0, 0]),
    B: value("B", m.B, [0, top, 0]),
    C: value("C", m.C, [0, 0, 0], summedArrival(m, C)),
    dA: back("dA", m.dA, [left, under, 0], summedArrival(m, dA)),
    dB: back("dB", m.dB, [N + 0.9, top, 0], summedArrival(m, dB)),
    dC: back("dC", m.dC, [0, under, 0]),
  };
}

const half = cellShare / 2;
const street = 0.5;

/** The ways of the flat picture: along the streets between cells, right angles only. */
export function flatFlows(m: Model, byColumn: boolean): Flows {
  const place = sheets(m);
  const { C, dA } = products(m);
  return {
    product: (product, moment) => {
      if (product.step === C.step) return forwardFlows(m, place, product, moment);
      const target = product.step === dA.step ? place.dA : place.dB;
      return backwardFlows(place, product, moment, target);
    },
    long: (moment) => longFlows(m, moment, byColumn),
  };
}

/** The share of its moment in which term k travels: sources until the product at 0.5, the sum until 0.9. */
const window = (k: number, terms: number, from: number, to: number): { start: number; end: number } => ({
  start: (k + from) / terms,
  end: (k + to) / terms,
});

function forwardFlows({ C, cubes }: Model, place: Sheets, product: Product, moment: number): FlowPath[] {
  const { terms } = product;
  const into = centre(place.C, moment);
  return Array.from({ length: terms }, (_, k): FlowPath[] => {
    const [a, b] = product.meet(moment, k);
    const from = centre(place.A, a.at);
    const above = centre(place.B, b.at);
    const meeting: Vector = [from[0], above[1], 0];
    const last = k === terms - 1;
    const sum: CellRef = last ? { tensor: C, at: moment } : { tensor: cubes.C.running, at: product.cell(moment, k) };
    const next: Vector = [meeting[0] + 1, meeting[1] - 1, 0];
    return [
      { points: upward(from, meeting), current: "data", carries: a, ...window(k, terms, 0.05, 0.5) },
      { points: leftward(above, meeting), current: "data", carries: b, ...window(k, terms, 0.05, 0.5) },
      {
        points: last ? descend(meeting, into) : [plus(meeting, [0.28, -0.28, 0]), plus(next, [-0.28, 0.28, 0])],
        current: "data",
        carries: sum,
        ...window(k, terms, 0.5, 0.9),
      },
    ];
  }).flat();
}

/** From a cell of A up to the diagonal: straight in the first row, else along the street on its right. */
function upward(from: Vector, to: Vector): Vector[] {
  const end: Vector = [to[0], to[1] - 0.3, 0];
  if (from[1] === 0) return [plus(from, [0, half, 0]), end];
  const x = from[0] + street;
  return [plus(from, [half, 0, 0]), [x, from[1], 0], [x, street, 0], [to[0], street, 0], end];
}
/** From a cell of B left to the diagonal: straight in the first column, else along the street below. */
function leftward(from: Vector, to: Vector): Vector[] {
  const end: Vector = [to[0] + 0.75, to[1], 0];
  if (from[0] === 0) return [plus(from, [-half, 0, 0]), end];
  const y = from[1] - street;
  return [plus(from, [0, -half, 0]), [from[0], y, 0], [-street, y, 0], [-street, to[1], 0], end];
}
/** From the last product down into a cell of C, through the corridor between B and C. */
function descend(from: Vector, into: Vector): Vector[] {
  const corridor = from[1] - gap / 2;
  const x = into[0] - street;
  return [
    plus(from, [0, -0.3, 0]),
    [from[0], corridor, 0],
    [x, corridor, 0],
    [x, into[1], 0],
    plus(into, [-half, 0, 0]),
  ];
}
/** Both factors of every term travel to the gradient's cell through the streets. */
function backwardFlows(place: Sheets, product: Product, moment: number, target: Block): FlowPath[] {
  const into = centre(target, moment);
  const blocks = [place.A, place.B, place.dC];
  return Array.from({ length: product.terms }, (_, k): FlowPath[] =>
    product.meet(moment, k).map((cell) => {
      const from = centre(
        blocks.find((block) => block.tensors[0] === cell.tensor)!,
        cell.at,
      );
      const current: Current = cell.tensor === place.dC.tensors[0] ? "gradient" : "data";
      const points = target === place.dA ? towardsLeft(from, into) : towardsRight(from, into);
      return { points, current, carries: cell, ...window(k, product.terms, 0.05, 0.85) };
    }),
  ).flat();
}

/** Out of a cell into the street below it, left to the corridor beside A, along it, and into the cell from above. */
function towardsLeft(from: Vector, into: Vector): Vector[] {
  const corridor = -gap / 2;
  const out = from[1] - street;
  const y = into[1] + street;
  return [
    plus(from, [0, -half, 0]),
    [from[0], out, 0],
    [corridor, out, 0],
    [corridor, y, 0],
    [into[0], y, 0],
    plus(into, [0, half, 0]),
  ];
}

/** Out of a cell into the street on its right, up to the corridor above C, along it, and up into the cell from the left. */
function towardsRight(from: Vector, into: Vector): Vector[] {
  const corridor = gap / 2;
  const lane = from[0] + street;
  const x = into[0] - street;
  return [
    plus(from, [half, 0, 0]),
    [lane, from[1], 0],
    [lane, corridor, 0],
    [x, corridor, 0],
    [x, into[1], 0],
    plus(into, [-half, 0, 0]),
  ];
}

/** Down a column of the Jacobian into the entry of the long product. */
function longFlows(m: Model, moment: number, byColumn: boolean): FlowPath[] {
  const { block, longBlock, pitch } = jacobianFrame(m, jacobianOrigin(m), byColumn);
  const rows = m.M * m.N;
  const width = m.long.shape[1];
  const into = centre(longBlock, moment);
  return Array.from({ length: Math.min(rows, 64) }, (_, r) => {
    const from = centre(block, r * width + moment);
    const x = from[0] - pitch / 2;
    return {
      points: [
        plus(from, [-pitch * 0.46, 0, 0]),
        [x, from[1], 0],
        [x, into[1] + pitch * 0.7, 0],
        [into[0], into[1] + pitch * 0.7, 0],
        plus(into, [0, pitch * 0.46, 0]),
      ] as Vector[],
      current: "gradient" as const,
      carries: { tensor: m.jacobian, at: r * width + moment },
      start: (0.8 * r) / rows,
      end: (0.8 * r) / rows + 0.2,
    };
  });
}

/** Where the Jacobian's first entry stands: right of C, below dB. */
const jacobianOrigin = ({ N }: Model): Vector => [N + 1.75, -0.35, 0];

export function flatPicture(m: Model, byColumn: boolean): Picture {
  const place = sheets(m);
  const frame = jacobianFrame(m, jacobianOrigin(m), byColumn);
  return {
    blocks: [...Object.values(place), frame.block, frame.longBlock],
    lines: frame.lines,
    boxes: [...capsules(m), ...frame.boxes],
    labels: [...names(m, place), ...indices(m, place), ...productLabels(m), ...frame.labels, ...countLabels(m, place)],
    opening: { kind: "flat" },
    legend: ["data", "negative", "gradient", "negative gradient", "is zero", "always zero"],
  };
}

/** The three counts of the question, in large figures below the operands. */
function countLabels(m: Model, place: Sheets): Label[] {
  const { entries, free, zero } = counts(m.forward.node, m.by);
  const y = place.dC.place.origin[1] - (m.M - 1) - 1.75;
  const left = place.A.place.origin[0] - half;
  return [`${entries}|entries`, `${free}|not always zero`, `${zero}|always zero`].map((text, i) => ({
    id: `count ${i}`,
    at: [left + i * 2.6, y, 0] as Vector,
    anchor: "left",
    kind: "count",
    text,
  }));
}

function names({ M, A, B, C, dA, dB, dC }: Model, place: Sheets): Label[] {
  const under = (block: Block, rows: number): Vector => plus(block.place.origin, [-half, -(rows - 1) - half, 0]);
  const over = (block: Block): Vector => plus(block.place.origin, [-half, half, 0]);
  return [
    nameLabel(A, under(place.A, M), "left", "data", [0, 32]),
    nameLabel(B, over(place.B), "left", "data", [0, -34]),
    nameLabel(C, under(place.C, M), "left", "data", [0, 32]),
    nameLabel(dA, under(place.dA, M), "left", "gradient", [0, 20]),
    nameLabel(dB, over(place.dB), "left", "gradient", [0, -34]),
    nameLabel(dC, under(place.dC, M), "left", "gradient", [0, 20]),
  ];
}

/** Which index of a matrix the running act writes or reads, by axis. */
function activeIndex(m: Model, pick: (i: number, j: number) => number): (now: Now) => number | undefined {
  return ({ act }) =>
    act && act.step === m.forward ? pick(Math.floor(act.moment / m.N), act.moment % m.N) : undefined;
}

function indices(m: Model, place: Sheets): Label[] {
  const { M, K, N } = m;
  const row = activeIndex(m, (i) => i);
  const columnOf = activeIndex(m, (_, j) => j);
  const none = (): undefined => undefined;
  const down: Vector = [0, -1, 0];
  const across: Vector = [1, 0, 0];
  return [
    ...axisLabels("A rows", M, plus(place.A.place.origin, [-0.68, 0, 0]), down, "right", "data", row),
    ...axisLabels("A columns", K, plus(place.A.place.origin, [0, -(M - 1) - 0.68, 0]), across, "centre", "data", none),
    ...axisLabels("B columns", N, plus(place.B.place.origin, [0, 0.68, 0]), across, "centre", "data", columnOf),
    ...axisLabels(
      "C columns",
      N,
      plus(place.C.place.origin, [0, -(M - 1) - 0.68, 0]),
      across,
      "centre",
      "data",
      columnOf,
    ),
  ];
}

const mostCapsules = 8;

/** One capsule per term, on the diagonal where a row of A meets a column of B. */
function capsules(m: Model): Box[] {
  const shown = ({ act }: Now): boolean => act?.step === m.forward;
  return diagonal(m).map((at) => ({
    centre: at,
    width: 1.5,
    height: 0.56,
    radius: 15,
    fill: "surface-canvas",
    stroke: "data",
    strokeWidth: 1.5,
    shown,
  }));
}

function productLabels(m: Model): Label[] {
  const { C } = products(m);
  return diagonal(m).map((at, k) => ({
    id: `product ${k}`,
    at,
    anchor: "centre",
    kind: "product",
    text: (now) => {
      const { act } = now;
      if (act?.step !== m.forward || !now.results.ready) return undefined;
      return termText(C, act.moment, k, now);
    },
  }));
}

const diagonal = ({ K }: Model): Vector[] =>
  K > mostCapsules ? [] : Array.from({ length: K }, (_, k) => [-(K - 1 - k) - gap, K - 1 - k + gap, 0]);
