/** Timing families of kernels against one another on this adapter, on shapes of the op's own choosing. */
import { Graph, siteOf, type Tensor } from "../core/graph";
import { isDifferentiable } from "../core/op";
import type { Choice } from "../core/recipe";
import { Tape, type Step } from "../core/tape";
import { Families, type OpenQuestion } from "./families";
import type { Feed } from "./intake";
import { planOf, type Plan } from "./plan";
import type { Program } from "./program";

/** Each family is timed this often, in turns with the others, after one run that is not timed; its best time counts. */
const rounds = 5;
/** By this factor another family must beat the best guess: what else the machine does must not decide. */
const clearly = 1.1;
/** Runs that are submitted together and awaited once, so that the wait does not drown what is timed. */
const together = 2;

/** The family that took the least time. Kernels take as long on zeros as on other numbers. */
export async function probing(
  { question, step, choice }: OpenQuestion,
  ready: (plan: Plan) => Promise<Program>,
  device: GPUDevice,
): Promise<string> {
  const tape = probeTape(step, choice);
  const [sample] = tape.steps;
  const programs = new Map<string, Program>();
  try {
    for (const family of choice.suited(siteOf(sample.node))) {
      const families = new Families();
      families.force(question, family);
      programs.set(family, await ready(planOf(tape, families)));
    }
    return await fastestOf(programs, feedOf(tape), device);
  } finally {
    for (const program of programs.values()) program.dispose();
  }
}

/** The step alone, on the shapes of the probe. */
function probeTape(step: Step, { probe }: Choice): Pick<Tape, "graph" | "steps"> {
  const { op } = step.node;
  const graph = new Graph();
  const inputs = Object.entries(probe.shapes).map(([name, shape]) => [name, graph.filled(name, shape, 0)] as const);
  const outputs = graph.applyAll(op, Object.fromEntries(inputs), probe.attributes && { attributes: probe.attributes });
  const tape = new Tape(graph);
  if (!step.gradient) {
    tape.forward();
    return tape;
  }
  const open = op.outputs.filter(isDifferentiable);
  const upstream = open.map(({ name }) => [name, graph.filled(name, outputs[name].shape, 0)] as const);
  tape.gradient(graph.nodes[0], step.gradient.input, Object.fromEntries(upstream), "gradient");
  return tape;
}

const feedOf = ({ graph }: Pick<Tape, "graph">): Feed =>
  new Map(
    graph.tensors
      .filter(({ role }) => role === "scalar")
      .map((scalar): [Tensor, Float32Array] => [scalar, new Float32Array(1)]),
  );

async function fastestOf(programs: ReadonlyMap<string, Program>, feed: Feed, device: GPUDevice): Promise<string> {
  const times = new Map<string, number>();
  for (let round = 0; round <= rounds; round++) {
    for (const [family, program] of programs) {
      const taken = await timeOf(program, feed, device);
      if (round > 0) times.set(family, Math.min(taken, times.get(family) ?? Infinity));
    }
  }
  const [[guess, expected], ...others] = times;
  const [[fastest, least]] = [...others, [guess, expected] as const].toSorted(([, a], [, b]) => a - b);
  return least * clearly < expected ? fastest : guess;
}

/** Milliseconds of a few runs. A clock is read here because the answer is a time; no picture depends on it. */
async function timeOf(program: Program, feed: Feed, device: GPUDevice): Promise<number> {
  await device.queue.onSubmittedWorkDone();
  const start = performance.now();
  for (let i = 0; i < together; i++) program.run(feed);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - start;
}
