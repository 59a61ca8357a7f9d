/** What station 11 tells beside the picture. */
import { format } from "../../core/numeral";
import type { Results } from "../../story/results";
import type { Passage, Preset } from "../../story/station";
import { effectOf, largest } from "./findings";
import { orderText, type Model } from "./model";
import { visible } from "./sentence";
import type { Variant } from "./variants";

export function passages(m: Model): readonly Passage[] {
  const [first, second] = m.sentence.dogs;
  return [
    { kind: "text", text: opening(m) },
    {
      kind: "formula",
      tex: "O = A\\,V,\\qquad A = \\mathrm{softmax}\\!\\left(\\frac{QK^{\\mathsf T}}{\\sqrt d\\;\\tau}\\right)",
    },
    {
      kind: "text",
      text: `A token is a row when it asks and a column when it answers. Follow the outlined rows ${first} and ${second} from the word to the output: nothing on the way knows where a token stands.`,
    },
    { kind: "claims", ids: ["ids", "qkv", "weights", "outputs", "difference"] },
    { kind: "presets", title: "What could tell them apart?", presets },
    { kind: "claims", ids: ["with-positions", "with-mask", "distinct"] },
    {
      kind: "text",
      text: "Now shuffle the sentence. Without order information every output follows its token, so after putting them back nothing is left but rounding: the same terms, added in another order.",
    },
    { kind: "claims", ids: ["shuffled", "pooled", "rest", "shuffled-mask"] },
    {
      kind: "comparison",
      title: "What carries order",
      text: "The largest difference between both dogs, and between the outputs as written and shuffled ones that were put back.",
      columns: ["", "dog − dog", "shuffled", "so it is"],
      rows: (results) => m.variants.map((variant) => compared(m, variant, results)),
    },
    {
      kind: "note",
      title: "A mask is order information too",
      text: "Under a causal mask a token sees only what came before it. The second dog sees more than the first, so they differ without any positions, and a shuffled sentence is another sentence. What the mask does not tell is how far apart two tokens are.",
    },
    {
      kind: "note",
      title: "Why exactly 0",
      text: "Float32 sums depend on the order of their terms. Equal rows give equal bits only because every row here is summed in the same order, wherever it stands. A shuffle changes the order of the keys, hence the tiny rest.",
    },
    {
      kind: "text",
      text: "Sinusoidal positions add waves to the tokens, each pair of columns a sine and a cosine of its own length. Look at them in the input view.",
    },
    { kind: "claims", ids: ["first-position", "encoding"] },
    { kind: "claims", ids: ["shape", "scores", "scale", "zeros"] },
    {
      kind: "try",
      text: "Try this: set the temperature to 0.25 and then to 4, and watch the row of a dog change from a choice into a mean.",
    },
  ];
}

function opening(m: Model): string {
  const { ids, texts, dogs } = m.sentence;
  const [first, second] = dogs.map((dog) => visible(texts[ids[dog]]));
  return first === second
    ? `“The dog that chased the dog was tired.” is ${m.length} tokens, and “${first}” is two of them. Can attention tell which dog is which?`
    : `“The dog that chased the dog was tired.” is ${m.length} tokens. This vocabulary cuts the dogs differently: “${first}” and “${second}” are two ids with rows of their own.`;
}

function compared(m: Model, of: Variant, results: Results): readonly string[] {
  if (!results.ready) return [orderText(of.order), "…", "…", "…"];
  return [
    orderText(of.order),
    format(largest(results, of.dogs)),
    format(largest(results, of.moved)),
    effectOf(m, of, results),
  ];
}

const plain = { vocabulary: "plain", positions: "none", causal: false } as const;

const presets: readonly Preset[] = [
  {
    id: "recitation",
    label: "Nothing: the recitation's tokens",
    knobs: plain,
    recited: true,
    outcome: "Both dogs are id 3: equal rows all the way, and a difference of exactly 0.",
  },
  {
    id: "second-vocabulary",
    label: "Another vocabulary: “␣dog␣” is id 4",
    knobs: { ...plain, vocabulary: "around" },
    outcome: "Twelve tokens; the dogs have rows of their own and differ. The sentence still has no order.",
  },
  {
    id: "printed-vocabulary",
    label: "The vocabulary as printed: “␣dog” is id 4",
    knobs: { ...plain, vocabulary: "before" },
    outcome: "Thirteen tokens, since the space before “was” is still there; the dogs differ.",
  },
  {
    id: "positions",
    label: "Sinusoidal positions",
    knobs: { ...plain, positions: "sinusoidal" },
    outcome: "Equal ids, different rows: the dogs differ, and a shuffle changes the outputs.",
  },
  {
    id: "mask",
    label: "A causal mask alone",
    knobs: { ...plain, causal: true },
    outcome: "The second dog sees more than the first: they differ, without any positions.",
  },
];
