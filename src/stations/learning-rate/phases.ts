/** What station 1 plays: one step of the optimizer after another. */
import { format, grouped } from "../../core/numeral";
import type { Act, Caption, Now } from "../../story/picture";
import type { Phase } from "../../story/score";
import { carries, optimizerNames } from "./knobs";
import { side, trained, type OutcomeMap } from "./map";
import type { Model } from "./model";
import { cellsAt } from "./stage";
import { stripFlows, weightsAt } from "./strip";
import { settledValue } from "./words";

export function phases(m: Model): readonly Phase[] {
  return m.view.kind === "map"
    ? [{ name: "trainings", current: "data", acts: [mapAct(m.view.map)] }]
    : [{ name: "descent", current: "gradient", acts: [descentAct(m)] }];
}

/** All trainings at once. */
const mapAct = ({ step, outcome }: OutcomeMap): Act => ({
  step,
  current: "data",
  iteration: 0,
  moments: 1,
  micros: 1,
  unit: "map",
  flows: () => [],
  lit: () => [],
  writes: () => [{ tensor: outcome, at: 0 }],
  say: () => ({
    main: `Every pixel is a training of its own: ${trained} steps.`,
    quiet: `${grouped(side * side)} of them, in one go. The colour says what became of each.`,
  }),
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
  numbers.length === 1 ? format(numbers[0]) : `(${numbers.map(format).join(", ")})`;

/** The numbers of w after t steps. */
const weights = (m: Model, t: number, { results }: Now): readonly number[] =>
  weightsAt(m, t).map(({ tensor, at }) => results.value(tensor, at));

function said(m: Model, moment: number, now: Now): Caption {
  if (!now.results.ready) return { main: `Step ${moment + 1}.` };
  const [before, after] = [weights(m, moment, now), weights(m, moment + 1, now)];
  const main = `Step ${moment + 1}: $w$ goes from ${vector(before)} to ${vector(after)}${outside(m, after, now)}.`;
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
  if (m.setting.optimizer !== "sgd") return `∂L/∂w = ${vector(slopes)}${memory(m)}`;
  return before.length === 1
    ? `${format(before[0])} − ${rate} · ${factor(slopes[0])} = ${format(after[0])}`
    : `${vector(before)} − ${rate} · ${vector(slopes)} = ${vector(after)}`;
}

const factor = (number: number): string => (number < 0 ? `(${format(number)})` : format(number));

const memory = ({ setting }: Model): string =>
  carries(setting.optimizer)
    ? ", and what is left of the steps before goes on with it"
    : ", divided by the size that it has had";
