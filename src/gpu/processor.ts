/** Runs tapes on the GPU. One per device; its pipelines serve every program. */
import { Graph, siteOf, type Node, type Tensor } from "../core/graph";
import type { Kernel, Site } from "../core/kernel";
import type { AnyOp, Case } from "../core/op";
import { isChoice, type Recipe } from "../core/recipe";
import type { Tape } from "../core/tape";
import type { Gpu } from "./device";
import { KernelError, SizeError } from "./errors";
import { extentDispatches } from "./extent";
import { Families } from "./families";
import type { Feed } from "./intake";
import { LongRun, type Loop } from "./long-run";
import { Memory } from "./memory";
import { Pipelines } from "./pipelines";
import { checkPlan, planOf, type Plan } from "./plan";
import { probing } from "./probe";
import { Program, type Shop } from "./program";
import { Staging } from "./staging";

/** Tensors that share a colour scale, by the group's name. */
export type Groups = Readonly<Record<string, readonly Tensor[]>>;

export interface Stats {
  /** Pipelines compiled, buffers ever made, and command lists submitted, since the start. */
  readonly pipelines: number;
  readonly created: number;
  readonly submits: number;
  /** Buffers alive, and their bytes. */
  readonly buffers: number;
  readonly bytes: number;
}

export class Processor {
  readonly #device: GPUDevice;
  readonly #pipelines: Pipelines;
  readonly #memory: Memory;
  readonly #staging: Staging;
  readonly #shop: Shop;
  readonly #programs = new Set<Program>();
  /** Questions that are being answered, so that two tapes do not time the same. */
  readonly #probing = new Map<string, Promise<void>>();
  /** Which kernels compute what, and what was found out about that. */
  readonly families: Families;
  #submits = 0;

  constructor(gpu: Gpu, families = new Families()) {
    this.families = families;
    this.#device = gpu.device;
    this.#pipelines = new Pipelines(gpu.device);
    this.#memory = new Memory(gpu.device);
    const submit = (commands: GPUCommandBuffer): void => this.#submit(commands);
    this.#staging = new Staging(gpu.device, this.#memory, submit);
    this.#shop = {
      device: gpu.device,
      memory: this.#memory,
      staging: this.#staging,
      submit,
      forget: (program) => this.#programs.delete(program),
    };
  }

  /**
   * Makes a tape ready to run: a buffer per tensor, pipelines, uniform blocks, bind groups. Rejects with SizeError before
   * anything is allocated, and with KernelError.
   */
  async prepare(tape: Pick<Tape, "graph" | "steps">, groups: Groups = {}): Promise<Program> {
    await this.#settle(tape);
    const laid = planOf(tape, this.families);
    const plan = { ...laid, dispatches: [...laid.dispatches, ...extentDispatches(groups)] };
    checkPlan(plan, this.#device.limits);
    return await this.#ready(plan, Object.keys(groups));
  }

  /**
   * Makes a loop ready to run from the numbers of `feed`, with at most `bytes` bytes of checkpoints. Rejects as `prepare`
   * does, and with FeedError.
   */
  async loop(loop: Loop, feed: Feed, bytes?: number): Promise<LongRun> {
    const program = await this.prepare(loop.tape);
    try {
      return new LongRun(this.#shop, program, loop, feed, bytes);
    } catch (error) {
      program.dispose();
      throw error;
    }
  }

  /** Compiles what these ops run on shapes like those of their cases: what a lesson may come to when its shapes change. */
  async warm(ops: readonly AnyOp[]): Promise<void> {
    await Promise.all(ops.flatMap(kernelsForCases).map((kernel) => this.#pipelines.get(kernel)));
  }

  stats(): Stats {
    return { pipelines: this.#pipelines.count, submits: this.#submits, ...this.#memory.stats };
  }

  /** Frees the buffers of every program; the device stays open. */
  dispose(): void {
    for (const program of this.#programs) program.dispose();
    this.#staging.dispose();
  }

  /** Lets the adapter answer which families are fastest for what this tape holds, where shapes leave that open. */
  async #settle(tape: Pick<Tape, "graph" | "steps">): Promise<void> {
    for (const open of this.families.open(tape.steps)) {
      const known = this.#probing.get(open.question);
      const timing =
        known ??
        probing(open, (plan) => this.#ready(plan, []), this.#device).then((fastest) =>
          this.families.decide(open.question, fastest),
        );
      this.#probing.set(open.question, timing);
      await timing.finally(() => this.#probing.delete(open.question));
    }
  }

  /** A grid of no workgroups is how a kernel says that these shapes do not need it: it is not compiled for them. */
  async #ready(laid: Plan, groups: readonly string[]): Promise<Program> {
    const plan = { ...laid, dispatches: laid.dispatches.filter(({ grid }) => !grid.includes(0)) };
    const pipelines = await Promise.all(plan.dispatches.map(({ kernel }) => this.#pipelines.get(kernel)));
    return await this.#build(plan, groups, pipelines);
  }

  async #build(plan: Plan, groups: readonly string[], pipelines: readonly GPUComputePipeline[]): Promise<Program> {
    this.#device.pushErrorScope("out-of-memory");
    this.#device.pushErrorScope("validation");
    const program = new Program(this.#shop, plan, groups, pipelines);
    const [invalid, exhausted] = await Promise.all([this.#device.popErrorScope(), this.#device.popErrorScope()]);
    this.#programs.add(program);
    if (!exhausted && !invalid) return program;
    program.dispose();
    throw exhausted
      ? new SizeError(`the device is out of memory: ${exhausted.message}`)
      : new KernelError(invalid?.message);
  }

  #submit(commands: GPUCommandBuffer): void {
    this.#device.queue.submit([commands]);
    this.#submits++;
  }
}

/** The kernels that an op runs on its cases, by shape alone; families for large shapes are compiled when one comes. */
const kernelsForCases = (op: AnyOp): readonly Kernel[] =>
  op.cases.flatMap((each) => {
    const node = nodeFor(op, each);
    const recipes = [op.kernels.forward, ...Object.values(op.kernels.gradient)];
    return recipes.flatMap((recipe) => (recipe ? kernelsAt(recipe, siteOf(node)) : []));
  });

const kernelsAt = (recipe: Recipe, site: Site): readonly Kernel[] =>
  (isChoice(recipe) ? recipe.families[recipe.suited(site)[0]] : recipe).filter(
    (kernel) => !kernel.workgroups(site).includes(0),
  );

function nodeFor(op: AnyOp, { shapes, attributes = {} }: Case): Node {
  const graph = new Graph();
  const typeOf = (input: string) => op.inputs.find(({ name }) => name === input)?.type;
  const inputs = Object.entries(shapes).map(([name, shape]) => [name, graph.given(name, shape, typeOf(name))]);
  graph.applyAll(op, Object.fromEntries(inputs), { attributes });
  return graph.nodes[0];
}
