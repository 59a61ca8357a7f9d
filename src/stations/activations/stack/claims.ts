/** What becomes of sizes and of units on their way through the stack. */
import type { Tensor } from "../../../core/graph";
import type { Claim } from "../../../story/claim";
import type { CellRef } from "../../../story/picture";
import { deadIn, deadPerLayer, fateOf, fates, sizes } from "./findings";
import { bins, units, type Course, type Stack } from "./model";

const source = "computed here";

export function claims(m: Stack): readonly Claim[] {
  return [
    {
      id: "deviation",
      prompt: "Standard deviation of the weights",
      answer: (results) => results.value(m.deviation, 0),
      given: `Every layer has ${units} units, and as many go in. Kaiming: $\\sqrt{2/((1 + \\alpha^2)\\,n)}$, with $\\alpha$ the slope of leaky ReLU and 0 otherwise; Xavier: $\\sqrt{2/(n + n)}$; too small and too large: half and twice $1/\\sqrt{n}$. All times the scale.`,
      needs: ["activation", ...Object.values(m.about.turned), "init", "scale"],
      source: "torch.nn.init",
      shows: { step: m.writer(m.forward.counts), cells: column(m.forward.counts, 0) },
    },
    fate(m, "forward-fate", "Forward: what becomes of the size of the activations?", m.forward),
    fate(m, "backward-fate", "Backward: what becomes of the size of the gradients?", m.backward),
    ratio(m, "forward-ratio", "Size of the last activations over the first", m.forward),
    ratio(m, "backward-ratio", "Size of the first gradients over the last", m.backward),
    {
      id: "dead-last",
      prompt: `Dead units of the last layer, of ${units}`,
      answer: (results) => deadIn(m, results, m.depth - 1),
      asks: "never",
      source,
      shows: { step: m.writer(m.forward.counts), cells: column(m.forward.counts, m.depth - 1) },
    },
    {
      id: "dead-all",
      prompt: `Dead units of all layers, of ${units * m.depth}`,
      answer: (results) => deadPerLayer(m, results).reduce((total, n) => total + n, 0),
      asks: "never",
      source,
      shows: { step: m.writer(m.forward.counts), cells: [] },
    },
  ];
}

const column = (tensor: Tensor, row: number): readonly CellRef[] =>
  Array.from({ length: bins }, (_, bin) => ({ tensor, at: row * bins + bin }));

const fate = (m: Stack, id: string, prompt: string, { counts, size }: Course): Claim => ({
  id,
  prompt,
  answer: (results) => fateOf(m, results, size),
  asks: { kind: "choice", options: fates },
  given:
    "From the first layer that it meets to the last: less than a tenth counts as vanished, more than ten times as exploded.",
  needs: ["activation", ...Object.values(m.about.turned), "depth", "init", "scale", "seed"],
  source,
  shows: { step: m.writer(counts), cells: column(counts, m.depth - 1) },
});

const ratio = (m: Stack, id: string, prompt: string, { counts, size }: Course): Claim => ({
  id,
  prompt,
  answer: (results) => {
    const all = sizes(m, results, size);
    return all[m.depth - 1] / all[0];
  },
  asks: "never",
  source,
  shows: { step: m.writer(counts), cells: column(counts, m.depth - 1) },
});
