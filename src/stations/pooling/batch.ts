/** Several samples at once: which of them a window or a cell belongs to, and how its place is written. */
import type { Shape } from "../../core/shape";
import type { Model } from "./model";

/** The shape of as many planes as there are samples: of several, with the channel that pools expect. */
export const planesShape = (batch: number, rows: number, columns: number): Shape =>
  batch > 1 ? [batch, 1, rows, columns] : [rows, columns];

/** With its channel, where a single sample has left it out. */
export const asImages = (shape: Shape): Shape => (shape.length === 4 ? shape : [1, ...shape]);

/** Samples × rows × columns, without samples where there is one alone. */
export const withoutChannel = (shape: Shape): Shape => (shape.length === 4 ? shape.toSpliced(1, 1) : shape);

type Counted = Pick<Model, "batch" | "windows" | "cells">;

/** All windows of the batch, sample by sample. */
export const allWindows = ({ batch, windows }: Counted): readonly number[] =>
  Array.from({ length: batch * windows }, (_, window) => window);

/** The sample that a window belongs to. */
export const sampleOf = ({ windows }: Counted, window: number): number => Math.floor(window / windows);

/** The sample that a cell of I belongs to. */
export const sampleHolding = ({ cells }: Counted, at: number): number => Math.floor(at / cells);

/** Where a flat position in the plane that a window reads lies in the whole batch. */
export const inBatch = (m: Counted, window: number, flat: number): number => sampleOf(m, window) * m.cells + flat;

/** The same window in every sample. */
export const inEverySample = ({ batch, windows }: Counted, window: number): readonly number[] =>
  Array.from({ length: batch }, (_, sample) => sample * windows + window);

/** "[1, 1]": a cell or a window of a plane with that many columns. */
const indexText = (at: number, columns: number): string => `[${Math.floor(at / columns)}, ${at % columns}]`;

/** "[1, 1]": a window by its row and column in its own sample. */
export const windowText = (m: Model, window: number): string => indexText(window % m.windows, m.outputColumns);

/** "window [1, 1]", and in a batch "sample 2, window [1, 1]". */
export const windowName = (m: Model, window: number): string =>
  `${m.batch > 1 ? `sample ${sampleOf(m, window)}, ` : ""}window ${windowText(m, window)}`;

/** "[2, 3]": a cell of I; in a batch with its sample and channel, as it is indexed there. */
export function cellText(m: Model, at: number): string {
  const inPlane = indexText(at % m.cells, m.width);
  return m.batch > 1 ? `[${sampleHolding(m, at)}, 0, ${inPlane.slice(1)}` : inPlane;
}

/** That all samples are counted, where there are several. */
export const inAllSamples = ({ batch }: Counted): string => (batch > 1 ? ", in all samples" : "");
