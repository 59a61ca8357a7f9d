/** What is asked of an exhibit: its size, its zeros, and what kind of matrix it is. */
import type { Claim } from "../../../story/claim";
import type { CellRef } from "../../../story/picture";
import { makes } from "./makes";
import type { Shown } from "./model";
import { kinds } from "./structure";
import { structureNow } from "./table";

const source = "Midterm review recitation, question 1, for any op";

/** The Jacobian's cells, or those whose structure bit is `bit`. */
const entries = (m: Shown, bit?: number): readonly CellRef[] =>
  [...m.structure.keys()]
    .filter((at) => bit === undefined || m.structure[at] === bit)
    .map((at) => ({ tensor: m.jacobian, at }));

const whole = (m: Shown, tensor: Shown["dx"]): readonly CellRef[] =>
  Array.from({ length: m.columns }, (_, at) => ({ tensor, at }));

/** The largest difference between two tensors of the input's size. */
const furthest = (m: Shown, read: (at: number) => number): number =>
  Array.from({ length: m.columns }, (_, at) => read(at)).reduce((most, each) => Math.max(most, each), 0);

export function galleryClaims(m: Shown): readonly Claim[] {
  const known = { given: makes(m), needs: ["op"] } as const;
  const name = `$${m.jacobian.tex}$`;
  const zeros = entries(m, 0);
  return [
    {
      id: "gallery-shape",
      prompt: `Shape of ${name}, outputs × inputs`,
      answer: () => `${m.rows} × ${m.columns}`,
      asks: { kind: "shape" },
      ...known,
      source,
      shows: { step: m.forward, cells: entries(m) },
    },
    {
      id: "gallery-entries",
      prompt: `Entries of ${name}`,
      answer: () => m.rows * m.columns,
      ...known,
      source,
      shows: { step: m.forward, cells: entries(m) },
    },
    {
      id: "gallery-always-zero",
      prompt: `Always zero in ${name}`,
      answer: () => zeros.length,
      ...known,
      given: `${known.given} “Always” means: whatever numbers go in.`,
      source,
      shows: { step: m.forward, cells: zeros },
    },
    {
      id: "gallery-structure",
      prompt: `What kind of matrix ${name} is`,
      answer: (results) => structureNow(m, results).kind,
      asks: { kind: "choice", options: kinds },
      ...known,
      given: `${known.given} The first kind that fits counts, from the top.`,
      source,
      shows: { step: m.forward, cells: entries(m, 1) },
    },
    {
      id: "gallery-same",
      prompt: "Largest difference between the long way and the gradient kernel",
      answer: (results) => furthest(m, (at) => Math.abs(results.value(m.long, at) - results.value(m.dx, at))),
      asks: "never",
      source,
      shows: { step: m.longStep, cells: [...whole(m, m.long), ...whole(m, m.dx)] },
    },
  ];
}
