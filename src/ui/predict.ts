/** Predict, then see: which question is asked, what came of it, and the score. Nothing here draws. */
import { isErratum, type Answer, type Claim } from "../story/claim";
import { formOf, grade, isAsked, textsOf, type Form } from "../story/grade";
import { unravel } from "../core/shape";
import type { Results } from "../story/results";
import type { Knobs, Lesson, Practice } from "../story/station";
import { answerText } from "./claims";
import { inWords } from "./knob";
import { nextPractice } from "./predict-given";
import type { Session } from "./session";

/** What is asked, as the address holds it. */
export interface Exercise {
  /** The claim; the station's first question where it is not said. */
  readonly ask?: string;
  /** The seed of the numbers; the knobs as they stand where it is not said. */
  readonly practice?: number;
}
/** What came of a question: the answer that was given, and the true one as it was then. */
export interface Outcome {
  /** "shown": given up. */
  readonly verdict: "right" | "wrong" | "shown";
  readonly claim: Claim;
  readonly given: readonly string[];
  readonly truth: Answer;
  /** Whether the slide says what was given, where it errs. */
  readonly slides: boolean;
  /** Whether the slide errs about these numbers. */
  readonly errs: boolean;
  /** The fields or cells that are wrong. */
  readonly at: readonly number[];
}
export interface Question {
  readonly claim: Claim;
  /** Counted from 1. */
  readonly number: number;
  readonly all: readonly Claim[];
}
export interface PredictScore {
  readonly answered: number;
  readonly right: number;
}
/** What the page shows of it. */
export interface PredictState {
  readonly exercise: Exercise | undefined;
  readonly outcome: Outcome | undefined;
  readonly score: PredictScore;
  /** Another for every question and every time that its numbers turn: what was filled in belongs to one of them. */
  readonly round: number;
  /** Whether numbers have turned since the question was answered. */
  readonly turned: boolean;
  /** Whether the answered question has other numbers here. */
  readonly others: boolean;
}

/** What the questions need of the page. */
export interface PredictHost {
  session(): Session | undefined;
  /** Resolves when the numbers are those of the present knobs. */
  shown(): Promise<void>;
  /** Every knob as it stands. */
  knobs(): Knobs;
  turn(knobs: Knobs): void;
  /** Other numbers, and no others in cells than those of the practice. */
  renumber(practice: Practice): void;
  /** Plays the moment that a claim speaks of, those of its cells first that were missed: by their place among them. */
  demonstrate(claim: Claim, missed: readonly number[]): Promise<void>;
  changed(): void;
}

/** What a lesson asks, in the order in which it is told. */
export const questionsOf = ({ claims }: Lesson): readonly Claim[] => claims.filter(isAsked);

export class Predict {
  readonly #host: PredictHost;
  readonly #counted = new Set<string>();
  #exercise: Exercise | undefined;
  #outcome: Outcome | undefined;
  #score: PredictScore = { answered: 0, right: 0 };
  #round = 0;
  #turned = false;
  /** The knobs for which the question was answered: what its moment is shown with may be others. */
  #answered: Knobs | undefined;
  #next: number | undefined;

  constructor(host: PredictHost) {
    this.#host = host;
  }

  get state(): PredictState {
    return {
      exercise: this.#exercise,
      outcome: this.#outcome,
      score: this.#score,
      round: this.#round,
      turned: this.#turned,
      others: this.#next !== undefined,
    };
  }
  get exercise(): Exercise | undefined {
    return this.#exercise;
  }
  /** Whether a question waits for its answer: then nothing may tell it. */
  get isOpen(): boolean {
    return this.#exercise !== undefined && this.#outcome === undefined;
  }
  /** The question that waits for its answer. */
  get open(): Claim | undefined {
    const { lesson } = this.#host.session() ?? {};
    return this.isOpen && lesson ? questionOf(lesson, this.#exercise)?.claim : undefined;
  }

  /** Asks a question afresh; stops asking where none is given. */
  begin(exercise: Exercise | undefined): void {
    this.#exercise = exercise;
    this.#outcome = this.#answered = this.#next = undefined;
    this.#turned = false;
    this.#round++;
    this.#host.changed();
  }

  /** Asks the lesson's first question. */
  start(): void {
    const { lesson } = this.#host.session() ?? {};
    const [first] = lesson ? questionsOf(lesson) : [];
    this.begin(first ? { ask: first.id } : {});
  }

  /** Asks one of the lesson's questions with the numbers that there are. */
  ask(id: string): void {
    const knobs = this.#standing;
    this.begin({ ...this.#exercise, ask: id });
    this.#host.turn(knobs);
  }

  /** The knobs that the questions are about: nobody but the page has turned away from those that were answered for. */
  get #standing(): Knobs {
    return this.#turned ? this.#host.knobs() : (this.#answered ?? this.#host.knobs());
  }

  /** The question that stands so many places on. */
  walk(by: number): void {
    const { lesson } = this.#host.session() ?? {};
    const question = lesson && questionOf(lesson, this.#exercise);
    if (!question) return;
    const { all, number } = question;
    this.ask(all[(number - 1 + by + all.length) % all.length].id);
  }

  /** The same question with the numbers of a seed; of the next one that has others unless it is said. */
  another(seed = this.#nextSeed(), ask = this.#askedHere()): void {
    const { station } = this.#host.session() ?? {};
    if (!station) return;
    const knobs = this.#standing;
    const { knobs: drawn, ...cells } = station.practice(seed, knobs);
    this.begin({ ...(ask !== undefined && { ask }), practice: seed });
    this.#host.renumber({ knobs: { ...knobs, ...drawn }, ...cells });
  }

  #nextSeed(): number {
    return this.#findNext() ?? (this.#exercise?.practice ?? 0) + 1;
  }

  /** The next seed that asks the present question with other numbers. */
  #findNext(): number | undefined {
    const { station, lesson } = this.#host.session() ?? {};
    const question = lesson && questionOf(lesson, this.#exercise);
    if (!station || !question) return undefined;
    const { claim } = question;
    return nextPractice({ station, lesson, claim, knobs: this.#standing }, this.#exercise?.practice ?? 0);
  }

  /** Another knob or cell: an open question follows it, one that is answered keeps its own numbers. */
  numbersTurned(): void {
    if (this.isOpen) this.#round++;
    else this.#turned = this.#exercise !== undefined;
  }

  /** Grades what was filled in. Returns why nothing was graded, where it cannot be read. */
  async check(given: readonly string[]): Promise<{ readonly problem: string; readonly at?: number } | undefined> {
    await this.#host.shown();
    const [claim, session] = [this.open, this.#host.session()];
    if (!claim || !session) return undefined;
    const found = grade(claim, session.results, given);
    if (found.verdict === "unread") return found;
    const { slides, at } = found.verdict === "wrong" ? found : { slides: false, at: [] };
    this.#count(claim, session, found.verdict === "right");
    await this.#close({ verdict: found.verdict, given, slides, at }, claim, session);
    return undefined;
  }

  /** Shows the answer without one having been given. */
  async giveUp(): Promise<void> {
    await this.#host.shown();
    const [claim, session] = [this.open, this.#host.session()];
    if (claim && session) await this.#close({ verdict: "shown", given: [], slides: false, at: [] }, claim, session);
  }

  /** Goes through the moment again. */
  async replay(): Promise<void> {
    if (this.#outcome) await this.#demonstrate(this.#outcome);
  }

  /** What the page turns to show a moment, nobody has turned. */
  async #demonstrate({ claim, at, truth }: Outcome): Promise<void> {
    const turned = this.#turned;
    await this.#host.demonstrate(claim, typeof truth === "object" && !asksForCells(claim) ? at : []);
    this.#turned = turned;
    this.#host.changed();
  }

  /** Why what the address asks cannot be asked of this lesson. */
  problemsIn({ lesson }: Session): readonly string[] {
    const { ask } = this.#exercise ?? {};
    const known = ask === undefined || questionsOf(lesson).some(({ id }) => id === ask);
    return known ? [] : [`ask: there is no question ${inWords(ask)} here; this is the first one.`];
  }

  #askedHere(): string | undefined {
    const { lesson } = this.#host.session() ?? {};
    return lesson ? questionOf(lesson, this.#exercise)?.claim.id : undefined;
  }

  async #close(outcome: Omit<Outcome, "claim" | "truth" | "errs">, claim: Claim, { results }: Session): Promise<void> {
    const closed = { ...outcome, claim, truth: claim.answer(results), errs: isErratum(claim, results) };
    this.#outcome = closed;
    this.#turned = false;
    this.#answered = this.#host.knobs();
    this.#next = this.#findNext();
    this.#host.changed();
    if (outcome.verdict !== "right") await this.#demonstrate(closed);
  }

  /** The first answer counts: a second one to the same question has seen what comes out. */
  #count(claim: Claim, { station, results }: Session, right: boolean): void {
    const key = [station.id, claim.id, this.#exercise?.practice ?? "", ...textsOf(claim.answer(results))].join("\n");
    if (this.#counted.has(key)) return;
    this.#counted.add(key);
    const { answered, right: before } = this.#score;
    this.#score = { answered: answered + 1, right: before + (right ? 1 : 0) };
  }
}

/** Whether what was marked are the cells themselves, and not numbers that stand in them. */
const asksForCells = ({ asks }: Claim): boolean => typeof asks === "object" && asks.kind === "cells";

/** The question that is asked of a lesson; the first where it has none of that name. */
export function questionOf(lesson: Lesson, exercise: Exercise | undefined): Question | undefined {
  const all = questionsOf(lesson);
  if (!exercise || all.length === 0) return undefined;
  const at = Math.max(
    0,
    all.findIndex(({ id }) => id === exercise.ask),
  );
  return { claim: all[at], number: at + 1, all };
}

/** The form of a question; undefined before there are numbers that it could be made for. */
export const formFor = ({ claim }: Question, results: Results): Form | undefined =>
  results.ready ? formOf(claim, results) : undefined;

// ── in words ────────────────────────────────────────────────────────────────

/** An answer as it is said; cells by their indices. */
export function truthText(truth: Answer, form: Form): string {
  if (form.kind !== "cells" || typeof truth !== "object") return answerText(truth);
  return cellsText(truth, form.of.shape);
}

/** "[0, 2], [1, 0]". */
function cellsText(positions: readonly number[], shape: readonly number[]): string {
  const distinct = [...new Set(positions)].toSorted((a, b) => a - b);
  return distinct.length === 0 ? "no cell" : distinct.map((at) => `[${unravel(shape, at).join(", ")}]`).join(", ");
}

/** What was given, as it is said. */
export function givenText(given: readonly string[], form: Form): string {
  if (form.kind === "cells") return cellsText(given.map(Number), form.of.shape);
  return given.map((text) => text.trim().replaceAll("-", "−")).join(", ");
}
