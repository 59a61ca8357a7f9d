/** Where the cells of every tensor stand, and on which side of the list of products their place is. */
import type { Tensor } from "../../core/graph";
import { size, unravel, type Shape } from "../../core/shape";
import { plus } from "../../story/layout";
import type { CellRef, Vector } from "../../story/picture";
import { cellCentre, sheetAt, type Depth } from "../../story/sliding";
import type { Model } from "./model";
import type { Places } from "./places";

export interface Standing {
  readonly side: "left" | "above" | "right" | "below";
  readonly at: Vector;
  /** From one cell to the next. */
  readonly pitch: number;
  /** Where its place ends towards the list: x for what is left, right or below of it, y for what is above. */
  readonly edge: number;
  /** From its edge to the front of its stack, past the sheets in front of it; empty for what stands in front. */
  readonly trunk: readonly Vector[];
}

/** Where flows turn off, so far from a place. */
const air = 0.3;
/** The middle of the gap between two samples. */
const betweenSamples = 0.45;

/** Where the output stands in the middle of the room that its spread gradient takes. */
export function outputOrigin(m: Model, places: Places): Vector {
  const [high, wide] = m.O.shape.slice(-2);
  const { rows, columns } = places.room;
  return plus(places.output, [(columns - wide) / 2, -(rows - high) / 2, 0]);
}

/** A cell of a stack [(samples,) channels, rows, columns], and where its sheet, its sample's first and its last one begin. */
interface InStack {
  readonly at: Vector;
  readonly sheet: Vector;
  readonly front: Vector;
  readonly last: Vector;
}

function inStack(shape: Shape, origin: Vector, depth: Depth, at: number): InStack {
  const [high, wide] = shape.slice(-2);
  const [nth, row, column] = unravel([size(shape) / (high * wide), high, wide], at);
  const sheet = sheetAt(origin, depth, nth);
  const front = sheetAt(origin, { ...depth, away: [0, 0, 0] }, nth);
  const last = depth.samples ? plus(front, depth.away, depth.samples.channels - 1) : front;
  return { at: plus(sheet, [column, -row, 0]), sheet, front, last };
}

/** Whether the sheets of a sample stand side by side. */
export const isFlat = ({ away }: Depth): boolean => away[0] > 0;

/** A cell of the filter's place: its first axis goes across, its second away. */
function inFilter({ filter, across, filterAway, filterScale }: Places, shape: Shape, at: number): Vector {
  const [o, channel, row, column] = unravel(shape, at);
  return plus(plus(plus(filter, across, o), filterAway, channel), [column, -row, 0], filterScale);
}

/** Along the depth beside a corner of the sheets, from a sheet to the front. */
const alongDepth = (x: number, y: number, from: number, front: number): readonly Vector[] =>
  Math.abs(from - front) < 1e-9
    ? []
    : [
        [x, y, from],
        [x, y, front],
      ];

/** Along the sheets of a sample that stand side by side, from the edge of one to the end of the row. */
const alongRow = (from: Vector, to: Vector): readonly Vector[] => (from[0] === to[0] ? [] : [from, to]);

/** Where a cell stands that a flow starts from or goes to. */
export function standing(m: Model, places: Places): (cell: CellRef) => Standing {
  const ringAt = strips(m, places);
  return ({ tensor, at }) => {
    const strip = ringAt.get(tensor);
    if (strip || tensor === m.I || tensor === m.dI) return onLeft(places, tensor.shape, strip, at);
    if (tensor === m.F || tensor === m.dF || tensor === m.turned) return above(m, places, tensor.shape, at);
    if (tensor === m.b || tensor === m.db) return under(places, at);
    const origin = tensor === m.spread.spread ? places.output : outputOrigin(m, places);
    return onRight(places, tensor.shape, origin, at);
  };
}

const reachOf = ({ scale }: Places): number => air * Math.min(scale, 2);

/** The same over or under a sheet, where another sample may stand. */
const reachOver = (places: Places, { samples }: Depth): number =>
  samples ? Math.min(reachOf(places), betweenSamples) : reachOf(places);

/** Past the sheets in front of it, over their top right corners; a strip of padding begins elsewhere than its sheet. */
function onLeft(places: Places, shape: Shape, strip: Vector | undefined, cell: number): Standing {
  const { ground } = places;
  const { origin, rows, columns } = ground;
  const { at, sheet, front, last } = inStack(shape, strip ?? origin, ground, cell);
  const reach = reachOf(places);
  const [aside, lifted] = strip ? [origin[0] - strip[0], origin[1] - strip[1]] : [0, 0];
  const toEdge = aside + columns.extent + columns.padding - 0.5 + reach;
  const top = front[1] + lifted + rows.padding + 0.5 + reachOver(places, ground);
  const end = isFlat(ground) ? last : undefined;
  const edge = sheet[0] + toEdge;
  const trunk = end
    ? alongRow([edge, top, at[2]], [end[0] + toEdge, top, end[2]])
    : alongDepth(edge, top, at[2], origin[2]);
  return { side: "left", at, pitch: 1, edge, trunk };
}

/** Past the sheets in front of it, under their bottom left corners. */
function onRight(places: Places, shape: Shape, origin: Vector, cell: number): Standing {
  const { at, sheet, front } = inStack(shape, origin, places.outputDepth, cell);
  const reach = reachOf(places);
  const edge = sheet[0] - 0.5 - reach;
  const bottom = front[1] - shape[shape.length - 2] + 0.5 - reachOver(places, places.outputDepth);
  const trunk = isFlat(places.outputDepth)
    ? alongRow([edge, bottom, at[2]], [front[0] - 0.5 - reach, bottom, front[2]])
    : alongDepth(edge, bottom, at[2], origin[2]);
  return { side: "right", at, pitch: 1, edge, trunk };
}

/** Past the sheets in front of it, between this filter and the one before. */
function above({ setting }: Model, places: Places, shape: Shape, cell: number): Standing {
  const { filter, across, filterScale: pitch } = places;
  const at = inFilter(places, shape, cell);
  const edge = filter[1] - (setting.kernel_size - 0.5 + air) * pitch;
  const [o] = unravel(shape, cell);
  const left = filter[0] + o * across[0] - (0.5 + air) * pitch;
  return { side: "above", at, pitch, edge, trunk: alongDepth(left, edge, at[2], filter[2]) };
}

function under({ bias, scale, exit }: Places, at: number): Standing {
  return { side: "below", at: plus(bias, [at, 0, 0], scale), pitch: scale, edge: exit, trunk: [] };
}

/** Where the first cell of each strip of padding stands. */
function strips({ ring }: Model, { ground }: Places): ReadonlyMap<Tensor, Vector> {
  const { rows, columns } = ground;
  const at = (row: number, column: number): Vector => cellCentre(ground, 0, row, column);
  const found: readonly (readonly [Tensor | undefined, Vector])[] = [
    [ring.top, at(-rows.padding, -columns.padding)],
    [ring.bottom, at(rows.extent, -columns.padding)],
    [ring.left, at(0, -columns.padding)],
    [ring.right, at(0, columns.extent)],
  ];
  return new Map(found.flatMap(([tensor, origin]) => (tensor ? [[tensor, origin] as const] : [])));
}
