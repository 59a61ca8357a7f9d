/** Rows with the same numbers get the same bits, wherever in a quad they begin: students compare them. */
import { expect, it } from "vitest";
import type { AnyOp } from "../../src/core/op";
import { opNamed } from "../../src/ops";
import { record, type Numbers } from "../../src/ops/call";
import { normal, rewriting, withKernels } from "./calls";
import { compute, openRig, seeded } from "./rig";

const { processor, errors } = await openRig();

/** No row is as long, so that a gradient that has rows is known by its shape. */
const rows = 12;
/** Lengths with every remainder of a quad: rows of one quad or two, of several, and of so many that threads share one. */
const lengths = [5, 6, 7, 9, 13, 14, 15, 31, 34, 67, 131, 1101];

/** The same row over and over. */
function repeated(length: number, seed: number): Numbers {
  const { data } = normal([length], seeded(seed));
  return { shape: [rows, length], data: Array.from({ length: rows * length }, (_, at) => data[at % length]) };
}

interface Rowwise {
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Beside the input that has rows of that length. */
  readonly inputs?: (length: number) => Readonly<Record<string, Numbers>>;
  /** Cells of a row of the output. */
  readonly across: (length: number) => number;
}
const along = { attrs: { dim: -1 }, across: () => 1 };
const vector = (seed: number) => (length: number) => normal([length], seeded(seed));

/** By the op, whose first input is what has rows. */
const rowwise: Readonly<Record<string, Rowwise>> = {
  sum: along,
  mean: along,
  softmax: { attrs: { dim: -1 }, across: (length) => length },
  layer_norm: {
    attrs: {},
    inputs: (length) => ({ weight: vector(7)(length), bias: vector(8)(length) }),
    across: (length) => length,
  },
  mul: { attrs: {}, inputs: () => ({ b: repeated(1, 9) }), across: (length) => length },
};

/** The rows of the output and of every gradient that has rows, as bits: one text for all that are equal. */
async function distinctRows(op: AnyOp, { attrs, inputs, across }: Rowwise, length: number): Promise<readonly number[]> {
  const given = { [op.inputs[0].name]: repeated(length, length), ...inputs?.(length) };
  const wide = across(length);
  const arriving = repeated(wide, length + 1);
  const upstream = { [op.outputs[0].name]: wide === 1 ? { shape: [rows], data: arriving.data } : arriving };
  const { tape, feed, outputs, grads } = record({ op, attrs, inputs: given, upstream });
  const values = await compute(processor, tape, feed);
  return [...Object.values(outputs), ...Object.values(grads)]
    .filter(({ shape }) => shape[0] === rows)
    .map((tensor) => {
      const bits = new Uint32Array(values.get(tensor)!.buffer);
      const own = bits.length / rows;
      return new Set(Array.from({ length: rows }, (_, row) => String(bits.slice(row * own, (row + 1) * own)))).size;
    });
}

it.each(Object.entries(rowwise))("%s gives equal rows the same bits, forward and backward", async (name, how) => {
  for (const length of lengths) {
    const found = await distinctRows(opNamed(name), how, length);
    expect([length, found.length >= 2, new Set(found)]).toEqual([length, true, new Set([1])]);
  }
  expect(errors).toEqual([]);
});

/** A sum of four lanes in the order of the quad, and in that of the row. */
const byQuad = (x: string): string => `(${x}.x + ${x}.y) + (${x}.z + ${x}.w)`;
const byRow = (x: string, start: string): string =>
  `(${x}[${start} & 3u] + ${x}[(${start} + 1u) & 3u]) + (${x}[(${start} + 2u) & 3u] + ${x}[(${start} + 3u) & 3u])`;

/** The order taken for the other one. */
const wrong: readonly [string, string, string][] = [
  ["softmax", byRow("x", "start"), byQuad("x")],
  ["layer_norm", byRow("x", "start"), byQuad("x")],
  ["sum", `part, ${byQuad("sums")}`, `part, ${byRow("sums", "start.x")}`],
];

it.each(wrong)("catches a %s whose sums follow memory", async (name, text, other) => {
  const broken = withKernels(opNamed(name), rewriting(text, other));
  const found = await Promise.all(lengths.map((length) => distinctRows(broken, rowwise[name], length)));
  expect(Math.max(...found.flat())).toBeGreaterThan(1);
});
