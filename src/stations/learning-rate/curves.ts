/** What lies under the steps: the parabola as a curve, the bowl as contour ellipses, both from tensors. */
import type { Graph, Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { cos } from "../../ops/cos";
import { add } from "../../ops/add";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import { sin } from "../../ops/sin";
import { pixelCentres } from "../../ops/compositions/pixel_centres";

/** Four numbers: what the left, the right, the bottom and the top edge of the frame stand for. */
const limitsIn = (graph: Graph): Tensor => graph.given("limits", [4]);

export interface Parabola {
  readonly limits: Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
  readonly points: number;
}

/** Points of the parabola: enough that it looks round. */
const samples = 121;

/** ½λw² over the whole frame. */
export function parabola(tape: Tape, curvature: Tensor): Parabola {
  const { graph } = tape;
  const limits = limitsIn(graph);
  const reach = graph.apply(narrow, { input: limits }, { attributes: { dim: 0, start: 1, length: 1 }, names: "reach" });
  const even = Array.from({ length: samples }, (_, i) => (2 * i) / (samples - 1) - 1);
  const x = graph.apply(mul, { a: graph.constant("even", [samples], even), b: reach }, { names: "w" });
  const square = graph.apply(mul, { a: x, b: x }, { names: "w²" });
  const half = graph.apply(mul, { a: graph.filled("½", [], 0.5), b: square }, { names: "½w²" });
  const y = graph.apply(mul, { a: half, b: curvature }, { names: "½λw²" });
  tape.forward();
  return { limits, x, y, points: samples };
}

/** How many contours a bowl has. */
export const contours = 7;

export interface Bowl {
  readonly limits: Tensor;
  /** The half axes of each contour, across and up. */
  readonly across: Tensor;
  readonly up: Tensor;
  /** The contours' points, a row for each. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly points: number;
  /** The loss on a grid over the whole frame. */
  readonly sheet: Tensor;
}

/** Cells of the grid: twice as many across as up, or so, as the frame is wide. */
export const grid = { columns: 96, rows: 45 } as const;

/** Contours of ½λw² + ½λ′w′²: ellipses, from a circle of which each takes a share across and another up. */
export function bowl(tape: Tape, curvature: Tensor, second: Tensor): Bowl {
  const { graph } = tape;
  const limits = limitsIn(graph);
  const across = graph.given("half axes across", [contours, 1]);
  const up = graph.given("half axes up", [contours, 1]);
  const angles = Array.from({ length: samples }, (_, i) => (2 * Math.PI * i) / (samples - 1));
  const angle = graph.constant("angle", [samples], angles);
  const x = graph.apply(mul, { a: across, b: graph.apply(cos, { input: angle }) }, { names: "contours across" });
  const y = graph.apply(mul, { a: up, b: graph.apply(sin, { input: angle }) }, { names: "contours up" });
  const sheet = surface(graph, limits, curvature, second);
  tape.forward();
  return { limits, across, up, x, y, points: samples, sheet };
}

/** ½λw² + ½λ′w′² at the middle of each cell of the grid. */
function surface(graph: Graph, limits: Tensor, curvature: Tensor, second: Tensor): Tensor {
  const { across, up } = pixelCentres(graph, limits, grid.columns, grid.rows);
  const quadratic = (x: Tensor, by: Tensor, shape: readonly number[], names: string): Tensor => {
    const square = graph.apply(mul, { a: x, b: x }, { names: `${x.name}²` });
    const half = graph.apply(mul, { a: graph.filled("½", [], 0.5), b: square }, { names: `½${x.name}²` });
    return graph.view(graph.apply(mul, { a: half, b: by }, { names }), shape);
  };
  const a = quadratic(up, curvature, [grid.rows, 1], "½λw²");
  const b = quadratic(across, second, [1, grid.columns], "½λ′w′²");
  return graph.apply(add, { a, b }, { names: { name: "L(w, w′)", tex: "L(w, w')" } });
}
