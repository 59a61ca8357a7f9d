/** Where the page looks: moments, cells, and what a claim or a failed check speaks of. */
import { turnedFor, type Claim } from "../story/claim";
import type { CellRef } from "../story/picture";
import { endOf } from "../story/score";
import type { Easel } from "./easel";
import type { Inspector } from "./inspector";
import type { Model } from "./model";
import type { Pages } from "./pages";
import { worstFailure } from "./present";
import type { Session } from "./session";
import type { Timeline } from "./timeline";
import type { Turning } from "./turning";

interface Parts {
  readonly model: Model;
  readonly easel: Easel;
  readonly inspector: Inspector;
  readonly timeline: Timeline;
  readonly pages: Pages;
  readonly turning: Turning;
}
export interface GuideHost {
  /** Resolves when the frame that shows everything that was asked for is on the GPU. */
  shown(): Promise<void>;
  /** Brings the picture into sight. */
  reveal(): void;
  openTables(): void;
}

export class Guide {
  readonly #parts: Parts;
  readonly #host: GuideHost;

  constructor(parts: Parts, host: GuideHost) {
    this.#parts = parts;
    this.#host = host;
  }

  seek(time: number): void {
    this.#parts.inspector.highlight([]);
    this.#parts.timeline.seek(time);
  }

  step(by: 1 | -1): void {
    this.#parts.inspector.highlight([]);
    this.#parts.timeline.step(by);
  }

  pinTo(cell: CellRef | undefined): void {
    this.#parts.inspector.pinTo(cell);
    this.#parts.pages.bookmark.save();
  }

  /**
   * Turns to what a claim needs, seeks to where it can be seen and lights its cells. Where some were missed, by their
   * place among the cells, it plays up to there.
   */
  async show(claim: Claim, missed?: readonly number[]): Promise<void> {
    const { model, inspector, timeline, pages, turning } = this.#parts;
    timeline.player.pause();
    const knobs = turnedFor(claim, model.knobs);
    if (knobs) {
      pages.bookmark.push();
      turning.turn(knobs);
      await this.#host.shown();
    }
    const here = model.session?.lesson.claims.find(({ id }) => id === claim.id) ?? claim;
    const { step, pin, cells } = here.shows;
    if (step) this.seek(endOf(timeline.score, step));
    this.pinTo(pin);
    inspector.highlight(cells);
    if (step && missed)
      timeline.playThrough(
        step,
        cells,
        missed.flatMap((at) => cells[at] ?? []),
      );
    this.#host.reveal();
  }

  /** A click on the badge: to the worst cell where something fails; else it stops a long check, or runs one again. */
  weigh(): void {
    const { session } = this.#parts.model;
    const cell = session && worstFailure(session);
    if (cell) return this.#flyTo(session, cell);
    if (!session?.check) return this.#host.openTables();
    if (session.check.goesOn) session.stopCheck();
    else session.checkAgain();
  }

  #flyTo(session: Session, cell: CellRef): void {
    const { timeline, easel } = this.#parts;
    const step = session.lesson.tape.steps.find(({ writes }) => writes.includes(cell.tensor));
    timeline.player.pause();
    if (step) this.seek(endOf(timeline.score, step));
    this.pinTo(cell);
    easel.frame(cell.tensor);
  }
}
