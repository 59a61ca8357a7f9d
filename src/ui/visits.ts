/** Openings of stations: the newest wins, and what is asked for meanwhile waits for what is being opened. */

/** Shows what was made ready. */
export type Enter = () => Promise<void>;

export class Visits {
  #begun = 0;
  /** The newest that was entered, and until when that lasts. */
  #entered = 0;
  #shown: Promise<void> = Promise.resolve();
  #pending = 0;
  #all: Promise<unknown> = this.#shown;

  /** Makes ready and enters. One that a newer has overtaken enters nothing, and is done when the newer one is shown. */
  open(prepare: () => Promise<Enter>): Promise<void> {
    this.#pending++;
    const opening = this.#open(++this.#begun, prepare).finally(() => this.#pending--);
    this.#all = Promise.allSettled([this.#all, opening]);
    return opening;
  }

  /** Changes what is being opened, at once where nothing is. A newer opening would undo the change, so that it is left out. */
  async after(change: () => void | Promise<void>): Promise<void> {
    const number = this.#begun;
    if (this.#pending > 0) await this.#all;
    if (this.#entered <= number) await change();
  }

  async #open(number: number, prepare: () => Promise<Enter>): Promise<void> {
    const enter = await prepare();
    if (number > this.#entered) {
      this.#entered = number;
      this.#shown = enter();
    }
    await this.#shown;
  }
}
