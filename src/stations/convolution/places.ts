/**
 * Where everything stands: the input at the back on the left, the filter over the list of products in the middle, the
 * output in front on the right. Channels are stacked away from the viewer, samples downwards; where a stack goes depends on
 * sizes alone. Where the stacks of a batch would hide each other, the channels of a sample stand side by side.
 */
import { size } from "../../core/shape";
import { plus } from "../../story/layout";
import { paddedExtent, sheetAt, type Depth, type Ground } from "../../story/sliding";
import type { Vector } from "../../story/picture";
import { apart, clearOf, level, raise, rise, type Panel } from "./aspect";
import type { Model } from "./model";
import type { Way } from "./terms";
import { sideOf } from "./setting";

export interface Places {
  /** The input's place, with its padding. */
  readonly ground: Ground;
  /** Where the picture is seen small, the list of products and the bias are drawn this many times as large. */
  readonly scale: number;
  /** The filter grows along as far as it stays smaller than the input. */
  readonly filterScale: number;
  /** Of the filter: cell [0, 0] of its first sheet, from one output to the next, and from one channel to the next. */
  readonly filter: Vector;
  readonly across: Vector;
  readonly filterAway: Vector;
  readonly bias: Vector;
  readonly output: Vector;
  readonly outputDepth: Depth;
  /** The cells that the output's place has room for. */
  readonly room: { readonly rows: number; readonly columns: number };
  /** Where the middle column ends on the right, in its plane. */
  readonly exit: number;
  /** The middle of the first product, and how many there may be. */
  readonly list: Vector;
  readonly listed: number;
}

/** The list of products, at scale 1: from one to the next, and the size of one. */
export const product = { pitch: 0.8, width: 1.95, height: 0.58 } as const;
/** More products than this of one moment are not written out: one field stands for all. */
const mostListed = 12;

/** Whether the products of a moment are written out. */
export const isListed = (micros: number): boolean => micros <= mostListed;

/** Between neighbouring columns, between the filter and the list, and between the list and the bias. */
const gap = 1.4;
const below = 0.95;
const lower = 0.3;
/** Between filters side by side; where they are stacks, what leaves one behind passes between them. */
const beside = 0.8;
const passing = { share: 0.54, air: 0.7 } as const;
/** As many cells beside each other as are seen at full size; in wider pictures the middle column grows along. */
const fullSize = 18;
/** Every stack may go back so far. */
const shallow = 26;

/**
 * From one sheet to the next: far enough that each is seen whole, as long as they do not go farther back than the
 * picture is wide.
 */
function awayOf(sheets: number, height: number, deepest: number): Vector {
  if (sheets === 1) return [0, 0, 0];
  return [0, 0, -Math.max(1.4, Math.min(apart(height), deepest / (sheets - 1)))];
}

/** Between the samples of a batch; and where their names stand in between. */
const sampleGap = 0.9;
const wordGap = 2.3;

/** Between channels side by side. */
const channelGap = 0.7;

/** The sheets of one place: how many samples, with how many channels each, and how large one is. */
interface Sheets {
  readonly samples: number;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** Whether so many samples leave no room for channels behind each other, each of which is seen whole. */
const isFlat = ({ samples, channels, height }: Sheets, deepest: number): boolean =>
  samples > 1 && channels > 1 && apart(height) > deepest / samples / (channels - 1);

/** How samples stand below each other, each with its channels behind it or, seen level, beside it. */
function depthOf(sheets: Sheets, deepest: number): Depth {
  const { samples, channels, width, height } = sheets;
  const step = width + channelGap;
  const flat = isFlat(sheets, deepest);
  const away: Vector = flat ? [step, 0, step * level] : awayOf(channels, height, deepest / samples);
  if (samples === 1) return { away };
  const tall = flat ? height + wordGap : height + rise(plus([0, 0, 0], away, channels - 1)) + sampleGap;
  return { away, samples: { channels, away: [0, -tall, 0] } };
}

/** How wide and how high the sheets of one place are seen together, about, in cells. */
const spanOf = (sheets: Sheets): readonly [wide: number, high: number] => [
  isFlat(sheets, shallow) ? sheets.channels * (sheets.width + channelGap) : sheets.width,
  sheets.samples * sheets.height,
];

/** As many sheets as an image has, or a batch, seen in that depth. */
const stack = (
  sheets: number,
  depth: Depth,
  width: number,
  height: number,
  corner: Vector = [0, 0, 0],
): readonly Panel[] =>
  Array.from({ length: sheets }, (_, sheet) => ({ corner: sheetAt(corner, depth, sheet), width, height }));

/** How many products there are to write out at most, over all passes of a view; one field at least. */
function listedOf(m: Model, way: Way): number {
  const { F, O, setting } = m;
  const [, perGroup, kernel] = F.shape;
  const taps = perGroup * kernel * kernel;
  const counts = [
    taps,
    ...(way === "convolution"
      ? [(setting.out_channels / setting.groups) * kernel * kernel, size(O.shape) / setting.out_channels]
      : [setting.out_channels * taps]),
  ];
  return Math.max(1, ...counts.filter(isListed));
}

/** What the middle column holds, its top left corner at 0: the filters, the list, the bias. */
function middleColumn(m: Model, way: Way, { scale, filterScale, deepest }: Scales, listed: number) {
  const { F, turned, setting } = m;
  const inverse = way === "convolution";
  const filters = inverse ? Math.max(F.shape[0], turned.shape[0]) : F.shape[0];
  const channels = inverse ? Math.max(F.shape[1], turned.shape[1]) : F.shape[1];
  const extent = F.shape[2] * filterScale;
  const depth = depthOf({ samples: 1, channels, width: extent, height: extent }, deepest);
  const between = channels > 1 ? passing.share * extent + passing.air * filterScale : beside * filterScale;
  const step = extent + between;
  const listTop = -extent - below * scale;
  const biasTop = listTop - (listed * product.pitch + lower) * scale;
  const width = Math.max(filters * step - between, product.width * scale);
  const panels: readonly Panel[] = [
    ...Array.from({ length: filters }, (_, o) => stack(channels, depth, extent, extent, [o * step, 0, 0])).flat(),
    // What leaves the list for the right passes under all filters.
    { corner: [0, listTop, 0], width, height: listed * product.pitch * scale },
    { corner: [0, biasTop, 0], width: setting.out_channels * scale, height: scale },
  ];
  return { panels, step, width, away: depth.away, listTop, biasTop };
}

interface Scales extends Pick<Places, "scale" | "filterScale"> {
  /** How far back a stack may go. */
  readonly deepest: number;
}

/** How many times as large the middle column is drawn, by how many cells stand beside each other in all. */
function scalesOf({ F }: Model, left: readonly [number, number], right: readonly [number, number]): Scales {
  const filters = F.shape[0] * (F.shape[2] + beside);
  const across = Math.max(left[0] + right[0] + filters, left[1], right[1]);
  const scale = Math.max(1, across / fullSize);
  const filterScale = Math.max(1, Math.min(scale, Math.max(...left) / filters));
  return { scale, filterScale, deepest: Math.max(shallow, 1.2 * across) };
}

const moved = (panels: readonly Panel[], by: Vector): readonly Panel[] =>
  panels.map((panel) => ({ ...panel, corner: plus(panel.corner, by) }));

export function placesOf(m: Model, way: Way): Places {
  const { I, O, spread, setting } = m;
  const { batch, in_channels, out_channels } = setting;
  const [rows, columns] = [sideOf(m.rows), sideOf(m.columns)];
  const [high, wide] = (way === "convolution" ? spread.spread : O).shape.slice(-2);
  const listed = listedOf(m, way);
  const inputs: Sheets = {
    samples: batch,
    channels: in_channels,
    width: paddedExtent(columns),
    height: paddedExtent(rows),
  };
  const outputs: Sheets = { samples: batch, channels: out_channels, width: wide, height: high };
  const scales = scalesOf(m, spanOf(inputs), spanOf(outputs));
  const { scale, filterScale, deepest } = scales;
  const inputDepth = depthOf(inputs, deepest);
  const outputDepth = depthOf(outputs, deepest);
  const left = stack(batch * in_channels, inputDepth, paddedExtent(columns), paddedExtent(rows));
  const middle = middleColumn(m, way, scales, listed);
  const right = stack(batch * out_channels, outputDepth, wide, high);
  // Each column is centred on height 0, as it is seen.
  const [leftUp, middleUp, rightUp] = [left, middle.panels, right].map(raise);
  const inPlace = moved(left, [0, leftUp, 0]);
  const x = clearOf(inPlace, moved(middle.panels, [0, middleUp, 0]), gap * scale);
  const between = moved(middle.panels, [x, middleUp, x * level]);
  const end = clearOf([...inPlace, ...between], moved(right, [0, rightUp, 0]), gap * scale);
  const half = scale / 2;
  return {
    ground: {
      tensor: I,
      rows,
      columns,
      ring: m.ring,
      origin: [columns.padding + 0.5, leftUp - rows.padding - 0.5, 0],
      ...inputDepth,
    },
    scale,
    filterScale,
    filter: [x + filterScale / 2, middleUp - filterScale / 2, x * level],
    across: [middle.step, 0, 0],
    filterAway: middle.away,
    list: [x + (product.width * scale) / 2, middleUp + middle.listTop - (product.pitch * scale) / 2, x * level],
    exit: x + middle.width + 0.3 * scale,
    listed,
    bias: [x + half, middleUp + middle.biasTop - half, x * level],
    output: [end + 0.5, rightUp - 0.5, end * level],
    outputDepth,
    room: { rows: high, columns: wide },
  };
}
