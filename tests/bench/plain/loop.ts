/** What a loop of plain JavaScript is: everything allocated beforehand, the result written where it is told. */
export type Numbers = Float32Array;
/** Writes the result into `out`. */
export type Loop = (out: Numbers) => void;
