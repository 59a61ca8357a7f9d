/** What the recitation asserts about its sentence, and what can be asked of any other. */
import type { Claim } from "../../story/claim";
import { usualLimit, type Model } from "./model";
import { idCells, textCells } from "./parts";
import { standsAt } from "./plan";
import type { Recited } from "./recitation";
import { decodedText, idsOf, matchingIn } from "./results";
import type { Scan } from "./scan";
import { symbolsOf } from "./vocabulary";
import { quoted } from "./wording";

const here = "computed here";

export function claims(m: Model): readonly Claim[] {
  return [idsClaim(m), countClaim(m), ...slideClaims(m), ...twiceClaims(m), ...stepClaims(m), spellClaim(m)];
}

/** What a slide says of the setting on the stage, where it is one of the slides'. */
const slideOf = ({ recited }: Model, slide: (of: Recited) => Claim["slide"]): Partial<Claim> =>
  recited ? { slide: slide(recited), ...(recited.erratum !== undefined && { erratum: recited.erratum }) } : {};

const idsClaim = (m: Model): Claim => ({
  id: "ids",
  prompt: "The ids",
  answer: (results) => idsOf(m.main, results),
  asks: { kind: "list" },
  given: givenText(m.main),
  ...slideOf(m, ({ slide }) => slide),
  source: m.recited?.source ?? here,
  shows: { step: m.scanning, cells: idCells(m) },
});

/** The ids of another of the slides' settings, computed beside: asked once it is the one on the stage. */
const slideClaims = (m: Model): readonly Claim[] =>
  m.slides
    .filter(([{ id }]) => id !== "first")
    .map(([slide, scan]) => ({
      id: `ids-${slide.id}`,
      prompt: slide.prompt,
      answer: (results) => idsOf(scan, results),
      asks: "never",
      slide: slide.slide,
      ...(slide.erratum !== undefined && { erratum: slide.erratum }),
      source: slide.source,
      shows: { step: m.scanning, cells: scan === m.main ? idCells(m) : [], knobs: knobsOf(slide) },
    }));

const knobsOf = ({ sentence, vocabulary }: Recited): Claim["shows"]["knobs"] => ({
  sentence,
  vocabulary,
  longest: usualLimit,
});

/** The text and the vocabulary in one line. */
const givenText = ({ plan }: Scan): string =>
  `${quoted(plan.text)}, with ${plan.entries.map(({ id, text }) => `${id} ${quoted(text)}`).join(", ")}`;

const countClaim = (m: Model): Claim => ({
  id: "count",
  prompt: "How many tokens?",
  answer: (results) => idsOf(m.main, results).length,
  given: givenText(m.main),
  ...slideOf(m, ({ slide }) => slide.length),
  source: m.recited?.source ?? here,
  shows: { step: m.scanning, cells: m.main.plan.tokens.length === 1 ? [] : idCells(m) },
});

// ── question 2 ──────────────────────────────────────────────────────────────

const same = "the same id";
const different = "different ids";

/** The tokens that hold the two occurrences of a word. */
interface Twice {
  readonly word: string;
  readonly tokens: readonly number[];
}

/** The first word that the text holds twice, where the scan has got as far. */
function twiceIn({ main: { plan } }: Model): Twice | undefined {
  const words = [...plan.text.matchAll(/[\p{L}\p{M}]+/gu)].map(({ 0: word, index }) => ({
    word,
    place: symbolsOf(plan.text.slice(0, index)).length,
  }));
  const first = words.find(({ word }, at) => words.findLastIndex((each) => each.word === word) > at);
  if (!first) return undefined;
  const places = words.filter(({ word }) => word === first.word).slice(0, 2);
  const tokens = places.map(({ place }) =>
    plan.tokens.findIndex(({ start, length }) => start <= place && place < start + length),
  );
  return tokens.includes(-1) ? undefined : { word: first.word, tokens };
}

function twiceClaims(m: Model): readonly Claim[] {
  const twice = twiceIn(m);
  if (!twice) return [];
  const { sameDogs } = m.recited ?? {};
  return [
    {
      id: "twice",
      prompt: `The two tokens in which ${quoted(twice.word)} begins have`,
      answer: (results) => {
        const [one, other] = twice.tokens.map((token) => idsOf(m.main, results)[token]);
        return one === other ? same : different;
      },
      asks: { kind: "choice", options: [same, different] },
      given: givenText(m.main),
      ...(sameDogs !== undefined && { slide: sameDogs ? same : different }),
      source: "Midterm review recitation, part 5, questions 2 and 4",
      shows: { step: m.scanning, cells: twice.tokens.flatMap((token) => idCells(m)[token] ?? []) },
    },
  ];
}

// ── one step, and the way back ──────────────────────────────────────────────

/** The step with the widest choice, asked without a word of where it begins: that would tell a cut. */
function stepClaims(m: Model): readonly Claim[] {
  const { main } = m;
  const choices = main.plan.tokens.map((_, token) => candidatesAt(m, token));
  if (choices.length === 0) return [];
  const step = choices.indexOf(Math.max(...choices));
  const { start, length } = main.plan.tokens[step];
  return [
    {
      id: "choice",
      prompt: "The most entries that match in one and the same step",
      answer: (results) => Math.max(...main.plan.tokens.map((_, each) => matchingIn(main, each, results).length)),
      given: givenText(main),
      source: here,
      shows: { step: m.scanning, cells: [...idCells(m).slice(step, step + 1), ...textCells(main, start, length)] },
    },
  ];
}

const candidatesAt = ({ main: { plan } }: Model, token: number): number =>
  plan.entries.filter((entry) => standsAt(plan, entry, plan.tokens[token].start)).length;

const whole = "the whole text";
const part = "its beginning only";
const none = "nothing";

const spellClaim = (m: Model): Claim => ({
  id: "spelled",
  prompt: "Looked up again, the ids spell",
  answer: (results) => {
    const text = decodedText(m.main, results);
    return text === m.main.plan.text ? whole : text === "" ? none : part;
  },
  asks: { kind: "choice", options: [whole, part, none] },
  given: givenText(m.main),
  source: here,
  shows: { step: m.decoding ?? m.scanning, cells: [] },
});
