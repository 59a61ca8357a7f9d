/** What the recitation asserts about the two dogs and the order of tokens, asked of the current knobs. */
import { shapeText, size } from "../../core/shape";
import type { Tensor } from "../../core/graph";
import { allCells } from "../../story/act";
import type { Answer, Claim } from "../../story/claim";
import type { Results } from "../../story/results";
import type { Knobs } from "../../story/station";
import { differentRows, effectOf, effects, largest, meanStays, sameDogs } from "./findings";
import { orderText, type Model } from "./model";
import { queryCells, rowCells } from "./parts";
import { visible } from "./sentence";
import type { Order, Variant } from "./variants";

const source = "Midterm review recitation, part 5";
const here = "computed here";

const kinds = ["the same", "different"] as const;
const kind = (same: boolean): string => (same ? kinds[0] : kinds[1]);
const choice = { kind: "choice", options: kinds } as const;

const attention: Knobs = { view: "attention" };
const input: Knobs = { view: "input" };
const shuffle: Knobs = { view: "shuffle" };

export function claims(m: Model): readonly Claim[] {
  return [...dogClaims(m), ...orderClaims(m), ...shuffleClaims(m), ...countClaims(m), ...encodingClaims(m)];
}

/** The setting in words: what a student needs to know. */
const givenHere = (m: Model): string => {
  const { heads, vocabulary } = m.settings;
  const [first, second] = m.sentence.dogs.map((dog) => visible(m.sentence.texts[m.sentence.ids[dog]]));
  const words = vocabulary === "plain" ? `Both dogs are “${first}”` : `The dogs are “${first}” and “${second}”`;
  return `${words}; ${orderText(m.settings)}; ${heads} ${heads === 1 ? "head" : "heads"}.`;
};

// ── the two dogs ────────────────────────────────────────────────────────────

/** What the slides say of equal tokens holds without positions and without a mask. */
const isPlain = ({ positions, causal }: Order): boolean => positions === "none" && !causal;

function dogClaims(m: Model): readonly Claim[] {
  const { x, q, k, v, weights, output } = m.current.written;
  const { dogs, ids } = m.sentence;
  const slide = kind(ids[dogs[0]] === ids[dogs[1]]);
  const rows = (tensors: readonly Tensor[]) => tensors.flatMap((t) => dogs.flatMap((dog) => rowCells(t, dog)));
  const about = (id: string, prompt: string, tensors: readonly Tensor[], shows: Claim["shows"]): Claim => ({
    id,
    prompt,
    given: givenHere(m),
    answer: (results) => kind(sameDogs(m, results, tensors)),
    asks: choice,
    slide,
    slideHolds: () => isPlain(m.settings),
    source,
    shows: { knobs: attention, ...shows },
  });
  return [
    {
      id: "ids",
      prompt: "Ids of the two dogs",
      given: `Entry 3 is “dog␣”, entry 4 is “${visible(m.sentence.texts[4])}”; the longest entry that fits is taken.`,
      answer: (results) => dogs.map((dog) => results.value(m.ids, dog)),
      slide: m.settings.vocabulary === "plain" ? [3, 3] : [3, 4],
      source,
      shows: { step: m.writer(m.tokens), cells: dogs.map((at) => ({ tensor: m.ids, at })), knobs: input },
    },
    about("qkv", "Their queries, keys and values", [q, k, v], { step: m.writer(v), cells: rows([x, q, k, v]) }),
    about("weights", "Their rows of weights", [weights], {
      step: m.writer(weights),
      cells: dogs.flatMap((dog) => queryCells(m, weights, dog)),
    }),
    about("outputs", "Their outputs", [output], { step: m.writer(m.current.dogs), cells: rows([output]) }),
    {
      id: "difference",
      prompt: "Largest difference between their outputs",
      given: givenHere(m),
      answer: (results) => largest(results, m.current.dogs),
      asks: "never",
      slide: 0,
      slideHolds: () => isPlain(m.settings) && m.settings.vocabulary === "plain",
      source,
      shows: { step: m.writer(m.current.dogs), cells: allCells(m.current.dogs), knobs: attention },
    },
  ];
}

// ── what makes equal tokens differ ──────────────────────────────────────────

const variantOf = (m: Model, positions: Order["positions"], causal: boolean): Variant =>
  m.variants.find(({ order }) => order.positions === positions && order.causal === causal)!;

const knobsOf = ({ order }: Variant): Knobs => ({ positions: order.positions, causal: order.causal });

function orderClaims(m: Model): readonly Claim[] {
  const about = (id: string, prompt: string, of: Variant, more: Partial<Claim>): Claim => ({
    id,
    prompt,
    needs: ["vocabulary"],
    answer: (results) => kind(largest(results, of.dogs) === 0),
    asks: choice,
    source: here,
    shows: {
      step: m.writer(m.current.dogs),
      cells: allCells(m.current.dogs),
      knobs: { ...attention, ...knobsOf(of) },
    },
    ...more,
  });
  return [
    about("with-positions", "Outputs of both dogs, with sinusoidal positions", variantOf(m, "sinusoidal", false), {
      slide: "different",
      source,
    }),
    about("with-mask", "Outputs of both dogs, with only a causal mask", variantOf(m, "none", true), {}),
  ];
}

// ── shuffled tokens ─────────────────────────────────────────────────────────

function shuffleClaims(m: Model): readonly Claim[] {
  const masked = variantOf(m, "none", true);
  const { moved, pooledMoved } = m.current;
  const about = (id: string, prompt: string, of: Variant, more: Partial<Claim>): Claim => ({
    id,
    prompt,
    given: "Equivariant: the outputs move along with the tokens. Invariant: they stay as they are.",
    needs: [],
    answer: (results) => effectOf(m, of, results),
    asks: { kind: "choice", options: effects },
    source: here,
    shows: { step: m.writer(moved), cells: allCells(moved), knobs: { ...shuffle, ...knobsOf(of) } },
    ...more,
  });
  return [
    about("shuffled", `Under a shuffle, attention is … (${orderText(m.settings)})`, m.current, {
      slide: "invariant",
      slideHolds: () => isPlain(m.settings),
      source,
      erratum:
        "The slide calls Transformers permutation-invariant. Shuffle the tokens and every output goes where its token went, so the outputs do change places: that is equivariant. Only after pooling over the tokens, by a mean for instance, is the result invariant.",
    }),
    about("shuffled-mask", "Under a shuffle, with only a causal mask, it is …", masked, {}),
    {
      id: "pooled",
      prompt: "The mean over all outputs, after a shuffle",
      given: givenHere(m),
      answer: (results) => kind(meanStays(m, m.current, results)),
      asks: choice,
      source: here,
      shows: { step: m.writer(pooledMoved), cells: allCells(pooledMoved), knobs: shuffle },
    },
    {
      id: "rest",
      prompt: "Largest difference after putting back",
      answer: (results) => largest(results, moved),
      asks: "never",
      source: here,
      shows: { step: m.writer(moved), cells: allCells(moved), knobs: shuffle },
    },
  ];
}

// ── counts ──────────────────────────────────────────────────────────────────

/** Where a query may not look its weight is 0; one that only became too small for a float32 is none of them. */
const maskedZeros = ({ mask }: Model, results: Results, weights: Tensor): number =>
  allCells(weights).filter(({ at }) => results.value(mask, at) === 0 && results.value(weights, at) === 0).length;

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

function countClaims(m: Model): readonly Claim[] {
  const { scores, weights, output } = m.current.written;
  const { dim, heads } = m.settings;
  const count = (
    id: string,
    prompt: string,
    given: string,
    of: Tensor,
    answer: (results: Results) => Answer,
  ): Claim => ({
    id,
    prompt,
    given,
    needs: [],
    answer,
    source: here,
    shows: { step: m.writer(of), cells: allCells(of), knobs: attention },
  });
  const tokens = `${m.length} tokens of width ${dim}, ${heads} ${heads === 1 ? "head" : "heads"}.`;
  return [
    count(
      "distinct",
      `Different rows among the ${m.length} outputs`,
      `${givenHere(m)} The ids are ${m.sentence.ids.join(", ")}.`,
      output,
      (results) => differentRows(results, output),
    ),
    { ...count("scores", "Scores in all", tokens, scores, () => size(scores.shape)) },
    {
      ...count("shape", "Shape of the scores", tokens, scores, () => shapeText(scores.shape)),
      asks: { kind: "shape" },
    },
    count("scale", "What scales them: $1/\\sqrt{d}$ of a head", tokens, scores, () => 1 / Math.sqrt(dim / heads)),
    count(
      "zeros",
      "Weights that the mask makes exactly 0",
      `${tokens} ${capital(orderText(m.settings))}.`,
      weights,
      (results) => maskedZeros(m, results, weights),
    ),
  ];
}

// ── the encoding ────────────────────────────────────────────────────────────

function encodingClaims(m: Model): readonly Claim[] {
  const { dim } = m.settings;
  const [, dog] = m.sentence.dogs;
  const column = dim - 2;
  const at = dog * dim + column;
  const rule = `$PE(p, 2i) = \\sin(p/10000^{2i/d})$, $PE(p, 2i+1) = \\cos(p/10000^{2i/d})$, $d = ${dim}$.`;
  return [
    {
      id: "first-position",
      prompt: "Encoding of position 0",
      given: rule,
      needs: [],
      answer: (results) => rowCells(m.encoding, 0).map((cell) => results.value(cell.tensor, cell.at)),
      source: here,
      shows: { step: m.writer(m.tokens), cells: rowCells(m.encoding, 0), knobs: input },
    },
    {
      id: "encoding",
      prompt: `$PE(${dog}, ${column})$`,
      given: rule,
      needs: [],
      answer: (results) => results.value(m.encoding, at),
      source: here,
      shows: {
        step: m.writer(m.tokens),
        cells: [{ tensor: m.encoding, at }],
        pin: { tensor: m.encoding, at },
        knobs: input,
      },
    },
  ];
}
