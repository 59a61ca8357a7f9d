/** The outcome map: a whole training for each pixel, and where theory says that it stops converging. */
import type { Graph, Tensor } from "../../core/graph";
import type { Step, Tape } from "../../core/tape";
import { add } from "../../ops/add";
import { div } from "../../ops/div";
import { mul } from "../../ops/mul";
import { pixelCentres } from "../../ops/compositions/pixel_centres";
import { trainingOutcomes } from "../../ops/training_outcomes";
import type { Results } from "../../story/results";
import type { Optimizer, Setting } from "./knobs";

/** Pixels along each side, and steps of each training. */
export const side = 512;
export const trained = 200;

export interface OutcomeMap {
  readonly limits: Tensor;
  /** w₀, λ, η and μ of the present knobs; of a pixel its own take the place of two. */
  readonly settings: Tensor;
  /** The rates of the columns and the numbers of the rows, the topmost first. */
  readonly across: Tensor;
  readonly up: Tensor;
  readonly measure: Tensor;
  readonly flips: Tensor;
  readonly outcome: Tensor;
  /** The largest stable rate of each row, where theory knows it. */
  readonly boundary?: Boundary;
  readonly step: Step;
}

/** The bound as a curve: by what each row multiplies or divides the bound of plain SGD. */
interface Boundary {
  /** A number that the knobs give: see `boundaryNumber`. */
  readonly number: Tensor;
  readonly rates: Tensor;
}

/** Where each number stands among the settings. */
export const settingAt = { w0: 0, curvature: 1, lr: 2, momentum: 3 } as const;

/** Whether every training starts in the minimum, where none moves. */
export const startsAtRest = ({ settings }: OutcomeMap, results: Results): boolean =>
  results.ready && results.value(settings, settingAt.w0) === 0;

/** The optimizer of the map's loop: SGD takes whatever momentum it is given. */
const loopOf = (optimizer: Optimizer): string => (optimizer === "momentum" ? "sgd" : optimizer);

/** `pixels` along each side. */
export function outcomeMap(
  tape: Tape,
  { optimizer, swept }: Pick<Setting, "optimizer" | "swept">,
  pixels = side,
): OutcomeMap {
  const { graph } = tape;
  const limits = graph.given("limits", [4]);
  const settings = graph.given("settings", [Object.keys(settingAt).length]);
  const { across, up } = pixelCentres(graph, limits, pixels, pixels);
  const boundary = boundaryIn(graph, up, optimizer, swept);
  const { measure, flips, outcome } = graph.applyAll(
    trainingOutcomes,
    { across, up, settings },
    {
      attributes: { of: "quadratic", optimizer: loopOf(optimizer), steps: trained, across: "lr", up: swept },
      names: { measure: measureName, outcome: "outcome", flips: "flips" },
    },
  );
  const step = tape.forward().at(-1)!;
  return { limits, settings, across, up, measure, flips, outcome, ...(boundary && { boundary }), step };
}

const measureName = { name: `|w/w₀| after ${trained} steps`, tex: `|w_{${trained}}/w_0|` };

/**
 * The largest stable rate of each row. Against the curvature it is a number over it; against the momentum it is 2/λ times
 * (1 + μ), which Nesterov's divides by 1 + 2μ.
 */
function boundaryIn(graph: Graph, up: Tensor, optimizer: Optimizer, swept: Setting["swept"]): Boundary | undefined {
  if (optimizer === "rmsprop" || optimizer === "adam") return undefined;
  const number = graph.given("bound at 1", [1]);
  const names = { name: "largest stable rate", tex: "\\eta_{\\max}" };
  if (swept === "curvature") return { number, rates: graph.apply(div, { a: number, b: up }, { names }) };
  const one = graph.filled("1", [], 1);
  const raised = graph.apply(add, { a: up, b: one }, { names: "1 + μ" });
  if (optimizer !== "nesterov") return { number, rates: graph.apply(mul, { a: raised, b: number }, { names }) };
  const twice = graph.apply(add, { a: raised, b: up }, { names: "1 + 2μ" });
  const share = graph.apply(div, { a: raised, b: twice }, { names: "(1 + μ)/(1 + 2μ)" });
  return { number, rates: graph.apply(mul, { a: share, b: number }, { names }) };
}
