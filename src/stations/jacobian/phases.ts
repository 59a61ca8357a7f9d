/** What station 5 plays: the product cell by cell, then both gradients in the same way, then the long way round. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Step } from "../../core/tape";
import type { Act, Block, Caption, CellRef, FlowPath, Now } from "../../story/picture";
import { drawnEvery, type Phase } from "../../story/score";
import type { Model, Summed } from "./model";

/** One of the three products: which cells of which operands meet, and where their sum lands. */
export interface Product {
  readonly step: Step;
  readonly result: Tensor;
  readonly cube: Summed;
  readonly moments: number;
  readonly terms: number;
  /** The cells that meet in term k of a moment; the first is what flows in from the left, the second from above. */
  meet(moment: number, k: number): readonly [CellRef, CellRef];
  /** The cell of the cube (M × K × N) where they meet, and its position along K. */
  cell(moment: number, k: number): number;
  inner(moment: number, k: number): number;
}

const ref = (tensor: Tensor, row: number, col: number): CellRef => ({
  tensor,
  at: row * tensor.shape[1] + col,
});

const split = (moment: number, width: number): readonly [number, number] => [
  Math.floor(moment / width),
  moment % width,
];

/** The three products of the station. In each, moment m writes cell m of the result. */
export function products(m: Model): { readonly C: Product; readonly dA: Product; readonly dB: Product } {
  const { M, K, N, A, B, C, dA, dB, dC } = m;
  const at = (i: number, k: number, j: number): number => (i * K + k) * N + j;
  return {
    C: {
      step: m.forward,
      result: C,
      cube: m.cubes.C,
      moments: M * N,
      terms: K,
      meet: (moment, k) => {
        const [i, j] = split(moment, N);
        return [ref(A, i, k), ref(B, k, j)];
      },
      cell: (moment, k) => at(split(moment, N)[0], k, split(moment, N)[1]),
      inner: (_, k) => k,
    },
    dA: {
      step: m.gradientA,
      result: dA,
      cube: m.cubes.dA,
      moments: M * K,
      terms: N,
      meet: (moment, j) => {
        const [i, k] = split(moment, K);
        return [ref(dC, i, j), ref(B, k, j)];
      },
      cell: (moment, j) => at(split(moment, K)[0], split(moment, K)[1], j),
      inner: (moment) => moment % K,
    },
    dB: {
      step: m.gradientB,
      result: dB,
      cube: m.cubes.dB,
      moments: K * N,
      terms: M,
      meet: (moment, i) => {
        const [k, j] = split(moment, N);
        return [ref(A, i, k), ref(dC, i, j)];
      },
      cell: (moment, i) => at(i, split(moment, N)[0], split(moment, N)[1]),
      inner: (moment) => split(moment, N)[0],
    },
  };
}

/** What a cell of the result shows while it is summed: the running sum in the cube's column behind it. */
export function runningSums({ M, K, N }: Model, { cube }: Product): NonNullable<Block["running"]> {
  const strides = [K * N, N, 1];
  return {
    tensor: cube.running,
    stride: strides.filter((_, axis) => axis !== cube.along),
    along: strides[cube.along],
    terms: [M, K, N][cube.along],
  };
}

/** The ways that a picture gives to the flows of each product, and of the long way. */
export interface Flows {
  product(product: Product, moment: number): readonly FlowPath[];
  long(moment: number): readonly FlowPath[];
}

/** "1 · (−2) = −2": one term with its numbers. */
export function termText(product: Product, moment: number, k: number, { results }: Now): string {
  const [a, b] = product.meet(moment, k).map((cell) => results.value(cell.tensor, cell.at));
  const factor = format(b);
  return `${format(a)} · ${factor.startsWith("−") ? `(${factor})` : factor} = ${format(a * b)}`;
}

export function phases(m: Model, flows: Flows): readonly Phase[] {
  const { C, dA, dB } = products(m);
  const long: Act = {
    step: m.longStep,
    current: "gradient",
    iteration: 0,
    moments: m.long.shape[1],
    micros: m.M * m.N,
    unit: "entry",
    flows: (moment) => flows.long(moment),
    lit: (moment) => [...column(m, moment), ...whole(m.dC)],
    writes: (moment) => [{ tensor: m.long, at: moment }],
    say: (moment) => ({
      main: `The long way: $\\mathrm{vec}(dC)$ times column ${moment} of $J$.`,
      quiet: `${m.M * m.N} multiplications for a number that d${m.by} already holds.`,
    }),
    whole: {
      main: "The long way: $\\mathrm{vec}(dC)$ times every column of $J$.",
      quiet: `${plural(m.M * m.N * m.long.shape[1], "multiplication")}, those by the zeros too.`,
    },
  };
  return [
    {
      name: "forward",
      current: "data",
      acts: [
        act(C, "data", flows, (moment) => forwardCaption(m, moment), "Every row of $A$ meets every column of $B$."),
      ],
    },
    {
      name: "backward",
      current: "gradient",
      acts: [
        act(
          dA,
          "gradient",
          flows,
          (moment) => gradientCaption("A", m.K, moment, "row of $dC$ meets a row of $B$"),
          "Every row of $dC$ meets every row of $B$.",
        ),
        act(
          dB,
          "gradient",
          flows,
          (moment) => gradientCaption("B", m.N, moment, "column of $A$ meets a column of $dC$"),
          "Every column of $A$ meets every column of $dC$.",
        ),
      ],
    },
    { name: "the long way", current: "gradient", acts: [long] },
  ];
}

function act(
  product: Product,
  current: Act["current"],
  flows: Flows,
  say: (moment: number) => Caption,
  whole: string,
): Act {
  const { step, moments, terms, result } = product;
  const every = drawnEvery({ moments, micros: terms });
  const thinned = every === 1 ? "" : ` The flows of every ${ordinal(every)} are drawn.`;
  return {
    step,
    current,
    iteration: 0,
    moments,
    micros: terms,
    unit: "output cell",
    flows: (moment) => flows.product(product, moment),
    lit: (moment) =>
      Array.from({ length: terms }, (_, k) => [
        ...product.meet(moment, k),
        { tensor: product.cube.products, at: product.cell(moment, k) },
      ]).flat(),
    writes: (moment) => [{ tensor: result, at: moment }],
    say,
    whole: {
      main: whole,
      quiet: `${plural(moments * terms, "product")} for ${plural(moments, "output cell")}.${thinned}`,
    },
  };
}

const ordinal = (n: number): string => (n === 2 ? "second" : n === 3 ? "third" : `${n}th`);

const plural = (n: number, word: string): string => `${n === 1 ? "one" : n} ${word}${n === 1 ? "" : "s"}`;

function forwardCaption({ N, K, by }: Model, moment: number): Caption {
  const [i, j] = [Math.floor(moment / N), moment % N];
  return {
    main: `Row ${i} of $A$ meets column ${j} of $B$: ${plural(K, "product")} make${K === 1 ? "s" : ""} one cell of $C$.`,
    quiet:
      by === "A"
        ? "Seen from $A$, that column is one row of the Jacobian."
        : "Seen from $B$, that row of $A$ is one row of the Jacobian.",
  };
}

const gradientCaption = (name: string, width: number, moment: number, meeting: string): Caption => ({
  main: `$d${name}[${Math.floor(moment / width)}, ${moment % width}]$: a ${meeting}.`,
  quiet:
    name === "A"
      ? "The same products, summed along $j$ instead of $k$: $dA = dC \\cdot B^{\\mathsf T}$."
      : "The same products, summed along $i$: $dB = A^{\\mathsf T} \\cdot dC$.",
});

/** A column of the Jacobian. */
export function column({ jacobian, M, N }: Model, moment: number): readonly CellRef[] {
  const rows = M * N;
  const width = jacobian.shape[2] * jacobian.shape[3];
  return Array.from({ length: rows }, (_, r) => ({ tensor: jacobian, at: r * width + moment }));
}

const whole = (tensor: Tensor): readonly CellRef[] =>
  Array.from({ length: tensor.shape.reduce((n, e) => n * e, 1) }, (_, at) => ({ tensor, at }));
