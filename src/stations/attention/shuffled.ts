/** The shuffle picture: the same sentence in another order, its outputs put back, and what is left of the difference. */
import type { Tensor } from "../../core/graph";
import type { Block, Box, Label, Line, Now, Picture, Shown, Vector } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Phase } from "../../story/score";
import { effectOf, largest } from "./findings";
import type { Model } from "./model";
import { actOf, rowCells, tokenText, type Part } from "./parts";
import { blockOn, rows } from "./plan";
import { visible } from "./sentence";

/** Where the columns of the shuffle picture begin. */
interface Frame {
  readonly pitch: number;
  readonly width: number;
  readonly written: number;
  readonly words: number;
  readonly shuffled: number;
  readonly moved: number;
  /** The row of the means. */
  readonly mean: number;
}

const wordRoom = 2.6;
const crossing = 3;

function frameOf({ length, settings: { dim } }: Model): Frame {
  const pitch = dim > 4 ? 0.56 : 1;
  const width = dim * pitch;
  const words = width + crossing;
  const shuffled = words + wordRoom;
  return { pitch, width, written: 0, words, shuffled, moved: shuffled + width + crossing, mean: -length - 0.5 };
}

// ── what is played ──────────────────────────────────────────────────────────

/** What the shuffle picture plays. */
export function shufflePhases(m: Model): readonly Phase[] {
  const { written, shuffled, moved, pooledMoved } = m.current;
  const phase = (name: string, parts: readonly Part[]): Phase => ({
    name,
    current: "data",
    acts: parts.map((part) => actOf(m, part)),
  });
  return [
    phase("as written", [
      rowPart(m, written.output, "The outputs of the sentence as it is written.", "Nothing new: the attention view."),
    ]),
    phase("shuffled", [rowPart(m, shuffled.output, "The same tokens in another order, through the same attention.")]),
    phase("put back", [
      rowPart(
        m,
        moved,
        "Every token's output, less the output that it had in the shuffled sentence.",
        "Zeros mean that the outputs moved along with the tokens.",
      ),
    ]),
    phase("means", [
      meanPart(written.pooled, "The mean over all outputs as written."),
      meanPart(shuffled.pooled, "The mean over all shuffled outputs."),
      meanPart(pooledMoved, "What is left between the two means."),
    ]),
  ];
}

const rowPart = (m: Model, tensor: Tensor, main: string, quiet?: string): Part => ({
  writes: tensor,
  current: "data",
  moments: m.length,
  unit: "token",
  flows: () => [],
  reads: () => [],
  written: (row) => rowCells(tensor, row),
  say: (row) => (tensor === m.current.shuffled.output ? { main } : { main, quiet: `Token ${tokenText(m, row)}.` }),
  whole: { main, ...(quiet && { quiet }) },
});

function meanPart(tensor: Tensor, main: string): Part {
  const caption = { main, quiet: "A mean does not ask in which order its terms stand." };
  return {
    writes: tensor,
    current: "data",
    moments: 1,
    unit: "mean",
    flows: () => [],
    reads: () => [],
    written: () => rowCells(tensor, 0),
    say: () => caption,
    whole: caption,
  };
}

// ── what is drawn ───────────────────────────────────────────────────────────

/** The shuffle picture. */
export function shufflePicture(m: Model): Picture {
  const f = frameOf(m);
  return {
    blocks: blocks(m, f),
    lines: crossings(m, f),
    boxes: dogBoxes(m, f),
    labels: [...wordLabels(m, f), ...headings(f), ...verdicts(m, f)],
    opening: { kind: "flat" },
    legend: ["data"],
  };
}

function blocks(m: Model, f: Frame): Block[] {
  const { written, shuffled, moved, pooledMoved } = m.current;
  const block = (id: string, left: number, tensor: Tensor, top = 0): Block =>
    blockOn(rows(left, f.pitch, top), tensor, {
      id,
      group: "values",
      current: "data",
      arrivals: [{ step: m.writer(tensor), moment: [1, 0] }],
    });
  return [
    block("O", f.written, written.output),
    block("O'", f.shuffled, shuffled.output),
    block("M", f.moved, moved),
    block("m", f.written, written.pooled, f.mean),
    block("m'", f.shuffled, shuffled.pooled, f.mean),
    block("m-m'", f.moved, pooledMoved, f.mean),
  ];
}

/** Whether the shuffle put a token at a place. */
const stands =
  (m: Model, token: number, place: number): Shown =>
  ({ results }) =>
    results.value(m.places, token) === place;

/** Every way that a token may go, of which only its own is seen: from its row to its place in the shuffle, and back. */
function crossings(m: Model, f: Frame): Line[] {
  const places = Array.from({ length: m.length }, (_, place) => place);
  return places.flatMap((token) => {
    const dog = m.sentence.dogs.includes(token);
    const look = { token: dog ? "text" : "line-control", width: dog ? 1.75 : 1, opacity: dog ? 0.9 : 0.6 } as const;
    const line = (from: Vector, to: Vector, shown: Shown): Line => ({ points: [from, to], ...look, shown });
    const isBack: Shown = (now) => now.progress(m.writer(m.current.moved)) > 0;
    const isThere: Shown = (now) => now.progress(m.writer(m.current.shuffled.output)) > 0;
    return places.flatMap((place) => {
      const here = stands(m, token, place);
      return [
        line([f.width + 0.08, -token, 0], [f.words - 0.08, -place, 0], (now) => isThere(now) && here(now)),
        line([f.shuffled + f.width + 0.08, -place, 0], [f.moved - 0.08, -token, 0], (now) => isBack(now) && here(now)),
      ];
    });
  });
}

const outline = (left: number, right: number, row: number, shown?: Shown): Box => ({
  centre: [(left + right) / 2, -row, 0],
  width: right - left,
  height: 1.02,
  radius: 6,
  stroke: "text",
  strokeWidth: 1.5,
  ...(shown && { shown }),
});

/** The dogs as written, and wherever the shuffle put them. */
const dogBoxes = (m: Model, f: Frame): Box[] =>
  m.sentence.dogs.flatMap((token) => [
    outline(f.written - wordRoom, f.written + f.width + 0.1, token),
    outline(f.moved - 0.1, f.moved + f.width + 0.1, token),
    ...Array.from({ length: m.length }, (_, place) =>
      outline(f.words, f.shuffled + f.width + 0.1, place, stands(m, token, place)),
    ),
  ]);

/** From this many pixels a unit on, the dogs are named. */
const roomy = 9;
/** From this many on, every token is, and names are words. */
const wordy = 18;

/** The text that stands at a place of the shuffled sentence. */
const textAt = (m: Model, place: number, results: Results): string | undefined => {
  const text = m.sentence.texts[results.value(m.shuffledIds, place)];
  return text === undefined ? undefined : visible(text);
};

/** Whether the shuffle put a dog at a place. */
const isDogAt = (m: Model, place: number, results: Results): boolean =>
  m.sentence.dogs.some((dog) => results.value(m.places, dog) === place);

function wordLabels(m: Model, f: Frame): Label[] {
  const { ids, texts, dogs } = m.sentence;
  return ids.flatMap((id, row): Label[] => [
    {
      id: `token ${row}`,
      at: [f.written - 0.25, -row, 0],
      anchor: "right",
      kind: dogs.includes(row) ? "strong" : "note",
      least: dogs.includes(row) ? roomy : wordy,
      text: visible(texts[id]),
    },
    ...([true, false] as const).map((dog): Label => ({
      id: `shuffled ${row} ${dog}`,
      at: [f.shuffled - 0.25, -row, 0],
      anchor: "right",
      kind: dog ? "strong" : "note",
      least: dog ? roomy : wordy,
      text: ({ results }) => (isDogAt(m, row, results) === dog ? textAt(m, row, results) : undefined),
    })),
  ]);
}

function headings(f: Frame): Label[] {
  const over = (left: number, text: string, short: string): Label[] =>
    [{ kind: "note", text, least: wordy } as const, { kind: "axis", text: short, most: wordy } as const].map(
      (label) => ({
        id: `${short} ${label.kind}`,
        at: [left + f.width / 2, 0.86, 0],
        anchor: "centre",
        ...label,
      }),
    );
  return [
    ...over(f.written, "outputs $O$", "$O$"),
    ...over(f.shuffled, "shuffled $O'$", "$O'$"),
    ...over(f.moved, "$O$ − $O'$ put back", "$M$"),
    {
      id: "mean",
      at: [f.written - 0.25, f.mean, 0],
      anchor: "right",
      kind: "note",
      least: roomy,
      text: "mean",
    },
  ];
}

const effectText = {
  invariant: "they stay as they are",
  equivariant: "they moved along, but for rounding",
  neither: "they changed by far more than rounding",
} as const;

/** What the shuffle did, in one line that ends with the last column. */
function verdicts(m: Model, f: Frame): Label[] {
  const { moved } = m.current;
  const text = ({ results }: Now): string =>
    largest(results, moved) === 0 ? "they moved along exactly" : effectText[effectOf(m, m.current, results)];
  return [
    {
      id: "verdict",
      at: [f.moved + f.width, f.mean - 0.9, 0],
      anchor: "right",
      kind: "strong",
      least: wordy,
      text: (now) => (now.results.ready && now.progress(m.writer(moved)) >= 1 ? text(now) : undefined),
    },
  ];
}
