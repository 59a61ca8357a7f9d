/**
 * What is seen around a sheet over which windows slide: its ring of padding, the frame of a window, and the cells that no
 * window reads, with the words beside them.
 */
import type { Graph, Tensor } from "../core/graph";
import { size } from "../core/shape";
import { plus, sheet } from "./layout";
import type { Block, Box, CellRef, Fate, Group, Label, Line, Shown, Vector } from "./picture";

/** One axis of the sheet: its cells, those that pad each end, and how a window slides along it. */
export interface Side {
  readonly extent: number;
  readonly padding: number;
  readonly stride: number;
  /** Cells from the first tap of a window to its last, both included. */
  readonly reach: number;
  /** The cells that no window reads. */
  readonly unread: readonly number[];
}

/** Cells along an axis, padding included. */
export const paddedExtent = ({ extent, padding }: Side): number => extent + 2 * padding;

/** The four strips of padding, channels × rows × columns each; those that would be empty are left out. */
export interface Ring {
  readonly top?: Tensor;
  readonly bottom?: Tensor;
  readonly left?: Tensor;
  readonly right?: Tensor;
}

/** How the sheets of one tensor stand: channels behind each other, samples wherever there is room. */
export interface Depth {
  /** The way from one channel to the next. */
  readonly away: Vector;
  /** Where there are several samples: how many channels each has, and the way from one sample to the next. */
  readonly samples?: { readonly channels: number; readonly away: Vector };
}

/** Sheets of one tensor, (samples ×) channels × rows × columns, over which windows slide. */
export interface Ground extends Depth {
  readonly tensor: Tensor;
  readonly rows: Side;
  readonly columns: Side;
  readonly ring: Ring;
  /** The centre of cell [0, 0] of the first sheet. */
  readonly origin: Vector;
}

/** From the first sheet to another, counted through all samples. */
export function sheetAt(origin: Vector, { away, samples }: Depth, nth: number): Vector {
  if (!samples) return plus(origin, away, nth);
  const channel = nth % samples.channels;
  return plus(plus(origin, samples.away, (nth - channel) / samples.channels), away, channel);
}

/** The strips that pad so many sheets, by channels or by samples and channels: tensors that hold 0 in every cell. */
export function paddingRing(graph: Graph, outer: readonly number[], rows: Side, columns: Side): Ring {
  const strip = (name: string, high: number, wide: number): Tensor =>
    graph.filled({ name: `padding, ${name}`, tex: "\\text{padding}" }, [...outer, high, wide], 0);
  const across = paddedExtent(columns);
  return {
    ...(rows.padding > 0 && { top: strip("top", rows.padding, across), bottom: strip("bottom", rows.padding, across) }),
    ...(columns.padding > 0 && {
      left: strip("left", rows.extent, columns.padding),
      right: strip("right", rows.extent, columns.padding),
    }),
  };
}

/** Where each strip begins, in rows and columns of the sheet. */
const corners = ({ rows, columns }: Ground): Readonly<Record<keyof Ring, readonly [number, number]>> => ({
  top: [-rows.padding, -columns.padding],
  bottom: [rows.extent, -columns.padding],
  left: [0, -columns.padding],
  right: [0, columns.extent],
});

/** The centre of a cell of a sheet; rows and columns may lie in the padding. */
export const cellCentre = (ground: Ground, nth: number, row: number, column: number): Vector =>
  plus(sheetAt(ground.origin, ground, nth), [column, -row, 0]);

const strips = ["top", "bottom", "left", "right"] as const satisfies readonly (keyof Ring)[];

/** The sheets themselves as a block. */
export function sheets(
  ground: Depth & Pick<Ground, "tensor" | "origin">,
  look: { readonly id: string; readonly group: Group; readonly current: "data" | "gradient" },
  more: Partial<Block> = {},
): Block {
  const { tensor, origin, away, samples } = ground;
  const flat = sheet({ ...look, tensor, origin }, more);
  const outer = samples ? [samples.away, away] : [away];
  return { ...flat, place: { ...flat.place, pitch: [...outer, ...flat.place.pitch] } };
}

/** The strips as blocks of padding around the sheets. */
export function paddingBlocks(ground: Ground, padding: NonNullable<Block["padding"]>, shown?: Shown): Block[] {
  return strips.flatMap((name) => {
    const tensor = ground.ring[name];
    if (!tensor) return [];
    const [row, column] = corners(ground)[name];
    const strip: Ground = { ...ground, tensor, origin: cellCentre(ground, 0, row, column) };
    const look = { id: `${ground.tensor.name} ${tensor.name}`, group: "values", current: "data" } as const;
    return [sheets(strip, look, { padding, ...(shown && { shown }) })];
  });
}

/** The cell of a sheet at a row and column that may lie in the padding. */
export function groundCell(ground: Ground, nth: number, row: number, column: number): CellRef {
  const { tensor, rows, columns, ring } = ground;
  const inRows = row >= 0 && row < rows.extent;
  if (inRows && column >= 0 && column < columns.extent)
    return { tensor, at: (nth * rows.extent + row) * columns.extent + column };
  const name = row < 0 ? "top" : !inRows ? "bottom" : column < 0 ? "left" : "right";
  const strip = ring[name];
  if (!strip) throw new Error(`sliding: row ${row}, column ${column} lies outside of ${tensor.name} and its padding`);
  const [top, left] = corners(ground)[name];
  const [high, wide] = strip.shape.slice(-2);
  return { tensor: strip, at: (nth * high + row - top) * wide + column - left };
}

/** The middle of the window that stands in that row and column of windows, on a sheet. */
export const windowCentre = (ground: Ground, nth: number, row: number, column: number): Vector =>
  cellCentre(ground, nth, middle(ground.rows, row), middle(ground.columns, column));

const middle = ({ stride, padding, reach }: Side, window: number): number =>
  window * stride - padding + (reach - 1) / 2;

/** How far a window's frame stands out over its cells. */
const margin = 0.06;

/** The frame of a window, in the colour of what it reads; the caller says where it stands and when it is shown. */
export const windowFrame = (ground: Ground, stroke: "data" | "gradient"): Omit<Box, "centre"> => ({
  width: ground.columns.reach + margin,
  height: ground.rows.reach + margin,
  radius: 5,
  stroke,
  strokeWidth: 2,
});

// ── what no window reads ────────────────────────────────────────────────────

/** "row 3", "rows 2 and 3", "rows 2, 3 and 5", "48 of 64 rows". */
export function namedLines(word: string, lines: readonly number[], of: number): string {
  if (lines.length === 1) return `${word} ${lines[0]}`;
  if (lines.length > 3) return `${lines.length} of ${of} ${word}s`;
  return `${word}s ${lines.slice(0, -1).join(", ")} and ${lines.at(-1)}`;
}

/** "Row 3 and column 3: no window reads them." `then` goes on in the same sentence; what is named must not be empty. */
export function unreadText(named: readonly string[], single: boolean, then = ""): string {
  const which = named.join(" and ");
  return `${which[0].toUpperCase()}${which.slice(1)}: no window reads ${single ? "it" : "them"}${then}.`;
}

/** Every cell that no window reads, with the reason; of a gradient, also what follows. */
export function unreadFates({ tensor, rows, columns }: Ground, of: "values" | "gradient" = "values"): readonly Fate[] {
  const [byRow, byColumn] = [new Set(rows.unread), new Set(columns.unread)];
  if (byRow.size + byColumn.size === 0) return [];
  const [high, wide] = tensor.shape.slice(-2);
  const cells = Array.from({ length: size(tensor.shape) }, (_, at) => at);
  return cells.flatMap((at): Fate[] => {
    const [row, column] = [Math.floor(at / wide) % high, at % wide];
    if (!byRow.has(row) && !byColumn.has(column)) return [];
    const where = [...(byRow.has(row) ? [`row ${row}`] : []), ...(byColumn.has(column) ? [`column ${column}`] : [])];
    const then = of === "gradient" ? `, so ${where.length === 1 ? "its" : "their"} gradient is 0` : "";
    return [{ cell: { tensor, at }, state: "unread", because: unreadText(where, where.length === 1, then) }];
  });
}

/** "row 3" and "columns 2 and 3", those that there are. */
const unreadNames = ({ rows, columns }: Ground): readonly string[] => [
  ...(rows.unread.length > 0 ? [namedLines("row", rows.unread, rows.extent)] : []),
  ...(columns.unread.length > 0 ? [namedLines("column", columns.unread, columns.extent)] : []),
];

/** Neighbouring lines as runs, from the first to the last. */
function runs(lines: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else found.push([line, line]);
  }
  return found;
}

const arm = 0.18;
const away = 0.28;

/** Whether words stand under the sheets of a ground. */
export const hasUnread = ({ rows, columns }: Pick<Ground, "rows" | "columns">): boolean =>
  rows.unread.length + columns.unread.length > 0;

/** The ground without its padding: where nothing reads it, no ring is drawn around it. */
export const bare = (ground: Ground): Ground => ({
  ...ground,
  ring: {},
  rows: { ...ground.rows, padding: 0 },
  columns: { ...ground.columns, padding: 0 },
});

/**
 * Dotted brackets outside of the sheets of channel 0 and of their padding, right of unread rows and below unread
 * columns; the words stand in one line under the bottom left corner.
 */
export function unreadBrackets(
  ground: Ground,
  shown?: Shown,
): { readonly lines: readonly Line[]; readonly labels: readonly Label[] } {
  const { rows, columns, origin } = ground;
  const right = columns.extent + columns.padding - 0.5 + away;
  const below = -(rows.extent + rows.padding - 0.5 + away);
  const line = (points: readonly Vector[]): Line => ({
    points: points.map((point) => plus(origin, point)),
    token: "text-quiet",
    width: 1.5,
    dash: "dotted",
    ...(shown && { shown }),
  });
  const label = (): Label => ({
    id: `unread ${ground.tensor.name}`,
    at: plus(origin, [-columns.padding - 0.5, below, 0]),
    anchor: "left",
    offset: [0, 8],
    kind: "note",
    text: unreadText(unreadNames(ground), rows.unread.length + columns.unread.length === 1),
    ...(shown && { shown }),
  });
  return {
    lines: [
      ...runs(rows.unread).map(([from, to]) =>
        line([
          [right - arm, 0.45 - from, 0],
          [right, 0.45 - from, 0],
          [right, -0.45 - to, 0],
          [right - arm, -0.45 - to, 0],
        ]),
      ),
      ...runs(columns.unread).map(([from, to]) =>
        line([
          [from - 0.45, below + arm, 0],
          [from - 0.45, below, 0],
          [to + 0.45, below, 0],
          [to + 0.45, below + arm, 0],
        ]),
      ),
    ],
    labels: hasUnread(ground) ? [label()] : [],
  };
}
