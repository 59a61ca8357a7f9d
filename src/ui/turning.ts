/** What is set: knobs that are turned, numbers that are put into cells, and how either reaches the lesson. */
import { parse } from "../core/numeral";
import { size } from "../core/shape";
import { endOf } from "../story/score";
import type { Knobs, KnobValue, Practice, Preset } from "../story/station";
import type { Builder } from "./builder";
import type { Inspector } from "./inspector";
import { checkKnobs, inWords, notANumber } from "./knob";
import type { Model } from "./model";
import type { Pages } from "./pages";
import type { Predict } from "./predict";
import { editName, withEdit } from "./present";
import type { Timeline } from "./timeline";

interface Parts {
  readonly model: Model;
  readonly builder: Builder;
  readonly pages: Pages;
  readonly predict: Predict;
  readonly inspector: Inspector;
  readonly timeline: Timeline;
}
export interface TurningHost {
  /** Resolves when the frame that shows everything that was asked for is on the GPU. */
  shown(): Promise<void>;
  seek(time: number): void;
  /** Something asks for another frame. */
  changed(): void;
}

export class Turning {
  readonly #parts: Parts;
  readonly #host: TurningHost;

  constructor(parts: Parts, host: TurningHost) {
    this.#parts = parts;
    this.#host = host;
  }

  // ── knobs ─────────────────────────────────────────────────────────────────

  /** Turns knobs: a value moves the picture in the next frame, a structure as soon as its lesson is ready. */
  turn(change: Knobs): void {
    const { model, builder, pages, predict } = this.#parts;
    const before = model.knobs;
    const turned = model.knobsOf().filter(({ name }) => name in change && !Object.is(change[name], before[name]));
    if (turned.length === 0) return;
    model.knobs = { ...before, ...change };
    if (turned.some((knob) => knob.turns !== "view")) predict.numbersTurned();
    pages.bookmark.save();
    const structure = turned.filter((knob) => knob.turns === "structure").map(({ name }) => name);
    if (structure.length > 0) this.#restructure(structure);
    else if (turned.some((knob) => knob.turns === "value")) builder.turnValues();
    else void builder.repaint();
    this.#host.changed();
  }

  #restructure(turned: readonly string[]): void {
    const { model, builder } = this.#parts;
    model.turned = turned;
    // A moment that the address names belongs to the structure that it names.
    if (model.arrival) {
      const { time: _, ...rest } = model.arrival;
      model.arrival = rest;
    }
    void builder.rebuild();
  }

  /**
   * Turns several knobs after checking them; rejects, and turns none, where one does not fit. Where they do not fit each
   * other it rejects with the error that the page shows.
   */
  async set(knobs: Record<string, KnobValue>): Promise<void> {
    const { model } = this.#parts;
    checkKnobs(model.station?.id ?? "", model.knobsOf(), knobs);
    const { refusal } = model;
    this.turn(knobs);
    await this.#host.shown();
    if (model.refusal !== refusal) this.demandFit();
  }

  /** Throws the error that the page shows, where what is set cannot be built or run. */
  demandFit(): void {
    const { refusal } = this.#parts.model;
    if (refusal) throw refusal.cause;
  }

  /** Sets what a click stands for, and goes to where the lesson opens. */
  async preset({ knobs, recited }: Pick<Preset, "knobs" | "recited">): Promise<void> {
    const { model, builder, pages, timeline } = this.#parts;
    pages.bookmark.push();
    if (recited) {
      model.edits = {};
      builder.turnValues();
    }
    this.turn(typeof knobs === "function" ? knobs(model.knobs) : knobs);
    await this.#host.shown();
    if (model.session) this.#host.seek(endOf(timeline.score, model.session.lesson.opens));
  }

  /** Other numbers for the same questions: every other knob stays. */
  renumber({ knobs, edits = {} }: Practice): void {
    const { model, builder } = this.#parts;
    const { station, knobs: before } = model;
    if (!station) return;
    model.edits = edits;
    const rebuilt = station.knobs.some(
      ({ name, turns }) => turns === "structure" && name in knobs && !Object.is(knobs[name], before[name]),
    );
    this.turn(knobs);
    if (!rebuilt) builder.turnValues();
  }

  // ── cells ─────────────────────────────────────────────────────────────────

  /** Puts a number into a cell; throws where there is no such cell. */
  edit(name: string, at: number, value: number): void {
    const { model, builder, pages, predict } = this.#parts;
    const tensor = model.session?.lesson.editable.find((editable) => editable.name === name)?.tensor;
    if (!tensor) throw new Error(`edit: there is no tensor ${inWords(name)} to change here`);
    const cells = size(tensor.shape);
    if (!Number.isInteger(at) || at < 0 || at >= cells)
      throw new Error(`edit: ${name} has no cell ${inWords(at)}; 0 to ${cells - 1} would fit`);
    model.edits = withEdit(model.edits, name, at, value);
    predict.numbersTurned();
    builder.turnValues();
    pages.bookmark.save();
  }

  /** Puts what was typed into a cell of a table; says what is wrong with it where it is no number. */
  editText(name: string, at: number, text: string): string | undefined {
    const value = parse(text);
    if (value === undefined) return `${notANumber(text)} A number, NaN, ∞ or −∞ would fit.`;
    this.edit(name, at, value);
    return undefined;
  }

  /** Puts a number into the cell that is read; says why where it cannot. */
  editRead(value: number): string | undefined {
    const { model, inspector } = this.#parts;
    const { cell } = inspector;
    const name = cell && model.session && editName(model.session.lesson, cell.tensor);
    if (!cell || name === undefined) return "This cell is computed; only given cells can be changed.";
    this.edit(name, cell.at, value);
    return undefined;
  }
}
