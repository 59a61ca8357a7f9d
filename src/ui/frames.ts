/** Frames: the page draws only when something has changed, and whoever asked for a change can wait until it is seen. */
import type { Builder } from "./builder";
import type { Engine } from "./engine";
import type { Model } from "./model";
import type { Recovery } from "./recovery";

interface Parts {
  readonly model: Model;
  readonly engine: Engine;
  readonly builder: Builder;
  readonly recovery: Recovery;
}

export class Frames {
  readonly #parts: () => Parts;
  readonly #draw: () => void;
  /** The frame that is asked for. */
  #request: number | undefined;

  /** The parts are asked for when they are needed: while they are made, they ask for frames themselves. */
  constructor(parts: () => Parts, draw: () => void) {
    this.#parts = parts;
    this.#draw = draw;
  }

  /** Asks for a frame. */
  ask(): void {
    this.#request ??= requestAnimationFrame(() => {
      this.#request = undefined;
      this.#draw();
    });
  }

  get #isDue(): boolean {
    const { builder, recovery } = this.#parts();
    return this.#request !== undefined || builder.isDue || recovery.running !== undefined;
  }

  /** Resolves when the frame that shows everything that was asked for is on the GPU, whether or not it has been checked. */
  async shown(): Promise<void> {
    const { model, engine, builder, recovery } = this.#parts();
    do {
      await recovery.running;
      await builder.idle();
      if (this.#request !== undefined) await new Promise(requestAnimationFrame);
      await model.session?.shown();
      await engine.done();
    } while (this.#isDue);
  }

  /** Resolves when everything that was asked for is computed, checked and on the GPU; a check that was stopped is run again. */
  async checked(): Promise<void> {
    const { model } = this.#parts();
    await this.shown();
    if (model.session?.check?.goesOn === false) model.session.checkAgain();
    do {
      await this.shown();
      await model.session?.idle();
    } while (this.#isDue);
  }
}
