/** The test images of station 9: grey values from 0 to 1, made by formulas. */
import { readOwnImage } from "../../story/image";
import { house } from "./house";
import { side } from "./sizes";

/** The built-in images by the value of the knob. */
export const builtIn = [
  { value: "stripes", label: "stripes" },
  { value: "checkerboard", label: "checkerboard" },
  { value: "zone plate", label: "zone plate" },
  { value: "house", label: "a house" },
] as const;

type Grey = (row: number, column: number, period: number) => number;

/** A wave of that many pixels, from 0 to 1. */
const wave = (turns: number): number => (1 + Math.cos(2 * Math.PI * turns)) / 2;

/** Whether a place lies in the first half of its period. */
const isFirst = (at: number, period: number): boolean => (((at + 0.5) / period) % 1) * 2 < 1;

const middle = (side - 1) / 2;

const greys: Readonly<Record<string, Grey>> = {
  stripes: (_, column, period) => wave(column / period),
  checkerboard: (row, column, period) => (isFirst(row, period) === isFirst(column, period) ? 1 : 0),
  // The rings grow finer outwards; where they meet the edge one of them is a period wide.
  "zone plate": (row, column, period) => wave(((row - middle) ** 2 + (column - middle) ** 2) / (2 * middle * period)),
  house,
};

/** The image that a knob's value stands for. */
export function imageOf(value: string, period: number): Float32Array {
  const own = readOwnImage(value, side);
  if (own) return Float32Array.from(own, (grey) => grey / 255);
  const grey = greys[value] ?? greys["stripes"];
  return Float32Array.from({ length: side * side }, (_, at) => grey(Math.floor(at / side), at % side, period));
}
