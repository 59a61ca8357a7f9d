/** One cell moved, and who moves along; then every output asks who it depends on. */
import { unravel } from "../../core/shape";
import type { Act, FlowPath, Now } from "../../story/picture";
import type { Results } from "../../story/results";
import { all, cells, told, type Where } from "./acts";
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
  return {
    step: m.writer(x),
    current: "data",
    iteration: 0,
    moments: 1,
    micros: 1,
    unit: "cell",
    lit: () => [],
    writes: () => all(x),
    flows: () => [],
    say: (_, now) => {
      const at = movedCell(m, now.results);
      if (at === undefined) return { main: "No cell is moved: the slider stands at 0." };
      const [sample, feature] = unravel(x.shape, at);
      return {
        main: `One cell moves by ${told(now, by, at)}: sample ${sample}, feature ${feature}.`,
        quiet: "Everything else of the batch stays. Which outputs will notice?",
      };
    },
  };
}

/** The outputs follow, or stay as they were. */
export function spreading(m: Model): Act {
  const { difference } = m.moved;
  return {
    step: m.writer(difference),
    current: "data",
    iteration: 0,
    moments: 1,
    micros: 1,
    unit: "output",
    lit: () => [],
    writes: () => all(difference),
    flows: () => [],
    say: (_, now) => ({ main: whoMoves(m, now), quiet: whyThey[m.method] }),
  };
}

/** "4 outputs move, in 4 samples." */
function whoMoves(m: Model, { results }: Now): string {
  const moved = answering(m, results);
  const samples = samplesOf(m, moved).length;
  if (moved.length === 0) return "No output moves.";
  return `${counted(moved.length, "output moves", "outputs move")}, in ${counted(samples, "sample", "samples")}.`;
}
const counted = (n: number, one: string, many: string): string =>
  `${n === 1 ? "One" : n} ${n === 1 ? one : many}`.replace("in One", "in one");

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
    lit: (r) => [{ tensor: m.y, at: r }, ...cells(x, read(r))],
    writes: (r) =>
      cells(
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
