/** Backflow, by its public path: a call on a tape, prepared by the processor. */
import { Graph, storage, type Tensor } from "../../../src/core/graph";
import { isDifferentiable } from "../../../src/core/op";
import { isChoice } from "../../../src/core/recipe";
import { Tape, type Step } from "../../../src/core/tape";
import type { Gpu } from "../../../src/gpu/device";
import { Families, questionOf, recipeOf } from "../../../src/gpu/families";
import { Processor } from "../../../src/gpu/processor";
import type { Program } from "../../../src/gpu/program";
import { record } from "../../../src/ops/call";
import { ops, opNamed } from "../../../src/ops/index";
import type { Data, Row } from "../row";
import type { Contender, Prepared } from "./contender";

type Feed = Map<Tensor, Float32Array>;

/** A tape, the steps of it that are timed, and what they write. */
interface Laid {
  readonly tape: Tape;
  readonly steps: readonly Step[];
  readonly result: Tensor;
  readonly feed: Feed;
}

/** `family` is taken wherever it suits, whatever the probe would say. */
export function ours(gpu: Gpu, family?: string): Contender {
  const processor = new Processor(gpu, new Families());
  return {
    name: "ours",
    title: "Backflow",
    prepare: async (row, data) => {
      if (!ops.some(({ name }) => name === row.op)) return undefined;
      const laid = lay(row, data);
      if (family !== undefined) force(processor.families, laid.steps, family);
      return ready(gpu.device, laid, await preparing(processor, gpu.device, laid));
    },
  };
}

/** Throws where none of the steps has such a family. */
function force(families: Families, steps: readonly Step[], family: string): void {
  const known = new Set(
    steps.map(recipeOf).flatMap((recipe) => (isChoice(recipe) ? Object.keys(recipe.families) : [])),
  );
  if (!known.has(family))
    throw new Error(`--family: there is no ${family} here; ${[...known].join(", ") || "no family"} would fit`);
  for (const step of steps) families.force(questionOf(step), family);
}

function lay(row: Row, data: Data): Laid {
  if (row.chain !== undefined) return layChain(row, row.chain, data);
  const inputs = Object.fromEntries(
    Object.entries(row.inputs).map(([name, shape]) => [name, { shape, data: data.inputs[name] }]),
  );
  const { tape, feed, outputs } = record({ op: row.op, attrs: row.attributes, inputs });
  const [first] = tape.graph.nodes[0].op.outputs;
  if (row.gradient === undefined) return { tape, steps: tape.steps, result: outputs[first.name], feed: new Map(feed) };
  return layGradient({ tape, outputs, feed: new Map(feed) }, row.gradient, data.upstream);
}

/** The gradient step alone; what the forward step writes is there already. */
function layGradient(
  { tape, outputs, feed }: { tape: Tape; outputs: Readonly<Record<string, Tensor>>; feed: Feed },
  input: string,
  numbers: Float32Array,
): Laid {
  const [node] = tape.graph.nodes;
  const arriving = node.op.outputs.filter(isDifferentiable).map(({ name }, i) => {
    const { shape } = outputs[name];
    if (i > 0) return [name, tape.graph.filled(`upstream ${name}`, shape, 0)] as const;
    const upstream = tape.graph.given("upstream", shape);
    feed.set(upstream, numbers);
    return [name, upstream] as const;
  });
  const result = tape.gradient(node, input, Object.fromEntries(arriving), `gradient of ${input}`);
  return { tape, steps: tape.steps.filter(({ gradient }) => gradient), result, feed };
}

function layChain(row: Row, length: number, { inputs }: Data): Laid {
  const graph = new Graph();
  const [a, b] = ["a", "b"].map((name) => graph.given(name, row.inputs[name]));
  let result = a;
  for (let i = 0; i < length; i++)
    result =
      i % 2 === 0 ? graph.apply(opNamed("matmul"), { a: result, b }) : graph.apply(opNamed("relu"), { input: result });
  const tape = new Tape(graph);
  tape.forward();
  const feed = new Map([
    [a, inputs["a"]],
    [b, inputs["b"]],
  ]);
  return { tape, steps: tape.steps, result, feed };
}

/** A program of the timed steps, with everything in place that they read. */
async function preparing(processor: Processor, device: GPUDevice, { tape, steps, feed }: Laid): Promise<Program> {
  const { graph } = tape;
  const program = await processor.prepare({ graph, steps });
  program.run(feed);
  if (steps.length === tape.steps.length) return program;
  const before = await processor.prepare({ graph, steps: tape.steps });
  before.run(feed);
  const encoder = device.createCommandEncoder();
  for (const tensor of Object.values(graph.nodes[0].outputs).map(storage)) {
    const from = before.buffer(tensor);
    encoder.copyBufferToBuffer(from, 0, program.buffer(tensor), 0, from.size);
  }
  device.queue.submit([encoder.finish()]);
  before.dispose();
  return program;
}

const ready = (device: GPUDevice, { result }: Laid, program: Program): Prepared => ({
  batch: async (count) => {
    for (let i = 0; i < count; i++) program.run(new Map());
    await device.queue.onSubmittedWorkDone();
  },
  output: async () => (await program.read([result])).get(result) ?? [],
  dispose: () => {
    program.dispose();
  },
});
