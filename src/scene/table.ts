/** Where things stand in the table that a block's shaders read, and the marks that they know. */

/** Rows of the table that a block's shaders read. Axes stand in the order of its layout. */
export const row = {
  /** How many cells of each axis are drawn, one by one. */
  drawn: 0,
  /** w: height of numbers. */
  origin: 1,
  /** Four pitches. */
  pitch: 2,
  right: 6,
  up: 7,
  moment: 8,
  micro: 9,
  clock: 10,
  rule: 11,
  stride: 12,
  /** Step along a running sum, marks, half a voxel. */
  rest: 13,
  hue: 14,
  /** Half width, half height, half pitch across and up. */
  extent: 15,
  /** Cells from one index to the next, along each axis. */
  steps: 16,
  /** Half of what figures have of a cell, across and up, then their height. */
  room: 17,
  /** Whether flags, a mask and winners hold; 2 for winners once the others have lost. */
  has: 18,
  /** Where the shown moment begins, in the values and in the winners. */
  offset: 19,
  /** The corners of a sheet, the last index along each axis of it, and its four steps. */
  ends: 20,
  last: 21,
  nest: 22,
} as const;
/** How many rows there are. */
export const rows = 26;

/** Marks that hold for a whole block; the values are those of `shaders/scene-cell.wgsl`. */
export const mark = {
  edged: 4,
  symlog: 8,
  ghost: 16,
  bare: 32,
  latent: 256,
  whole: 512,
  deep: 1024,
  padding: 16_384,
  mute: 32_768,
  plain: 65_536,
  outcome: 131_072,
} as const;
