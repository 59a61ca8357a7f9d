/** What the sliders of station 7 set, and what follows from it without any number: the axes, the output's size, what is unread. */
import type { Knobs } from "../../story/station";
import type { Side } from "../../story/sliding";
import { reach, unread, type Axis } from "../../ops/window";

/** The structure of one convolution, under PyTorch's names. */
export interface Setting {
  /** How many samples go in at once. */
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly kernel_size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly in_channels: number;
  readonly out_channels: number;
  readonly groups: number;
}

/** The attributes of `conv2d` among a setting. */
export const attributesOf = ({ stride, padding, dilation, groups }: Setting) => ({ stride, padding, dilation, groups });

/** The first layer of a ResNet, as far as the sliders do not say it. */
export const stemSizes = { batch: 1, height: 224, width: 224, in_channels: 3, out_channels: 64, groups: 1 } as const;

/** How its window slides, where the sliders say what the ResNet does. */
export const stemWindow = { kernel_size: 7, stride: 2, padding: 3, dilation: 1 } as const;

/** Longer lists of numbers are a table's business. */
export const mostNumbers = 64;

/** Where the sliders of the window end. */
export const most = { kernel: 7, padding: 6 } as const;

/** Whether the ResNet's first layer is asked for, which is drawn as a shape. */
export const isStem = (knobs: Knobs): boolean => knobs["size"] === "stem";

export function settingOf(knobs: Knobs): Setting {
  const number = (name: keyof Setting): number => Number(knobs[name]);
  const window = {
    kernel_size: number("kernel_size"),
    stride: number("stride"),
    padding: number("padding"),
    dilation: number("dilation"),
  };
  if (isStem(knobs)) return { ...window, ...stemSizes };
  return {
    ...window,
    batch: number("batch"),
    height: number("height"),
    width: number("width"),
    in_channels: number("in_channels"),
    out_channels: number("out_channels"),
    groups: number("groups"),
  };
}

const axisOf = (extent: number, { kernel_size, stride, padding, dilation }: Setting): Axis => ({
  extent,
  kernel: kernel_size,
  stride,
  padding,
  dilation,
});
export const rowsOf = (setting: Setting): Axis => axisOf(setting.height, setting);
export const columnsOf = (setting: Setting): Axis => axisOf(setting.width, setting);

/** An axis as the picture of a sliding window takes it. */
export const sideOf = (axis: Axis): Side => ({ ...axis, reach: reach(axis), unread: unread(axis) });

/** The two settings of the recitation. */
export const recitation = {
  first: {
    batch: 1,
    height: 4,
    width: 4,
    kernel_size: 2,
    stride: 1,
    padding: 0,
    dilation: 1,
    in_channels: 1,
    out_channels: 1,
    groups: 1,
  },
  second: {
    batch: 1,
    height: 4,
    width: 4,
    kernel_size: 2,
    stride: 2,
    padding: 1,
    dilation: 1,
    in_channels: 1,
    out_channels: 1,
    groups: 1,
  },
} as const satisfies Record<string, Setting>;

/** The numbers of the recitation; they stay at the top left of channel 0 where another size is asked for. */
export const recitedNumbers = {
  I: [
    [1, 0, 2, 1],
    [2, 1, 0, 0],
    [1, 2, 1, 2],
    [0, 1, 2, 1],
  ],
  F: [
    [1, -1],
    [0, 1],
  ],
} as const;

/** The seed that stands for the recitation's numbers; another one replaces them all. */
export const recitedSeed = 1;

export const sameSetting = (a: Setting, b: Setting): boolean =>
  (Object.keys(a) as (keyof Setting)[]).every((name) => a[name] === b[name]);
