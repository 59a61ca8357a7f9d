/** What station 7 plays: the output cell by cell, then the gradients, window by window or as the convolutions that they are. */
import { format } from "../../core/numeral";
import { unravel } from "../../core/shape";
import type { Act, Caption, CellRef, Now } from "../../story/picture";
import { drawnEvery, type Phase } from "../../story/score";
import { flowsOf, travelling } from "./flows";
import { imageIndex } from "./images";
import type { Model } from "./model";
import { sceneOf } from "./scene";
import { windowIndex, type Pass, type Term, type Way } from "./terms";
import { isListed, type Places } from "./places";

export function phases(m: Model, way: Way): readonly Phase[] {
  const { places, passes } = sceneOf(m, way);
  const { O, dI, dF, db } = passes;
  const make = (pass: Pass, telling: Telling): Act => actOf(m, places, pass, telling);
  const back = way === "window" ? scattered(m) : convolved(m);
  return [
    { name: "forward", current: "data", acts: [make(O, forwardTelling(m))] },
    {
      name: "backward",
      current: "gradient",
      acts: [make(dI, back.dI), make(dF, back.dF), make(db, back.db)],
    },
  ];
}

/** The words of an act. */
interface Telling {
  readonly unit: string;
  say(moment: number, terms: readonly Term[], now: Now): Caption;
  readonly whole: string;
}

function actOf(m: Model, places: Places, pass: Pass, telling: Telling): Act {
  const { unit, whole } = telling;
  const { step, current, moments, micros } = pass;
  const every = drawnEvery(pass);
  const thinned = every === 1 ? "" : ` The flows of every ${ordinal(every)} ${unit} are drawn.`;
  return {
    step,
    current,
    iteration: 0,
    moments,
    micros,
    unit,
    flows: (moment) => flowsOf(m, places, pass, moment),
    lit: (moment) => pass.terms(moment).flatMap(({ from, by }) => [from, ...(by ? [by] : [])]),
    writes: (moment) => distinct(pass.terms(moment).map(({ to }) => to)),
    say: (moment, now) => bundled(pass, pass.terms(moment), telling.say(moment, pass.terms(moment), now)),
    whole: { main: whole, quiet: `${counted(moments * micros, "product")} in ${counted(moments, unit)}.${thinned}` },
  };
}

/** Each cell once. */
function distinct(cells: readonly CellRef[]): readonly CellRef[] {
  const seen = new Set<number>();
  return cells.filter(({ at }) => !seen.has(at) && seen.add(at));
}

/** Says so where one flow stands for many products. */
function bundled(pass: Pass, terms: readonly Term[], { main, quiet }: Caption): Caption {
  if (isListed(pass.micros) || terms[0]?.by === undefined) return { main, ...(quiet !== undefined && { quiet }) };
  const note =
    travelling(pass, terms).length > 1
      ? `One flow per sheet stands for its part of the ${terms.length} products.`
      : `One flow stands for all ${terms.length} products.`;
  return { main, quiet: [quiet, note].filter(Boolean).join(" ") };
}

const ordinal = (n: number): string => (n === 2 ? "second" : n === 3 ? "third" : `${n}th`);
const counted = (n: number, word: string): string => `${n === 1 ? "one" : n} ${word}${n === 1 ? "" : "s"}`;

/** "O[1, 2]", with the channel where there are several. */
const cellName = (name: string, shape: readonly number[], at: number): string => {
  // A batch has at least two samples, so that its cells are called in full.
  const index = unravel(shape, at);
  return `$${name}$[${(shape[0] === 1 ? index.slice(1) : index).join(", ")}]`;
};

/** More terms than this are no sentence. */
const mostTold = 9;

/** "1 · 1 + 0 · (−1) = 1": the sum with its numbers, and what is added to it. */
function sumText(
  terms: readonly Term[],
  last: CellRef | undefined,
  result: CellRef,
  { results }: Now,
): string | undefined {
  if (!results.ready || terms.length > mostTold) return undefined;
  const read = ({ tensor, at }: CellRef): string => bracketed(format(results.value(tensor, at)));
  const parts = terms.map(({ from, by }) => (by ? `${read(from)} · ${read(by)}` : read(from)));
  const all = last ? [...parts, read(last)] : parts;
  return `${all.join(" + ")} = ${format(results.value(result.tensor, result.at))}`;
}

const bracketed = (text: string): string => (text.startsWith("−") ? `(${text})` : text);

/** How many of what a window reads are padding. */
const padded = (m: Model, terms: readonly Term[]): number =>
  terms.filter(({ from }) => Object.values(m.ring).includes(from.tensor)).length;

function forwardTelling(m: Model): Telling {
  return {
    unit: "output cell",
    say: (moment, terms, now) => {
      const zeros = padded(m, terms);
      const sum = sumText(terms, { tensor: m.b, at: imageIndex(m.O, moment)[1] }, terms[0].to, now);
      const quiet = [
        sum,
        zeros > 0 ? `${counted(zeros, "cell")} of padding ${zeros === 1 ? "is" : "are"} read as 0.` : undefined,
      ];
      return {
        main: `The window meets the filter: ${counted(terms.length, "product")} and the bias make ${cellName("O", m.O.shape, moment)}.`,
        ...(quiet.some(Boolean) && { quiet: quiet.filter(Boolean).join(zeros > 0 && sum ? "; " : "") }),
      };
    },
    whole: "The filter meets every window of the input.",
  };
}

interface Tellings {
  readonly dI: Telling;
  readonly dF: Telling;
  readonly db: Telling;
}

/** The name of what a window sends back: its row and column, in a batch all that belongs to it. */
function positionName({ setting }: Model, [sample, row, column]: readonly number[]): string {
  if (setting.batch === 1) return `[${row}, ${column}]`;
  return `[${sample}, ${setting.out_channels === 1 ? "0" : ":"}, ${row}, ${column}]`;
}

/** "$dO$[0, 1] = 1", the number where there is one channel. */
function upstreamText(m: Model, position: number, { results }: Now): string {
  const name = `$dO$${positionName(m, windowIndex(m, position))}`;
  if (m.setting.out_channels > 1 || !results.ready) return name;
  return `${name} = ${format(results.value(m.dO, position))}`;
}

function scattered(m: Model): Tellings {
  const taps = m.F.shape.reduce((n, extent) => n * extent, 1);
  return {
    dI: {
      unit: "window",
      say: (position, terms, now) => {
        const lost = taps - terms.length;
        return {
          main: `${upstreamText(m, position, now)} goes back through the filter into its window; where windows overlap, it adds up.`,
          ...(lost > 0 && {
            quiet: `${counted(lost, "product")} would land in the padding and ${lost === 1 ? "is" : "are"} dropped.`,
          }),
        };
      },
      whole: "Every cell of $dO$ goes back through the filter into its window; where windows overlap, it adds up.",
    },
    dF: {
      unit: "window",
      say: (position, _, now) => ({
        main: `${upstreamText(m, position, now)} times what its window read is added to $dF$.`,
        quiet: `Every position${m.setting.batch > 1 ? " of every sample" : ""} uses the same filter, so all of them add to the same gradient.`,
      }),
      whole: "Every cell of $dO$, times what its window read, is added to $dF$.",
    },
    db: {
      unit: "window",
      say: (position, _, now) => ({ main: `${upstreamText(m, position, now)} is added to $db$.` }),
      whole: `The bias was added at every position${m.setting.batch > 1 ? " of every sample" : ""}, so its gradient is the sum of $dO$.`,
    },
  };
}

const told = (main: string, quiet: string | undefined): Caption => ({ main, ...(quiet !== undefined && { quiet }) });

function convolved(m: Model): Tellings {
  return {
    dI: {
      unit: "cell of dI",
      say: (moment, terms, now) =>
        told(
          `The turned filter slides over $dO$, spread out: ${counted(terms.length, "product")} make${terms.length === 1 ? "s" : ""} ${cellName("dI", m.dI.shape, moment)}.`,
          sumText(terms, undefined, terms[0].to, now),
        ),
      whole: "$dI$ is a convolution: the turned filter slides over $dO$, spread out.",
    },
    dF: {
      unit: "cell of dF",
      say: (moment, terms, now) =>
        told(
          `$dO$ is the filter that slides over $I$: ${counted(terms.length, "product")} make${terms.length === 1 ? "s" : ""} ${cellName("dF", m.F.shape[0] * m.F.shape[1] === 1 ? [1, ...m.F.shape.slice(2)] : m.F.shape, moment)}.`,
          sumText(terms, undefined, terms[0].to, now),
        ),
      whole: `$dF$ is a convolution: $dO$ is the filter that slides over $I$${m.setting.batch > 1 ? ", and the samples add up" : ""}.`,
    },
    db: {
      unit: "cell of db",
      say: (o, terms, now) =>
        told(
          `$db$[${o}] is the sum of ${terms.length === 1 ? "the one cell" : `all ${terms.length} cells`} of $dO$${m.setting.out_channels > 1 ? ` in channel ${o}` : ""}.`,
          sumText(terms, undefined, terms[0].to, now),
        ),
      whole: "$db$ is the sum of $dO$: a convolution with ones.",
    },
  };
}
