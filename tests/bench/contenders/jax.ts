/** jax-js on WebGPU, every row one jitted function. Work is submitted before an array is let go, or it would be lost. */
import { defaultDevice, getWebGPUDevice, init, jit, nn, numpy as np, type Array as Tensor } from "@jax-js/jax";
import type { Data, Row } from "../row";
import type { Contender, Prepared } from "./contender";
import { makings, type Making } from "./jax_functions";

/** Opens the backend. */
export async function jax(): Promise<Contender> {
  await init("webgpu");
  defaultDevice("webgpu");
  const device = getWebGPUDevice();
  return {
    name: "jax",
    title: "jax-js",
    prepare: (row, data) => {
      const making = makings[row.op]?.(row);
      return Promise.resolve(making && ready(device, making, tensorsOf(row, data)));
    },
  };
}

const tensor = (numbers: Float32Array, shape: readonly number[]): Tensor => np.array(numbers, { shape: [...shape] });

/** What a row reads; the y of a softmax too, whose gradient is made of it. */
function tensorsOf(row: Row, { inputs, upstream }: Data): Readonly<Record<string, Tensor>> {
  const given = Object.fromEntries(
    Object.entries(row.inputs).map(([name, shape]) => [name, tensor(inputs[name], shape)]),
  );
  if (upstream.length === 0) return given;
  const arriving = { ...given, upstream: tensor(upstream, row.output) };
  return row.op === "softmax" ? { ...arriving, output: nn.softmax(given["input"].ref, -1) } : arriving;
}

function ready(device: GPUDevice, { reads, apply }: Making, tensors: Readonly<Record<string, Tensor>>): Prepared {
  const compiled = jit(apply);
  let latest: Tensor | undefined;
  const once = (): void => {
    const result = compiled(...reads.map((name) => tensors[name].ref));
    // It drops what is pending when an array is let go; asking for the buffer submits it.
    result.ref.gpuBufferSync();
    latest?.dispose();
    latest = result;
  };
  return {
    batch: async (count) => {
      for (let i = 0; i < count; i++) once();
      await device.queue.onSubmittedWorkDone();
    },
    output: async () => (await latest?.ref.data()) ?? [],
    dispose: () => {
      latest?.dispose();
      compiled.dispose();
      for (const held of Object.values(tensors)) held.dispose();
    },
  };
}
