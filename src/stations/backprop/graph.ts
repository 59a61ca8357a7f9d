/** The network on paper: where every tile, capsule and wire of station 6 stands. */
import type { Tensor } from "../../core/graph";
import { plate } from "../../story/layout";
import type { Block, Box, Line, Shown, Vector } from "../../story/picture";
import type { Iteration, Model, Weight } from "./model";

/** The picture is drawn in pixels of the opening view, 54 to a unit, with its origin in the middle. */
export const at = (x: number, y: number): Vector => [(x - 786) / 54, (400 - y) / 54, 0];
const units = (pixels: number): number => pixels / 54;

/** From the centre of a value tile to the centre of the gradient tile below. */
export const drop = 40;
export const tile = { width: 58, value: 40, gradient: 34 };
export const capsuleSize = { width: 46, height: 77 };

/** The columns and rows of the graph; a bias needs a column of its own between × and z. */
export interface Columns {
  readonly x: number;
  readonly scale: number;
  readonly bias?: number;
  readonly z: number;
  readonly act: number;
  readonly a: number;
  readonly add: number;
  readonly out: number;
  readonly prediction: number;
  readonly loss: number;
  readonly L: number;
  readonly rows: readonly [number, number];
  readonly middle: number;
}
export const columnsOf = (biased: boolean): Columns => ({
  ...(biased
    ? {
        x: 428,
        scale: 498,
        bias: 566,
        z: 640,
        act: 709,
        a: 778,
        add: 858,
        out: 922,
        prediction: 991,
        loss: 1060,
        L: 1129,
      }
    : { x: 436, scale: 512, z: 592, act: 669, a: 753, add: 846, out: 916, prediction: 992, loss: 1067, L: 1136 }),
  rows: [268, 494],
  middle: 381,
});

/** Where the value tile of a weight stands. */
export function weightPlace(columns: Columns, name: Weight): readonly [number, number] {
  const n = name === "w1" || name === "b1" ? 0 : 1;
  const y = n === 0 ? columns.rows[0] - 107 : columns.rows[1] + 103;
  if (name === "w3") return [columns.out, columns.middle - 107];
  return [name.startsWith("b") ? (columns.bias ?? 0) : columns.scale, y];
}

/** A tile of one cell: upper tiles hold values, lower ones gradients. */
export function tileBlock(
  id: string,
  tensors: readonly Tensor[],
  [x, y]: readonly [number, number],
  kind: "value" | "gradient",
  more: Partial<Block> = {},
): Block {
  return {
    id,
    tensors,
    place: { origin: at(x, y), pitch: [] },
    body: plate(units(tile.width), units(tile[kind])),
    group: kind === "value" ? "values" : "gradients",
    current: kind === "value" ? "data" : "gradient",
    ...(kind === "gradient" && { edged: true }),
    ...more,
  };
}

/** A factor stands in the lower half of a capsule, without a tile of its own. */
export const factorBody = plate(units(44), units(31));

/** Every tensor of the graph that has a place: its value tile, and its gradient tile where a gradient reaches it. */
export interface Placed {
  readonly key: string;
  readonly place: readonly [number, number];
  readonly tensor: (iteration: Iteration) => Tensor;
  readonly given: boolean;
  readonly graded: boolean;
  readonly name: "above" | "left" | "right" | "below";
}

export function placed(m: Model): readonly Placed[] {
  const c = columnsOf(m.biased);
  const weights: readonly Weight[] = m.biased ? ["w1", "w2", "w3", "b1", "b2"] : ["w1", "w2", "w3"];
  return [
    { key: "x", place: [c.x, c.middle], tensor: () => m.x, given: true, graded: false, name: "above" },
    { key: "y", place: [c.loss, c.middle + 101], tensor: () => m.y, given: true, graded: false, name: "left" },
    ...weights.map((name): Placed => ({
      key: name,
      place: weightPlace(c, name),
      tensor: (it) => it.weights[name]!,
      given: true,
      graded: true,
      name: name.startsWith("b") ? "right" : name === "w3" ? "above" : "left",
    })),
    ...([0, 1] as const).flatMap((n): Placed[] => [
      {
        key: `z${n + 1}`,
        place: [c.z, c.rows[n]],
        tensor: (it) => it.neurons[n].z,
        given: false,
        graded: true,
        name: "above",
      },
      {
        key: `a${n + 1}`,
        place: [c.a, c.rows[n]],
        tensor: (it) => it.neurons[n].a,
        given: false,
        graded: true,
        name: "above",
      },
    ]),
    {
      key: "prediction",
      place: [c.prediction, c.middle],
      tensor: (it) => it.prediction,
      given: false,
      graded: true,
      name: "above",
    },
    { key: "loss", place: [c.L, c.middle], tensor: (it) => it.loss, given: false, graded: true, name: "above" },
  ];
}

/** What a capsule does, and the factor that it puts on the way back. */
export interface Capsule {
  readonly key: string;
  readonly place: readonly [number, number];
  readonly does: string;
  readonly factor: (iteration: Iteration) => Tensor;
  /** The tensor that has to be there before the factor is known; undefined where it is from the start. */
  readonly after?: (iteration: Iteration) => Tensor;
}

export function capsules(m: Model): readonly Capsule[] {
  const c = columnsOf(m.biased);
  const activation = { relu: "ReLU", leaky_relu: "leaky", identity: "id" }[m.activation];
  return [
    ...([0, 1] as const).flatMap((n): Capsule[] => [
      { key: `scale${n}`, place: [c.scale, c.rows[n]], does: "$\\times$", factor: () => m.x },
      ...(c.bias === undefined
        ? []
        : [{ key: `bias${n}`, place: [c.bias, c.rows[n]] as const, does: "$+$", factor: () => m.one }]),
      {
        key: `act${n}`,
        place: [c.act, c.rows[n]],
        does: activation,
        factor: (it) => it.neurons[n].slope,
        after: (it) => it.neurons[n].a,
      },
    ]),
    { key: "add", place: [c.add, c.middle], does: "$+$", factor: () => m.one },
    { key: "out", place: [c.out, c.middle], does: "$\\times$", factor: (it) => it.weights.w3! },
    {
      key: "loss",
      place: [c.loss, c.middle],
      does: "loss",
      factor: (it) => it.gradient.get(it.prediction)!,
      after: (it) => it.loss,
    },
  ];
}

/** The body of a capsule and the hairline between its two halves. */
export function capsuleShapes({ place: [x, y] }: Capsule): { readonly box: Box; readonly line: Line } {
  const middle = y + drop / 2 - 1.5;
  return {
    box: {
      centre: at(x, middle),
      width: units(capsuleSize.width),
      height: units(capsuleSize.height),
      radius: 18,
      fill: "surface-canvas",
      stroke: "line-control",
      strokeWidth: 1.5,
    },
    line: { points: [at(x - 14, middle), at(x + 14, middle)], token: "line-control", width: 1 },
  };
}

/** The field behind a dead stretch, from z to a. */
export function deadField(m: Model, n: 0 | 1, shown: Shown): Box {
  const c = columnsOf(m.biased);
  const left = c.z - 40;
  const right = c.a + 38;
  return {
    centre: at((left + right) / 2, c.rows[n] + 18),
    width: units(right - left),
    height: units(158),
    radius: 16,
    fill: "blocked-soft",
    opacity: 0.6,
    shown,
  };
}
