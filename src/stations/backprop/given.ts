/** What a student needs to know to work out an answer: the formulas of the network, and the knobs that stand in them. */
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import type { Activation, Model } from "./model";

/** How far a question reaches: into the neurons, to the prediction, to the loss, or past a step of SGD. */
type Reach = "neurons" | "prediction" | "loss" | "step";
const reaches: readonly Reach[] = ["neurons", "prediction", "loss", "step"];

const activations: Readonly<Record<Activation, string>> = {
  relu: "$a_n = \\mathrm{ReLU}(z_n)$",
  leaky_relu: "$a_n = z_n$ where $z_n > 0$, else $\\alpha z_n$ (α is the slope)",
  identity: "$a_n = z_n$",
};

/** The formulas as far as a question reaches; `activation` where it asks of another than the panel's. */
export function formulas({ biased, ...m }: Model, reach: Reach, activation: Activation = m.activation): string {
  const z = biased ? "$z_n = w_n x + b_n$ (both biases begin at the bias)" : "$z_n = w_n x$";
  const told = [
    `For the neurons $n = 1, 2$: ${z}, ${activations[activation]}`,
    "$\\hat y = w_3\\,(a_1 + a_2)$",
    "$L = \\tfrac12(\\hat y - y)^2$",
    `SGD turns every weight${biased ? " and bias" : ""} $w$ into $w - \\eta\\,\\partial L/\\partial w$ (η is the rate)`,
  ];
  return `${told.slice(0, reaches.indexOf(reach) + 1).join("; ")}.`;
}

/** The knobs that stand in those formulas. */
export function needs({ biased, ...m }: Model, reach: Reach, activation: Activation = m.activation): readonly string[] {
  const far = reaches.indexOf(reach);
  const named = [
    ["x", true],
    ["y", far >= 2],
    ["w1", true],
    ["w2", true],
    ["w3", far >= 1],
    ["lr", far >= 3],
    ["slope", activation === "leaky_relu"],
    ["bias", biased],
  ] as const;
  return named.filter(([, needed]) => needed).map(([name]) => name);
}

/** Formulas and knobs together, with what the question adds to them. */
export const known = (m: Model, reach: Reach, added = "", activation?: Activation): Pick<Claim, "given" | "needs"> => ({
  given: `${formulas(m, reach, activation)}${added && ` ${added}`}`,
  needs: needs(m, reach, activation),
});

/** x, y and the weights of the recitation, and its rate. */
const recited = [1.5, 2, 1, -0.5, 3].map(Math.fround);
const recitedRate = Math.fround(0.1);

/** Whether the numbers are those of question 2, where whatever activation the question says is taken. */
export function hasRecited({ biased, x, y, rate, iterations }: Model, results: Results): boolean {
  const { w1, w2, w3 } = iterations[0].weights;
  const now = [x, y, w1!, w2!, w3!].map((tensor) => results.value(tensor, 0));
  return !biased && now.every((value, at) => value === recited[at]) && results.value(rate, 0) === recitedRate;
}

/** Whether the slide's network stands here: its numbers and its ReLU. */
export const isRecited = (m: Model, results: Results): boolean => m.activation === "relu" && hasRecited(m, results);
