/** Where a token stands, as waves of different lengths: sines and cosines side by side. */
import { AttributeError, integer, only } from "../../core/attributes";
import type { Graph, Tensor } from "../../core/graph";
import { float64 } from "../../core/precision";
import { ShapeError } from "../../core/shape";
import { concat } from "../concat";
import { cos } from "../cos";
import { mostCells } from "../numbers";
import { sin } from "../sin";
import { defineComposition } from "./composition";

const where = "sinusoidal_positions";

interface PositionsAttributes extends Readonly<Record<string, unknown>> {
  readonly length: number;
  readonly dim: number;
}

const turn = 2 * Math.PI;

/** Less whole turns, and at most half a turn either way, so that float32 holds it well however large it was. */
function within(angle: number): number {
  const rest = angle % turn;
  return rest > Math.PI ? rest - turn : rest;
}

/**
 * position / 10000^(i/dim) for i = 0, 2, …, less whole turns, as length × dim/2, computed once in float64; and how far
 * each may lie from the exact angle: the exponent, the power, the quotient and the turns round once each, the exponent's
 * rounding weighs ln 10000 times i/dim.
 */
function angles(graph: Graph, { length, dim }: PositionsAttributes): Tensor {
  const pairs = dim / 2;
  const shares = new Float64Array(pairs).map((_, pair) => (2 * pair) / dim);
  const powers = shares.map((share) => 10_000 ** share);
  const weights = shares.map((share) => (Math.log(10_000) * share + 3) * float64.unit);
  const [cells, doubts] = [new Float64Array(length * pairs), new Float64Array(length * pairs)];
  for (let at = 0; at < cells.length; at++) {
    const pair = at % pairs;
    const whole = (at - pair) / pairs / powers[pair];
    cells[at] = within(whole);
    doubts[at] = whole * weights[pair];
  }
  return graph.constant({ name: "angle", tex: "\\varphi" }, [length, pairs, 1], cells, doubts);
}

/** Refuses more angles than anyone may want at once, before any is computed. Throws ShapeError. */
function checkCells({ length, dim }: PositionsAttributes): void {
  if (length * dim <= mostCells) return;
  const rows = Math.floor(mostCells / dim);
  throw new ShapeError(
    `${where}: length ${length} and dim ${dim} make ${length * dim} cells, more than ${mostCells}; ` +
      (rows > 0 ? `a length of at most ${rows} would fit` : `a dim of at most ${mostCells} would fit`),
    rows > 0 ? { length: rows } : {},
  );
}

/** A row per position: the sine and the cosine of position / 10000^(i/dim) in columns i and i + 1. */
export const sinusoidalPositions = defineComposition<never, PositionsAttributes>({
  name: where,
  // Attention Is All You Need, section 3.5.
  source: "https://arxiv.org/abs/1706.03762",
  inputs: [],
  outputs: [{ name: "output", differentiable: false }],
  takes: ["length", "dim"],
  read(given) {
    only(where, given, ["length", "dim"]);
    const [length, dim] = ["length", "dim"].map((name) => integer(where, given, name, undefined));
    if (length < 1) throw new AttributeError(`${where}: length is ${length}; 1 or more would fit`);
    if (dim < 2 || dim % 2 === 1)
      throw new AttributeError(`${where}: dim is ${dim}; an even number, a sine and a cosine each, would fit`);
    checkCells({ length, dim });
    return { attributes: { length, dim }, scalars: {} };
  },
  apply({ graph }, _inputs, attributes) {
    const input = angles(graph, attributes);
    const [a, b] = [graph.apply(sin, { input }), graph.apply(cos, { input })];
    const pairs = graph.apply(concat, { a, b }, { attributes: { dim: -1 }, names: "pairs" });
    return { output: graph.view(pairs, [attributes.length, attributes.dim], "output") };
  },
  cases: [
    { shapes: {}, attributes: { length: 13, dim: 8 } },
    { shapes: {}, attributes: { length: 1, dim: 2 } },
    { shapes: {}, attributes: { length: 131, dim: 6 } },
  ],
});
