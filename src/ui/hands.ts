/** What a hand does with the picture: pointing at cells and pinning them, walking from cell to cell, moving the view. */
import type { CellRef } from "../story/picture";
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
  /** The view is another. */
  readonly changed: () => void;
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
    const { shell, inspector } = this.#parts;
    listenPointer(shell.stage, {
      point: (at) => inspector.pointAt(this.#pick(at)),
      press: (at) => this.#press(at),
    });
  }

  #listenKeys(): void {
    const { shell, inspector, timeline } = this.#parts;
    const { seek, step, pinTo } = this.#actions;
    listenKeys(shell.stage, {
      playOrPause: () => timeline.player.toggle(),
      step,
      toStart: () => seek(0),
      toEnd: () => seek(timeline.score.duration),
      resetView: () => this.#resetView(),
      frame: () => this.#frameView(),
      walk: (right, down) => this.#walk(right, down),
      pin: () => pinTo(inspector.cell),
      letGo: () => this.#letGo(),
    });
  }

  #pick(at: Point | undefined): CellRef | undefined {
    const { easel, timeline } = this.#parts;
    return easel.pick(at, timeline.frame());
  }

  #press(at: Point): void {
    const { shell, inspector } = this.#parts;
    const cell = this.#pick(at);
    this.#actions.pinTo(sameCell(cell, inspector.pin) ? undefined : cell);
    if (cell && shell.mode === "phone") shell.showTab("Reading");
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
