/** What station 10 computes: the scan of the student's text, and beside it those that the slides tell of. */
import { Graph, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { narrow } from "../../ops/narrow";
import { planned, type Setting } from "./plan";
import { recited, type Recited } from "./recitation";
import { scanned, type Scan } from "./scan";

/** A line of ids, from the token `first` on; one line holds them all where they are few. */
export interface IdLine {
  readonly tensor: Tensor;
  readonly first: number;
}

export interface Model {
  readonly tape: Tape;
  readonly main: Scan;
  /** The ids as they stand in the picture. */
  readonly idLines: readonly IdLine[];
  /** Code points in a line of the picture. */
  readonly columns: number;
  /** Which of the slides' settings this is. */
  readonly recited?: Recited;
  /** The scans of all that the slides tell of, the main one among them; none where the student has left the slides. */
  readonly slides: readonly (readonly [Recited, Scan])[];
  /** The steps that are played. */
  readonly matching: Step;
  readonly scanning: Step;
  readonly decoding?: Step;
}

/** Short lines keep the letters large; long texts get longer ones. */
const columnsOf = (n: number): number => (n <= 52 ? 13 : n <= 85 ? 17 : 20);

const isSetting = (setting: Setting, slide: Recited): boolean =>
  setting.sentence === slide.sentence && setting.vocabulary.trim() === slide.vocabulary && setting.limit === usualLimit;

/** Few entries are longer than this. */
export const usualLimit = 16;

export function model(setting: Setting): Model {
  const tape = new Tape(new Graph());
  const plan = planned(setting);
  const columns = columnsOf(plan.symbols.length);
  const main = scanned(tape, plan, Math.ceil(plan.symbols.length / columns) * columns);
  const current = recited.find((slide) => isSetting(setting, slide));
  const slides = current
    ? recited.map((slide) => [slide, slide === current ? main : beside(tape, slide)] as const)
    : [];
  const idLines = linesOf(tape, main, Math.floor(columns / idPitch));
  tape.forward();
  const decoding = main.tokens && tape.writer(main.tokens.decoded);
  return {
    tape,
    main,
    idLines,
    columns,
    ...(current && { recited: current }),
    slides,
    matching: tape.writer(main.lengths),
    scanning: tape.writer(main.winners),
    ...(decoding && { decoding }),
  };
}

/** A setting of the slides that is not the one on the stage. */
function beside(tape: Tape, { id, sentence, vocabulary }: Recited): Scan {
  const plan = planned({ sentence, vocabulary, limit: usualLimit });
  return scanned(tape, plan, plan.symbols.length, `, ${id}`);
}

/** How far apart ids stand, where a letter is 1 wide. */
export const idPitch = 1.5;

function linesOf({ graph }: Tape, { tokens }: Scan, most: number): readonly IdLine[] {
  if (!tokens) return [];
  const [n] = tokens.ids.shape;
  if (n <= most) return [{ tensor: tokens.ids, first: 0 }];
  return Array.from({ length: Math.ceil(n / most) }, (_, line): IdLine => {
    const first = line * most;
    const attributes = { dim: 0, start: first, length: Math.min(most, n - first) };
    const names = { name: `ids, line ${line + 1}`, tex: `\\text{ids}_{${line + 1}}` };
    return { tensor: graph.apply(narrow, { input: tokens.ids }, { attributes, names }), first };
  });
}
