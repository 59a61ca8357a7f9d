/**
 * What a training comes to, as a rule over its parameters: the loop is run as a whole. A formula that nested one step in the
 * next would be too deep to read, and its bound, a sum of sizes, would tell nothing (see `march`).
 */
import { apply, type Apply, type Formula } from "../../core/formula";
import { float32 } from "../../core/precision";
import { called, type Rule, type Written } from "../../core/rule";
import { loopFor, variantOf, type Variant } from "./loops";
import { Trainer, type Trained } from "./trained";

/** The outputs of a map. */
export type ResultName = "measure" | "flips" | "outcome";

/** Trainings that are remembered, so that the outputs of a pixel share one. */
const most = 4096;

/** A trainer that remembers what it has found. */
function remembering(variant: Variant, steps: number): (x: readonly number[]) => Trained {
  const trainer = new Trainer(loopFor(variant), steps);
  const known = new Map<string, Trained>();
  return (x) => {
    const key = x.join();
    const found = known.get(key) ?? trainer.train(x);
    if (known.size >= most) known.clear();
    known.set(key, found);
    return found;
  };
}

const words: Readonly<Record<ResultName, string>> = {
  measure: "what is left",
  flips: "flips",
  outcome: "outcome",
};

/** The arguments in parentheses, where they are short; names of seven tensors would fill more than a line. */
function listed(args: readonly Written[]): string {
  const long = args.reduce((sum, { text }) => sum + text.length, 0) > 48;
  return long ? "\\left(\\ldots\\right)" : `\\left(${args.map(({ tex }) => tex).join(", ")}\\right)`;
}

function ruleOf(result: ResultName, variant: Variant, steps: number, train: (x: readonly number[]) => Trained): Rule {
  const { parameters } = loopFor(variant);
  const name = `${result}:${variantOf(variant).replaceAll(" ", ":")}:${steps}`;
  return {
    name,
    value: (x) => train(x)[result],
    // No gradient is asked of an outcome: it jumps wherever a threshold lies.
    partials: (x) => x.map(() => "blocked"),
    roundoff: (x) => train(x)[`${result}Error`] / float32.unit,
    partialRoundoff: 0,
    write: (args) => ({
      ...called(name, "", args),
      tex: `\\text{${words[result]} after ${steps} steps}${listed(args)}`,
    }),
    writePartial: () => undefined,
    closed: parameters.map((_, i) => i),
    kink: () => true,
  };
}

const made = new Map<string, Readonly<Record<ResultName, Rule>>>();

function rulesOf(variant: Variant, steps: number): Readonly<Record<ResultName, Rule>> {
  const key = `${variantOf(variant)} ${steps}`;
  const known = made.get(key);
  if (known) return known;
  const train = remembering(variant, steps);
  const rule = (result: ResultName): Rule => ruleOf(result, variant, steps, train);
  const rules = { measure: rule("measure"), flips: rule("flips"), outcome: rule("outcome") };
  made.set(key, rules);
  return rules;
}

/** What a training with these parameters comes to. */
export const resultOf =
  (result: ResultName, variant: Variant, steps: number) =>
  (parameters: readonly Formula[]): Apply =>
    apply(rulesOf(variant, steps)[result], ...parameters);
