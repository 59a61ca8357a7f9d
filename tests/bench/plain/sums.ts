/** Products of matrices, convolutions and pools in plain JavaScript, with loops that run along memory. */
import { extentsOf, type Data, type Row } from "../row";
import type { Loop, Numbers } from "./loop";

const matmulInto = (out: Numbers, a: Numbers, b: Numbers, [rows, depth, columns]: readonly number[]): void => {
  out.fill(0);
  for (let i = 0; i < rows; i++) {
    const to = i * columns;
    for (let k = 0; k < depth; k++) {
      const factor = a[i * depth + k];
      const from = k * columns;
      for (let j = 0; j < columns; j++) out[to + j] += factor * b[from + j];
    }
  }
};

/** a · b, or the whole chain. */
export function matmul({ inputs: shapes, output, chain = 0 }: Row, { inputs: { a, b } }: Data): Loop {
  const extents = [output[0], shapes["a"][1], output[1]];
  if (chain === 0) return (out) => matmulInto(out, a, b, extents);
  const product = new Float32Array(a.length);
  return (result) => {
    result.set(a);
    for (let i = 0; i < chain; i += 2) {
      matmulInto(product, result, b, extents);
      for (let at = 0; at < product.length; at++) result[at] = Math.max(product[at], 0);
    }
  };
}

/** Visits the runs of output cells that one tap of one filter reaches: the innermost loop of each convolution. */
function overRuns(row: Row, visit: (input: number, weight: number, output: number, length: number) => void): void {
  const { batches, channels, height, width, filters, down, across, taps, stride, padding } = extentsOf(row);
  for (let n = 0; n < batches; n++)
    for (let f = 0; f < filters; f++)
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < taps; i++)
          for (let j = 0; j < taps; j++) {
            const weight = ((f * channels + c) * taps + i) * taps + j;
            const first = Math.max(0, Math.ceil((padding - j) / stride));
            const last = Math.min(across - 1, Math.floor((width - 1 + padding - j) / stride));
            for (let y = 0; y < down; y++) {
              const line = y * stride + i - padding;
              if (line < 0 || line >= height) continue;
              const input = ((n * channels + c) * height + line) * width + first * stride + j - padding;
              visit(input, weight, ((n * filters + f) * down + y) * across + first, last - first + 1);
            }
          }
}

/** A convolution, or its gradient. */
export function convolution(row: Row, { inputs: { input, weight }, upstream }: Data): Loop {
  const { stride } = extentsOf(row);
  if (row.gradient === "input")
    return (result) => {
      result.fill(0);
      overRuns(row, (i, w, o, length) => {
        const factor = weight[w];
        for (let x = 0; x < length; x++) result[i + x * stride] += factor * upstream[o + x];
      });
    };
  if (row.gradient === "weight")
    return (result) => {
      result.fill(0);
      overRuns(row, (i, w, o, length) => {
        let sum = 0;
        for (let x = 0; x < length; x++) sum += input[i + x * stride] * upstream[o + x];
        result[w] += sum;
      });
    };
  return (result) => {
    result.fill(0);
    overRuns(row, (i, w, o, length) => {
      const factor = weight[w];
      for (let x = 0; x < length; x++) result[o + x] += factor * input[i + x * stride];
    });
  };
}

/** The largest of each window, or its gradient. */
export function pool(row: Row, { inputs: { input }, upstream }: Data): Loop {
  const { batches, channels, height, width, down, across, taps, stride, padding } = extentsOf(row);
  /** The place of the largest in the window, the first of equals. */
  const winner = (plane: number, y: number, x: number): number => {
    const [top, left] = [y * stride - padding, x * stride - padding];
    const [bottom, right] = [Math.min(height, top + taps), Math.min(width, left + taps)];
    let best = -1;
    let most = -Infinity;
    for (let r = Math.max(0, top); r < bottom; r++)
      for (let s = Math.max(0, left); s < right; s++) {
        const at = (plane * height + r) * width + s;
        if (input[at] > most) {
          most = input[at];
          best = at;
        }
      }
    return best;
  };
  const back = row.gradient !== undefined;
  return (result) => {
    if (back) result.fill(0);
    let at = 0;
    for (let plane = 0; plane < batches * channels; plane++)
      for (let y = 0; y < down; y++)
        for (let x = 0; x < across; x++, at++) {
          const best = winner(plane, y, x);
          if (back) result[best] += upstream[at];
          else result[at] = input[best];
        }
  };
}
