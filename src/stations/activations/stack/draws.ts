/** The numbers that go into the stack: seeded normal draws, scaled as the initialization says, and the edges of the bins. */
import type { Tensor } from "../../../core/graph";
import { normal } from "../../../core/random";
import type { Knobs } from "../../../story/station";
import { batch, bins, inLayer, units, type Stack } from "./model";

/** How the weights are drawn. */
export type Initialization = "kaiming" | "xavier" | "small" | "large";

/** PyTorch's gain for rectifiers: what a slope on the negative side lets through need not be made up for. */
const rectifierGain = (m: Stack, knobs: Knobs): number =>
  m.name === "leaky_relu" ? Math.sqrt(2 / (1 + Number(knobs["slope"]) ** 2)) : Math.SQRT2;

/** What the standard deviation is, times the square root of the width. */
const gains: Readonly<Record<Initialization, (m: Stack, knobs: Knobs) => number>> = {
  kaiming: rectifierGain,
  xavier: () => 1,
  small: () => 0.5,
  large: () => 2,
};

/** The standard deviation of the weights: as many units go in as out, so Xavier's mean of both is the width. */
const deviationOf = (m: Stack, knobs: Knobs): number =>
  (gains[knobs["init"] as Initialization](m, knobs) * Number(knobs["scale"])) / Math.sqrt(units);

let remembered: { readonly key: string; readonly draws: readonly Float32Array[] } | undefined;

/** Draws of deviation 1: input, gradient, and the weights of each layer. Kept, so that a scale costs no new draws. */
function drawn(seed: number, depth: number): readonly Float32Array[] {
  const key = `${seed} ${depth}`;
  if (remembered?.key === key) return remembered.draws;
  const next = normal(seed);
  const draw = (n: number): Float32Array => Float32Array.from({ length: n }, next);
  const layers = Array.from({ length: depth }, () => draw(units * units));
  remembered = { key, draws: [draw(batch * units), draw(inLayer), ...layers] };
  return remembered.draws;
}

/** The outermost bins take in whatever lies beyond. */
const beyond = 3.4e38;
const side = (bins - 1) / 2;

/** The upper edges right of 0, from the middle bin outwards. */
const upperEdges: Readonly<Record<string, (i: number) => number>> = {
  linear: (i) => (0.5 + i) * 0.3,
  powers: (i) => 10 ** (2 * i - 12),
};

function edges(axis: string): Float32Array {
  const inner = Array.from({ length: side }, (_, i) => upperEdges[axis](i));
  const upper = [...inner, beyond];
  return Float32Array.from([...upper.map((x) => -x).toReversed(), ...upper]);
}

export function feedStack(m: Stack, knobs: Knobs): Map<Tensor, Float32Array> {
  const [input, upstream, ...weights] = drawn(Number(knobs["seed"]), m.depth);
  const deviation = deviationOf(m, knobs);
  return new Map([
    [m.input, input],
    [m.upstream, upstream],
    [m.edges, edges(String(knobs["axis"]))],
    [m.givenDeviation, Float32Array.of(deviation)],
    ...m.weights.map((tensor, at) => [tensor, weights[at].map((x) => x * deviation)] as const),
    ...m.scalars.feed(knobs),
  ]);
}
