/** What the table learns: every token sends its gradient back to the row that it picked. */
import type { Phase } from "../../story/score";
import { frameOf, pick, type Frame } from "./frame";
import type { Model } from "./model";
import { actOf, rowCells, type Part } from "./parts";
import { travel } from "./ways";

/** The way from the rows that attention started from back to the table. */
export function learningPhases(m: Model): readonly Phase[] {
  const phase = (name: string, part: Part): Phase => ({ name, current: "gradient", acts: [actOf(m, part)] });
  return [phase("arrive", arriving(m)), phase("gather", gather(m, frameOf(m, true)))];
}

/** What arrives at the rows of X, shown before it is gathered. */
function arriving(m: Model): Part {
  const dX = m.gradient(m.current.written.x);
  const caption = { main: "From attention a gradient arrives at every token.", quiet: "The attention view shows how." };
  return {
    writes: dX,
    current: "gradient",
    moments: m.length,
    unit: "token",
    flows: () => [],
    reads: () => [],
    written: (token) => rowCells(dX, token),
    say: () => caption,
    whole: caption,
  };
}

function gather(m: Model, f: Frame): Part {
  const dE = m.gradient(m.table);
  const { ids, texts } = m.sentence;
  const users = (id: number): readonly number[] => [...ids.keys()].filter((token) => ids[token] === id);
  const dX = m.gradient(m.current.written.x);
  return {
    writes: dE,
    current: "gradient",
    moments: texts.length,
    unit: "row",
    flows: (id) =>
      users(id).map((token) => travel(pick(f, id, token).toReversed(), "gradient", dX, token * m.settings.dim)),
    reads: (id) => users(id).flatMap((token) => rowCells(dX, token)),
    written: (id) => rowCells(dE, id),
    say: (id) => ({ main: `Row ${id} of $E$ adds up what its ${users(id).length} tokens send back.` }),
    whole: {
      main: "Every row of the table adds up what its tokens send back.",
      quiet: "A row that is used twice learns from both.",
    },
  };
}
