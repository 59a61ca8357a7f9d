/** What station 9 asks: what the slide says of both ways to halve an image, met with what is measured. */
import type { Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import { gradientOf, outputOf } from "./blocks";
import { fieldsOf, fieldText, learned, multiplyAdds } from "./counts";
import type { Model } from "./model";
import { halved, seen } from "./sizes";
import { isAliased } from "./waves";
import { branchName, changeText, contrastText, countNonzero, isSame, isUnknown, poolName, shiftOf } from "./words";
import type { Branch } from "./places";

const source = "Question 3 d";
const both = ["A", "B"] as const satisfies readonly Branch[];

export const claims = (m: Model): readonly Claim[] => [
  ...costs(m).map((claim): Claim => ({ ...claim, needs: [] })),
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
    needs: [],
    source,
    shows: { step: m.forward, cells: [{ tensor: outputOf(m, branch), at: middle }] },
  }));
}

// ── false patterns ──────────────────────────────────────────────────────────

const aliased = ["yes: it aliases", "no: none that is too fine gets there"] as const;

function patterns(m: Model): Claim[] {
  return [
    {
      id: "aliasing",
      prompt: "Are there waves here that are too fine for the strided convolution?",
      given:
        "Outputs stand 2 pixels apart: a wave of fewer than 4 pixels cannot come out as it is, only as a coarser one or as an even grey. What the filter smooths away, or is weaker than one grey in 255, does not count.",
      asks: { kind: "choice", options: aliased },
      needs: ["image", "period", "filter"],
      answer: (results) => aliased[isAliased(m, results) ? 0 : 1],
      // The slide warns of what happens without a filter against it, where there is something to alias.
      slide: aliased[0],
      slideHolds: (results) => isAliased(m, results),
      source,
      shows: { step: m.forward, cells: [] },
    },
    {
      id: "stronger",
      prompt: "Which output keeps more of the contrast?",
      asks: { kind: "choice", options: [...both.map((branch) => branchName(m, branch)), "both keep as much"] },
      answer: (results) => moreOf(m, results, "contrast", "both keep as much"),
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

/** The branch of which more is measured, at a shift; where it reads the same, or cannot be known, in words. */
function moreOf(m: Model, results: Results, what: "contrast" | "change", equal: string, shift = shiftOf(m, results)) {
  const [a, b] = both.map((branch) =>
    what === "contrast" ? contrastText(m, branch, results) : changeText(m, branch, shift, results),
  );
  if (a === b) return isUnknown(a) ? a : equal;
  if (isUnknown(a) || isUnknown(b)) return isUnknown(a) ? a : b;
  const [above, below] = both.map((branch) => results.value(m[branch][what], shift) || 0);
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
      answer: (results) => (isSame(m, "B", 1, results) ? options[0] : options[1]),
      slide: options[0],
      slideHolds: (results) => !isSame(m, "B", 1, results),
      erratum: erratum(m),
      source,
      shows: shown(1),
    },
    ...both.map((branch): Claim => ({
      id: `one-pixel-${branch}`,
      prompt: `Change by one pixel, of ${m.pool === "blur" && branch === "B" ? "the blurred output" : `the output: ${branchName(m, branch)}`}`,
      asks: "never",
      answer: (results) => changeText(m, branch, 1, results),
      source,
      shows: shown(1),
    })),
    {
      id: "steadier",
      prompt: "One pixel on, which output changes more?",
      given: "By how much the outputs differ, against how large they were.",
      asks: { kind: "choice", options: [...both.map((branch) => branchName(m, branch)), "both as much"] },
      answer: (results) => moreOf(m, results, "change", "both as much", 1),
      source,
      shows: shown(1),
    },
    ...both.map((branch): Claim => ({
      id: `two-pixels-${branch}`,
      prompt: `The image moves by two pixels. One cell on, is the output of the ${branchName(m, branch)} the same?`,
      asks: { kind: "choice", options },
      given: "What is compared has read no padding.",
      answer: (results) => options[isSame(m, branch, 2, results) ? 0 : 1],
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
