/** A block as it stands in a picture: what it draws from a program, and what time makes of it. */
import type { Tensor } from "../core/graph";
import { size } from "../core/shape";
import type { Arrival, Block, CellRef, Now, Vector } from "../story/picture";
import type { Frame } from "../story/score";
import { manners, type BlockDrawing, type Kind, type Manner } from "./block";
import { arrangementOf, type Part } from "./arrangement";
import { cellsIn, farFirst, gridOf, indexAt, middleOf, onFourAxes, roomOf, type Grid } from "./cells";
import { inOrder, laidOut, noSteps, stepsOf, type Laid } from "./laid";
import { setInstances } from "./quads";
import { isOver, momentsIn, momentsOver } from "./series";
import { mark, row } from "./table";
import type { Theme } from "./theme";
import { dot, subtract } from "./vector";
import type { View } from "./view";

/** What the scene needs of a program: where its numbers are. */
export interface Numbers {
  buffer(tensor: Tensor): GPUBuffer;
  extent(group: string): GPUBuffer;
  copyCells(cells: readonly CellRef[], target: GPUBuffer): void;
}

/** A block, or the part of it that stands at one index of an axis. */
export interface Slice extends Part {
  readonly block: Block;
}

/** Cells that differ from their neighbours are flagged up to this many per block; beyond it nothing is small enough to see. */
const mostFlagged = 65_536;
/** What a cell's flag says, as `shaders/scene-cell.wgsl` reads it. */
export const flagBits = { dead: 1, active: 2, unread: 4 } as const;
/** Cells by row-major position, each with its flags. */
export type Flags = ReadonlyMap<number, number>;

/** Blocks of more cells than this are drawn as surfaces where they can be. */
const mostCells = 1500;

const pick = <T>(list: readonly T[], iteration: number): T => list[Math.min(iteration, list.length - 1)];

/** How a block is drawn. */
export function kindOf({ block }: Slice): Kind {
  if (block.body.kind === "voxel") return "voxel";
  const grid = gridOf(block);
  if (cellsIn(grid) > mostCells && laidOut(grid).nest && !block.factor) return "sheet";
  return block.won ? "contest" : "plate";
}

export class ShownBlock {
  readonly slice: Slice;
  readonly block: Block;
  readonly grid: Grid;
  readonly drawing: BlockDrawing;
  readonly #laid: Laid;
  readonly #numbers: Numbers;
  #flags: Float32Array<ArrayBuffer> | undefined;
  #flagged = false;
  #visible = true;
  #arranged = "";
  /** How many cells are drawn one by one, or how many sheets. */
  #count = 0;
  #manner: Manner = "cells";

  constructor(slice: Slice, drawing: BlockDrawing, numbers: Numbers) {
    const { block } = slice;
    this.slice = slice;
    this.block = block;
    this.grid = gridOf(block);
    this.drawing = drawing;
    this.#laid = laidOut(this.grid);
    this.#numbers = numbers;
    this.#place();
    drawing.end.show(this.#end ?? drawing.nothing);
    drawing.mask.show(block.mask ? numbers.buffer(block.mask) : drawing.nothing);
    drawing.won.show(block.won ? numbers.buffer(block.won.tensor) : drawing.nothing);
    drawing.running.show(block.running ? numbers.buffer(block.running.tensor) : drawing.nothing);
    drawing.values.show(numbers.buffer(this.tensor(0)));
  }

  /** The tensor that it shows in an iteration. */
  tensor(iteration: number): Tensor {
    return pick(this.block.tensors, iteration);
  }

  /** Whether it is in the picture now. */
  get visible(): boolean {
    return this.#visible;
  }

  /** Whether a cell of its block stands in this part of it. */
  holds(index: readonly number[]): boolean {
    return this.slice.axis === undefined || index[this.slice.axis] === this.slice.index;
  }

  get #end(): GPUBuffer | undefined {
    const { group } = this.block;
    return group === "positions" || group === "outcomes" ? undefined : this.#numbers.extent(group);
  }

  /** The buffers that it reads, whatever the iteration. */
  get buffers(): readonly GPUBuffer[] {
    const { tensors, mask, running, series, won } = this.block;
    const others = [mask, running?.tensor, series?.tensor, won?.tensor].filter((tensor) => tensor !== undefined);
    const held = [...tensors, ...others].map((tensor) => this.#numbers.buffer(tensor));
    return this.#end ? [...held, this.#end] : held;
  }

  #place(): void {
    const { grid, block, drawing } = this;
    const { table } = drawing;
    const { axes, nest, ends } = this.#laid;
    table[row.origin].set(...grid.origin, 0);
    inOrder(axes, grid.pitch).forEach((step, place) => table[row.pitch + place].set(...step, 0));
    table[row.extent].fromArray([...grid.half, ...grid.pitchHalf]);
    table[row.right].set(...grid.right, 0);
    table[row.up].set(...grid.up, 0);
    table[row.steps].fromArray(stepsOf(grid, this.#laid));
    table[row.stride].fromArray(inOrder(axes, onFourAxes(block.running?.stride ?? [])));
    table[row.rest].set(block.running?.along ?? 0, 0, grid.half[0], 0);
    table[row.has].set(0, block.mask ? 1 : 0, 0, 0);
    table[row.ends].fromArray([...ends]);
    axes.forEach((_, place) => table[row.nest + place].fromArray([...(nest?.[place] ?? noSteps)]));
    table[row.last].fromArray(axes.map((axis, place) => (nest?.[place][2] ? grid.shape[axis] - 1 : 0)));
  }

  /** Sets what depends on time, and on how large a unit is seen, in pixels. */
  setTime(frame: Frame, now: Now, colour: "linear" | "symlog", unit: number): void {
    const { block, drawing } = this;
    const { table } = drawing;
    const { axes } = this.#laid;
    const arrival = block.arrivals && pick(block.arrivals, frame.iteration);
    const played = arrival && frame.progress.get(arrival.step);
    if (arrival && played) {
      table[row.moment].fromArray(inOrder(axes, onFourAxes(arrival.moment)));
      table[row.micro].fromArray(inOrder(axes, onFourAxes(arrival.micro ?? [])));
      table[row.clock].set(
        played.u - (arrival.first ?? 0) * played.rhythm.lag,
        played.rhythm.lag,
        played.rhythm.span,
        arrival.micros ?? 1,
      );
    }
    const { running } = block;
    table[row.rule].set(arrival?.landing ?? 0.9, played ? 1 : 0, running ? 1 : 0, running?.terms ?? 1);
    table[row.rest].y = this.#marks(colour, frame);
    this.#setSeries(frame);
    this.#setWinners(frame);
    this.#visible = unit >= (block.least ?? 0) && (block.shown?.(now) ?? true);
  }

  /** Its own tensor, or the slice that the latest moment of its series left. */
  #setSeries(frame: Frame): void {
    const { block, drawing } = this;
    const { series } = block;
    const own = this.tensor(frame.iteration);
    const over = series ? momentsOver(series, series.tensor.shape[0], frame) : 0;
    const playing = series !== undefined && !isOver(series, frame);
    drawing.values.show(this.#numbers.buffer(playing ? series.tensor : own));
    drawing.table[row.offset].x = this.grid.from + (playing ? Math.max(0, over - 1) * size(own.shape) : 0);
    if (playing && over === 0) drawing.table[row.rule].y = 2;
  }

  #setWinners(frame: Frame): void {
    const { won } = this.block;
    if (!won) return;
    const { table } = this.drawing;
    const own = this.tensor(frame.iteration);
    const moments = momentsIn(won, own);
    const done = isOver(won, frame);
    const over = moments === undefined ? Number(done) : momentsOver(won, moments, frame);
    table[row.has].z = done ? 2 : over > 0 ? 1 : 0;
    table[row.offset].y = this.grid.from + Math.max(0, over - 1) * size(own.shape);
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
      [block.padding !== undefined, mark.padding],
      [block.padding === "never wins", mark.mute],
      [block.group === "positions", mark.plain],
      [block.group === "outcomes", mark.outcome],
    ];
    return given.reduce((marks, [holds, bit]) => (holds ? marks + bit : marks), 0);
  }

  setTheme(theme: Theme): void {
    this.drawing.table[row.hue].set(...theme[this.block.factor ? "gradient" : (this.block.current ?? "text")]);
  }

  /** Marks cells that stand apart and, where the rest stands back, those in the step. */
  flag(fates: Flags | undefined, active: Flags | undefined): void {
    const some = [fates, this.block.ghost ? active : undefined].filter(
      (flags) => flags !== undefined && flags.size > 0,
    );
    const cells = cellsIn(this.grid);
    if (cells > mostFlagged) return;
    this.drawing.table[row.has].x = some.length > 0 ? 1 : 0;
    if (some.length === 0 && !this.#flagged) return;
    this.#flags ??= new Float32Array(cells);
    this.#flags.fill(0);
    for (const flags of some)
      for (const [at, bits] of flags ?? []) if (this.#covers(at)) this.#flags[at - this.grid.from] += bits;
    this.drawing.flags.write(this.#flags);
    this.#flagged = some.length > 0;
  }

  /** Chooses what is drawn in a view, and in which order. */
  arrange(view: View): void {
    const { drawing, grid } = this;
    const { table } = drawing;
    if (view.perspective) table[row.rest].y += mark.deep;
    const room = roomOf(grid, view);
    table[row.room].set(...room, 0);
    table[row.origin].w = room[2];
    const key = drawing.sheets || !view.flat ? viewKey(view) : "flat";
    if (key !== this.#arranged) this.#choose(view);
    this.#arranged = key;
    for (const manner of manners) {
      const mesh = drawing[manner];
      if (mesh) setInstances(mesh, this.#visible && manner === this.#manner ? this.#count : 0);
    }
  }

  #choose(view: View): void {
    const { grid, drawing, slice } = this;
    const { manner, drawn } = arrangementOf(grid, this.#laid, slice, view, drawing.sheets !== undefined);
    const eye: Vector = view.flat ? [0, 0, 1000] : view.eye;
    const order = drawn.flatMap((list, place) => farFirst(grid, this.#laid.axes[place], list, eye));
    drawing.order.write(Float32Array.from(order));
    drawing.table[row.drawn].fromArray(drawn.map(({ length }) => length));
    this.#manner = manner;
    this.#count = drawn.reduce((n, { length }) => n * length, 1);
  }

  /** The middle of what it draws. */
  get #middle(): Vector {
    const { axis, index } = this.slice;
    return middleOf(this.grid, axis === undefined || index === undefined ? undefined : { axis, index });
  }

  /** How far its middle lies from the eye, along the view; among parallel planes, how far its plane does. */
  depthIn(view: View, normal?: Vector): number {
    const offset = subtract(this.#middle, view.state.target);
    const depth = normal ? dot(offset, normal) * dot(normal, view.forward) : dot(offset, view.forward);
    return Math.round(1e6 * depth) / 1e6;
  }

  /** Whether a cell has landed at a frame: the page's side of `cellProgress`. */
  landed(index: readonly number[], frame: Frame): boolean {
    const { series, arrivals } = this.block;
    if (series) return momentsOver(series, series.tensor.shape[0], frame) > 0;
    const arrival = arrivals && pick(arrivals, frame.iteration);
    const played = arrival && frame.progress.get(arrival.step);
    return !arrival || !played || progressOf(arrival, index, played.u, played.rhythm) >= landingOf(arrival, index);
  }

  /** The index of a cell, where it stands in this part of the block. */
  find(at: number): readonly number[] | undefined {
    const index = indexAt(this.grid, at - this.grid.from);
    return this.#covers(at) && this.holds(index) ? index : undefined;
  }

  /** Whether its block shows that cell of its tensors. */
  #covers(at: number): boolean {
    return at >= this.grid.from && at < this.grid.from + cellsIn(this.grid);
  }
}

const viewKey = ({ state, viewport }: View): string => JSON.stringify([state, viewport]);

const sum = (index: readonly number[], factors: readonly number[]): number =>
  onFourAxes(factors).reduce((total, factor, axis) => total + factor * index[axis], 0);

const progressOf = (
  arrival: Arrival,
  index: readonly number[],
  u: number,
  rhythm: { lag: number; span: number },
): number =>
  Math.min(1, Math.max(0, (u - ((arrival.first ?? 0) + sum(index, arrival.moment)) * rhythm.lag) / rhythm.span)) + 1e-5;

const landingOf = (arrival: Arrival, index: readonly number[]): number =>
  (sum(index, arrival.micro ?? []) + (arrival.landing ?? 0.9)) / (arrival.micros ?? 1);
