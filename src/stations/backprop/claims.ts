/** What the recitation asserts about Q2, asked of the current knobs. */
import type { Tensor } from "../../core/graph";
import { turnedFor, type Answer, type Claim } from "../../story/claim";
import { cells, last, source } from "./asked";
import { fate, survey } from "./fate";
import { isRecited, known } from "./given";
import type { Iteration, Model, Weight } from "./model";
import { partD } from "./part-d";

/** A claim whose answer is what some tensors hold. */
function holds(
  m: Model,
  id: string,
  prompt: string,
  tensors: readonly Tensor[],
  more: Pick<Claim, "given" | "needs"> & { readonly slide?: Answer },
): Claim {
  const step = last(m, tensors);
  return {
    id,
    prompt,
    answer: (results) =>
      tensors.length === 1 ? results.value(tensors[0], 0) : tensors.map((tensor) => results.value(tensor, 0)),
    slideHolds: (results) => isRecited(m, results),
    source,
    shows: { ...(step && { step }), cells: cells(tensors) },
    ...more,
  };
}

/** All that is asserted. What stands in the picture of one training is shown there, whatever picture there is now. */
export function claims(m: Model): readonly Claim[] {
  const training = [...firstPass(m), ...nextPass(m), moved(m), ...partD(m), survey(m)];
  return [...(m.outcomes.map ? training.map(besideMap) : training), fate(m)];
}

/** The same where a map stands: it is left for the picture of one training. */
const besideMap = (claim: Claim): Claim => ({
  ...claim,
  shows: { ...claim.shows, knobs: (current) => ({ map: "none", ...turnedFor(claim, current) }) },
});

const weightsOf = (it: Iteration, from: "weights" | "next"): readonly Tensor[] =>
  (["w1", "w2", "w3"] as const satisfies readonly Weight[]).map((name) => it[from][name]!);

function firstPass(m: Model): readonly Claim[] {
  const [first] = m.iterations;
  const [one, two] = first.neurons;
  const d = (tensor: Tensor): readonly Tensor[] => [first.gradient.get(tensor)!];
  const slope = (id: string, of: string, tensor: Tensor, slide: number): Claim =>
    holds(m, id, `$\\partial L/\\partial ${of}$`, d(tensor), { ...known(m, "loss"), slide });
  return [
    holds(m, "z", "$z_1, z_2$", [one.z, two.z], { ...known(m, "neurons"), slide: [1.5, -0.75] }),
    holds(m, "a", "$a_1, a_2$", [one.a, two.a], { ...known(m, "neurons"), slide: [1.5, 0] }),
    holds(m, "prediction", "Prediction $\\hat y$", [first.prediction], { ...known(m, "prediction"), slide: 4.5 }),
    holds(m, "loss", "Loss $L$", [first.loss], { ...known(m, "loss"), slide: 3.125 }),
    slope("d-prediction", "\\hat y", first.prediction, 2.5),
    slope("d-w3", "w_3", first.weights.w3!, 3.75),
    slope("d-a1", "a_1", one.a, 7.5),
    slope("d-z1", "z_1", one.z, 7.5),
    slope("d-w1", "w_1", one.weight, 11.25),
    slope("d-a2", "a_2", two.a, 7.5),
    slope("d-z2", "z_2", two.z, 0),
    slope("d-w2", "w_2", two.weight, 0),
    holds(m, "new-w", "New $w$", weightsOf(first, "next"), { ...known(m, "step"), slide: [-0.125, -0.5, 2.625] }),
  ];
}

const afterStep = "One step of SGD has been taken; the example is the same.";

function nextPass(m: Model): readonly Claim[] {
  const [, second] = m.iterations;
  const later = known(m, "step", afterStep);
  const gradients = weightsOf(second, "weights").map((w) => second.gradient.get(w)!);
  const behind = second.neurons.map(({ z }) => second.gradient.get(z)!);
  const z = second.neurons.map((neuron) => neuron.z);
  return [
    holds(m, "next-z", "One step later: $z_1, z_2$", z, later),
    holds(m, "next-loss", "One step later: $L$", [second.loss], later),
    holds(m, "next-gradients", "One step later: $\\partial L/\\partial w$", gradients, later),
    {
      id: "dead-neurons",
      prompt: "Neurons that are dead one step later",
      ...known(m, "step", `${afterStep} A neuron is dead here when the slope of its activation is 0.`),
      answer: (results) => second.neurons.filter((neuron) => results.value(neuron.slope, 0) === 0).length,
      source,
      shows: { step: m.writer(behind[0]), cells: cells(behind) },
    },
  ];
}

const moves = [
  "none of them",
  "w₁ alone",
  "w₂ alone",
  "w₃ alone",
  "w₁ and w₂",
  "w₁ and w₃",
  "w₂ and w₃",
  "all three",
] as const;

/** Which weights the first step changes: those that a gradient reaches, where the rate lets it do anything. */
function moved(m: Model): Claim {
  const [{ weights, gradient }] = m.iterations;
  const gradients = (["w1", "w2", "w3"] as const).map((name) => gradient.get(weights[name]!)!);
  return {
    id: "moved",
    prompt: "The weights that this step of SGD changes",
    asks: { kind: "choice", options: moves },
    ...known(m, "step"),
    answer: (results) => {
      const steps = results.value(m.rate, 0) !== 0;
      const [one, two, three] = gradients.map((tensor) => steps && results.value(tensor, 0) !== 0);
      const at = Number(one) + 2 * Number(two) + 4 * Number(three);
      return moves[[0, 1, 2, 4, 3, 5, 6, 7].indexOf(at)];
    },
    slide: "w₁ and w₃",
    slideHolds: (results) => isRecited(m, results),
    source,
    shows: { step: last(m, gradients), cells: cells(gradients) },
  };
}
