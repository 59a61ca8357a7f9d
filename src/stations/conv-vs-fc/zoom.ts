/** The two counts to true scale: a square of dense weights, ten times closer again and again, until the convolution is seen. */
import type { Graph, Tensor } from "../../core/graph";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import type { Results } from "../../story/results";
import type { Counts } from "./counts";

/** Looks enough for the largest image and the smallest kernel. */
export const mostLooks = 7;
/** The strokes that fill the convolution's square. */
const strokes = 48;

/**
 * Both squares are drawn in units of √(Cin · Cout) weights a side: the dense map is HW units wide, the convolution k.
 */
export interface Zoom {
  /** Where the edges of each look stand: left, right, bottom, top; looks × 4. Across is counted from the right. */
  readonly limits: Tensor;
  /** The same for each look alone. */
  readonly looks: readonly Tensor[];
  /** A line to and fro that fills the convolution's square. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly points: number;
}

export function zoomed(graph: Graph, { sizes, pixels }: Counts): Zoom {
  const edges = graph.constant("unit edges", [1, 4], [1, 0, 0, 1]);
  const whole = graph.apply(mul, { a: edges, b: pixels }, { names: "edges of the dense square" });
  const closer = graph.constant(
    "ten times closer",
    [mostLooks, 1],
    Array.from({ length: mostLooks }, (_, look) => 10 ** -look),
  );
  const limits = graph.apply(mul, { a: whole, b: closer }, { names: "edges of every look" });
  const looks = Array.from({ length: mostLooks }, (_, look) => {
    const row = graph.apply(
      narrow,
      { input: limits },
      { attributes: { dim: 0, start: look, length: 1 }, names: `edges of look ${look}` },
    );
    return graph.view(row, [4]);
  });
  const points = 2 * (strokes + 1);
  const path = (name: string, at: (point: number) => number): Tensor => {
    const unit = graph.constant(
      `unit ${name}`,
      [points],
      Array.from({ length: points }, (_, point) => at(point)),
    );
    return graph.apply(mul, { a: unit, b: sizes.kernel }, { names: name });
  };
  // Right on even strokes, left on odd ones.
  const x = path("strokes across", (point) => (Math.floor(point / 2) + point) % 2);
  const y = path("strokes up", (point) => Math.floor(point / 2) / strokes);
  return { limits, looks, x, y, points };
}

/** How many times ten one must come closer until the convolution fills a good part of the look. */
export function lastLook({ sizes }: Counts, results: Results): number {
  const [kernel, height, width] = [sizes.kernel, sizes.height, sizes.width].map((size) => results.value(size, 0));
  return Math.max(0, Math.floor(Math.log10((height * width) / kernel) + 1e-9));
}

/** The side of a look in millimetres, where every weight takes one square millimetre. */
export function sideOf(counts: Counts, results: Results, look: number): number {
  const { sizes } = counts;
  const [inputs, outputs, height, width] = [sizes.inputs, sizes.outputs, sizes.height, sizes.width].map((size) =>
    results.value(size, 0),
  );
  return (height * width * Math.sqrt(inputs * outputs)) / 10 ** look;
}

/** The side of the convolution's square in millimetres. */
export const convolutionSide = ({ sizes }: Counts, results: Results): number =>
  results.value(sizes.kernel, 0) * Math.sqrt(results.value(sizes.inputs, 0) * results.value(sizes.outputs, 0));

/** Millimetres in words: 192 mm, 32.1 m, 3.21 km. */
export function lengthText(millimetres: number): string {
  const [size, unit] =
    millimetres < 1000 ? [millimetres, "mm"] : millimetres < 1e6 ? [millimetres / 1e3, "m"] : [millimetres / 1e6, "km"];
  return `${Number(size.toPrecision(3))}\u00a0${unit}`;
}
