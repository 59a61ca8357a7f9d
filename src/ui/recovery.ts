/** After the GPU is lost: another device, everything computed again, and the same view of it; else a word, and tries later. */
import type { Easel } from "./easel";
import { moment, noOtherGpu, type Engine } from "./engine";
import type { ErrorMessage } from "./messages";

/** How often another device is asked for: a GPU process that restarts takes a moment. */
const patient = 10;

export interface RecoveryEvents {
  /** Computes everything again on what there is now. */
  revive(): Promise<void>;
  /** There is something else to say. */
  changed(): void;
}

export class Recovery {
  readonly #engine: Engine;
  readonly #easel: Easel;
  readonly #events: RecoveryEvents;
  #running: Promise<void> | undefined;
  #lostAgain = false;
  #message: ErrorMessage | undefined;
  /** Where the camera stood when the device was lost. */
  #camera: string | undefined;

  constructor(engine: Engine, easel: Easel, events: RecoveryEvents) {
    this.#engine = engine;
    this.#easel = easel;
    this.#events = events;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && engine.crashed) this.#begin(1);
    });
  }

  get running(): Promise<void> | undefined {
    return this.#running;
  }
  get message(): ErrorMessage | undefined {
    return this.#message;
  }

  lost(reason: string): void {
    this.#camera ??= this.#easel.camera;
    this.#easel.close();
    this.#lostAgain = this.#running !== undefined;
    this.#say({ what: "The GPU device was lost; opening another.", fits: reason });
    this.#begin(patient);
  }

  #begin(tries: number): void {
    this.#running ??= this.#recover(tries).finally(() => (this.#running = undefined));
  }

  async #recover(tries: number): Promise<void> {
    let failure: string | undefined;
    do {
      this.#lostAgain = false;
      failure = await this.#reopen(tries).then(() => undefined, stumbled);
    } while (this.#lostAgain);
    if (this.#engine.gpu && failure === undefined) this.#stand();
    else this.#giveUp(failure ?? tablesGoOn);
  }

  #giveUp(fits: string): void {
    this.#say({ what: noOtherGpu, fits, actions: [{ label: "Try again", run: () => this.#begin(1) }] });
  }

  /** Without another device everything is computed once by the reference, not again at every try. */
  async #reopen(tries: number): Promise<void> {
    const { crashed } = this.#engine;
    await this.#engine.reopen(tries);
    if (this.#engine.gpu) await this.#easel.open(this.#engine.gpu);
    if (this.#engine.gpu || !crashed) await this.#events.revive();
  }

  #stand(): void {
    if (this.#camera !== undefined) this.#easel.restoreCamera(this.#camera);
    this.#camera = undefined;
    this.#say(undefined);
  }

  #say(message: ErrorMessage | undefined): void {
    this.#message = message;
    this.#events.changed();
  }
}

/** Why it came to nothing, after a moment: where the new device is lost, too, that is known then. */
async function stumbled(error: unknown): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, moment));
  return error instanceof Error ? error.message : String(error);
}

const tablesGoOn = "Tables and claims are computed without it.";
