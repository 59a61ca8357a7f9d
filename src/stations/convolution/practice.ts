/** Other numbers and sizes for the same convolution, small enough to be worked out by hand. */
import { reach, windows } from "../../ops/window";
import { drawFitting, drawKnobs, span } from "../../story/practice";
import type { Knobs, Practice } from "../../story/station";
import { columnsOf, isStem, mostNumbers, rowsOf, settingOf, type Setting } from "./setting";

export function practice(seed: number, knobs: Knobs): Practice {
  const numbers = drawKnobs(seed, { seed: span(2, 99) });
  const turned = (drawn: Knobs): Setting => settingOf({ ...knobs, ...drawn });
  if (isStem(knobs)) {
    const options = { kernel_size: [3, 5, 7], stride: [1, 2, 4], padding: span(0, 3) };
    return { knobs: { ...drawFitting(seed, options, (drawn) => hasWindows(turned(drawn))), ...numbers } };
  }
  const sides = span(...sidesFor(settingOf(knobs)));
  const options = { height: sides, width: sides, padding: [0, 1], stride: [1, 2] };
  return { knobs: { ...drawFitting(seed, options, (drawn) => isFew(turned(drawn))), ...numbers } };
}

/** Images that the window fits on without padding, and not much larger ones. */
function sidesFor({ kernel_size: kernel, dilation }: Setting): [least: number, most: number] {
  const least = Math.max(3, reach({ kernel, dilation }));
  return [least, least + 2];
}

const hasWindows = (setting: Setting): boolean => windows(rowsOf(setting)) > 0 && windows(columnsOf(setting)) > 0;

/** Whether all numbers that go in and come out can be asked for. */
function isFew(setting: Setting): boolean {
  const { batch, in_channels, out_channels, height, width } = setting;
  const outputs = windows(rowsOf(setting)) * windows(columnsOf(setting));
  const most = mostNumbers / batch;
  return hasWindows(setting) && in_channels * height * width <= most && out_channels * outputs <= most;
}
