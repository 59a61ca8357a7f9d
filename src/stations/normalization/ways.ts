/** The streets that numbers take: between the cells, at right angles, never over a number. */
import { plus } from "../../story/layout";
import type { Vector } from "../../story/picture";
import { half } from "./places";

const street = 0.5;
/** From a row or a column of statistics to the street beside it. */
const kerb = 0.72;

/** Along the street below a row of cells, from one to another of the same row. */
export const acrossRow = (from: Vector, to: Vector): Vector[] => [
  plus(from, [0, -half, 0]),
  [from[0], from[1] - street, 0],
  [to[0], to[1] - street, 0],
  plus(to, [0, -half, 0]),
];

/** From a cell of a matrix down the street on its right into the statistic below its column. */
export const downInto = (from: Vector, to: Vector): Vector[] => [
  plus(from, [half, 0, 0]),
  [from[0] + street, from[1], 0],
  [from[0] + street, to[1] + kerb, 0],
  [to[0], to[1] + kerb, 0],
  plus(to, [0, half, 0]),
];

/** From a cell of a matrix along the street below it into the statistic beside its row. */
export const rightInto = (from: Vector, to: Vector): Vector[] => [
  plus(from, [0, -half, 0]),
  [from[0], from[1] - street, 0],
  [to[0] - kerb, from[1] - street, 0],
  [to[0] - kerb, to[1], 0],
  plus(to, [-half, 0, 0]),
];

/** From a statistic below a column up into a cell of a matrix, which may stand farther right. */
export const upInto = (from: Vector, to: Vector): Vector[] => [
  plus(from, [half, 0, 0]),
  [from[0] + street, from[1], 0],
  ...(from[0] === to[0]
    ? []
    : ([
        [from[0] + street, from[1] + kerb, 0],
        [to[0] + street, from[1] + kerb, 0],
      ] as const)),
  [to[0] + street, to[1], 0],
  plus(to, [half, 0, 0]),
];

/** Between a cell of the outputs below and one of the batch above them. */
export const upAndAcross = (from: Vector, to: Vector): Vector[] => [
  plus(from, [half, 0, 0]),
  [from[0] + street, from[1], 0],
  [from[0] + street, to[1] - street, 0],
  [to[0], to[1] - street, 0],
  plus(to, [0, -half, 0]),
];
