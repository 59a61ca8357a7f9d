/** What station 12 plays: the states one after the other, the gradients back through them, the parts gathered, the clipping. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import { size } from "../../core/shape";
import type { Act, Caption, CellRef, Current, FlowPath, Now, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import { hidden, width, type Model } from "./model";
import { columnOf, gradientAt, inputAt, lowest, partColumn, rows, stateAt, weightColumn } from "./places";

/** What an act of this station is made of: each has one moment and writes one tensor. */
interface Part {
  readonly writes: Tensor;
  readonly current: Current;
  readonly reads: readonly Tensor[];
  readonly flows: readonly FlowPath[];
  say(now: Now): Caption;
}

export function phases(m: Model): readonly Phase[] {
  const acts = (parts: readonly Part[]): Act[] => parts.map((part) => actOf(m, part));
  return [
    { name: "forward", current: "data", acts: acts(forward(m)) },
    { name: "backward", current: "gradient", acts: acts(backward(m)) },
    { name: "gather", current: "gradient", acts: acts([gather(m)]) },
    { name: "clip", current: "gradient", acts: acts([clip(m)]) },
  ];
}

const cellsOf = (tensor: Tensor): CellRef[] => Array.from({ length: size(tensor.shape) }, (_, at) => ({ tensor, at }));

const actOf = (m: Model, part: Part): Act => ({
  step: m.writer(part.writes),
  current: part.current,
  iteration: 0,
  moments: 1,
  micros: 1,
  unit: "step",
  flows: () => part.flows,
  lit: () => part.reads.flatMap(cellsOf),
  writes: () => cellsOf(part.writes),
  say: (_, now) => part.say(now),
});

const flow = (points: readonly Vector[], current: Current, carries: CellRef): FlowPath => ({
  points,
  current,
  carries,
  start: 0.1,
  end: 0.85,
});
const shifted = ([x, y, z]: Vector, dx: number, dy = 0): Vector => [x + dx, y + dy, z];
const every = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** A cell's edge and a little more. */
const edge = 0.56;

function forward(m: Model): Part[] {
  const f = m.activation === "tanh" ? "\\tanh" : "";
  return m.states.slice(1).map((state, i): Part => {
    const t = i + 1;
    const before = m.states[i];
    return {
      writes: state,
      current: "data",
      reads: [before, m.w_hh],
      flows: [
        ...every(hidden).flatMap((from) =>
          every(hidden).map((to) =>
            flow([shifted(stateAt(i, from), edge), shifted(stateAt(t, to), -edge)], "data", {
              tensor: before,
              at: from,
            }),
          ),
        ),
        flow([shifted(inputAt(t, width - 1), 0, -edge), shifted(stateAt(t, 0), 0, edge + 1.1)], "data", {
          tensor: m.drawn,
          at: i * width,
        }),
      ],
      say: () => ({
        main: `$h_{${t}}$ is made from $x_{${t}}$ and from $h_{${i}}$, by the same weights at every step.`,
        quiet: `$h_{${t}} = ${f}${f ? "(" : ""}W_{ih} x_{${t}} + W_{hh} h_{${i}} + b${f ? ")" : ""}$`,
      }),
    };
  });
}

function backward(m: Model): Part[] {
  return m.parts.toReversed().flatMap((part, back): Part[] => {
    const t = m.steps - back;
    const arriving = m.gradients[t];
    return [
      {
        writes: part,
        current: "gradient",
        reads: [arriving, m.states[t - 1]],
        flows: every(hidden).map((i) =>
          flow(
            [
              shifted(gradientAt(t, hidden - 1), (i - 1) * 0.3, -edge),
              [partColumn(t) + i - 1, rows.part + 1 + edge, 0],
            ],
            "gradient",
            { tensor: arriving, at: i },
          ),
        ),
        say: () => ({
          main: `Step ${t} used $W_{hh}$ too: it adds a part of its own to the weight's gradient.`,
          quiet: `What arrives before the activation, times what it read: $\\partial L/\\partial z_{${t}} \\cdot h_{${t - 1}}^{\\mathsf T}$`,
        }),
      },
      {
        writes: m.gradients[t - 1],
        current: "gradient",
        reads: [arriving, m.w_hh],
        flows: every(hidden).flatMap((from) =>
          every(hidden).map((to) =>
            flow([shifted(gradientAt(t, from), -edge), shifted(gradientAt(t - 1, to), edge)], "gradient", {
              tensor: arriving,
              at: from,
            }),
          ),
        ),
        say: () => ({
          main: `The gradient goes one step further back: through the slope at $h_{${t}}$, then through $W_{hh}$.`,
          quiet: `$\\partial L/\\partial h_{${t - 1}} = W_{hh}^{\\mathsf T} \\, \\partial L/\\partial z_{${t}}$`,
        }),
      },
    ];
  });
}

/** All parts travel on one line below them. */
function gather(m: Model): Part {
  return {
    writes: m.total,
    current: "gradient",
    reads: m.parts,
    flows: m.parts.map((part, i) =>
      flow(
        [
          [columnOf(i + 1), rows.part - 1 - edge, 0],
          [columnOf(i + 1), lowest, 0],
          [weightColumn, lowest, 0],
          [weightColumn, rows.part - 1 - edge, 0],
        ],
        "gradient",
        { tensor: part, at: 0 },
      ),
    ),
    say: () => ({ main: `One weight, used ${m.steps} times: its gradient is the sum of the ${m.steps} parts.` }),
  };
}

function clip({ clip: { clipped, norm, factor, threshold }, total }: Model): Part {
  const [x] = [weightColumn];
  return {
    writes: clipped,
    current: "gradient",
    reads: [total],
    flows: [
      flow(
        [
          [x - 2, rows.part, 0],
          [x - 2.6, rows.part, 0],
          [x - 2.6, rows.gradient, 0],
          [x - 2, rows.gradient, 0],
        ],
        "gradient",
        { tensor: total, at: 0 },
      ),
    ],
    say: ({ results }) => ({
      main:
        results.value(factor, 0) < 1
          ? "The gradient is longer than the threshold: all of it shrinks by one factor, and its direction stays."
          : "The gradient is no longer than the threshold: it stays as it is.",
      quiet: `norm ${format(results.value(norm, 0))}, threshold ${format(results.value(threshold, 0))}, factor ${format(results.value(factor, 0))}`,
    }),
  };
}
