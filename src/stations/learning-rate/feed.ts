/** The numbers that go in: what the sliders say, the noise of the batches, and the ends of the axes. */
import type { Tensor } from "../../core/graph";
import { normal } from "../../core/random";
import { size } from "../../core/shape";
import type { Feed, Knobs } from "../../story/station";
import { contours, type Bowl, type Parabola } from "./curves";
import { carries, reaches, rescales, settingOf } from "./knobs";
import { settingAt, type OutcomeMap } from "./map";
import type { Model } from "./model";
import { rateNumbers } from "./rates";
import { floor, height, width } from "./stage";

const number = (knobs: Knobs, name: string): number => Number(knobs[name]);

const one = (value: number): Float32Array => Float32Array.of(value);

export function feed(m: Model, knobs: Knobs): Feed {
  const single = (tensor: Tensor, name: string): [Tensor, Float32Array] => [tensor, one(number(knobs, name))];
  return new Map<Tensor, Float32Array>([
    single(m.rate, "lr"),
    single(m.momentum, "momentum"),
    single(m.curvature, "curvature"),
    single(m.start, "w0"),
    single(m.second, "second"),
    single(m.secondStart, "w0second"),
    ...[...m.run.left].map(([tensor, value]): [Tensor, Float32Array] => [tensor, one(value)]),
    [m.rates.one, one(1)],
    [m.rates.rates, rateNumbers(number(knobs, "curvature"))],
    ...(m.noise ? [[m.noise.draws, drawn(m.noise.draws, knobs)] as const, single(m.noise.strength, "noise")] : []),
    ...ofView(m, knobs),
  ]);
}

/** The same for the same seed. */
function drawn(tensor: Tensor, knobs: Knobs): Float32Array {
  const next = normal(number(knobs, "seed"));
  return Float32Array.from({ length: size(tensor.shape) }, () => next());
}

function ofView(m: Model, knobs: Knobs): readonly [Tensor, Float32Array][] {
  switch (m.view.kind) {
    case "parabola":
      return ofParabola(m.view.curves, knobs);
    case "bowl":
      return ofBowl(m.view.curves, knobs);
    case "map":
      return ofMap(m.view.map, knobs);
  }
}

/**
 * How far an axis reaches: half as far again as the start, and where an optimizer's first step has a length of its own,
 * as far as that one goes. RMSprop divides its first gradient by √(1 − α) of itself, Adam by itself.
 */
function reachOf(knobs: Knobs, start: number): number {
  const { optimizer } = settingOf(knobs);
  const stride = number(knobs, "lr") * (optimizer === "rmsprop" ? 1 / Math.sqrt(1 - 0.99) : 1);
  const first = rescales(optimizer) ? 1.15 * Math.abs(stride - Math.abs(start)) : 0;
  return Math.max(1.5 * Math.abs(start), first) || 1;
}

function ofParabola({ limits }: Parabola, knobs: Knobs): readonly [Tensor, Float32Array][] {
  const far = reachOf(knobs, number(knobs, "w0"));
  const high = (number(knobs, "curvature") * far ** 2) / 2;
  return [[limits, Float32Array.of(-far, far, -floor * high, high)]];
}

/** Both axes at one scale, so that a circle would look round. */
function ofBowl({ limits, across, up }: Bowl, knobs: Knobs): readonly [Tensor, Float32Array][] {
  const aspect = width / height;
  const far = Math.max(reachOf(knobs, number(knobs, "w0")), reachOf(knobs, number(knobs, "w0second")) / aspect);
  const [steep, flat] = [number(knobs, "curvature"), number(knobs, "second")];
  // The outermost contour runs through the corners; the levels between rise as those of a bowl do.
  const most = (steep * far ** 2 + flat * (far * aspect) ** 2) / 2;
  const axes = (curvature: number): Float32Array =>
    Float32Array.from({ length: contours }, (_, i) => ((i + 1) / contours) * Math.sqrt((2 * most) / curvature));
  return [
    [limits, Float32Array.of(-far * aspect, far * aspect, -far, far)],
    [across, axes(flat)],
    [up, axes(steep)],
  ];
}

/** Adam's share of its former mean, which stands where SGD has its momentum. */
const beta = 0.9;

/** The numbers of a map. */
export function ofMap({ limits, settings, boundary }: OutcomeMap, knobs: Knobs): readonly [Tensor, Float32Array][] {
  const { optimizer, swept } = settingOf(knobs);
  const curvature = number(knobs, "curvature");
  const momentum = optimizer === "adam" ? beta : carries(optimizer) ? number(knobs, "momentum") : 0;
  const numbers = new Float32Array(Object.keys(settingAt).length);
  numbers[settingAt.w0] = number(knobs, "w0");
  numbers[settingAt.curvature] = curvature;
  numbers[settingAt.lr] = number(knobs, "lr");
  numbers[settingAt.momentum] = momentum;
  const alone = optimizer === "nesterov" ? (1 + momentum) / (1 + 2 * momentum) : 1 + momentum;
  return [
    [limits, Float32Array.of(...reaches.lr, ...reaches[swept])],
    [settings, numbers],
    ...(boundary
      ? [
          [boundary.number, Float32Array.of(swept === "curvature" ? 2 * alone : 2 / curvature)] as [
            Tensor,
            Float32Array,
          ],
        ]
      : []),
  ];
}
