/** What station 1 plays: one step of the optimizer after another. */
import { format, grouped } from "../../core/numeral";
import { atOnce } from "../../story/act";
import type { Act, Caption, Now } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Phase } from "../../story/score";
import { carries, optimizerNames } from "./knobs";
import { side, startsAtRest, trained, type OutcomeMap } from "./map";
import type { Model } from "./model";
import { cellsAt } from "./stage";
import { stripFlows, weightsAt } from "./strip";
import { inDigits, settledValue } from "./numbers";
import { isThrown } from "./words";

export function phases(m: Model): readonly Phase[] {
  return m.view.kind === "map"
    ? [{ name: "trainings", current: "data", acts: [mapAct(m.view.map)] }]
    : [{ name: "descent", current: "gradient", acts: [descentAct(m)] }];
}

/** All trainings at once. */
const mapAct = (map: OutcomeMap): Act =>
  atOnce({
    step: map.step,
    unit: "map",
    writes: () => [{ tensor: map.outcome, at: 0 }],
    say: (_, { results }) => (startsAtRest(map, results) ? restingMap : saidOfMap(map)),
  });

const restingMap: Caption = {
  main: "Every pixel starts in the minimum and stays there.",
  quiet: "From $w_0 = 0$ all rates look alike; any other start tells them apart.",
};

const saidOfMap = ({ boundary }: OutcomeMap): Caption => ({
  main: `Each of ${grouped(side * side)} pixels is a training of ${trained} steps.`,
  quiet: `Choose one to see its run. The dot: the knobs as they are${boundary ? "; dashed: theory's largest stable rate" : ""}.`,
});

function descentAct(m: Model): Act {
  return {
    step: m.run.landed,
    current: "gradient",
    iteration: 0,
    moments: m.setting.steps,
    micros: 1,
    unit: "step",
    flows: (moment) => stripFlows(m, moment),
    lit: (moment) => [...weightsAt(m, moment), ...(m.view.kind === "parabola" ? cellsAt(m.run.gradients, moment) : [])],
    writes: (moment) => weightsAt(m, moment + 1),
    say: (moment, now) => said(m, moment, now),
    whole: { main: `${m.setting.steps} steps of ${optimizerNames[m.setting.optimizer]}.` },
  };
}

const vector = (numbers: readonly number[]): string =>
  numbers.length === 1 ? inDigits(numbers[0]) : `(${numbers.map(inDigits).join(", ")})`;

/** The numbers of w after t steps. */
const weights = (m: Model, t: number, { results }: Now): readonly number[] =>
  weightsAt(m, t).map(({ tensor, at }) => results.value(tensor, at));

function said(m: Model, moment: number, now: Now): Caption {
  if (!now.results.ready) return { main: `Step ${moment + 1}.` };
  const [before, after] = [weights(m, moment, now), weights(m, moment + 1, now)];
  const moved = after.some((number, i) => number !== before[i]);
  const way = moved ? `goes from ${vector(before)} to ${vector(after)}` : `stays at ${vector(after)}`;
  const main = `Step ${moment + 1}: $w$ ${way}${outside(m, after, now)}.`;
  return { main, quiet: made(m, moment, before, after, now) };
}

/** Whether the ball has left the frame: that is a result too. */
function outside(m: Model, after: readonly number[], { results }: Now): string {
  if (m.view.kind === "map") return "";
  const { limits } = m.view.curves;
  // Up comes first in the bowl: its first number is drawn upwards.
  const reaches = after.length === 1 ? [1] : [3, 1];
  const out = after.some((number, i) => !(Math.abs(number) <= results.value(limits, reaches[i])));
  return out ? ", out of the frame" : "";
}

/** The step with its numbers; along one number where w has two. */
function made(m: Model, moment: number, before: readonly number[], after: readonly number[], { results }: Now): string {
  const slopes = cellsAt(m.run.gradients, moment).map(({ tensor, at }) => results.value(tensor, at));
  const rate = format(settledValue(results, m.rate));
  const thrown = isThrown(m, results) ? `, of which the batch's noise is ${vector(noises(m, moment, results))}` : "";
  if (m.setting.optimizer !== "sgd") return `∂L/∂w = ${vector(slopes)}${thrown || memory(m)}`;
  const step = `${vector(before)} − ${rate} · ${slopes.length === 1 ? factor(slopes[0]) : vector(slopes)}`;
  return `${step} = ${vector(after)}${thrown && `; the slope is ${vector(slopes)}${thrown}`}`;
}

const factor = (number: number): string => (number < 0 ? `(${inDigits(number)})` : inDigits(number));

/** What the batch of a step has added to its gradient. */
const noises = ({ noise }: Model, moment: number, results: Results): readonly number[] =>
  noise ? cellsAt(noise.added, moment).map(({ tensor, at }) => results.value(tensor, at)) : [];

const memory = ({ setting }: Model): string =>
  carries(setting.optimizer)
    ? ", and what is left of the steps before goes on with it"
    : ", divided by the size that it has had";
