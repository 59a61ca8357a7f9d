/** The address as a bookmark of the whole state: written a moment after the last change, since browsers refuse a stream of them. */

const moment = 200;

export class Bookmark {
  readonly #write: () => string | undefined;
  #waiting: number | undefined;

  /** `write` gives the address of what is; undefined while there is nothing to keep. */
  constructor(write: () => string | undefined) {
    this.#write = write;
    window.addEventListener("pagehide", () => this.saveNow());
  }

  save(): void {
    window.clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => this.saveNow(), moment);
  }

  saveNow(): void {
    window.clearTimeout(this.#waiting);
    const address = this.#write();
    if (address !== undefined) history.replaceState(undefined, "", address);
  }

  /** Leaves an entry behind, so that the browser's back button returns to what was. */
  push(): void {
    this.saveNow();
    const address = this.#write();
    if (address !== undefined) history.pushState(undefined, "", address);
    this.save();
  }

  /** Forgets a change that an address from elsewhere has overtaken. */
  drop(): void {
    window.clearTimeout(this.#waiting);
  }
}
