/** What station 10 plays: all matches at once, the scan from token to token, and the ids spelled out again. */
import { allCells, atOnce } from "../../story/act";
import type { Act, Caption, CellRef, FlowPath, Now, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import { geometry, idAt, placeAt, rowAt, streetBelow, wide, type Geometry } from "./geometry";
import type { Model } from "./model";
import { candidateCell, idCells, textCells } from "./parts";
import { momentsOf, spelled, startsOf } from "./plan";
import { decodedText, matchingIn, tiedIn } from "./results";
import { counted, quoted, shortened } from "./wording";

export function phases(m: Model): readonly Phase[] {
  const decode = decodeAct(m);
  return [
    { name: "match", current: "data", acts: [matchAct(m)] },
    { name: "scan", current: "data", acts: [scanAct(m)] },
    ...(decode ? [{ name: "spell", current: "data", acts: [decode] } as const] : []),
  ];
}

function matchAct({ matching, main }: Model): Act {
  const caption: Caption = {
    main: "Every entry is laid on every place of the text.",
    quiet: "Where all its characters agree, its length is kept: the strip below. The scan will need only some columns.",
  };
  return atOnce({
    step: matching,
    unit: "all places",
    writes: () => allCells(main.lengths),
    say: () => caption,
    whole: caption,
  });
}

// ── the scan ────────────────────────────────────────────────────────────────

/** A moment of the scan: a step looks for its token, or takes it. */
interface Half {
  readonly step: number;
  readonly takes: boolean;
}

function scanAct(m: Model): Act {
  const { main, scanning } = m;
  const g = geometry(m);
  const { tokens, symbols } = main.plan;
  const moments = momentsOf(main.plan);
  const half = (moment: number): Half => ({ step: moments[moment], takes: moment % 2 === 1 });
  return {
    step: scanning,
    current: "data",
    iteration: 0,
    moments: moments.length,
    micros: 1,
    unit: "half step",
    flows: (moment) => flowsOf(g, half(moment)),
    lit: (moment) => litIn(m, half(moment)),
    writes: (moment) => (half(moment).takes ? idCells(m).slice(moments[moment], moments[moment] + 1) : []),
    say: (moment, now) => captionOf(m, half(moment), now),
    whole: {
      main: "At each step the longest entry that matches is taken off the front.",
      quiet: `${counted(tokens.length, "token")}, ${counted(symbols.length, "character")}.`,
    },
  };
}

function litIn({ main }: Model, { step, takes }: Half): readonly CellRef[] {
  const token = main.plan.tokens[step];
  return textCells(main, startsOf(main.plan)[step], takes ? token.length : 1);
}

/** Out of the text to the entries that match there; and from the winner its id into the line of ids. */
function flowsOf(g: Geometry, { step, takes }: Half): readonly FlowPath[] {
  const { tokens } = g.m.main.plan;
  return tokens[step] ? (takes ? [idFlow(g, step)] : [textFlow(g, step)]) : [];
}

function textFlow(g: Geometry, step: number): FlowPath {
  const { main } = g.m;
  const { start, entry } = main.plan.tokens[step];
  const { inbound, candidate } = g.across;
  const [x, y] = placeAt(g, start);
  const street = streetBelow(g, start);
  const row = rowAt(g, entry);
  const points: Vector[] = [
    [x, y - 0.5, 0],
    [x, street, 0],
    [inbound, street, 0],
    [inbound, row, 0],
    [candidate + wide.width / 2, row, 0],
  ];
  return { points, current: "data", carries: candidateCell(main, step, entry), start: 0.1, end: 0.85 };
}

function idFlow(g: Geometry, step: number): FlowPath {
  const { outbound, candidate } = g.across;
  const row = rowAt(g, g.m.main.plan.tokens[step].entry);
  const [x, y] = idAt(g, step);
  const above = y + 0.56;
  const points: Vector[] = [
    [candidate + wide.width / 2, row, 0],
    [outbound, row, 0],
    [outbound, above, 0],
    [x, above, 0],
    [x, y + wide.height / 2, 0],
  ];
  return { points, current: "data", carries: idCells(g.m)[step], start: 0.1, end: 0.85 };
}

// ── captions ────────────────────────────────────────────────────────────────

function captionOf(m: Model, { step, takes }: Half, now: Now): Caption {
  if (step >= m.main.plan.tokens.length) return stopCaption(m);
  return takes ? takenCaption(m, step, now) : candidatesCaption(m, step, now);
}

/** What is left of the text from a place on. */
const restOf = ({ main: { plan } }: Model, from: number): string =>
  quoted(shortened(spelled(plan.symbols.slice(from)), 24));

function candidatesCaption(m: Model, step: number, { results }: Now): Caption {
  const { entries, tokens } = m.main.plan;
  const quiet = `What is left: ${restOf(m, tokens[step].start)}.`;
  if (!results.ready) return { main: `Step ${step + 1}`, quiet };
  const texts = matchingIn(m.main, step, results).map((row) => quoted(entries[row].text));
  if (texts.length === 1) return { main: `Step ${step + 1}: only ${texts[0]} matches.`, quiet };
  return { main: `Step ${step + 1}: ${texts.slice(0, -1).join(", ")} and ${texts[texts.length - 1]} match.`, quiet };
}

function takenCaption(m: Model, step: number, { results }: Now): Caption {
  const { plan } = m.main;
  const token = plan.tokens[step];
  const { text, id } = plan.entries[token.entry];
  const rest = token.start + token.length;
  const quiet = rest === plan.symbols.length ? "Nothing remains." : `What remains: ${restOf(m, rest)}.`;
  const why = tiedIn(m.main, step, results).length > 0 ? "As long as another, but with the smaller id: " : "";
  return { main: `${why}${quoted(text)} is taken, id ${id}.`, quiet };
}

function stopCaption({ main: { plan } }: Model): Caption {
  const stop = plan.stop ?? 0;
  const n = plan.tokens.length;
  return {
    main: `No entry matches at place ${stop + 1}, ${quoted(String.fromCodePoint(plan.symbols[stop]))}: the scan stops.`,
    quiet: `${n === 0 ? "There is no token" : `${counted(n, "token")} so far ${n === 1 ? "stays" : "stay"}`}; the rest of the text has no ids.`,
  };
}

// ── back to text ────────────────────────────────────────────────────────────

function decodeAct(m: Model): Act | undefined {
  const { main, decoding } = m;
  const { tokens } = main;
  if (!tokens || !decoding) return undefined;
  const looked = "Each id is looked up again, and the pieces are joined.";
  return atOnce({
    step: decoding,
    unit: "all ids",
    lit: () => idCells(m),
    writes: () => allCells(tokens.decoded),
    say: (_, { results }) => ({ main: looked, quiet: spelledText(decodedText(main, results) === main.plan.text) }),
    whole: { main: looked },
  });
}

const spelledText = (whole: boolean): string =>
  whole ? "They spell the text, character by character." : "They spell the text up to where the scan stopped.";
