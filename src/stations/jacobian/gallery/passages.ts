/** What the gallery tells beside the picture. */
import type { Passage } from "../../../story/station";
import { exhibitLabel, exhibitName, exhibits } from "./exhibits";
import { makes } from "./makes";
import type { Shown } from "./model";

/** Exhibits that between them show most kinds; one that the registry no longer holds is left out. */
const highlights: Readonly<Record<string, string>> = {
  "add.a": "the identity",
  "tanh.input": "diagonal",
  "max_pool2d.input": "a selection",
  "matmul.b": "a Kronecker product",
  "softmax.input": "block-diagonal",
  "batch_norm.input": "blocks, once reordered",
  "cumsum.input": "triangular",
  "conv2d.input": "a band",
  "conv2d.weight": "dense",
};

const shownByName = new Map(exhibits.map((exhibit) => [exhibitName(exhibit), exhibit]));

/** A click for each of the highlights. */
export const highlightsPassage: Passage = {
  kind: "presets",
  title: "The same rule for every op",
  presets: Object.entries(highlights).flatMap(([op, outcome]) => {
    const exhibit = shownByName.get(op);
    return exhibit
      ? [{ id: `gallery ${op}`, label: exhibitLabel(exhibit), outcome, knobs: { show: "gallery", op } }]
      : [];
  }),
};

export function galleryPassages(m: Shown): readonly Passage[] {
  const { x, rows, columns } = m;
  return [
    {
      kind: "text",
      text: `${makes(m)} Lay the ${rows === 1 ? "one output" : `${rows} outputs`} down the side and the ${columns === 1 ? "one cell" : `${columns} cells`} of $${x.tex}$ along the top: every op has such a table, outputs × inputs, and it holds the derivative of each by each.`,
    },
    { kind: "claims", ids: ["gallery-shape", "gallery-entries", "gallery-always-zero"] },
    {
      kind: "text",
      text: "Each row is made by the op's own gradient kernel: one output sends back a 1, all others 0, and what returns to the input is its row. The hatched cells follow from the formula alone: that output never reads that input.",
    },
    {
      kind: "text",
      text: "Where an output reads only its own cell, the table is diagonal. Where cells are merely moved, each row holds a single 1. Where outputs share a formula but read different cells, the same block stands again and again.",
    },
    { kind: "claims", ids: ["gallery-structure", "gallery-same"] },
    {
      kind: "try",
      text: "Choose any op in the parameters and name its kind of matrix before you look: which of them would you ever want to build in full?",
    },
    highlightsPassage,
    {
      kind: "presets",
      title: "Back to the recitation",
      presets: [
        { id: "product", label: "C = A · B", outcome: "the product of question 1", knobs: { show: "product" } },
      ],
    },
  ];
}
