/** Small ops that only tests know: what no op of the registry needs yet must work as well. */
import { constant, largestOver, over, pick, shared, type Apply, type Formula } from "../../src/core/formula";
import { defineOp, type AnyOp } from "../../src/core/op";
import { difference, product, sum } from "../../src/core/rule";
import { size } from "../../src/core/shape";

export const mean = (...terms: readonly Formula[]): Apply => product(constant(1 / terms.length), sum(...terms));

const silent = { kernels: { forward: [], gradient: {} }, cases: [], source: "https://example.org", scalars: [] };

/** Two outputs of two inputs: a + b and a · b. */
export const both: AnyOp = defineOp({
  ...silent,
  name: "both",
  inputs: [{ name: "a" }, { name: "b" }],
  outputs: [{ name: "total" }, { name: "area" }],
  attributes: () => ({}),
  shape: ({ a }) => ({ total: a, area: a }),
  formula: (output, index, { a, b }) =>
    output === "total" ? sum(a.cell(index), b.cell(index)) : product(a.cell(index), b.cell(index)),
});

/** Each cell less the mean of all, which all cells share. */
export const centred: AnyOp = defineOp({
  ...silent,
  name: "centred",
  inputs: [{ name: "input" }],
  outputs: [{ name: "output" }],
  attributes: () => ({}),
  shape: ({ input }) => ({ output: input }),
  formula: (_, index, { input }) => {
    const all = Array.from({ length: size(input.shape) }, (_cell, at) => input.flat(at));
    return difference(input.cell(index), shared("μ", "mean", mean(...all)));
  },
});

/** The cell of a table that each index names, as in embedding. */
export const chosen: AnyOp = defineOp({
  ...silent,
  name: "chosen",
  inputs: [{ name: "index", type: "index" }, { name: "table" }],
  outputs: [{ name: "output" }],
  attributes: () => ({}),
  shape: ({ index }) => ({ output: index }),
  formula: (_, at, { index, table }) =>
    pick(index.cell(at), ...Array.from({ length: size(table.shape) }, (_cell, k): Formula => table.flat(k))),
});

/** The largest cell, and the sum of all. */
export const peak: AnyOp = defineOp({
  ...silent,
  name: "peak",
  inputs: [{ name: "input" }],
  outputs: [{ name: "largest" }, { name: "total" }],
  attributes: () => ({}),
  shape: () => ({ largest: [], total: [] }),
  formula: (output, _, { input }) =>
    (output === "largest" ? largestOver : over)(size(input.shape), (k) => input.flat(k)),
});
