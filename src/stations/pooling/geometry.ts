/**
 * Where everything of station 8 stands: I on the left, O on the right, the backward pair below, streets in between. Samples
 * stand one below the other, each laid out like one alone.
 */
import type { Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import { tapped, unread } from "../../ops/window";
import { cellShare, plus, sheet } from "../../story/layout";
import type { Block, Place, Vector } from "../../story/picture";
import type { Ground } from "../../story/sliding";
import { sideOf, windowAt, type Model } from "./model";

/** The forward pair stands above; below it the backward pair, or I moved by one pixel with what it pools to. */
export type Lane = "above" | "below";

/** How much farther apart windows stand than their cells do, where none overlaps another. */
const between = 0.6;
/** How far the light box of a window stands out over its cells. */
export const margin = 0.13;
const half = cellShare / 2;
/** The largest pitch of the output. */
const largest = 1.3;

/** The place of one sample. */
export interface Geometry {
  readonly m: Model;
  readonly sample: number;
  /** Whether windows stand apart: they cover I without overlapping and without a rest. */
  readonly apart: boolean;
  /** How far I reaches around its first cell, padding included. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Where the flows of windows turn off, between I and O. */
  readonly corridor: { readonly from: number; readonly to: number };
  readonly output: { readonly pitch: number; readonly left: number; readonly top: number };
  /** Below the middle of I's last row: column indices, words on what is unread, the sentence on a tie. */
  readonly foot: { readonly columns: number; readonly unread: number; readonly tie: number };
  /** From the pair above to the pair below, or from one sample to the next. */
  readonly drop: number;
  /** How much larger gaps are where the picture is seen smaller: texts do not shrink along. */
  readonly relief: number;
}

/** With more rows or columns than this the gaps between windows would be seen as a pattern. */
const mostApart = 16;
const isApart = ({ kernel, stride, padding, height, width }: Model): boolean =>
  kernel === stride &&
  padding === 0 &&
  height % stride === 0 &&
  width % stride === 0 &&
  Math.max(height, width) <= mostApart;

/** The places of all samples, in order. */
export function places(m: Model): readonly Geometry[] {
  const first = geometry(m);
  return Array.from({ length: m.batch }, (_, sample) => ({ ...first, sample }));
}

/** The place of the first sample. */
export function geometry(m: Model): Geometry {
  const apart = isApart(m);
  const stretched = (extent: number): number => extent - 1 + (apart ? (extent / m.stride - 1) * between : 0);
  const edge = half + m.padding + (apart ? margin : 0);
  const [wide, high] = [stretched(m.width), stretched(m.height)];
  const relief = Math.max(1, (high + 2 * m.padding) / 5, (wide + 2 * m.padding) / 9);
  const corridor = { from: wide + edge + 0.62 * relief, to: wide + edge + 2.7 * relief };
  const output = outputPlace(m, { wide, high, relief, from: corridor.to });
  const foot = footOf(m, edge, apart, relief);
  const drop = high + Math.max(2 * edge + 1.36 * relief, foot.tie + edge + 0.54 * relief);
  return {
    m,
    sample: 0,
    apart,
    left: -edge,
    right: wide + edge,
    top: edge,
    bottom: -high - edge,
    corridor,
    output,
    foot,
    drop,
    relief,
  };
}

interface Room {
  readonly wide: number;
  readonly high: number;
  readonly relief: number;
  /** Where the corridor ends. */
  readonly from: number;
}

/** O beside I, its middle level with that of I, and no taller. */
function outputPlace(m: Model, { wide, high, relief, from }: Room): Geometry["output"] {
  const pitch = Math.min(
    largest * Math.sqrt(relief),
    (high + 1) / m.outputRows,
    (wide + 1) / Math.min(4, m.outputColumns),
  );
  const left = from + 0.45 * relief + pitch / 2;
  return { pitch, left, top: ((m.outputRows - 1) * pitch - high) / 2 };
}

/** How many lines of words the cells need that no window reads. */
const unreadLines = ({ rows, columns }: Model): number =>
  [rows, columns].filter((axis) => unread(axis).length > 0).length;

function footOf(m: Model, edge: number, apart: boolean, relief: number): Geometry["foot"] {
  const lines = unreadLines(m);
  const columns = edge + (apart ? 0.34 : lines > 0 ? 0.56 : 0.3) * relief;
  return { columns, unread: columns + 0.38 * relief, tie: columns + (0.46 + 0.44 * lines) * relief };
}

/** The place of a cell along one axis, in units from the first: windows that stand apart put a gap after each. */
const along = ({ m, apart }: Geometry, i: number): number => i + (apart ? Math.floor(i / m.stride) * between : 0);

const lower = ({ drop, sample }: Geometry, lane: Lane): number => (lane === "above" ? 0 : -drop) - sample * drop;

/** The centre of a cell of I or of what stands below it; without windows apart, rows and columns may lie in the padding. */
export const cellAt = (g: Geometry, lane: Lane, row: number, column: number): Vector => [
  along(g, column),
  lower(g, lane) - along(g, row),
  0,
];

/** The centre of a cell of the output. */
export const outputAt = (g: Geometry, lane: Lane, row: number, column: number): Vector => [
  g.output.left + column * g.output.pitch,
  lower(g, lane) + g.output.top - row * g.output.pitch,
  0,
];

/** The centre of a window. */
export function windowCentre(g: Geometry, lane: Lane, window: number): Vector {
  const [r, c] = windowAt(g.m, window);
  const reach = (g.m.kernel - 1) / 2;
  return plus(cellAt(g, lane, tapped(g.m.rows, r, 0), tapped(g.m.columns, c, 0)), [reach, -reach, 0]);
}

/** The width and height of a window's box. */
export const windowSize = ({ m, apart }: Geometry): number => m.kernel - 1 + cellShare + 2 * (apart ? margin : 0.06);

/** I's cells in their windows where those stand apart, else a plain sheet. */
function inputPlace({ m, apart }: Geometry, origin: Vector): Place | undefined {
  if (!apart) return undefined;
  const step = m.stride + between;
  return {
    origin,
    extents: [m.height / m.stride, m.stride, m.width / m.stride, m.stride],
    pitch: [
      [0, -step, 0],
      [0, -1, 0],
      [step, 0, 0],
      [1, 0, 0],
    ],
  };
}

/** Of several samples, the part of a block that belongs to one; its place is that of a single plane. */
export function partOf({ m, sample }: Geometry, block: Block): Block {
  if (m.batch === 1) return block;
  const plane = block.tensors[0].shape.slice(-2);
  return {
    ...block,
    id: `${block.id}, sample ${sample}`,
    from: sample * size(plane),
    place: { extents: plane, ...block.place },
  };
}

/** The block of I, or of what stands in its place. */
export function inputBlock(g: Geometry, lane: Lane, tensor: Tensor, more: Partial<Block>): Block {
  const origin = cellAt(g, lane, 0, 0);
  const plain = sheet({ id: tensor.name, tensor, origin, group: "values" }, more);
  return partOf(g, { ...plain, place: inputPlace(g, origin) ?? plain.place });
}

/** The block of O, or of what stands in its place. */
export const outputBlock = (g: Geometry, lane: Lane, tensor: Tensor, more: Partial<Block>): Block =>
  partOf(
    g,
    sheet({ id: tensor.name, tensor, origin: outputAt(g, lane, 0, 0), pitch: g.output.pitch, group: "values" }, more),
  );

/** I as the ground over which windows slide, samples below each other; where windows stand apart there is nothing around them. */
export const groundOf = (g: Geometry, lane: Lane, tensor: Tensor): Ground => ({
  tensor,
  rows: sideOf(g.m.rows),
  columns: sideOf(g.m.columns),
  ring: g.m.ring,
  origin: cellAt(g, lane, 0, 0),
  away: [0, -g.drop, 0],
});
