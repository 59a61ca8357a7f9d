/** Which part of a tensor a table shows, and what is said about the whole. */
import type { Shape } from "../core/shape";
import { size, unravel } from "../core/shape";
import { format } from "../core/numeral";
import type { GridWindow } from "./grid";
import { statisticsOf } from "./statistics";

/** The most rows and columns of one table, and the most tables of one tensor. */
export const most = { rows: 16, columns: 16, sides: 4 } as const;

export const rowCount = (shape: Shape): number => (shape.length > 1 ? shape[shape.length - 2] : 1);
export const columnCount = (shape: Shape): number => shape.at(-1) ?? 1;
/** How many tables the leading dimensions make. */
export const leadingCount = (shape: Shape): number => size(shape.slice(0, -2));
/** "1, 0" for the leading dimensions; empty where there are none. */
export const leadingIndex = (shape: Shape, leading: number): string =>
  shape.length > 2 ? unravel(shape.slice(0, -2), leading).join(", ") : "";

/** The leading positions that are shown. */
export function sides(shape: Shape, window: GridWindow): number[] {
  const count = Math.min(most.sides, leadingCount(shape) - window.leading);
  return Array.from({ length: count }, (_, at) => window.leading + at);
}

/** More cells than this are not written out at once. */
const mostCells = 4096;

const starts = (extent: number, by: number): number[] =>
  Array.from({ length: Math.ceil(extent / by) }, (_, at) => at * by);

/** The windows that hold a tensor together: slice by slice, rows before columns; only the first ones of a very large tensor. */
export function allWindows(shape: Shape): GridWindow[] {
  const [rows, columns] = [starts(rowCount(shape), most.rows), starts(columnCount(shape), most.columns)];
  const slices = Math.min(leadingCount(shape), Math.ceil(mostCells / (rowCount(shape) * columnCount(shape))));
  return starts(slices, 1).flatMap((leading) =>
    rows.flatMap((row) => columns.map((column) => ({ leading, row, column }))),
  );
}

const within = (value: number, extent: number): number => Math.max(0, Math.min(value, extent - 1));

export function clampWindow(shape: Shape, window: GridWindow, leading: number): GridWindow {
  return {
    leading: within(window.leading, leading),
    row: within(window.row, rowCount(shape)),
    column: within(window.column, columnCount(shape)),
  };
}

export interface Turn {
  readonly label: string;
  readonly sign: "back" | "forward";
  readonly to: Partial<GridWindow>;
}

/** Ways to move the window, along each axis on which there is more. */
export function axisTurn(shape: Shape, window: GridWindow): Turn[] {
  return [
    ...turns("slices", "leading", window.leading, leadingCount(shape), most.sides),
    ...turns("rows", "row", window.row, rowCount(shape), most.rows),
    ...turns("columns", "column", window.column, columnCount(shape), most.columns),
  ];
}

function turns(what: string, axis: keyof GridWindow, at: number, extent: number, by: number): Turn[] {
  const all: Turn[] = [];
  if (at > 0) all.push({ label: `earlier ${what}`, sign: "back", to: { [axis]: Math.max(0, at - by) } });
  if (at + by < extent) all.push({ label: `later ${what}`, sign: "forward", to: { [axis]: at + by } });
  return all;
}

/** "rows 0–15 of 256, columns 0–15 of 64"; empty where all is shown. */
export function windowText(shape: Shape, { leading, row, column }: GridWindow): string {
  return [part("slices", leading, leadingCount(shape), most.sides), cutText(shape, { row, column })]
    .filter(Boolean)
    .join(", ");
}

/** Which rows and columns of a slice are shown; empty where all are. */
export function cutText(shape: Shape, { row, column }: Pick<GridWindow, "row" | "column">): string {
  return [part("rows", row, rowCount(shape), most.rows), part("columns", column, columnCount(shape), most.columns)]
    .filter(Boolean)
    .join(", ");
}

const part = (what: string, at: number, extent: number, by: number): string =>
  extent > by ? `${what} ${at}–${Math.min(extent, at + by) - 1} of ${extent}` : "";

/** "min −2, max 3, mean 0.4, 2 NaN": over the whole tensor; empty for a single number. */
export function summary(values: ArrayLike<number> | undefined): string {
  if (!values) return "not computed yet";
  if (values.length < 2) return "";
  const { least, largest, sum, finite, nan, infinite } = statisticsOf(values);
  const parts = finite > 0 ? [`min ${format(least)}, max ${format(largest)}, mean ${format(sum / finite)}`] : [];
  if (nan > 0) parts.push(`${nan} NaN`);
  if (infinite > 0) parts.push(`${infinite} infinite`);
  return parts.join(", ");
}
