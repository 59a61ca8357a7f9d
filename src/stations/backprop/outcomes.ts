/** Whole trainings: the present one run to its end, and a map of others. */
import type { Graph, Tensor } from "../../core/graph";
import { shortest } from "../../core/numeral";
import { pixelCentres } from "../../ops/compositions/pixel_centres";
import { loopParameters } from "../../ops/outcomes/loops";
import { outcomeNames, type OutcomeName } from "../../ops/outcomes/outcome";
import { trainingOutcomes } from "../../ops/training_outcomes";
import type { Results } from "../../story/results";
import type { Knobs } from "../../story/station";
import type { Activation } from "./model";

/** How many steps a training has. */
export const trainedSteps = 200;

/** What runs up the map; its columns are values of w₁. */
export type Against = "w2" | "lr";

/** Where the axes of a map end: near, and far where the present numbers lie beyond that, up to the ends of their sliders. */
export const reaches = { weight: { near: 3, far: 5 }, lr: { near: 0.2, far: 1 } } as const;

/** The ends of a map that holds the present numbers: left, right, bottom, top. */
export function limitsOf(knobs: Knobs, against: Against): Float32Array {
  const reach = ({ near, far }: (typeof reaches)[keyof typeof reaches], ...names: readonly string[]): number =>
    names.every((name) => Math.abs(Number(knobs[name])) <= near) ? near : far;
  const weight = reach(reaches.weight, ...(against === "w2" ? ["w1", "w2"] : ["w1"]));
  const up = against === "w2" ? [-weight, weight] : [0, reach(reaches.lr, "lr")];
  return Float32Array.of(-weight, weight, ...up);
}

/** The map: one training for each pixel. */
export interface OutcomeMap {
  readonly against: Against;
  readonly pixels: number;
  /** Left, right, bottom, top. */
  readonly limits: Tensor;
  /** What each column and each row stands for. */
  readonly across: Tensor;
  readonly up: Tensor;
  /** How far the prediction misses the target at the end. */
  readonly measure: Tensor;
  readonly outcome: Tensor;
}

/** What 200 steps come to: from the present numbers, and on the map around them. */
export interface Outcomes {
  /** The present numbers, in the order of the loop's parameters. */
  readonly settings: Tensor;
  /** The class of the present training: one cell. */
  readonly present: Tensor;
  readonly map?: OutcomeMap;
}

/** Which map is asked for. */
export interface MapChoice {
  readonly against: Against;
  readonly pixels: number;
}

/** The map that the knobs ask for. */
export function mapChoice({ map: against, pixels }: Knobs): MapChoice | undefined {
  return against === "w2" || against === "lr" ? { against, pixels: Number(pixels) } : undefined;
}

const loopOf = (biased: boolean): "biased_network" | "recitation_network" =>
  biased ? "biased_network" : "recitation_network";

/** Where a number stands among the settings; those of a network with biases only have one more at their end. */
export const placeOf = (name: string): number => loopParameters(loopOf(false)).indexOf(name);

/** The present numbers as the settings hold them. */
export const settingsOf = (knobs: Knobs): Float32Array =>
  Float32Array.from(loopParameters(loopOf(knobs["biased"] === true)), (name) => Number(knobs[name]));

/** What is trained, whole training after whole training. */
interface Trained {
  readonly activation: Activation;
  readonly biased: boolean;
}

/** Applies whole trainings of the network that begins with these weights. */
export function outcomes(
  graph: Graph,
  { activation, biased }: Trained,
  weights: { readonly w1: Tensor; readonly w2: Tensor },
  choice: MapChoice | undefined,
): Outcomes {
  const of = loopOf(biased);
  const settings = graph.given("settings", [loopParameters(of).length]);
  const alone = { across: graph.view(weights.w1, [1]), up: graph.view(weights.w2, [1]), settings };
  const attributes = { of, activation, steps: trainedSteps };
  const names = {
    measure: "miss of this training",
    flips: "flips of this training",
    outcome: "outcome of this training",
  };
  const present = graph.applyAll(trainingOutcomes, alone, { attributes, names })["outcome"];
  return { settings, present, ...(choice && { map: mapOf(graph, settings, attributes, choice) }) };
}

function mapOf(
  graph: Graph,
  settings: Tensor,
  attributes: Readonly<Record<string, unknown>>,
  { against, pixels }: MapChoice,
): OutcomeMap {
  const limits = graph.given("limits", [4]);
  const axes = pixelCentres(graph, limits, pixels, pixels);
  const made = graph.applyAll(
    trainingOutcomes,
    { ...axes, settings },
    {
      attributes: { ...attributes, across: "w1", up: against },
      names: {
        measure: { name: "miss", tex: "|\\hat y - y|" },
        flips: "flips",
        outcome: { name: "outcome", tex: "\\text{outcome}" },
      },
    },
  );
  return { against, pixels, limits, ...axes, measure: made["measure"], outcome: made["outcome"] };
}

/** The class that a cell of a map of outcomes names; undefined before anything was computed. */
export const outcomeAt = (outcome: Tensor, at: number, results: Results): OutcomeName | undefined =>
  outcomeNames[results.value(outcome, at)];

/** The numbers that a pixel stands for, to the bit: beside a border a rounded start would end elsewhere. */
export function startOf({ against, pixels, across, up }: OutcomeMap, at: number, results: Results): Knobs {
  return {
    w1: shortest(results.value(across, at % pixels)),
    [against]: shortest(results.value(up, Math.floor(at / pixels))),
  };
}
