/** Products of matrices, convolutions and pools, a thread a cell. */
import type { Shading } from "../contenders/shader";
import { extentsOf, type Data, type Row } from "../row";
import { written } from "./written";

/** a · b. */
export function matmul(row: Row, data: Data): Shading {
  const [rows, columns] = row.output;
  const depth = row.inputs["a"][1];
  const body = `
  let row = at / ${columns}u; let column = at % ${columns}u;
  var sum = 0.0;
  for (var k = 0u; k < ${depth}u; k++) { sum += a[row * ${depth}u + k] * b[k * ${columns}u + column]; }
  result[at] = sum;`;
  return written(row, data, ["a", "b"], body, rows * columns);
}

const constants = (row: Row): string =>
  Object.entries(extentsOf(row))
    .map(([name, value]) => `const ${name} = ${value}i;`)
    .join(" ");

const convolutionForward = `
  let x = i32(at) % across; let y = i32(at) / across % down;
  let f = i32(at) / (across * down) % filters; let n = i32(at) / (across * down * filters);
  var sum = 0.0;
  for (var c = 0i; c < channels; c++) { for (var i = 0i; i < taps; i++) { for (var j = 0i; j < taps; j++) {
    let row = y * stride + i - padding; let column = x * stride + j - padding;
    if (row >= 0 && row < height && column >= 0 && column < width) {
      sum += input[((n * channels + c) * height + row) * width + column] * weight[((f * channels + c) * taps + i) * taps + j];
    }
  } } }
  result[at] = sum;`;

const convolutionInput = `
  let column = i32(at) % width; let row = i32(at) / width % height;
  let c = i32(at) / (width * height) % channels; let n = i32(at) / (width * height * channels);
  var sum = 0.0;
  for (var f = 0i; f < filters; f++) { for (var i = 0i; i < taps; i++) { for (var j = 0i; j < taps; j++) {
    let y = row + padding - i; let x = column + padding - j;
    if (y >= 0 && x >= 0 && y % stride == 0 && x % stride == 0 && y / stride < down && x / stride < across) {
      sum += upstream[((n * filters + f) * down + y / stride) * across + x / stride] * weight[((f * channels + c) * taps + i) * taps + j];
    }
  } } }
  result[at] = sum;`;

const convolutionWeight = `
  let j = i32(at) % taps; let i = i32(at) / taps % taps;
  let c = i32(at) / (taps * taps) % channels; let f = i32(at) / (taps * taps * channels);
  var sum = 0.0;
  for (var n = 0i; n < batches; n++) { for (var y = 0i; y < down; y++) { for (var x = 0i; x < across; x++) {
    let row = y * stride + i - padding; let column = x * stride + j - padding;
    if (row >= 0 && row < height && column >= 0 && column < width) {
      sum += input[((n * channels + c) * height + row) * width + column] * upstream[((n * filters + f) * down + y) * across + x];
    }
  } } }
  result[at] = sum;`;

/** A convolution, or its gradient. */
export function convolution(row: Row, data: Data): Shading {
  const head = constants(row);
  if (row.gradient === "input") return written(row, data, ["upstream", "weight"], head + convolutionInput);
  if (row.gradient === "weight") return written(row, data, ["input", "upstream"], head + convolutionWeight);
  return written(row, data, ["input", "weight"], head + convolutionForward);
}

/** The first of the largest in the window (y, x) of plane `p`: its place in `best`, its value in `most`. */
const largest = `
    var best = -1i; var most = 0.0;
    for (var i = 0i; i < taps; i++) { for (var j = 0i; j < taps; j++) {
      let r = y * stride + i - padding; let s = x * stride + j - padding;
      if (r >= 0 && r < height && s >= 0 && s < width) {
        let place = (p * height + r) * width + s;
        if (best < 0 || input[place] > most) { most = input[place]; best = place; }
      }
    } }`;

/** The largest of each window, or its gradient. */
export function pool(row: Row, data: Data): Shading {
  const forward = `
  let x = i32(at) % across; let y = i32(at) / across % down; let p = i32(at) / (across * down);
  ${largest}
  result[at] = most;`;
  const back = `
  let column = i32(at) % width; let row = i32(at) / width % height; let p = i32(at) / (width * height);
  var sum = 0.0;
  for (var y = max(0, row + padding - taps + stride) / stride; y * stride <= row + padding && y < down; y++) {
    for (var x = max(0, column + padding - taps + stride) / stride; x * stride <= column + padding && x < across; x++) {
      ${largest}
      if (best == i32(at)) { sum += upstream[(p * down + y) * across + x]; }
    }
  }
  result[at] = sum;`;
  if (row.gradient === undefined) return written(row, data, ["input"], constants(row) + forward);
  return written(row, data, ["input", "upstream"], constants(row) + back);
}
