/** Where everything of station 3 stands: what is per feature under its feature, what is per sample beside its sample. */
import { cellShare } from "../../story/layout";
import type { Vector } from "../../story/picture";
import type { Structure } from "./model";

export const half = cellShare / 2;
/** Free pitches between neighbouring matrices, and between a matrix and its statistics, from cell centre to cell centre. */
const between = 2.35;
const beside = 1.55;
/** How high the rows of the running averages may be together, and one of them. */
const mostHeight = 3.9;
const rowHeight = 0.8;

/** The first cell of each thing. */
export interface Places {
  readonly x: Vector;
  /** What is left without the mean, then the normalized batch, in the same place. */
  readonly normal: Vector;
  readonly y: Vector;
  readonly mean: Vector;
  readonly variance: Vector;
  readonly gamma: Vector;
  readonly beta: Vector;
  /** The start of the running averages. */
  readonly runningMean: Vector;
  readonly runningVariance: Vector;
  readonly runningPitch: number;
  /** Outputs and their difference below the batch, while the Jacobian is seen. */
  readonly below: Vector;
  readonly jacobian: Jacobian;
}
interface Jacobian {
  /** The top left corner. */
  readonly corner: Vector;
  /** From one row or column to the next, and from one sample to the next. */
  readonly pitch: number;
  readonly far: number;
}

/** Air between the samples of the Jacobian. */
const air = 0.14;
const largestEntry = 0.72;

export function placesOf({ method, samples: n, features: c, batches }: Structure): Places {
  const bottom = -(n - 1) - beside;
  const perSample = method === "layer";
  const right = (from: number): number => from + c - 1 + (perSample ? beside : 0) + between;
  const normal = right(0);
  const y = right(normal);
  const statistic = (of: number): Vector => (perSample ? [of + c - 1 + beside, 0, 0] : [of, bottom, 0]);
  const pitch = Math.min(rowHeight, mostHeight / (batches + 1));
  const first = bottom - beside - 0.35 - (rowHeight - pitch) / 2;
  return {
    x: [0, 0, 0],
    normal: [normal, 0, 0],
    y: [y, 0, 0],
    mean: statistic(0),
    variance: statistic(normal),
    gamma: [y, bottom, 0],
    beta: [y, bottom - 1.3, 0],
    runningMean: [0, first, 0],
    runningVariance: [normal, first, 0],
    runningPitch: pitch,
    below: [0, -(n - 1) - 2.5, 0],
    jacobian: jacobianPlace(n, c),
  };
}

function jacobianPlace(n: number, c: number): Jacobian {
  const room = Math.max(8.6, 2 * n + 1.5);
  const pitch = Math.min(largestEntry, (room - (n - 1) * air) / (n * c));
  return { corner: [c - 1 + 2.6, half, 0], pitch, far: c * pitch + air };
}
