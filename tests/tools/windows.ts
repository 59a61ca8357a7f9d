/**
 * Convolution and pooling once more, as plainly as can be: the image is copied into a padded one, loops run over windows
 * and taps, gradients are scattered back. Nothing here is shared with the ops, so that both can be held against it.
 */
import * as fc from "fast-check";
import type { AnyOp, Case } from "../../src/core/op";
import { uniform } from "../../src/core/random";
import { size, type Shape } from "../../src/core/shape";
import { record, type Numbers, type OpCall } from "../../src/ops/call";

type Pair = readonly [number, number];
interface Attributes {
  readonly kernel_size?: Pair;
  readonly stride?: Pair;
  readonly padding?: Pair;
  readonly dilation?: Pair;
  readonly groups?: number;
  readonly count_include_pad?: boolean;
}
/** What a call gives: outputs, and the gradient of each input. */
export interface Plain {
  readonly outputs: Record<string, number[]>;
  readonly grads: Record<string, number[]>;
}

const zeros = (n: number): number[] => Array.from({ length: n }, () => 0);

/** A batch of images: planes × rows × columns. */
interface Planes {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}
const planesOf = (shape: Shape): Planes => {
  const [rows, columns] = shape.slice(-2);
  return { count: size(shape) / rows / columns, rows, columns };
};

/** Visits each plane's windows and the taps of each: where the tap lies in the plane, or −1 in the padding. */
function slide(
  { count, rows, columns }: Planes,
  kernel: Pair,
  { stride = [1, 1], padding = [0, 0], dilation = [1, 1] }: Attributes,
  visit: (plane: number, window: number, taps: readonly number[]) => void,
): { windows: Pair } {
  const [tall, broad] = [rows + 2 * padding[0], columns + 2 * padding[1]];
  // A padded plane that holds, instead of numbers, where each cell came from.
  const origin = Array.from({ length: tall }, (_, y) =>
    Array.from({ length: broad }, (_cell, x) => {
      const [i, j] = [y - padding[0], x - padding[1]];
      return i < 0 || j < 0 || i >= rows || j >= columns ? -1 : i * columns + j;
    }),
  );
  const starts = (extent: number, axis: 0 | 1): number[] => {
    const list: number[] = [];
    for (let at = 0; at + (kernel[axis] - 1) * dilation[axis] < extent; at += stride[axis]) list.push(at);
    return list;
  };
  const [tops, lefts] = [starts(tall, 0), starts(broad, 1)];
  for (let plane = 0; plane < count; plane++) {
    tops.forEach((top, row) =>
      lefts.forEach((left, column) => {
        const taps: number[] = [];
        for (let i = 0; i < kernel[0]; i++)
          for (let j = 0; j < kernel[1]; j++) taps.push(origin[top + i * dilation[0]][left + j * dilation[1]]);
        visit(plane, row * lefts.length + column, taps);
      }),
    );
  }
  return { windows: [tops.length, lefts.length] };
}

/** Convolution, output channel by output channel. */
function conv2d({ inputs, attrs = {}, upstream = {} }: OpCall): Plain {
  const { groups = 1 } = attrs as Attributes;
  const { input, weight, bias } = inputs as Record<string, Numbers | undefined>;
  if (!input || !weight) throw new Error("conv2d reads input and weight");
  const [outputs, share, rows, columns] = weight.shape;
  const planes = planesOf(input.shape);
  const [area, taken] = [planes.rows * planes.columns, rows * columns];
  const found = new Map<number, number>();
  const grads = { input: zeros(size(input.shape)), weight: zeros(size(weight.shape)), bias: zeros(outputs) };
  const channels = share * groups;
  const { windows } = slide(planes, [rows, columns], attrs, () => undefined);
  const each = windows[0] * windows[1];
  slide(planes, [rows, columns], attrs, (plane, window, taps) => {
    const [batch, channel] = [Math.floor(plane / channels), plane % channels];
    const group = Math.floor(channel / share);
    for (let o = (outputs / groups) * group; o < (outputs / groups) * (group + 1); o++) {
      const to = (batch * outputs + o) * each + window;
      const up = upstream["output"]?.data[to] ?? 0;
      let total = found.get(to) ?? bias?.data[o] ?? 0;
      if (channel % share === 0) grads.bias[o] += up;
      taps.forEach((at, tap) => {
        const w = (o * share + (channel % share)) * taken + tap;
        const x = at < 0 ? 0 : input.data[plane * area + at];
        total += x * weight.data[w];
        grads.weight[w] += x * up;
        if (at >= 0) grads.input[plane * area + at] += weight.data[w] * up;
      });
      found.set(to, total);
    }
  });
  const { bias: shift, ...others } = grads;
  const output = Array.from({ length: found.size }, (_, at) => found.get(at) ?? Number.NaN);
  return { outputs: { output }, grads: bias ? { ...others, bias: shift } : others };
}

/** PyTorch's loop: whatever is larger than the best so far takes its place, and NaN always does. */
function maxPool2d({ inputs: { input }, attrs = {}, upstream = {} }: OpCall): Plain {
  const planes = planesOf(input.shape);
  const area = planes.rows * planes.columns;
  const [output, indices]: [number[], number[]] = [[], []];
  const grad = zeros(size(input.shape));
  slide(planes, (attrs as Attributes).kernel_size ?? [1, 1], attrs, (plane, _, taps) => {
    const inside = taps.filter((at) => at >= 0);
    let best = inside[0];
    for (const at of inside) {
      const value = input.data[plane * area + at];
      if (value > input.data[plane * area + best] || Number.isNaN(value)) best = at;
    }
    grad[plane * area + best] += upstream["output"]?.data[output.length] ?? 0;
    output.push(input.data[plane * area + best]);
    indices.push(best);
  });
  return { outputs: { output, indices }, grads: { input: grad } };
}

function avgPool2d({ inputs: { input }, attrs = {}, upstream = {} }: OpCall): Plain {
  const planes = planesOf(input.shape);
  const area = planes.rows * planes.columns;
  const output: number[] = [];
  const grad = zeros(size(input.shape));
  slide(planes, (attrs as Attributes).kernel_size ?? [1, 1], attrs, (plane, _, taps) => {
    const inside = taps.filter((at) => at >= 0);
    const divisor = (attrs as Attributes).count_include_pad === false ? inside.length : taps.length;
    const up = upstream["output"]?.data[output.length] ?? 0;
    for (const at of inside) grad[plane * area + at] += up / divisor;
    output.push(inside.reduce((total, at) => total + input.data[plane * area + at], 0) / divisor);
  });
  return { outputs: { output }, grads: { input: grad } };
}

function unfold({ inputs: { input }, attrs = {}, upstream = {} }: OpCall): Plain {
  const planes = planesOf(input.shape);
  const area = planes.rows * planes.columns;
  const kernel = (attrs as Attributes).kernel_size ?? [1, 1];
  const { windows } = slide(planes, kernel, attrs, () => undefined);
  const each = windows[0] * windows[1];
  const output = zeros(planes.count * kernel[0] * kernel[1] * each);
  const grad = zeros(size(input.shape));
  slide(planes, kernel, attrs, (plane, window, taps) =>
    taps.forEach((at, tap) => {
      const to = (plane * taps.length + tap) * each + window;
      if (at < 0) return;
      output[to] = input.data[plane * area + at];
      grad[plane * area + at] += upstream["output"]?.data[to] ?? 0;
    }),
  );
  return { outputs: { output }, grads: { input: grad } };
}

/** The ops of windows, each by plain loops. */
export const plainly: Readonly<Record<string, (call: OpCall) => Plain>> = {
  conv2d,
  max_pool2d: maxPool2d,
  avg_pool2d: avgPool2d,
  unfold,
};

// ── drawn at random ─────────────────────────────────────────────────────────

interface Drawn {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}
const axis = fc
  .record({
    extent: fc.integer({ min: 1, max: 11 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
  })
  .filter(({ extent, kernel, padding, dilation }) => extent + 2 * padding > (kernel - 1) * dilation);
const axes = fc.tuple(axis, axis);
/** Pools pad by half a kernel at most, and no window may step over the whole image. */
const pools = axes
  .map(([a, b]) => [halved(a), halved(b)] as const)
  .filter((both) =>
    both.every((a) => a.extent + 2 * a.padding > (a.kernel - 1) * a.dilation && a.dilation <= a.extent),
  );
const halved = (drawn: Drawn): Drawn => ({ ...drawn, padding: Math.min(drawn.padding, Math.floor(drawn.kernel / 2)) });

const few = fc.integer({ min: 1, max: 3 });
/** With and without a batch. */
const lead = fc.option(few, { nil: undefined }).map((batches) => (batches === undefined ? [] : [batches]));
const each = (both: readonly [Drawn, Drawn], name: keyof Drawn): Pair => [both[0][name], both[1][name]];

const convolutions = fc
  .tuple(axes, lead, few, few, fc.oneof(few, fc.integer({ min: 7, max: 9 })), fc.boolean())
  .map(([both, batch, groups, channels, outputs, biased]): Case => ({
    shapes: {
      input: [...batch, groups * channels, ...each(both, "extent")],
      weight: [groups * outputs, channels, ...each(both, "kernel")],
      ...(biased && { bias: [groups * outputs] }),
    },
    attributes: {
      stride: each(both, "stride"),
      padding: each(both, "padding"),
      dilation: each(both, "dilation"),
      groups,
    },
  }));
const overImages = (both: readonly [Drawn, Drawn], batch: readonly number[], channels: number): Case => ({
  shapes: { input: [...batch, channels, ...each(both, "extent")] },
  attributes: {
    kernel_size: each(both, "kernel"),
    stride: each(both, "stride"),
    padding: each(both, "padding"),
    dilation: each(both, "dilation"),
  },
});
const maxima = fc.tuple(pools, lead, few).map(([both, ...rest]) => overImages(both, ...rest));
const means = fc.tuple(pools, lead, few, fc.boolean()).map(([both, batch, channels, padded]) => {
  const undilated = both.map((one) => ({ ...one, dilation: 1 })) as [Drawn, Drawn];
  const { shapes, attributes: { dilation: _, ...attributes } = {} } = overImages(undilated, batch, channels);
  return { shapes, attributes: { ...attributes, count_include_pad: padded } };
});
const unfoldings = fc.tuple(axes, lead, few).map(([both, ...rest]) => overImages(both, ...rest));

/** Shapes and attributes that fit, by the op's name. */
export const windowCases: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  conv2d: convolutions,
  max_pool2d: maxima,
  avg_pool2d: means,
  unfold: unfoldings,
};

/** Whole numbers from −3 to 3: few, so that ties abound, and exact in every sum and product. */
function whole(shape: Shape, seed: number): Numbers {
  const random = uniform(seed);
  return { shape, data: Array.from({ length: size(shape) }, () => Math.floor(7 * random()) - 3) };
}

/** A call of an op on whole numbers, its gradients included. */
export function wholeCall(op: string | AnyOp, { shapes, attributes = {} }: Case, seed = 1): OpCall {
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, whole(shape, seed + i)]));
  const { outputs } = record({ op, attrs: attributes, inputs });
  return { op, attrs: attributes, inputs, upstream: { output: whole(outputs["output"].shape, seed + 9) } };
}
