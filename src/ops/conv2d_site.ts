/** What the kernels of `conv2d` know of a site: its attributes and extents, and how much work it is. */
import type { Site } from "../core/kernel";
import type { Shape } from "../core/shape";
import { windowsOf, type Pair, type Sliding } from "./sliding";

/** The attributes of `conv2d`, by PyTorch's names. */
export interface Conv2dAttributes extends Readonly<Record<string, unknown>> {
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}
export type Conv2dSite = Site<Conv2dAttributes>;

/** How the windows slide: the kernel is as large as the weight. */
export const slidingOf = (weight: Shape, { stride, padding, dilation }: Conv2dAttributes): Sliding => ({
  kernel_size: [weight[2], weight[3]],
  stride,
  padding,
  dilation,
});

/** The extents of a site; `channels` and `outputs` are those of one group. */
export interface Measure {
  readonly batches: number;
  readonly groups: number;
  readonly channels: number;
  readonly outputs: number;
  readonly image: Shape;
  readonly weight: Shape;
  readonly sliding: Sliding;
  readonly windows: Pair;
  readonly biased: boolean;
}

export function measure({ inputs, attributes }: Conv2dSite): Measure {
  const [image, weight] = [inputs["input"], inputs["weight"]];
  const sliding = slidingOf(weight, attributes);
  const { groups } = attributes;
  return {
    batches: image.length === 4 ? image[0] : 1,
    groups,
    channels: weight[1],
    outputs: weight[0] / groups,
    image,
    weight,
    sliding,
    windows: windowsOf(image, sliding),
    biased: "bias" in inputs,
  };
}

/** Multiply-adds of the forward pass, and of each of the gradients of input and weight. */
export const multiplyAdds = ({ batches, groups, channels, outputs, sliding, windows }: Measure): number =>
  [batches, groups, channels, outputs, ...sliding.kernel_size, ...windows].reduce((product, n) => product * n, 1);

/** The largest binding that every device takes, in cells: what is laid anew for blocks of registers stays below it. */
export const mostCells = 2 ** 25;
