/** What the recitation asserts about Q1, asked of the current knobs. */
import { shapeText, size } from "../../core/shape";
import type { Claim } from "../../story/claim";
import type { CellRef } from "../../story/picture";
import { counts, structure, type By, type Model } from "./model";

const source = "Midterm review recitation, question 1";

/** The Jacobian's cells whose structure bit is `bit`; all of them where it is undefined. */
function entries(m: Model, bit?: number): readonly CellRef[] {
  const mask = structure(m.forward.node, m.by);
  return [...mask.keys()]
    .filter((at) => bit === undefined || mask[at] === bit)
    .map((at) => ({ tensor: m.jacobian, at }));
}

/** The product in words. */
const product = ({ A, B }: Model): string =>
  `$C = A \\cdot B$ with $A$ ${shapeText(A.shape)} and $B$ ${shapeText(B.shape)}.`;

/** What decides how many entries there are, and which of them are zero: never a number in A or B. */
const sizes = { needs: ["M", "K", "N"] } as const;
/** The same, and by which operand the Jacobian is taken. */
const sizesAndOperand = { needs: [...sizes.needs, "of"] } as const;

/** Whether the sizes are those of question 1. */
const isRecited = ({ M, K, N }: Model): boolean => M === 2 && K === 3 && N === 5;

function about(
  m: Model,
  by: By,
  slide: { readonly entries: number; readonly free: number; readonly zero: number },
): Claim[] {
  const found = counts(m.forward.node, by);
  const name = `$\\partial C/\\partial ${by}$`;
  const shows = (bit?: number): Claim["shows"] => ({
    step: m.forward,
    cells: by === m.by ? entries(m, bit) : [],
    knobs: { of: by },
  });
  const claim = (id: string, prompt: string, answer: number, value: number, bit?: number): Claim => ({
    id: `${id}-${by}`,
    prompt,
    ...sizes,
    given: `${product(m)} ${bit === undefined ? "The Jacobian has a row for every output and a column for every input." : "“Always” means: whatever numbers stand in $A$ and $B$."}`,
    answer: () => answer,
    slide: value,
    slideHolds: () => isRecited(m),
    source,
    shows: shows(bit),
  });
  return [
    claim("entries", `Entries of ${name}`, found.entries, slide.entries),
    claim("not-always-zero", `Not always zero in ${name}`, found.free, slide.free, 1),
    claim("always-zero", `Always zero in ${name}`, found.zero, slide.zero, 0),
  ];
}

export function claims(m: Model): readonly Claim[] {
  const { M, K, N } = m;
  const operand = size(m.jacobian.shape) / (M * N);
  return [
    ...about(m, "A", { entries: 60, free: 30, zero: 30 }),
    ...about(m, "B", { entries: 150, free: 30, zero: 120 }),
    {
      id: "shape",
      prompt: `Shape of $\\partial C/\\partial ${m.by}$, outputs × inputs`,
      answer: () => `${M * N} × ${operand}`,
      asks: { kind: "shape" },
      ...sizesAndOperand,
      given: product(m),
      ...(m.by === "A" && { slide: "10 × 6", slideHolds: () => isRecited(m) }),
      source,
      shows: { step: m.forward, cells: entries(m) },
    },
    {
      id: "long-way",
      prompt: "Multiplications of $\\mathrm{vec}(dC)^{\\mathsf T} J$",
      answer: () => M * N * operand,
      ...sizesAndOperand,
      given: `${product(m)} The Jacobian by $${m.by}$ is written out in full, its zeros too, and the gradient of all ${M * N} outputs is multiplied into it as a row.`,
      source,
      shows: { step: m.longStep, cells: whole(m, "long") },
    },
    {
      id: "short-way",
      prompt:
        m.by === "A"
          ? "Multiplications of $dC \\cdot B^{\\mathsf T}$"
          : "Multiplications of $A^{\\mathsf T} \\cdot dC$",
      answer: () => M * K * N,
      ...sizesAndOperand,
      given: `${product(m)} Only the numbers that matter are multiplied: no Jacobian is built.`,
      source,
      shows: { step: m.by === "A" ? m.gradientA : m.gradientB, cells: whole(m, m.by === "A" ? "dA" : "dB") },
    },
    {
      id: "same-numbers",
      prompt: "Largest difference between the two ways",
      answer: (results) => {
        const short = m.by === "A" ? m.dA : m.dB;
        return Array.from({ length: operand }, (_, at) =>
          Math.abs(results.value(m.long, at) - results.value(short, at)),
        ).reduce((most, d) => Math.max(most, d), 0);
      },
      asks: "never",
      source,
      shows: { step: m.longStep, cells: [...whole(m, "long"), ...whole(m, m.by === "A" ? "dA" : "dB")] },
    },
    {
      id: "block-diagonal",
      prompt: "Blocks on the diagonal only, row by row: $\\partial C/\\partial A$ and $\\partial C/\\partial B$",
      answer: () => `${isBlockDiagonal(m, "A") ? "yes" : "no"} and ${isBlockDiagonal(m, "B") ? "yes" : "no"}`,
      asks: { kind: "choice", options: ["yes and yes", "yes and no", "no and yes", "no and no"] },
      ...sizes,
      given: `${product(m)} $A$, $B$ and $C$ are flattened row by row. A block is where a row of $C$ meets a row of the operand; the answer names $\\partial C/\\partial A$ first.`,
      slide: "yes and yes",
      slideHolds: () => isRecited(m),
      source,
      erratum:
        "The slide calls the Jacobian of a linear op block-diagonal. Row by row that holds for the one by A; the one by B has its blocks on the diagonal only when B and C are flattened column by column.",
      shows: { step: m.forward, cells: entries(m, 1), knobs: { of: "B", flatten: "row" } },
    },
  ];
}

const whole = (m: Model, name: "long" | "dA" | "dB"): readonly CellRef[] =>
  Array.from({ length: size(m[name].shape) }, (_, at) => ({ tensor: m[name], at }));

/** Whether, row by row, every entry off the diagonal of blocks (a row of C by a row of the operand) is always zero. */
function isBlockDiagonal(m: Model, by: By): boolean {
  const mask = structure(m.forward.node, by);
  const width = by === "A" ? m.K : m.N;
  const inputs = (by === "A" ? m.M : m.K) * width;
  return mask.every(
    (bit, at) => bit === 0 || Math.floor(Math.floor(at / inputs) / m.N) === Math.floor((at % inputs) / width),
  );
}
