/** What the recitation asserts about normalization, and what the present batch adds. */
import { layerNorm } from "../../ops/layer_norm";
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import { size } from "../../core/shape";
import { allCells } from "../../story/act";
import type { Claim } from "../../story/claim";
import type { CellRef } from "../../story/picture";
import type { Results } from "../../story/results";
import { groupsOf } from "./acts";
import { structureOfJacobian } from "./jacobian";
import { sharing, type Measured, type Model, type Structure } from "./model";
import { answering, movedCell, samplesOf } from "./moves";
import type { Method } from "./normalize";
import { listed, statements } from "./statements";
import { reachOf } from "./structure";

const source = "Midterm review recitation, warm-up 2";
const computed = "computed here";

/** All claims of the lesson. */
export const claims = (m: Model): readonly Claim[] => [
  ...choices(m.writer(m.y)),
  ...statisticClaims(m),
  ...normalizedClaims(m),
  ...runningClaims(m),
  ...movedClaims(m),
  ...reachClaims(m, m.writer(m.moved.difference), allCells(m.moved.difference)),
  ...jacobianClaims(m),
];

/** What is left of them for a single sample in training. */
export function claimsOfOne(m: Measured): readonly Claim[] {
  const last = m.writer(m.batch[0].variance);
  return [...choices(last), ...statisticClaims(m), ...reachClaims(m, last, [])];
}

const everyAnswer = ["A and B", "A and C", "A and D", "B and C", "B and D", "C and D", "A, B and D", "A, C and D"];
const truth = ["true", "false"];

/** The multiple choice: all four together, and the two that are about normalization. */
function choices(step: Step): Claim[] {
  const found = statements();
  const held = found.filter(({ holds }) => holds).map(({ letter }) => letter);
  const shows = { step, cells: [] };
  const single = (letter: string, slide: string, method: Model["method"]): Claim => {
    const { text, holds } = found.find((statement) => statement.letter === letter)!;
    return {
      id: `statement-${letter}`,
      prompt: `${letter}: ${text}`,
      answer: () => String(holds),
      asks: { kind: "choice", options: truth },
      needs: [],
      slide,
      source,
      shows: { ...shows, knobs: { method } },
    };
  };
  return [
    {
      id: "valid",
      prompt: "The valid statements",
      answer: () => listed(held),
      asks: { kind: "choice", options: everyAnswer },
      given: found.map(({ letter, text }) => `${letter}: ${text}.`).join(" "),
      needs: [],
      slide: "A and D",
      source,
      shows,
    },
    single("C", "false", "layer"),
    single("D", "true", "inference"),
    {
      id: "same-layer",
      prompt: "LayerNorm in training and in inference",
      answer: () => ("training" in layerNorm.attributes({}) ? "different" : "the same"),
      asks: { kind: "choice", options: ["the same", "different"] },
      needs: [],
      slide: "the same",
      source,
      shows: { ...shows, knobs: { method: "layer" } },
    },
  ];
}

const group = ({ method }: Structure): string => (method === "layer" ? "sample 0" : "feature 0");
const first = (tensor: Tensor): CellRef => ({ tensor, at: 0 });

/** A claim whose answer is the first cell of a tensor. */
const holds = (m: Measured, id: string, prompt: string, tensor: Tensor, more: Partial<Claim> = {}): Claim => ({
  id,
  prompt,
  answer: (results) => results.value(tensor, 0),
  source: computed,
  shows: { step: m.writer(tensor), cells: [first(tensor)] },
  ...more,
});

function statisticClaims(m: Measured): Claim[] {
  if (m.batch.length === 0) return [];
  const [{ mean, variance }] = m.batch;
  const needs = ["method", "samples", "features"];
  const all = { source: computed, needs, shows: { step: m.writer(mean), cells: allCells(mean) } };
  return [
    { id: "sharing", prompt: "Cells that share one mean", answer: () => sharing(m), ...all },
    { id: "statistics", prompt: "Means in all", answer: () => groupsOf(m), ...all },
    holds(m, "mean", `Mean of ${group(m)}`, mean, { needs: ["method"] }),
    holds(m, "variance", `Variance $\\sigma^2$ of ${group(m)}`, variance, {
      given: "The biased one: divided by the number of cells.",
      needs: ["method"],
    }),
  ];
}

const normalizedClaims = (m: Model): Claim[] => [
  holds(m, "normalized", "$\\hat x[0, 0]$, normalized", m.normal[0], {
    given: `${whose[m.method]} $\\varepsilon$ is the power of ten that is given; while it is small it does not show in three digits.`,
    needs: ["method", "epsilon", ...(m.method === "inference" ? ["batches", "momentum"] : [])],
  }),
];

const whose: Readonly<Record<Method, string>> = {
  training: "By the mean and the biased variance of its feature over the batch.",
  inference: "By the running averages of its feature.",
  layer: "By the mean and the biased variance of its sample.",
};

function runningClaims(m: Model): Claim[] {
  if (m.method !== "training" || m.batches === 0) return [];
  const [, { mean, variance }] = m.running;
  const given = "It starts from 0 (a variance from 1) and moves by the momentum's share.";
  return [
    holds(m, "running-mean", "Running mean of feature 0 after one batch", mean, { given, needs: ["momentum"] }),
    holds(m, "running-variance", "Running variance of feature 0 after one batch", variance, {
      given: `${given} The batch's variance counts unbiased here: divided by one less than the number of samples.`,
      needs: ["momentum"],
    }),
  ];
}

function movedClaims(m: Model): Claim[] {
  const { difference } = m.moved;
  const step = m.writer(difference);
  const where =
    "One cell of $x$ is moved, as the sliders say; where the batch ends before it, its last sample or feature. Every number is compared before and after.";
  const needs = ["method", "samples", "features", "sample", "feature", "by"];
  const moved = (results: Results): readonly CellRef[] =>
    answering(m, results).map((at) => ({ tensor: difference, at }));
  return [
    {
      id: "moved",
      prompt: "Outputs that move with the moved cell",
      answer: (results) => moved(results).length,
      given: where,
      needs,
      source: computed,
      shows: { step, cells: allCells(difference) },
    },
    {
      id: "other-samples",
      prompt: "Other samples that it moves",
      answer: (results) => {
        const own = movedCell(m, results);
        const samples = samplesOf(m, answering(m, results));
        return samples.filter((sample) => own === undefined || sample !== Math.floor(own / m.features)).length;
      },
      given: where,
      needs,
      source: computed,
      shows: { step, cells: allCells(difference) },
    },
  ];
}

const called: Readonly<Record<Method, string>> = {
  training: "BatchNorm in training",
  inference: "BatchNorm in inference",
  layer: "LayerNorm",
};

/** Of all three, whichever is on the stage: it follows from the structure alone. */
const reachClaims = (m: Structure, step: Step, cells: readonly CellRef[]): Claim[] =>
  (["training", "inference", "layer"] as const).flatMap((method): Claim[] => {
    const found = reachOf(method, m);
    if (found === undefined) return [];
    return [
      {
        id: `reach-${method}`,
        prompt: `${called[method]}: outputs that one cell may move`,
        answer: () => found,
        needs: ["samples", "features"],
        source: computed,
        shows: {
          step,
          cells: method === m.method ? cells : [],
          knobs: { method },
        },
      },
    ];
  });

function jacobianClaims(m: Model): Claim[] {
  const { jacobian } = m.unrolled;
  const structure = structureOfJacobian(m.y, m.tape);
  const cells = (bit: number): readonly CellRef[] =>
    [...structure.keys()].filter((at) => structure[at] === bit).map((at) => ({ tensor: jacobian, at }));
  const count = (id: string, prompt: string, bit: number): Claim => ({
    id,
    prompt,
    answer: () => structure.filter((b) => b === bit).length,
    needs: ["method", "samples", "features"],
    source: computed,
    shows: { step: m.writer(jacobian), cells: cells(bit) },
  });
  return [
    {
      id: "jacobian-entries",
      prompt: "Entries of $\\partial y/\\partial x$",
      answer: () => size(jacobian.shape),
      needs: ["samples", "features"],
      source: computed,
      shows: { step: m.writer(jacobian), cells: allCells(jacobian) },
    },
    count("not-always-zero", "Not always zero in $\\partial y/\\partial x$", 1),
    count("always-zero", "Always zero in $\\partial y/\\partial x$", 0),
  ];
}
