/** What the recitation asserts about normalization, and what the present batch adds. */
import { layerNorm } from "../../ops/layer_norm";
import type { Tensor } from "../../core/graph";
import { size } from "../../core/shape";
import type { Claim } from "../../story/claim";
import type { CellRef } from "../../story/picture";
import type { Results } from "../../story/results";
import { all, groupsOf } from "./acts";
import { structureOfJacobian } from "./jacobian";
import { sharing, type Model } from "./model";
import { answering, movedCell, samplesOf } from "./moves";
import type { Method } from "./normalize";
import { listed, statements } from "./statements";
import { reachOf } from "./structure";

const source = "Midterm review recitation, warm-up 2";
const computed = "computed here";

export const claims = (m: Model): readonly Claim[] => [
  ...choices(m),
  ...statisticClaims(m),
  ...runningClaims(m),
  ...movedClaims(m),
  ...reachClaims(m),
  ...jacobianClaims(m),
];

const everyAnswer = ["A and B", "A and C", "A and D", "B and C", "B and D", "C and D", "A, B and D", "A, C and D"];
const truth = ["true", "false"];

/** The multiple choice: all four together, and the two that are about normalization. */
function choices(m: Model): Claim[] {
  const found = statements();
  const held = found.filter(({ holds }) => holds).map(({ letter }) => letter);
  const shows = { step: m.writer(m.y), cells: [] };
  const single = (letter: string, slide: string, method: Model["method"]): Claim => {
    const { text, holds } = found.find((statement) => statement.letter === letter)!;
    return {
      id: `statement-${letter}`,
      prompt: `${letter}: ${text}`,
      answer: () => String(holds),
      asks: { kind: "choice", options: truth },
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
      slide: "the same",
      source,
      shows: { ...shows, knobs: { method: "layer" } },
    },
  ];
}

const group = ({ method }: Model): string => (method === "layer" ? "sample 0" : "feature 0");
const first = (tensor: Tensor): CellRef => ({ tensor, at: 0 });

/** A claim whose answer is the first cell of a tensor. */
const holds = (m: Model, id: string, prompt: string, tensor: Tensor, more: Partial<Claim> = {}): Claim => ({
  id,
  prompt,
  answer: (results) => results.value(tensor, 0),
  source: computed,
  shows: { step: m.writer(tensor), cells: [first(tensor)] },
  ...more,
});

function statisticClaims(m: Model): Claim[] {
  const [normal] = m.normal;
  const normalized = holds(m, "normalized", "$\\hat x[0, 0]$, normalized", normal, {
    given: "$\\varepsilon$ is too small to show in three digits, unless you have turned it up.",
  });
  if (m.method === "inference") return [normalized];
  const [{ mean, variance }] = m.batch;
  return [
    {
      id: "sharing",
      prompt: "Cells that share one mean",
      answer: () => sharing(m),
      source: computed,
      shows: { step: m.writer(mean), cells: all(mean) },
    },
    {
      id: "statistics",
      prompt: "Means in all",
      answer: () => groupsOf(m),
      source: computed,
      shows: { step: m.writer(mean), cells: all(mean) },
    },
    holds(m, "mean", `Mean of ${group(m)}`, mean),
    holds(m, "variance", `Variance $\\sigma^2$ of ${group(m)}`, variance, {
      given: "The biased one: divided by the number of cells.",
    }),
    normalized,
  ];
}

function runningClaims(m: Model): Claim[] {
  if (m.method !== "training" || m.batches === 0) return [];
  const [, { mean, variance }] = m.running;
  const given = "It starts from 0 (a variance from 1) and moves by the momentum's share.";
  return [
    holds(m, "running-mean", "Running mean of feature 0 after one batch", mean, { given }),
    holds(m, "running-variance", "Running variance of feature 0 after one batch", variance, {
      given: `${given} The batch's variance counts unbiased here: divided by one less than the number of samples.`,
    }),
  ];
}

function movedClaims(m: Model): Claim[] {
  const { difference } = m.moved;
  const step = m.writer(difference);
  const where = "One cell of $x$ is moved, as the sliders say. Every number is compared before and after.";
  const moved = (results: Results): readonly CellRef[] =>
    answering(m, results).map((at) => ({ tensor: difference, at }));
  return [
    {
      id: "moved",
      prompt: "Outputs that move with the moved cell",
      answer: (results) => moved(results).length,
      given: where,
      source: computed,
      shows: { step, cells: all(difference) },
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
      source: computed,
      shows: { step, cells: all(difference) },
    },
  ];
}

const called: Readonly<Record<Method, string>> = {
  training: "BatchNorm in training",
  inference: "BatchNorm in inference",
  layer: "LayerNorm",
};

/** Of all three, whichever is on the stage: it follows from the structure alone. */
const reachClaims = (m: Model): Claim[] =>
  (["training", "inference", "layer"] as const).flatMap((method): Claim[] => {
    const found = reachOf(method, m);
    if (found === undefined) return [];
    return [
      {
        id: `reach-${method}`,
        prompt: `${called[method]}: outputs that one cell may move`,
        answer: () => found,
        given: `A batch of ${m.samples} × ${m.features}.`,
        source: computed,
        shows: {
          step: m.writer(m.moved.difference),
          cells: method === m.method ? all(m.moved.difference) : [],
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
    source: computed,
    shows: { step: m.writer(jacobian), cells: cells(bit) },
  });
  return [
    {
      id: "jacobian-entries",
      prompt: "Entries of $\\partial y/\\partial x$",
      answer: () => size(jacobian.shape),
      source: computed,
      shows: { step: m.writer(jacobian), cells: all(jacobian) },
    },
    count("not-always-zero", "Not always zero in $\\partial y/\\partial x$", 1),
    count("always-zero", "Always zero in $\\partial y/\\partial x$", 0),
  ];
}
