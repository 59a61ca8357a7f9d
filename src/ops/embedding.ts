/** Rows of a table, by number. */
import { only } from "../core/attributes";
import { pickOver } from "../core/formula";
import { linearGrid, type Binding, type Grid, type Kernel, type Site } from "../core/kernel";
import { defineOp } from "../core/op";
import type { Routine } from "../core/recipe";
import { checkShape, ShapeError, shapeText, size } from "../core/shape";
import code from "../../shaders/embedding.wgsl?raw";
import { threadsFor } from "./elementwise";
import { width } from "./reduction";

const where = "embedding";
const shader = { file: "embedding.wgsl", code };

interface Sizes {
  readonly tokens: number;
  readonly rows: number;
  readonly columns: number;
}
const sizesOf = ({ inputs }: Site): Sizes => ({
  tokens: size(inputs["input"]),
  rows: inputs["weight"][0],
  columns: inputs["weight"][1],
});

const idle: Grid = [0, 1, 1];
const tokens: Binding = { input: "input" };
const gradient: Binding = { gradient: "weight" };

/** What tells one kernel of the file from another. */
interface Part {
  readonly entry: string;
  readonly binds: readonly Binding[];
  /** How many columns it moves at once: a kernel of one and its twin of four take turns, by the shape. */
  readonly unit?: 1 | 4;
  /** The block's word `threads`, where the entry reads it. */
  readonly threads?: (sizes: Sizes) => number;
  /** Tokens that are sorted when it begins, or are when it ends. */
  readonly run?: number;
  /** Threads in all; 0 where there is nothing to do. */
  readonly count: (sizes: Sizes) => number;
  readonly scratch?: Kernel["scratch"];
}

function kernel({ entry, binds, unit, threads, run = 0, count, scratch }: Part): Kernel {
  const measure = (site: Site): Sizes => {
    const sizes = sizesOf(site);
    return { ...sizes, columns: sizes.columns / (unit ?? 1) };
  };
  return {
    shader,
    entry: unit === 4 ? `${entry}4` : entry,
    binds,
    block(site) {
      const sizes = measure(site);
      return [sizes.tokens, sizes.rows, sizes.columns, threads?.(sizes) ?? 0, run];
    },
    workgroups(site) {
      const fits = unit === undefined || (sizesOf(site).columns % 4 === 0) === (unit === 4);
      return fits && count(measure(site)) > 0 ? linearGrid(count(measure(site)), width) : idle;
    },
    ...(scratch && { scratch }),
  };
}

const inTurns = (part: Omit<Part, "unit">): Routine => [kernel({ ...part, unit: 1 }), kernel({ ...part, unit: 4 })];

const eachCell = ({ tokens: count, columns }: Sizes): number => threadsFor(count * columns);

// ── the gradient of the table ───────────────────────────────────────────────

const scan: Routine = [
  kernel({
    entry: "scan",
    binds: [{ upstream: "output" }, tokens, gradient],
    count: ({ rows, columns }) => rows * columns,
  }),
];

/** Tokens that are sorted by counting, before runs are merged. */
const firstRun = 256;
/** Runs that become one in a merge; `siblings` in the shader. */
const siblings = 16;
/** With as many merges every number of tokens is sorted that a buffer can hold. */
const merges = 6;

const ping: Binding = { scratch: "ping" };
const pong: Binding = { scratch: "pong" };
const begins: Binding = { scratch: "begins" };
const scratch = (site: Site): Readonly<Record<string, number>> => {
  const { tokens: count, rows } = sizesOf(site);
  return { ping: count, pong: count, begins: rows + 1 };
};

/** Merges run in pairs, there and back, so that what is sorted always ends where it began. */
function merging(level: number): Kernel {
  const run = firstRun * siblings ** level;
  const pairBegins = firstRun * siblings ** (level - (level % 2));
  const binds = level % 2 === 0 ? [ping, tokens, pong] : [pong, tokens, ping];
  return kernel({
    entry: "merge",
    binds,
    run: Math.min(run, 2 ** 31),
    count: ({ tokens: count }) => (count > pairBegins ? count : 0),
  });
}

/** Threads that share a row. */
const perRow = ({ columns }: Sizes): number => threadsFor(columns);

const sorted: Routine = [
  kernel({ entry: "rank", binds: [tokens, ping], run: firstRun, count: (sizes) => sizes.tokens, scratch }),
  ...Array.from({ length: merges }, (_, level) => merging(level)),
  kernel({ entry: "starts", binds: [ping, tokens, begins], count: ({ rows }) => rows + 1 }),
  ...inTurns({
    entry: "gather",
    binds: [{ upstream: "output" }, ping, gradient, begins],
    threads: perRow,
    count: (sizes) => sizes.rows * perRow(sizes),
  }),
];

/** Beyond this many comparisons it pays to sort. */
const fewComparisons = 2 ** 18;

export const embedding = defineOp({
  name: where,
  source: "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html",
  inputs: [{ name: "input", type: "index", below: ({ weight }) => weight[0] }, { name: "weight" }],
  scalars: [],
  outputs: [{ name: "output" }],
  attributes(given) {
    only(where, given, []);
    return {};
  },
  shape({ input, weight }) {
    checkShape(`${where}: input`, input);
    checkShape(`${where}: weight`, weight);
    if (weight.length !== 2)
      throw new ShapeError(`${where}: weight is ${shapeText(weight)}; a table of rows × columns would fit`);
    const output = [...input, weight[1]];
    checkShape(`${where}: the output`, output);
    return { output };
  },
  formula: (_, index, { input, weight }) => {
    const column = index[index.length - 1];
    return pickOver(input.cell(index.slice(0, -1)), weight.shape[0], (row) => weight.cell([row, column]));
  },
  kernels: {
    forward: inTurns({
      entry: "forward",
      binds: [{ input: "weight" }, tokens, { output: "output" }],
      threads: eachCell,
      count: eachCell,
    }),
    gradient: {
      weight: {
        families: { scan, sorted },
        suited(site) {
          const { tokens: count, rows, columns } = sizesOf(site);
          return [count * rows * columns <= fewComparisons ? "scan" : "sorted"];
        },
        probe: { shapes: { input: [64], weight: [64, 16] } },
      },
    },
  },
  cases: [
    { shapes: { input: [13], weight: [12, 4] } },
    { shapes: { input: [1], weight: [1, 1] } },
    { shapes: { input: [], weight: [3, 2] } },
    { shapes: { input: [2, 3], weight: [5, 7] } },
    { shapes: { input: [131], weight: [2, 9] } },
    { shapes: { input: [300], weight: [70, 13] } },
    { shapes: { input: [700], weight: [64, 8] } },
    { shapes: { input: [3], weight: [4, 2] } },
  ],
});
