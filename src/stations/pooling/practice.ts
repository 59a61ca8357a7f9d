/** Other numbers and sizes for the same pool, few enough to be written down. */
import { windows } from "../../ops/window";
import { drawFitting, drawKnobs, span } from "../../story/practice";
import type { Knobs, Practice } from "../../story/station";
import { mostRead } from "./findings";

export function practice(seed: number, knobs: Knobs): Practice {
  const sizes = drawFitting(seed, { height: span(4, 6), width: span(4, 6), stride: span(1, 3) }, (drawn) =>
    isFew({ ...knobs, ...drawn }),
  );
  return { knobs: { ...sizes, ...drawKnobs(seed, { seed: span(2, 99) }) } };
}

/** Whether there are windows, and whether all numbers can be asked for. */
function isFew(knobs: Knobs): boolean {
  const number = (name: string): number => Number(knobs[name]);
  const along = (extent: number): number =>
    windows({
      extent,
      kernel: number("kernel_size"),
      stride: number("stride"),
      padding: number("padding"),
      dilation: 1,
    });
  const [rows, columns] = [along(number("height")), along(number("width"))];
  const most = mostRead / number("batch");
  return rows > 0 && columns > 0 && rows * columns <= most && number("height") * number("width") <= most;
}
