/** What a tape comes to before there is any buffer: its dispatches, what each binds, and how much room all of it takes. */
import { isConstant, siteOf, storage, type Tensor } from "../core/graph";
import type { Binding, Grid, Kernel, Site } from "../core/kernel";
import type { Step, Tape } from "../core/tape";
import { checkSize, KernelError, SizeError } from "./errors";
import { Families } from "./families";

/** What a storage binding stands for. Scratch goes by number: steps take turns with it. */
export type Slot =
  { readonly tensor: Tensor } | { readonly scratch: number } | { readonly extent: string } | { readonly absent: true };

export interface Dispatch {
  /** For messages: the op, and which of its kernels. */
  readonly where: string;
  readonly kernel: Kernel;
  /** A number stands for a scalar that the step was not given. */
  readonly scalars: readonly (Tensor | number)[];
  readonly block: readonly number[];
  readonly slots: readonly Slot[];
  readonly grid: Grid;
}

export interface Plan {
  /** The tensors that hold numbers of their own: no views, no scalars. */
  readonly tensors: readonly Tensor[];
  readonly scalars: readonly Tensor[];
  /** The tensors whose numbers come from outside. */
  readonly given: readonly Tensor[];
  readonly dispatches: readonly Dispatch[];
  /** Cells of each scratch buffer. */
  readonly scratch: readonly number[];
  /** For messages: what asks for so many cells of each. */
  readonly scratchFor: readonly string[];
}

/** Lays out a tape with the kernels that `families` choose. Throws KernelError where a dispatch would read what it writes. */
export function planOf(tape: Pick<Tape, "graph" | "steps">, families = new Families()): Plan {
  const { tensors } = tape.graph;
  const holding = tensors.filter((tensor) => tensor.role === "tensor" && tensor.of === undefined);
  const made = new Set([
    ...tape.steps.flatMap((step) => step.writes),
    ...tape.graph.nodes.flatMap((node) => Object.values(node.outputs)),
  ]);
  const scratch: Scratch = { cells: [], asked: [] };
  return {
    tensors: holding,
    scalars: tensors.filter((tensor) => tensor.role === "scalar"),
    given: holding.filter((tensor) => !isConstant(tensor) && !made.has(tensor)),
    dispatches: tape.steps.flatMap((step) => dispatchesOf(step, families.routine(step), scratch)),
    scratch: scratch.cells,
    scratchFor: scratch.asked,
  };
}

/** Cells of each scratch buffer so far, and what asked for that many. */
interface Scratch {
  readonly cells: number[];
  readonly asked: string[];
}

function dispatchesOf(step: Step, kernels: readonly Kernel[], scratch: Scratch): readonly Dispatch[] {
  const site = siteOf(step.node);
  const { op } = step.node;
  const numbers = scratchOf(op.name, kernels, site, scratch);
  return kernels.map((kernel) => {
    const dispatch = {
      where: `${op.name}, ${kernel.entry} in ${kernel.shader.file}`,
      kernel,
      scalars: op.scalars.map((spec) => step.node.scalars[spec.name] ?? spec.initial ?? 0),
      block: kernel.block(site),
      slots: kernel.binds.map((bind) => slotOf(bind, step, numbers)),
      grid: kernel.workgroups(site),
    };
    checkAliases(dispatch, step);
    return dispatch;
  });
}

/** Numbers the scratch buffers of one step, and lets each number grow to the most that any step asks of it. */
function scratchOf(
  where: string,
  kernels: readonly Kernel[],
  site: Site,
  scratch: Scratch,
): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const kernel of kernels) {
    for (const [name, cells] of Object.entries(kernel.scratch?.(site) ?? {})) {
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      if (cells <= (scratch.cells[number] ?? -1)) continue;
      scratch.cells[number] = cells;
      scratch.asked[number] = `${where}, its scratch space ${name}`;
    }
  }
  return numbers;
}

function slotOf(bind: Binding, step: Step, scratch: ReadonlyMap<string, number>): Slot {
  if ("scratch" in bind) {
    const number = scratch.get(bind.scratch);
    if (number === undefined)
      throw new KernelError(`${step.node.op.name}: no size is stated for the scratch ${bind.scratch}`);
    return { scratch: number };
  }
  const tensor = boundTensor(bind, step);
  return tensor ? { tensor: storage(tensor) } : { absent: true };
}

/** Undefined for an optional input that is not there, and for an output into which no gradient arrives. */
function boundTensor(bind: Exclude<Binding, { readonly scratch: string }>, step: Step): Tensor | undefined {
  const { node, gradient } = step;
  if ("input" in bind) return node.inputs[bind.input];
  if ("output" in bind) return node.outputs[bind.output];
  if ("upstream" in bind) return gradient?.upstream[bind.upstream];
  return step.writes[0];
}

/** A buffer that is written may be bound only once in a dispatch. */
function checkAliases({ where, kernel, slots }: Dispatch, step: Step): void {
  const held = slots.map((slot) => ("tensor" in slot ? slot.tensor : undefined));
  kernel.binds.forEach((bind, i) => {
    const written = "gradient" in bind || ("output" in bind && !step.gradient);
    const tensor = held[i];
    if (!written || !tensor) return;
    if (held.some((other, j) => j !== i && other === tensor))
      throw new KernelError(
        `${where}: ${tensor.name} is read and written at once; every step writes a tensor of its own`,
      );
  });
}

/** Refuses what the device has no room for or cannot bind, before anything is allocated. Throws SizeError, KernelError. */
export function checkPlan(plan: Plan, limits: GPUSupportedLimits): void {
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  for (const tensor of plan.tensors) checkSize(tensor.name, tensor.shape, most);
  plan.scratch.forEach((cells, i) => checkSize(plan.scratchFor[i], [cells], most));
  const held = new Set(plan.tensors);
  for (const dispatch of plan.dispatches) {
    checkDispatch(dispatch, limits);
    const stranger = dispatch.slots.find((slot) => "tensor" in slot && !held.has(slot.tensor));
    if (stranger && "tensor" in stranger)
      throw new KernelError(`${dispatch.where}: ${stranger.tensor.name} is no tensor of this graph`);
  }
}

function checkDispatch({ where, grid, slots }: Dispatch, limits: GPUSupportedLimits): void {
  const { maxComputeWorkgroupsPerDimension: groups, maxStorageBuffersPerShaderStage: buffers } = limits;
  if (grid.some((count) => !Number.isInteger(count) || count < 0))
    throw new KernelError(`${where}: a grid of ${grid.join(" × ")} workgroups; whole numbers would fit`);
  if (grid.some((count) => count > groups))
    throw new SizeError(`${where}: ${grid.join(" × ")} workgroups; at most ${groups} per dimension would fit`);
  if (slots.length > buffers)
    throw new KernelError(`${where}: ${slots.length} storage buffers; at most ${buffers} would fit`);
}
