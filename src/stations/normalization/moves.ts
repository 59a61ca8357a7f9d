/** One cell moved, and who moves along; then every output asks who it depends on. */
import { unravel } from "../../core/shape";
import { allCells, atOnce, cellsAt } from "../../story/act";
import type { Act, FlowPath, Now } from "../../story/picture";
import type { Results } from "../../story/results";
import { told, type Where } from "./acts";
import { structureOfJacobian } from "./jacobian";
import type { Model } from "./model";
import { upAndAcross } from "./ways";

/** The cell that is moved; undefined where none is. */
export const movedCell = (m: Model, results: Results): number | undefined =>
  [...Array(m.samples * m.features).keys()].find((at) => results.value(m.moved.by, at) !== 0);

/** The outputs that answer to the moved cell. */
export const answering = (m: Model, results: Results): readonly number[] =>
  [...Array(m.samples * m.features).keys()].filter((at) => results.value(m.moved.difference, at) !== 0);

/** The samples that they belong to. */
export const samplesOf = (m: Model, at: readonly number[]): readonly number[] => [
  ...new Set(at.map((cell) => Math.floor(cell / m.features))),
];

/** One cell of the batch is moved. */
export function shifting(m: Model): Act {
  const { x, by } = m.moved;
  return atOnce({
    step: m.writer(x),
    unit: "cell",
    writes: () => allCells(x),
    say: (_, now) => {
      const at = movedCell(m, now.results);
      if (at === undefined) return { main: "No cell is moved: the slider stands at 0." };
      const [sample, feature] = unravel(x.shape, at);
      return {
        main: `One cell moves by ${told(now, by, at)}: sample ${sample}, feature ${feature}.`,
        quiet: beyond(m, now.results) ?? "Everything else of the batch stays. Which outputs will notice?",
      };
    },
  });
}

/** Why another cell is moved than the sliders ask for. */
function beyond({ moved, samples, features }: Model, results: Results): string | undefined {
  const [sample, feature] = [0, 1].map((at) => results.value(moved.asked, at));
  const missing = [
    ...(sample >= samples ? [`sample ${sample}`] : []),
    ...(feature >= features ? [`feature ${feature}`] : []),
  ];
  return missing.length === 0
    ? undefined
    : `There is no ${missing.join(" and no ")} in this batch of ${samples} × ${features}: the last one stands in for it.`;
}

/** The outputs follow, or stay as they were. */
export function spreading(m: Model): Act {
  const { difference } = m.moved;
  return atOnce({
    step: m.writer(difference),
    unit: "output",
    writes: () => allCells(difference),
    say: (_, now) => ({ main: whoMoves(m, now), quiet: whyNone(m, now) ?? whyThey[m.method] }),
  });
}

/** "4 outputs move, in 4 samples." */
function whoMoves(m: Model, { results }: Now): string {
  const moved = answering(m, results);
  const samples = samplesOf(m, moved).length;
  if (moved.length === 0) return "No output moves.";
  const outputs = moved.length === 1 ? "One output moves" : `${moved.length} outputs move`;
  return `${outputs}, in ${samples === 1 ? "one sample" : `${samples} samples`}.`;
}

/** Why a cell has moved and no output with it. */
const whyNone = (m: Model, { results }: Now): string | undefined => {
  if (movedCell(m, results) === undefined) return "The slider that moves it stands at 0.";
  if (answering(m, results).length > 0) return undefined;
  return m.method === "layer" && m.features === 1
    ? "A sample's only feature is its own mean: whatever it is, nothing is left of it."
    : "What it changes, dividing by the spread takes away again.";
};

const whyThey: Readonly<Record<Model["method"], string>> = {
  training: "The mean and the spread of that feature changed for the whole batch.",
  inference: "The running averages are frozen: nobody else reads that cell.",
  layer: "The mean and the spread of that sample changed, and of no other.",
};

/** Every output sends a 1 back alone; what arrives is its row of the Jacobian. */
export function unrolling(m: Model, where: Where): Act {
  const { jacobian } = m.unrolled;
  const inputs = m.samples * m.features;
  const structure = structureOfJacobian(m.y, m.tape);
  const read = (r: number): number[] => [...Array(inputs).keys()].filter((at) => structure[r * inputs + at] === 1);
  const [x] = m.x;
  return {
    step: m.writer(jacobian),
    current: "gradient",
    iteration: 0,
    moments: inputs,
    micros: 1,
    unit: "output",
    lit: (r) => [{ tensor: m.y, at: r }, ...cellsAt(x, read(r))],
    writes: (r) =>
      cellsAt(
        jacobian,
        [...Array(inputs).keys()].map((at) => r * inputs + at),
      ),
    flows: (r) =>
      read(r).map((at): FlowPath => ({
        points: upAndAcross(where(m.y, r), where(x, at)),
        current: "gradient",
        carries: { tensor: jacobian, at: r * inputs + at },
        start: 0.1,
        end: 0.8,
      })),
    say: (r) => {
      const [sample, feature] = unravel(m.y.shape, r);
      return {
        main: `$y[${sample}, ${feature}]$ sends a 1 back: it reaches ${reach(m)}.`,
        quiet: "What arrives at each cell is its entry in this output's row.",
      };
    },
    whole: { main: `Every output sends a 1 back: it reaches ${reach(m)}.` },
  };
}

const reach = ({ method }: Model): string =>
  ({
    training: "its feature in every sample of the batch",
    inference: "its own cell and no other",
    layer: "its own sample and no other",
  })[method];
