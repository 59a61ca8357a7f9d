/** What products of matrices, convolutions and pools come to. */
import { size } from "../../../src/core/shape";
import type { Expectation } from "../check";
import { extentsOf, resultShape, type Data, type Extents, type Row } from "../row";
import { gamma, mean, Products } from "./arithmetic";

/** a · b. */
export function matmul({ inputs: shapes, output }: Row, { inputs: { a, b } }: Data): Expectation {
  const [rows, columns] = output;
  const depth = shapes["a"][1];
  const sums = new Products(rows * columns, depth);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < depth; k++)
      for (let j = 0; j < columns; j++) sums.add(i * columns + j, a[i * depth + k] * b[k * columns + j]);
  return sums.expectation;
}

/** Visits every product of a convolution: the cells of input, weight and output that meet. */
function meet(extents: Extents, visit: (input: number, weight: number, output: number) => void): void {
  const { batches, channels, height, width, filters, down, across, taps, stride, padding } = extents;
  for (let n = 0; n < batches; n++)
    for (let f = 0; f < filters; f++)
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < taps; i++)
          for (let j = 0; j < taps; j++)
            for (let y = 0; y < down; y++) {
              const row = y * stride + i - padding;
              if (row < 0 || row >= height) continue;
              for (let x = 0; x < across; x++) {
                const column = x * stride + j - padding;
                if (column < 0 || column >= width) continue;
                visit(
                  ((n * channels + c) * height + row) * width + column,
                  ((f * channels + c) * taps + i) * taps + j,
                  ((n * filters + f) * down + y) * across + x,
                );
              }
            }
}

/** A convolution, or its gradient. */
export function convolution(row: Row, { inputs: { input, weight }, upstream }: Data): Expectation {
  const extents = extentsOf(row);
  const { batches, channels, filters, down, across, taps } = extents;
  const count = size(resultShape(row));
  if (row.gradient === "weight") {
    const sums = new Products(count, batches * down * across);
    meet(extents, (i, w, o) => sums.add(w, input[i] * upstream[o]));
    return sums.expectation;
  }
  const back = row.gradient === "input";
  const sums = new Products(count, (back ? filters : channels) * taps * taps);
  if (back) meet(extents, (i, w, o) => sums.add(i, weight[w] * upstream[o]));
  else meet(extents, (i, w, o) => sums.add(o, input[i] * weight[w]));
  return sums.expectation;
}

/** The largest of each window, the first of equals, is exact; the gradient adds what arrives at the windows it won. */
export function pool(row: Row, { inputs: { input }, upstream }: Data): Expectation {
  const { batches, channels, height, width, down, across, taps, stride, padding } = extentsOf(row);
  const output = new Float64Array(size(row.output)).fill(-Infinity);
  const places = new Int32Array(output.length);
  const single = { batches: batches * channels, channels: 1, filters: 1, height, width, down, across };
  meet({ ...single, taps, stride, padding }, (i, _, o) => {
    if (!(input[i] > output[o])) return;
    output[o] = input[i];
    places[o] = i;
  });
  if (row.gradient === undefined) return { values: output, bounds: new Float64Array(output.length) };
  const windows = Math.ceil(taps / stride) ** 2;
  const sums = new Products(input.length, windows - 1);
  places.forEach((place, o) => sums.add(place, upstream[o]));
  return sums.expectation;
}

/** Products with a matrix and ReLUs in turns, all of them positive, so that errors stay relative. */
export function chain({ output, chain: length = 0 }: Row, { inputs: { a, b } }: Data): Expectation {
  const [n] = output;
  let now = Float64Array.from(a);
  for (let i = 0; i < length; i += 2) {
    const before = now;
    now = Float64Array.from({ length: n * n }, (_, at) => {
      const row = Math.floor(at / n) * n;
      return mean(0, n, (k) => before[row + k] * b[k * n + (at % n)]) * n;
    });
  }
  const relative = (1 + gamma(n)) ** (length / 2) - 1;
  return { values: now, bounds: now.map((value) => relative * value) };
}
