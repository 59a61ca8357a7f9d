/** A shader out of the names of what it reads and a body. */
import { size } from "../../../src/core/shape";
import { threadHead, type Shading } from "../contenders/shader";
import { resultShape, type Data, type Row } from "../row";

const bindings = (names: readonly string[]): string =>
  names
    .map((name, i) => {
      const access = i < names.length - 1 ? "read" : "read_write";
      return `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<f32>;`;
    })
    .join("\n");

/** A shader whose threads each run `body`; every array that is named must be read by it. */
export function written(row: Row, data: Data, names: readonly string[], body: string, threads?: number): Shading {
  const output = size(resultShape(row));
  const count = threads ?? output;
  const inputs = names.map((name) => (name === "upstream" ? data.upstream : data.inputs[name]));
  const code = `${bindings([...names, "result"])}\n${threadHead(count)}\n${body}\n}`;
  return { code, inputs, output, threads: count };
}
