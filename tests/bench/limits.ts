/** What the machine itself reaches: multiply-adds that stay in registers, and a copy whose threads do much each. */
import type { Prepared } from "./contenders/contender";
import { shading, threadHead } from "./contenders/shader";

export interface Limit {
  readonly name: "multiplyAdd" | "copy";
  readonly prepared: Prepared;
  /** Operations or bytes of one run. */
  readonly amount: number;
}

const chains = 8;
const turns = 512;

/** Eight independent chains of vec4 in each thread. The factors keep them from growing and from vanishing. */
const multiplyAdds = (threads: number): string => {
  const each = (line: (i: number) => string): string => Array.from({ length: chains }, (_, i) => line(i)).join(" ");
  return `
@group(0) @binding(0) var<storage, read> given: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;
${threadHead(threads)}
  let factor = vec4<f32>(given[0]); let summand = vec4<f32>(given[1]);
  ${each((i) => `var c${i} = vec4<f32>(given[2] + f32(at + ${i}u));`)}
  for (var turn = 0u; turn < ${turns}u; turn++) { ${each((i) => `c${i} = fma(c${i}, factor, summand);`)} }
  let total = ${Array.from({ length: chains }, (_, i) => `c${i}`).join(" + ")};
  result[at] = total.x + total.y + total.z + total.w;
}`;
};

/** 64 vec4 a thread: its own run of them, or every so manieth, side by side with its neighbours'. */
const copying = (cells: number, order: "runs" | "strides"): string => {
  const threads = cells / 256;
  const place = order === "runs" ? "at * 64u + i" : `at + i * ${threads}u`;
  return `
@group(0) @binding(0) var<storage, read> given: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4<f32>>;
${threadHead(threads)}
  for (var i = 0u; i < 64u; i++) { result[${place}] = given[${place}]; }
}`;
};

/** Multiply-adds, by as many threads as keep the device busy for a while. */
export async function multiplyAddLimit(device: GPUDevice): Promise<Limit> {
  const inputs = [Float32Array.of(0.999, 0.001, 0.5, 0)];
  const of = async (threads: number): Promise<Limit> => ({
    name: "multiplyAdd",
    prepared: await shading(device, { code: multiplyAdds(threads), inputs, output: threads, threads }),
    amount: threads * chains * 4 * turns * 2,
  });
  return await grown(of, 2 ** 12, 2 ** 22);
}

/** A copy of 16 MiB, or of more where a device does that in no time. */
export const copyLimit = async (device: GPUDevice): Promise<Limit> =>
  await grown(async (cells) => await copyOf(device, cells), 2 ** 22, 2 ** 26);

/** Processors that play a card like runs, cards like strides: the faster of the two here. */
async function copyOf(device: GPUDevice, cells: number): Promise<Limit> {
  const inputs = [new Float32Array(cells).map((_, at) => at)];
  const both = await Promise.all(
    (["runs", "strides"] as const).map(
      async (order) =>
        await shading(device, { code: copying(cells, order), inputs, output: cells, threads: cells / 256 }),
    ),
  );
  const times = [await quickest(both[0]), await quickest(both[1])];
  const [prepared, slower] = times[0] <= times[1] ? both : both.toReversed();
  slower.dispose();
  return { name: "copy", prepared, amount: cells * 8 };
}

/** The first of growing sizes whose run takes two milliseconds, or the largest. */
async function grown(of: (size: number) => Promise<Limit>, least: number, most: number): Promise<Limit> {
  const limit = await of(least);
  if (least >= most || (await quickest(limit.prepared)) >= 2) return limit;
  limit.prepared.dispose();
  return await grown(of, 4 * least, most);
}

const together = 4;

/** Milliseconds of one run in the quickest of a few batches. */
async function quickest(prepared: Prepared): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 4; i++) {
    const start = performance.now();
    await prepared.batch(together);
    times.push((performance.now() - start) / together);
  }
  return Math.min(...times);
}
