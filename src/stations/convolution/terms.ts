/**
 * What the passes of station 7 are made of: terms, each of two cells that meet and a cell where their product goes.
 * Forward and as convolutions a moment is a cell of the result, which its terms add up to; window by window it is a
 * position, whose terms go apart.
 */
import type { Tensor } from "../../core/graph";
import { unravel } from "../../core/shape";
import type { Step } from "../../core/tape";
import { tapped } from "../../ops/window";
import type { Block, CellRef, Current } from "../../story/picture";
import { groundCell, type Ground } from "../../story/sliding";
import type { Model } from "./model";

/** One product on its way. */
export interface Term {
  /** What the window reads, and what it is multiplied by; a sum has no factor. */
  readonly from: CellRef;
  readonly by?: CellRef;
  readonly to: CellRef;
  /** Where it stands among the products of its moment: channel or sample, row and column. */
  readonly slot: readonly [number, number, number];
}

export type Way = "window" | "convolution";

export interface Pass {
  readonly step: Step;
  readonly current: Current;
  readonly result: Tensor;
  readonly moments: number;
  readonly micros: number;
  /** Channels, or samples, and rows and columns of the products of a moment. */
  readonly grid: readonly [number, number, number];
  terms(moment: number): readonly Term[];
  /** What is added once the terms are in. */
  last?(moment: number): CellRef;
  /** How the result's cells come to be. */
  readonly made: Partial<Block>;
}

const product = (extents: readonly number[]): number => extents.reduce((n, extent) => n * extent, 1);

/** Every multi-index of some extents, row-major. */
export const indices = (...extents: readonly number[]): readonly number[][] =>
  Array.from({ length: product(extents) }, (_, at) => unravel(extents, at));

/** A cell by its index. */
export const at = (tensor: Tensor, ...index: readonly number[]): CellRef => ({
  tensor,
  at: tensor.shape.reduce((flat, extent, axis) => flat * extent + index[axis], 0),
});

/** What windows of the forward pass read of a sample's channel, padding included. */
export function read(
  m: Model,
  ground: Ground,
  [sample, channel]: readonly [sample: number, channel: number],
  window: readonly number[],
  tap: readonly number[],
): CellRef {
  const row = tapped(m.rows, window[0], tap[0]);
  const sheet = sample * m.setting.in_channels + channel;
  return groundCell(ground, sheet, row, tapped(m.columns, window[1], tap[1]));
}

/** The sample, row and column of a window, in the order in which windows send back. */
export const windowIndex = ({ setting, O }: Model, moment: number): readonly number[] =>
  unravel([setting.batch, ...O.shape.slice(-2)], moment);

/** Channels of the input, and of the output, that belong to one group. */
export const perGroup = ({ setting }: Model): number => setting.in_channels / setting.groups;
export const outputsPerGroup = ({ setting }: Model): number => setting.out_channels / setting.groups;
