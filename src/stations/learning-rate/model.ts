/** What station 1 computes: the training that is shown, the recitation's five beside it, and the curves under them. */
import { Graph, type Tensor } from "../../core/graph";
import type { Shape } from "../../core/shape";
import { Tape, type Step } from "../../core/tape";
import { concat } from "../../ops/concat";
import { div } from "../../ops/div";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import { bowl, parabola, type Bowl, type Parabola } from "./curves";
import { descend, type Run } from "./descent";
import { carries, type Setting } from "./knobs";
import { outcomeMap, type OutcomeMap } from "./map";
import { sideBySide, type Rates } from "./rates";

export interface Model {
  readonly tape: Tape;
  readonly setting: Setting;
  readonly rate: Tensor;
  readonly momentum: Tensor;
  /** λ and where w starts, along the first direction and the second. */
  readonly curvature: Tensor;
  readonly start: Tensor;
  readonly second: Tensor;
  readonly secondStart: Tensor;
  /** 2/λ and 2/λ′: what the rate of plain SGD has to stay below. */
  readonly bounds: Tensor;
  readonly noise?: Noise;
  readonly run: Run;
  readonly rates: Rates;
  /** What stands on the stage. */
  readonly view:
    | { readonly kind: "parabola"; readonly curves: Parabola }
    | { readonly kind: "bowl"; readonly curves: Bowl }
    | { readonly kind: "map"; readonly map: OutcomeMap };
  /** The step after which everything on the stage stands. */
  readonly opens: Step;
}

/** What each batch adds to the gradient, a row per step: draws of a normal distribution, times how strong it is. */
interface Noise {
  readonly draws: Tensor;
  readonly strength: Tensor;
  readonly added: Tensor;
}

/** The parts of a model that a slider moves. */
export interface Given {
  readonly rate: Tensor;
  readonly momentum: Tensor;
  readonly curvature: Tensor;
  readonly start: Tensor;
  readonly second: Tensor;
  readonly secondStart: Tensor;
}

const givenIn = (graph: Graph): Given => ({
  rate: graph.scalar({ name: "η", tex: "\\eta" }),
  momentum: graph.scalar({ name: "μ", tex: "\\mu" }),
  curvature: graph.given({ name: "λ", tex: "\\lambda" }, []),
  start: graph.given({ name: "w₀", tex: "w_0" }, []),
  second: graph.given({ name: "λ′", tex: "\\lambda'" }, []),
  secondStart: graph.given({ name: "w′₀", tex: "w'_0" }, []),
});

export function model(setting: Setting): Model {
  const graph = new Graph();
  const tape = new Tape(graph);
  const given = givenIn(graph);
  const flat = setting.show !== "bowl";
  const start = flat ? given.start : pair(graph, given.start, given.secondStart, "w₀");
  const curvature = flat ? given.curvature : pair(graph, given.curvature, given.second, "λ");
  const halfCurvature = halved(graph, curvature);
  const noise = setting.noisy ? noiseIn(graph, [setting.steps, ...start.shape]) : undefined;
  const run = descend(tape, {
    optimizer: setting.optimizer,
    steps: setting.steps,
    start,
    halfCurvature,
    scalars: { lr: given.rate, ...(carries(setting.optimizer) && { momentum: given.momentum }) },
    ...(noise && { tilts: rowsOf(graph, noise.added, start) }),
  });
  const rates = sideBySide(tape, given.start, flat ? halfCurvature : halved(graph, given.curvature));
  const bounds = boundsOf(tape, given);
  const view = viewOf(tape, setting, given);
  const opens = view.kind === "map" ? view.map.step : run.landed;
  return { tape, setting, ...given, ...(noise && { noise }), run, rates, bounds, view, opens };
}

function noiseIn(graph: Graph, shape: Shape): Noise {
  const draws = graph.given("draws", shape);
  const strength = graph.given({ name: "σ", tex: "\\sigma" }, []);
  const added = graph.apply(mul, { a: draws, b: strength }, { names: { name: "ξ", tex: "\\xi" } });
  return { draws, strength, added };
}

function viewOf(tape: Tape, setting: Setting, given: Given): Model["view"] {
  switch (setting.show) {
    case "parabola":
      return { kind: "parabola", curves: parabola(tape, given.curvature) };
    case "bowl":
      return { kind: "bowl", curves: bowl(tape, given.curvature, given.second) };
    case "map":
      return { kind: "map", map: outcomeMap(tape, setting) };
  }
}

function boundsOf(tape: Tape, { curvature, second }: Given): Tensor {
  const { graph } = tape;
  const b = pair(graph, curvature, second, "λ and λ′");
  const bounds = graph.apply(div, { a: graph.filled("2", [], 2), b }, { names: { name: "2/λ", tex: "2/\\lambda" } });
  tape.forward();
  return bounds;
}

const halved = (graph: Graph, curvature: Tensor): Tensor =>
  graph.apply(
    mul,
    { a: graph.filled("½", [], 0.5), b: curvature },
    { names: { name: `½${curvature.name}`, tex: `\\tfrac12${curvature.tex}` } },
  );

/** Two numbers as a vector. */
const pair = (graph: Graph, a: Tensor, b: Tensor, names: string): Tensor =>
  graph.apply(concat, { a: graph.view(a, [1]), b: graph.view(b, [1]) }, { names });

/** The rows of the noise, each in the shape of w. */
const rowsOf = (graph: Graph, noise: Tensor, w: Tensor): readonly Tensor[] =>
  Array.from({ length: noise.shape[0] }, (_, start) => {
    const row = graph.apply(narrow, { input: noise }, { attributes: { dim: 0, start, length: 1 }, names: noise });
    return graph.view(row, w.shape);
  });
