/** What station 9 asks: what the slide says of both ways to halve an image, met with what is measured. */
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { gradientOf, outputOf } from "./blocks";
import { fieldsOf, fieldText, learned, multiplyAdds } from "./counts";
import type { Model } from "./model";
import { halved, seen } from "./sizes";
import { branchName, contrastText, countNonzero, isPatterned, percent, poolName } from "./words";
import type { Branch } from "./places";

const source = "Question 3 d";
const both = ["A", "B"] as const satisfies readonly Branch[];

export const claims = (m: Model): readonly Claim[] => [
  ...costs(m),
  ...fields(m),
  ...patterns(m),
  ...changes(m),
  ...gradients(m),
];

const window = `The image is ${seen} × ${seen}, the filter 3 × 3 with padding 1, one channel in and one out, no bias.`;

// ── cost ────────────────────────────────────────────────────────────────────

function costs(m: Model): Claim[] {
  const { strided, convolution, pool } = m.nodes;
  const start = { cells: [] };
  return [
    {
      id: "ops",
      prompt: "Ops that the strided convolution takes to filter and to halve",
      answer: () => m.tape.steps.filter(({ kind, node }) => kind === "forward" && node === strided).length,
      slide: 1,
      source,
      shows: {
        step: m.forward,
        cells: [
          { tensor: m.yA, at: 0 },
          { tensor: m.yA, at: 1 },
        ],
      },
    },
    {
      id: "learned",
      prompt: "Numbers to learn in the strided convolution",
      given: window,
      answer: () => learned(m, strided),
      source,
      shows: start,
    },
    {
      id: "learned-by-the-pool",
      prompt: `Numbers to learn in the ${poolName(m)}`,
      answer: () => learned(m, pool),
      slide: 0,
      source,
      shows: start,
    },
    {
      id: "multiply-adds-strided",
      prompt: "Multiply-adds of the strided convolution",
      given: `${window} Stride 2; products with the padding count.`,
      answer: () => multiplyAdds(strided),
      source,
      shows: { step: m.forward, cells: [] },
    },
    {
      id: "multiply-adds-pooled",
      prompt: `Multiply-adds before the ${poolName(m)}, by the convolution at stride 1`,
      given: `${window} Stride 1; products with the padding count.`,
      answer: () => multiplyAdds(convolution),
      source,
      shows: { step: m.forward, cells: [] },
    },
  ];
}

// ── what an output looks at ─────────────────────────────────────────────────

function fields(m: Model): Claim[] {
  const found = fieldsOf(m);
  const middle = (halved / 2) * halved + halved / 2;
  return both.map((branch) => ({
    id: `field-${branch}`,
    prompt: `Pixels that one output looks at, rows × columns: ${branchName(m, branch)}`,
    given: `The convolution has a window of 3 × 3. The pools take 2 × 2 cells, the blur 3 × 3.`,
    answer: () => fieldText(found[branch]),
    asks: { kind: "shape" },
    source,
    shows: { step: m.forward, cells: [{ tensor: outputOf(m, branch), at: middle }] },
  }));
}

// ── false patterns ──────────────────────────────────────────────────────────

function patterns(m: Model): Claim[] {
  return [
    {
      id: "aliasing",
      prompt: "Stripes finer than 4 pixels go into the strided convolution. Does a pattern come out all the same?",
      given:
        "The outputs stand 2 pixels apart: a true wave of them needs at least 4. What is weaker than one level of grey in 255 is none.",
      asks: { kind: "choice", options: ["yes", "no"] },
      answer: (results) => (isPatterned(m, "A", results) ? "yes" : "no"),
      slide: "yes",
      slideHolds: (results) => isPatterned(m, "A", results),
      source,
      shows: { step: m.forward, cells: [] },
    },
    {
      id: "stronger",
      prompt: "Which output keeps more of the contrast?",
      asks: { kind: "choice", options: [branchName(m, "A"), branchName(m, "B"), "both keep as much"] },
      answer: (results) => stronger(m, results),
      source,
      shows: { step: m.forward, cells: [] },
    },
    ...both.map((branch): Claim => ({
      id: `contrast-${branch}`,
      prompt: `Contrast left by the ${branchName(m, branch)}`,
      asks: "never",
      answer: (results) => contrastText(m, branch, results),
      source,
      shows: { step: m.forward, cells: [] },
    })),
  ];
}

function stronger(m: Model, results: Results): string {
  const [a, b] = both.map((branch) => contrastText(m, branch, results));
  if (a === b) return "both keep as much";
  const [above, below] = both.map((branch) => results.value(m[branch].contrast, 0));
  return branchName(m, above > below ? "A" : "B");
}

// ── the image moves ─────────────────────────────────────────────────────────

function erratum({ pool }: Model): string {
  const holds = pool === "max" ? "for a window whose largest number stays inside" : "where neighbours are equal";
  return `The slide lets pooling give the same output for nearby shifts. That holds ${holds}. Here the windows stand still while the image moves, and other numbers come to lie in them: the output changes, for fine stripes less than that of the strided convolution, but not by 0.`;
}

function changes(m: Model): Claim[] {
  const shown = (shift: number) => ({ step: m.shifting, cells: [], knobs: { shift } });
  const options = ["the same", "not the same"];
  return [
    {
      id: "same",
      prompt: `The image moves by one pixel. Does the ${poolName(m)} give the same output?`,
      asks: { kind: "choice", options },
      answer: (results) => (results.value(m.B.change, 1) === 0 ? options[0] : options[1]),
      slide: options[0],
      slideHolds: (results) => results.value(m.B.change, 1) !== 0,
      erratum: erratum(m),
      source,
      shows: shown(1),
    },
    ...both.map((branch): Claim => ({
      id: `one-pixel-${branch}`,
      prompt: `Change by one pixel, of ${m.pool === "blur" && branch === "B" ? "the blurred output" : `the output: ${branchName(m, branch)}`}`,
      asks: "never",
      answer: (results) => percent(results.value(m[branch].change, 1)),
      source,
      shows: shown(1),
    })),
    ...both.map((branch): Claim => ({
      id: `two-pixels-${branch}`,
      prompt: `Change by two pixels, where the output is moved along by one cell: ${branchName(m, branch)}`,
      given: "What is compared has read no padding.",
      answer: (results) => results.value(m[branch].change, 2),
      source,
      shows: shown(2),
    })),
  ];
}

// ── the way back ────────────────────────────────────────────────────────────

function gradients(m: Model): Claim[] {
  return both.map((branch) => ({
    id: `given-${branch}`,
    prompt: `Pixels of $x$, of ${seen * seen}, whose gradient is not 0: ${branchName(m, branch)}`,
    given: "The gradient that arrives is the one shown for the output.",
    answer: (results) => countNonzero(gradientOf(m, branch), results),
    source,
    shows: { step: m.backward, cells: [] },
  }));
}
