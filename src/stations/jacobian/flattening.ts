/** Where the Jacobian's rows and columns go when outputs and inputs are each flattened along a line. */
import type { Vector } from "../../story/picture";
import type { Model } from "./model";

/**
 * Where one axis of a matrix goes when the matrix is flattened along a line: the step of its rows and of its columns.
 * A group is one row of the matrix, or one column.
 */
interface Flattening {
  readonly rowStep: number;
  readonly columnStep: number;
  readonly group: number;
  readonly groups: number;
  /** From one cell to the next inside a group, and from one group to the next. */
  readonly pitch: number;
  readonly far: number;
  readonly extent: number;
}

const air = 0.11;

function flattening(rows: number, columns: number, pitch: number, byColumn: boolean): Flattening {
  const [group, groups] = byColumn ? [rows, columns] : [columns, rows];
  const far = group * pitch + (groups === 1 ? 0 : air);
  const steps = byColumn ? { rowStep: pitch, columnStep: far } : { rowStep: far, columnStep: pitch };
  return { ...steps, group, groups, pitch, far, extent: group * groups * pitch + (groups - 1) * air };
}

/** Everything about where the Jacobian stands. */
export interface Geometry {
  readonly m: Model;
  /** The top left corner. */
  readonly origin: Vector;
  readonly down: Flattening;
  readonly across: Flattening;
  readonly byColumn: boolean;
}

const largest = 0.6;
/** A cell may be this many times wider than high, or higher than wide, before it shrinks in both directions. */
const longest = 4;

/** Cells shrink so that the Jacobian stays about as tall as the operands beside it. */
export function geometry(m: Model, origin: Vector, byColumn: boolean): Geometry {
  const { M, K, N, jacobian } = m;
  const [rows, columns] = jacobian.shape.slice(2);
  const room = Math.max(6, M + K + 2);
  const height = Math.min(largest, room / (M * N));
  const width = Math.min(largest, (1.2 * room) / (rows * columns));
  const [y, x] = [Math.min(height, longest * width), Math.min(width, longest * height)];
  return { m, origin, byColumn, down: flattening(M, N, y, byColumn), across: flattening(rows, columns, x, byColumn) };
}

/** The shorter side of its cells' pitch. */
export const smallerPitch = ({ down, across }: Geometry): number => Math.min(down.pitch, across.pitch);
/** Its lowest edge. */
export const bottomOf = ({ origin, down }: Geometry): number => origin[1] - down.extent;

/** How much farther apart things stand in a wide picture, which is seen smaller: texts do not shrink along. */
export const relief = ({ M, K, N }: Model): number => Math.max(1, (M + K + N) / 12);
