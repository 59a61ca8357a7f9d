/** What the input picture plays: ids pick rows of the table, and positions are added where there are some. */
import type { Phase } from "../../story/score";
import { frameOf, isPlaced, pick, type Frame } from "./frame";
import type { Model } from "./model";
import { actOf, rowCells, tokenText, type Part } from "./parts";
import { travel } from "./ways";

/** The way from ids to the rows that attention starts from. */
export function inputPhases(m: Model): readonly Phase[] {
  const f = frameOf(m);
  const phase = (name: string, part: Part): Phase => ({ name, current: "data", acts: [actOf(m, part)] });
  return [phase("look up", lookUp(m, f)), ...(isPlaced(m) ? [phase("add positions", place(m, f))] : [])];
}

function lookUp(m: Model, f: Frame): Part {
  const { ids } = m.sentence;
  return {
    writes: m.tokens,
    current: "data",
    moments: m.length,
    unit: "token",
    flows: (token) => [travel(pick(f, ids[token], token), "data", m.tokens, token * m.settings.dim)],
    reads: (token) => rowCells(m.table, ids[token]),
    written: (token) => rowCells(m.tokens, token),
    say: (token) => ({ main: `Token ${tokenText(m, token)} has the id ${ids[token]}: it copies that row of $E$.` }),
    whole: {
      main: "Every token copies the row of the table $E$ that its id names.",
      quiet: "Equal ids, equal rows: nothing here knows where a token stands.",
    },
  };
}

function place(m: Model, f: Frame): Part {
  const { x } = m.current.written;
  const from = f.encoding + f.dim * f.wide + 0.05;
  return {
    writes: x,
    current: "data",
    moments: m.length,
    unit: "token",
    flows: (token) => [
      travel(
        [
          [from, -token],
          [f.sum - 0.05, -token],
        ],
        "data",
        x,
        token * m.settings.dim,
      ),
    ],
    reads: (token) => [...rowCells(m.tokens, token), ...rowCells(m.encoding, token)],
    written: (token) => rowCells(x, token),
    say: (token) => ({ main: `Position ${token} is added to token ${tokenText(m, token)}, number by number.` }),
    whole: {
      main: "The row of its position is added to every token: $X = T + P$.",
      quiet: "Now even equal tokens differ.",
    },
  };
}
