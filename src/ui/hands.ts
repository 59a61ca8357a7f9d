/** What a hand does with the picture: pointing at cells and pinning them, walking from cell to cell, moving the view. */
import type { CellRef } from "../story/picture";
import type { Knobs } from "../story/station";
import type { Easel } from "./easel";
import { sameCell, type Inspector } from "./inspector";
import { listenKeys } from "./keys";
import type { Model } from "./model";
import { listenPointer, type Point } from "./pointer";
import type { Shell } from "./shell";
import type { Timeline } from "./timeline";

interface Parts {
  readonly shell: Shell;
  readonly easel: Easel;
  readonly inspector: Inspector;
  readonly timeline: Timeline;
  readonly model: Model;
}
export interface HandActions {
  readonly seek: (time: number) => void;
  readonly step: (by: 1 | -1) => void;
  readonly pinTo: (cell: CellRef | undefined) => void;
  /** Turns the knobs that a cell stands for. */
  readonly choose: (knobs: Knobs) => void;
  /** The view is another. */
  readonly changed: () => void;
  /** Whether the picture may be looked at. */
  readonly isOpen: () => boolean;
}

export class Hands {
  readonly #parts: Parts;
  readonly #actions: HandActions;

  constructor(parts: Parts, actions: HandActions) {
    this.#parts = parts;
    this.#actions = actions;
  }

  listen(): void {
    this.#listenPointer();
    this.#listenKeys();
  }

  #listenPointer(): void {
    listenPointer(this.#parts.shell.stage, {
      point: (at) => this.#point(at),
      press: (at) => this.#press(at),
    });
  }

  #listenKeys(): void {
    const { shell, inspector, timeline } = this.#parts;
    const { seek, step } = this.#actions;
    listenKeys(shell.stage, {
      playOrPause: () => timeline.player.toggle(),
      step,
      toStart: () => seek(0),
      toEnd: () => seek(timeline.score.duration),
      resetView: () => this.#resetView(),
      frame: () => this.#frameView(),
      walk: (right, down) => this.#walk(right, down),
      pin: () => this.#take(inspector.cell),
      letGo: () => this.#letGo(),
      isOpen: this.#actions.isOpen,
    });
  }

  #pick(at: Point | undefined): CellRef | undefined {
    const { easel, timeline } = this.#parts;
    return easel.pick(at, timeline.frame());
  }

  #point(at: Point | undefined): void {
    const { shell, inspector } = this.#parts;
    const cell = this.#pick(at);
    inspector.pointAt(cell);
    shell.stage.toggleAttribute("data-choosable", this.#choiceAt(cell) !== undefined);
  }

  #press(at: Point): void {
    const { shell, inspector } = this.#parts;
    const cell = this.#pick(at);
    this.#take(sameCell(cell, inspector.pin) ? undefined : cell);
    if (cell && shell.mode === "phone" && !this.#choiceAt(cell)) shell.showTab("Reading");
  }

  /** Turns the knobs that a cell stands for; pins any other. */
  #take(cell: CellRef | undefined): void {
    const knobs = this.#choiceAt(cell);
    if (knobs) this.#actions.choose(knobs);
    else this.#actions.pinTo(cell);
  }

  /** The knobs that a cell stands for: a pixel of an outcome map has some of its own. */
  #choiceAt(cell: CellRef | undefined): Knobs | undefined {
    const { session } = this.#parts.model;
    return cell && session?.results.ready ? session.lesson.choose?.(cell, session.results) : undefined;
  }

  #walk(right: number, down: number): void {
    const { inspector, model, timeline } = this.#parts;
    const tensors = model.listed(timeline.frame().iteration).map(([, tensor]) => tensor);
    inspector.walk(tensors, right, down);
  }

  #letGo(): void {
    this.#parts.inspector.pointAt(undefined);
    this.#actions.pinTo(undefined);
  }

  #resetView(): void {
    this.#parts.easel.reset();
    this.#actions.changed();
  }

  #frameView(): void {
    const { easel, inspector } = this.#parts;
    easel.frame(inspector.pin?.tensor);
    this.#actions.changed();
  }
}
