/** What station 4 plays: both counts, the looks that come closer, the small convolution, and its matrix row by row. */
import { grouped } from "../../core/numeral";
import type { Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import { allCells, cellsAt } from "../../story/act";
import { centre, plus } from "../../story/layout";
import type { Act, Block, FlowPath, Now, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import { factorsOf, productAt, smallBlocks } from "./blocks";
import { convolutionWeights, denseWeights, wholeOf } from "./counts";
import type { Model } from "./model";
import { half, smallPlaces } from "./places";
import { weightAt, windowOf } from "./small";
import { convolutionSide, lastLook, lengthText, mostLooks, sideOf } from "./zoom";

export const phases = (m: Model): readonly Phase[] => [
  { name: "conv", current: "data", acts: [multiplying(m, "convolution")] },
  { name: "dense", current: "data", acts: [multiplying(m, "dense")] },
  { name: "to scale", current: "data", acts: [looking(m)] },
  { name: "a small one", current: "data", acts: [sliding(m)] },
  { name: "as a matrix", current: "gradient", acts: [unrolling(m)] },
];

const once = { iteration: 0, micros: 1 } as const;

/** The factors flow into their product, along the street below them. */
function multiplying(m: Model, which: "convolution" | "dense"): Act {
  const product = m.counts[which];
  const factors = factorsOf(m, which);
  const to = productAt(which);
  const exact = (now: Now): string => {
    if (!now.results.ready) return "…";
    const whole = wholeOf(m.counts, now.results);
    return grouped(which === "dense" ? denseWeights(whole) : convolutionWeights(whole));
  };
  return {
    ...once,
    step: m.writer(product),
    current: "data",
    moments: 1,
    unit: "count",
    lit: () => factors.flatMap(({ tensor }) => cellsAt(tensor, [0])),
    writes: () => cellsAt(product, [0]),
    flows: () =>
      factors.map(({ tensor, at }, i): FlowPath => ({
        points: [plus(at, [0, -half, 0]), [at[0], at[1] - 0.66, 0], [to[0], to[1] - 0.66, 0], plus(to, [0, -half, 0])],
        current: "data",
        carries: { tensor, at: 0 },
        start: 0.1 + 0.05 * i,
        end: 0.55 + 0.05 * i,
      })),
    say: (_, now) =>
      which === "convolution"
        ? {
            main: `One window for each pair of channels: ${exact(now)} weights.`,
            quiet: "The size of the image is no factor: the same window slides over all of it.",
          }
        : {
            main: `Every input cell joined to every output cell: ${exact(now)} weights.`,
            quiet: "Height and width count twice: once for where from, once for where to.",
          },
  };
}

/** Ten times closer with each look. */
function looking(m: Model): Act {
  const { limits } = m.zoom;
  return {
    ...once,
    step: m.writer(limits),
    current: "data",
    moments: mostLooks,
    unit: "look",
    lit: () => [],
    writes: (look) =>
      cellsAt(
        limits,
        [0, 1, 2, 3].map((edge) => 4 * look + edge),
      ),
    flows: () => [],
    say: (look, now) => scale(m, look, now),
    whole: {
      main: "The dense map as a square, ten times closer with each look.",
      quiet: "In the last one the convolution has come into sight.",
    },
  };
}

function scale(m: Model, look: number, { results }: Now): { readonly main: string; readonly quiet: string } {
  if (!results.ready) return { main: "The dense map as a square.", quiet: "A weight takes one square millimetre." };
  const last = lastLook(m.counts, results);
  const side = lengthText(sideOf(m.counts, results, 0));
  const own = lengthText(convolutionSide(m.counts, results));
  const quiet = `Let a weight take 1 mm²: the dense map is ${side} wide, the convolution ${own}.`;
  if (look === 0 && last > 0) return { main: `All weights of the dense map, as one square.`, quiet };
  if (look < last) return { main: `${grouped(10 ** look)} times closer: still nothing but dense map.`, quiet };
  const closer = last === 0 ? "At once" : `${grouped(10 ** last)} times closer`;
  return { main: `${closer} the convolution is in sight: the blue square.`, quiet };
}

type Where = (tensor: Tensor, at: number) => Vector;
function whereIn(blocks: readonly Block[]): Where {
  const holding = new Map(blocks.map((block) => [block.tensors[0], block]));
  return (tensor, at) => centre(holding.get(tensor)!, at);
}

/** The window slides: each output reads its own neighbourhood, with the same weights. */
function sliding(m: Model): Act {
  const { small } = m;
  const { x, weight, y } = small;
  const where = whereIn(smallBlocks(m));
  const street = smallPlaces(small).pitch / 2;
  return {
    ...once,
    step: m.writer(y),
    current: "data",
    moments: size(y.shape),
    unit: "output",
    lit: (r) => [...cellsAt(x, windowOf(small, r)), ...allCells(weight)],
    writes: (r) => cellsAt(y, [r]),
    flows: (r) =>
      windowOf(small, r).map((at): FlowPath => ({
        points: alongStreets(where(x, at), where(y, r), street),
        current: "data",
        carries: { tensor: x, at },
        start: 0.1,
        end: 0.8,
      })),
    say: (r) => ({
      main: `$y[${Math.floor(r / small.across)}, ${r % small.across}]$ reads ${windowOf(small, r).length} of ${size(x.shape)} pixels: its neighbourhood.`,
      quiet: "The weights are the same for every output.",
    }),
    whole: { main: "Every output reads its own neighbourhood, with the same weights." },
  };
}

/** Under the row of the source, down or up a street left of the target, and in from the left. */
const alongStreets = (from: Vector, to: Vector, street: number): Vector[] => [
  plus(from, [0, -street * 0.93, 0]),
  [from[0], from[1] - street, 0],
  [to[0] - street, from[1] - street, 0],
  [to[0] - street, to[1], 0],
  plus(to, [-street * 0.93, 0, 0]),
];

/** Row r of the matrix: what output r sends back when it sends a 1 is the window, laid out over the whole image. */
function unrolling(m: Model): Act {
  const { small } = m;
  const { x, weight, y, matrix } = small;
  const inputs = size(x.shape);
  const where = whereIn(smallBlocks(m));
  const { entry, corner } = smallPlaces(small);
  const corridor = corner[1] + 0.62;
  return {
    ...once,
    step: m.writer(matrix),
    current: "gradient",
    moments: size(y.shape),
    unit: "row",
    lit: (r) => [...cellsAt(y, [r]), ...allCells(weight), ...cellsAt(x, windowOf(small, r))],
    writes: (r) =>
      cellsAt(
        matrix,
        [...Array(inputs).keys()].map((c) => r * inputs + c),
      ),
    flows: (r) =>
      windowOf(small, r).map((c): FlowPath => {
        const at = r * inputs + c;
        const source = weightAt(small, at)!;
        const [from, to] = [where(weight, source), where(matrix, at)];
        return {
          points: [
            plus(from, [-smallPlaces(small).pitch / 2, 0, 0]),
            [from[0] - smallPlaces(small).pitch / 2, corridor, 0],
            [to[0] - entry / 2, corridor, 0],
            [to[0] - entry / 2, to[1], 0],
            plus(to, [-entry * 0.46, 0, 0]),
          ],
          current: "gradient",
          carries: { tensor: matrix, at },
          start: 0.1,
          end: 0.8,
        };
      }),
    say: (r) => ({
      main: `Row ${r} of the dense matrix: the same ${size(weight.shape)} weights, and zeros for all else.`,
      quiet: `It is what $y[${Math.floor(r / small.across)}, ${r % small.across}]$ sends back to the image when it sends back a 1.`,
    }),
    whole: { main: "Every row of the dense matrix holds the same weights, in other places." },
  };
}
