/** The attention picture: queries meet keys in the matrix, and its rows say how much of each value goes into an output. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import { allCells } from "../../story/act";
import type { Block, Box, Fate, Label, Now, Picture, Shown } from "../../story/picture";
import type { Phase } from "../../story/score";
import { backward } from "./backward";
import { forward } from "./forward";
import type { Model } from "./model";
import { actOf } from "./parts";
import { blockOn, columnsFrom, columnX, depth, matrix, planOf, rows, type Ground, type Plan } from "./plan";
import { visible } from "./sentence";
import { dogLabel, verdictLabel } from "./verdicts";

/** What the attention picture plays. */
export function attentionPhases(m: Model): readonly Phase[] {
  const p = planOf(m);
  return [
    ...forward(m, p).map(([phase, parts]): Phase => ({
      name: phase,
      current: "data",
      acts: parts.map((part) => actOf(m, part)),
    })),
    { name: "backward", current: "gradient", acts: backward(m, p).map((part) => actOf(m, part)) },
  ];
}

/** The attention picture. */
export function attentionPicture(m: Model): Picture {
  const p = planOf(m);
  return {
    blocks: [...tokenBlocks(m, p), ...matrixBlocks(m, p), differenceBlock(m, p)],
    lines: [],
    boxes: dogBoxes(m, p),
    labels: [...tokenLabels(m, p), ...indexLabels(p), ...names(m, p), ...differenceLabels(m, p)],
    opening: { kind: "flat" },
    fates: () => hidden(m),
    legend: m.settings.causal
      ? ["data", "negative", "gradient", "negative gradient", "unread", "always zero"]
      : ["data", "negative", "gradient", "negative gradient"],
  };
}

// ── blocks ──────────────────────────────────────────────────────────────────

const isBack =
  (m: Model): Shown =>
  ({ act }) =>
    act !== undefined && m.isBackward(act.step);
const isForth =
  (m: Model): Shown =>
  (now) =>
    !isBack(m)(now);
const isDone = (step: Step, now: Now): boolean => now.progress(step) >= 1;
const hasBegun = (step: Step, now: Now): boolean => now.progress(step) > 0;

/** Seen until the gradient that takes its place has landed. */
const until =
  (m: Model, gradient: Tensor): Shown =>
  (now) =>
    isForth(m)(now) || !isDone(m.writer(gradient), now);

/** A tensor with its gradient, which takes its place on the way back; `moment` says which axis goes by tokens. */
function pair(m: Model, ground: Ground, tensor: Tensor, moment: readonly number[]): Block[] {
  const gradient = m.gradient(tensor);
  return [
    blockOn(ground, tensor, {
      id: tensor.name,
      group: "values",
      current: "data",
      arrivals: [{ step: m.writer(tensor), moment }],
      shown: until(m, gradient),
    }),
    blockOn(ground, gradient, {
      id: gradient.name,
      group: "gradients",
      current: "gradient",
      arrivals: [{ step: m.writer(gradient), moment }],
      latent: true,
      shown: isBack(m),
    }),
  ];
}

function tokenBlocks(m: Model, p: Plan): Block[] {
  const { x, q, k, v, output } = m.current.written;
  const column = p.heads === 1 ? [1, 0] : [1, 0, 0];
  const outputs = rows(p.o, p.wide);
  return [
    ...pair(m, rows(p.x, p.narrow), x, [1, 0]),
    ...pair(m, rows(p.q, p.narrow), q, [1, 0]),
    ...pair(m, columnsFrom(p, p.k + depth(p)), k, column),
    ...pair(m, columnsFrom(p, p.v), v, column),
    blockOn(outputs, output, {
      id: output.name,
      group: "values",
      current: "data",
      arrivals: [{ step: m.writer(output), moment: [1, 0] }],
      shown: isForth(m),
    }),
    blockOn(outputs, m.upstream, { id: "dO", group: "gradients", current: "gradient", shown: isBack(m) }),
  ];
}

/** Scores, then the weights over them; on the way back the gradient of the weights, then that of the scores over it. */
function matrixBlocks(m: Model, p: Plan): Block[] {
  const { scores, weights } = m.current.written;
  const [dScores, dWeights] = [m.gradient(scores), m.gradient(weights)];
  const ground = matrix(p);
  const moment = p.heads === 1 ? [1, 0] : [0, 1, 0];
  const arrives = (tensor: Tensor): Partial<Block> => ({ arrivals: [{ step: m.writer(tensor), moment }] });
  const masked: Partial<Block> = m.settings.causal ? { mask: m.mask } : {};
  const over: Partial<Block> = { latent: true, ...masked };
  const [forth, back] = [isForth(m), isBack(m)];
  const data = { group: "values", current: "data" } as const;
  const gradient = { group: "gradients", current: "gradient" } as const;
  return [
    blockOn(ground, scores, {
      id: "S",
      ...data,
      ...arrives(scores),
      shown: (now) => forth(now) && !isDone(m.writer(weights), now),
    }),
    blockOn(ground, weights, {
      id: "A",
      ...data,
      group: "outputs",
      ...arrives(weights),
      ...over,
      shown: (now) => hasBegun(m.writer(weights), now) && until(m, dWeights)(now),
    }),
    blockOn(ground, dWeights, {
      id: "dA",
      ...gradient,
      ...arrives(dWeights),
      latent: true,
      shown: (now) => back(now) && !isDone(m.writer(dScores), now),
    }),
    blockOn(ground, dScores, {
      id: "dS",
      ...gradient,
      ...arrives(dScores),
      ...over,
      shown: (now) => back(now) && hasBegun(m.writer(dScores), now),
    }),
  ];
}

const differenceBlock = (m: Model, p: Plan): Block =>
  blockOn(rows(p.o, p.wide, p.difference), m.current.dogs, {
    id: "D",
    group: "values",
    current: "data",
    arrivals: [{ step: m.writer(m.current.dogs), moment: [0, 1] }],
    shown: isForth(m),
  });

/** Scores that the mask hides: they are computed, and never looked at. */
function hidden(m: Model): readonly Fate[] {
  if (!m.settings.causal) return [];
  const { length: n } = m;
  return allCells(m.current.written.scores).flatMap((cell): Fate[] => {
    const [query, key] = [Math.floor(cell.at / n) % n, cell.at % n];
    if (key <= query) return [];
    return [{ cell, state: "unread", because: `The mask hides it: query ${query} may not look ahead at key ${key}.` }];
  });
}

// ── words ───────────────────────────────────────────────────────────────────

/** From this many pixels a unit on, the dogs are named: their words fit into the outlines. */
const roomy = 12.5;
/** From this many on, every token is, with its place, and names are words. */
const wordy = 18;
/** Room for the longest word of the sentence, and for an index. */
const wordWidth = 2.45;
const indexWidth = 0.66;

const isDog = (m: Model, token: number): boolean => m.sentence.dogs.includes(token);

function tokenLabels(m: Model, p: Plan): Label[] {
  const { ids, texts } = m.sentence;
  const beside = (token: number, left: number, more: Partial<Label>): Label => ({
    id: `token ${token} ${left}`,
    at: [p.words - left, -token, 0],
    anchor: "right",
    kind: isDog(m, token) ? "strong" : "note",
    text: visible(texts[ids[token]]),
    ...more,
  });
  return ids.flatMap((_, token): Label[] => [
    beside(token, 0, {
      kind: "axis",
      least: wordy,
      hue: "data",
      lit: ({ act }) => act?.moment === token && m.writer(m.current.dogs) !== act.step,
      text: String(token),
    }),
    beside(token, indexWidth, { least: wordy }),
    ...(isDog(m, token) ? [beside(token, -0.08, { most: wordy, least: roomy })] : []),
  ]);
}

/** A word over a column. */
const overColumn = (x: number, id: string, text: string): Label => ({
  id,
  at: [x, 0.84, 0],
  anchor: "centre",
  kind: "axis",
  least: wordy,
  text,
});

/** Indices over the columns of a single head; where there are several, their numbers. */
function indexLabels(p: Plan): Label[] {
  if (p.heads === 1)
    return Array.from({ length: p.n }, (_, key) => overColumn(columnX(p, 0, key), `key ${key}`, String(key)));
  const middle = (head: number): number => columnX(p, head, (p.n - 1) / 2);
  return Array.from({ length: p.heads }, (_, head) => overColumn(middle(head), `head ${head}`, `head ${head}`));
}

/** The outline around the row of each dog, from its word to its output. */
const dogBoxes = (m: Model, p: Plan): Box[] => {
  const [from, to] = [p.words - wordWidth, p.o + p.dim * p.wide + 0.12];
  return m.sentence.dogs.map((token) => ({
    centre: [(from + to) / 2, -token, 0],
    width: to - from,
    height: 1.02,
    radius: 6,
    stroke: "text",
    strokeWidth: 1.5,
  }));
};

/** A block's name: words where there is room for them, else its letter. */
function name(id: string, at: At, anchor: Label["anchor"], word: string, shown: Shown, small: At = at): Label[] {
  const label = { anchor, shown };
  return [
    { ...label, id: `${id} note`, at: [...at, 0], kind: "note", text: word, least: wordy },
    { ...label, id: `${id} axis`, at: [...small, 0], kind: "axis", text: `$${id}$`, most: wordy },
  ];
}

type At = readonly [x: number, y: number];

const not =
  (shown: Shown): Shown =>
  (now) =>
    !shown(now);

function names(m: Model, p: Plan): Label[] {
  const { x, q, k, v, weights, scores } = m.current.written;
  const under = -(p.n - 0.5) - 0.12;
  const taken =
    (tensor: Tensor): Shown =>
    (now) =>
      isBack(m)(now) && hasBegun(m.writer(m.gradient(tensor)), now);
  const faces = (id: string, at: At, anchor: Label["anchor"], word: string, back: Shown, small?: At): Label[] => [
    ...name(id, at, anchor, word, not(back), small),
    ...name(`d${id}`, at, anchor, `$d${id}$`, back, small),
  ];
  // In small pictures the name below the queries reaches over to the values.
  const lower: At = [p.left - 0.3, under - 1.9];
  const corner = [p.left - 0.3, 0.84] as const;
  const weighed: Shown = (now) => hasBegun(m.writer(weights), now);
  return [
    ...faces("X", [p.x + (p.dim * p.narrow) / 2, under], "top", "$X$", taken(x)),
    ...faces("Q", [p.q + (p.dim * p.narrow) / 2, under], "top", "queries $Q$", taken(q)),
    ...faces("K", [p.left - 0.3, p.k + depth(p) / 2], "right", "keys $K$", taken(k)),
    ...faces("V", [p.left - 0.3, p.v - depth(p) + 0.3], "right", "values $V$", taken(v), lower),
    ...faces("O", [p.o + (p.dim * p.wide) / 2, 0.84], "centre", "outputs $O$", isBack(m)),
    ...name("S", corner, "right", "scores $S$", not(weighed)),
    ...name("A", corner, "right", "weights $A$", (now) => weighed(now) && !taken(weights)(now)),
    ...name("dA", corner, "right", "$dA$", (now) => taken(weights)(now) && !taken(scores)(now)),
    ...name("dS", corner, "right", "$dS$", taken(scores)),
  ];
}

function differenceLabels(m: Model, p: Plan): Label[] {
  const centre = p.o + (p.dim * p.wide) / 2;
  const shown: Shown = (now) => isForth(m)(now) && isDone(m.writer(m.current.dogs), now);
  return [
    dogLabel(m, [centre, p.difference - 0.58, 0], isForth(m), wordy),
    verdictLabel(m, [centre, p.difference - 1.12, 0], shown, wordy),
  ];
}
