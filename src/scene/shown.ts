/** A block as it stands in a picture: what it draws from a program, and what time makes of it. */
import type { Tensor } from "../core/graph";
import type { Arrival, Block, CellRef, Now, Vector } from "../story/picture";
import type { Frame } from "../story/score";
import { mark, row, type BlockDrawing } from "./block";
import { cellsIn, gridOf, middleOf, onFourAxes, paintOrder, type Grid } from "./cells";
import { setInstances } from "./quads";
import type { Theme } from "./theme";
import { dot, subtract } from "./vector";
import type { View } from "./view";

/** What the scene needs of a program: where its numbers are. */
export interface Numbers {
  buffer(tensor: Tensor): GPUBuffer;
  extent(group: string): GPUBuffer;
  copyCells(cells: readonly CellRef[], target: GPUBuffer): void;
}

/** Cells that differ from their neighbours are flagged up to this many per block; beyond it nothing is small enough to see. */
const mostFlagged = 65_536;
const deadFlag = 1;
const activeFlag = 2;

const pick = <T>(list: readonly T[], iteration: number): T => list[Math.min(iteration, list.length - 1)];

export class ShownBlock {
  readonly block: Block;
  readonly grid: Grid;
  readonly drawing: BlockDrawing;
  readonly #numbers: Numbers;
  readonly #flags: Float32Array<ArrayBuffer> | undefined;
  #flagged = false;

  constructor(block: Block, drawing: BlockDrawing, numbers: Numbers) {
    this.block = block;
    this.grid = gridOf(block);
    this.drawing = drawing;
    this.#numbers = numbers;
    const cells = cellsIn(this.grid);
    this.#flags = cells <= mostFlagged ? new Float32Array(cells) : undefined;
    this.#place();
    drawing.end.show(numbers.extent(block.group));
    drawing.mask.show(block.mask ? numbers.buffer(block.mask) : drawing.nothing);
    drawing.running.show(block.running ? numbers.buffer(block.running.tensor) : drawing.nothing);
    this.showIteration(0);
    this.paintFor([0, 0, 1000]);
  }

  /** The tensor that it shows in an iteration. */
  tensor(iteration: number): Tensor {
    return pick(this.block.tensors, iteration);
  }

  /** The buffers that it reads, whatever the iteration. */
  get buffers(): readonly GPUBuffer[] {
    const { tensors, mask, running, group } = this.block;
    const all = [...tensors, ...(mask ? [mask] : []), ...(running ? [running.tensor] : [])];
    return [...all.map((tensor) => this.#numbers.buffer(tensor)), this.#numbers.extent(group)];
  }

  #place(): void {
    const { grid, block, drawing } = this;
    const { table } = drawing;
    const sizes = [...grid.half, ...grid.pitchHalf];
    table[row.shape].fromArray([...grid.shape]);
    table[row.origin].set(...grid.origin, grid.em);
    grid.pitch.forEach((step, axis) => table[row.pitch + axis].set(...step, 0));
    table[row.extent].fromArray(sizes);
    table[row.right].set(...grid.right, 0);
    table[row.up].set(...grid.up, block.mask ? 1 : 0);
    table[row.stride].fromArray(onFourAxes(block.running?.stride ?? []));
    table[row.rest].set(block.running?.along ?? 0, 0, grid.half[0], 0);
    setInstances(drawing.mesh, cellsIn(grid));
  }

  showIteration(iteration: number): void {
    this.drawing.values.show(this.#numbers.buffer(this.tensor(iteration)));
  }

  /** Sets what depends on time alone. */
  setTime(frame: Frame, now: Now, colour: "linear" | "symlog", deep: boolean): void {
    const { block, drawing, grid } = this;
    const { table } = drawing;
    const { arrivals } = block;
    this.showIteration(frame.iteration);
    const arrival = arrivals && pick(arrivals, frame.iteration);
    const played = arrival && frame.progress.get(arrival.step);
    if (arrival && played) {
      table[row.moment].fromArray(onFourAxes(arrival.moment));
      table[row.micro].fromArray(onFourAxes(arrival.micro ?? []));
      table[row.clock].set(played.u, played.rhythm.lag, played.rhythm.span, arrival.micros ?? 1);
    }
    const { running } = block;
    table[row.rule].set(arrival?.landing ?? 0.9, played ? 1 : 0, running ? 1 : 0, running?.terms ?? 1);
    table[row.rest].y = this.#marks(colour, frame) + (deep ? mark.deep : 0);
    setInstances(drawing.mesh, (block.shown?.(now) ?? true) ? cellsIn(grid) : 0);
  }

  #marks(colour: "linear" | "symlog", frame: Frame): number {
    const { block } = this;
    const given: readonly (readonly [boolean | undefined, number])[] = [
      [block.edged, mark.edged],
      [colour === "symlog", mark.symlog],
      [block.ghost && frame.act !== undefined, mark.ghost],
      [block.factor, mark.bare],
      [block.latent, mark.latent],
      [this.tensor(frame.iteration).type === "index", mark.whole],
    ];
    return given.reduce((marks, [holds, bit]) => (holds ? marks + bit : marks), 0);
  }

  setTheme(theme: Theme): void {
    this.drawing.table[row.hue].set(...theme[this.block.factor ? "gradient" : (this.block.current ?? "text")]);
  }

  /** Marks cells as dead and, where the rest stands back, as in the step. */
  flag(dead: readonly CellRef[], active: readonly CellRef[], iteration: number): void {
    const flags = this.#flags;
    if (!flags) return;
    const tensor = this.tensor(iteration);
    const mine = (cells: readonly CellRef[]): number[] => cells.filter((c) => c.tensor === tensor).map((c) => c.at);
    const [deadHere, activeHere] = [mine(dead), this.block.ghost ? mine(active) : []];
    const any = deadHere.length + activeHere.length > 0;
    this.drawing.table[row.right].w = any ? 1 : 0;
    if (!any && !this.#flagged) return;
    flags.fill(0);
    for (const at of deadHere) flags[at] += deadFlag;
    for (const at of activeHere) if (flags[at] < activeFlag) flags[at] += activeFlag;
    this.drawing.flags.write(flags);
    this.#flagged = any;
  }

  /** The order of its cells, and its own place in the order of blocks. */
  paintFor(eye: Vector): void {
    this.drawing.order.write(paintOrder(this.grid, eye));
  }

  /** How far its middle lies from the eye, along the view. */
  depthIn(view: View): number {
    return Math.round(1e6 * dot(subtract(middleOf(this.grid), view.state.target), view.forward)) / 1e6;
  }

  /** Whether a cell has landed at a frame: the page's side of `cellProgress`. */
  landed(index: readonly number[], frame: Frame): boolean {
    const arrival = this.block.arrivals && pick(this.block.arrivals, frame.iteration);
    const played = arrival && frame.progress.get(arrival.step);
    return !arrival || !played || progressOf(arrival, index, played.u, played.rhythm) >= landingOf(arrival, index);
  }
}

const sum = (index: readonly number[], factors: readonly number[]): number =>
  onFourAxes(factors).reduce((total, factor, axis) => total + factor * index[axis], 0);

const progressOf = (
  arrival: Arrival,
  index: readonly number[],
  u: number,
  rhythm: { lag: number; span: number },
): number => Math.min(1, Math.max(0, (u - sum(index, arrival.moment) * rhythm.lag) / rhythm.span)) + 1e-5;

const landingOf = (arrival: Arrival, index: readonly number[]): number =>
  (sum(index, arrival.micro ?? []) + (arrival.landing ?? 0.9)) / (arrival.micros ?? 1);
