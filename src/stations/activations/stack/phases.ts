/** What is played in the stack: activations layer by layer to the right, gradients layer by layer back to the left. */
import { format } from "../../../core/numeral";
import type { Act, Current, Now } from "../../../story/picture";
import type { Phase } from "../../../story/score";
import { bins, units, type Stack } from "./model";
import { deadIn } from "./findings";
import { courseOf, railPoints } from "./picture";

export const phases = (m: Stack): readonly Phase[] => [
  { name: "forward", current: "data", acts: [act(m, "data")] },
  { name: "backward", current: "gradient", acts: [act(m, "gradient")] },
];

function act(m: Stack, current: Current): Act {
  const { counts, size } = courseOf(m, current);
  return {
    step: m.writer(counts),
    current,
    iteration: 0,
    moments: m.depth,
    micros: 1,
    unit: "layer",
    stays: true,
    // As wide as the layer's numbers are large, so that what vanishes is seen to.
    flows: (moment) => [
      {
        points: railPoints(m, current, moment),
        current,
        carries: { tensor: size, at: moment },
        start: 0.1,
        end: 0.85,
      },
    ],
    lit: () => [],
    writes: (moment) => Array.from({ length: bins }, (_, bin) => ({ tensor: counts, at: moment * bins + bin })),
    say: (moment, now) => (current === "data" ? sayForward(m, moment, now) : sayBackward(m, moment, now)),
    whole:
      current === "data"
        ? {
            main: `${m.depth} times a matmul and ${m.about.label}: how do the activations spread?`,
            quiet: "One column a layer. The fuller a bin, the stronger its colour.",
          }
        : {
            main: "Backward through the same layers: how do the gradients spread?",
            quiet: "They start with size 1 at the last layer and run to the left.",
          },
  };
}

const sizeText = (now: Now, tensor: Stack["input"], at: number): string =>
  now.results.ready ? format(now.results.value(tensor, at)) : "…";

const sayForward = (m: Stack, layer: number, now: Now): { main: string; quiet: string } => ({
  main: `Layer ${layer + 1}: the activations are of size ${sizeText(now, m.forward.size, layer)}.`,
  quiet: `${now.results.ready ? deadIn(m, now.results, layer) : "…"} of ${units} units let no gradient through.`,
});

const sayBackward = (m: Stack, moment: number, now: Now): { main: string; quiet: string } => ({
  main: `Layer ${m.depth - moment}: the gradients are of size ${sizeText(now, m.backward.size, moment)}.`,
  quiet: "Each is what came back, times the slope, times the weights.",
});
