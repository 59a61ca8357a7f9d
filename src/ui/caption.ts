/** One sentence on what is happening, and a second quiet line at most. */
import { make, setAttribute } from "./dom";
import { writeText } from "./richtext";

export interface CaptionProps {
  readonly main: string;
  readonly quiet?: string;
  /** Whether screen readers are told of changes: while paused. */
  readonly live: boolean;
}

export class CaptionView {
  readonly #main = make("p", { class: "caption-main" });
  readonly #quiet = make("p", { class: "caption-quiet" });
  readonly #slot: HTMLElement;

  constructor(slot: HTMLElement) {
    this.#slot = slot;
    slot.append(this.#main, this.#quiet);
  }

  update({ main, quiet = "", live }: CaptionProps): void {
    setAttribute(this.#slot, "aria-live", live ? "polite" : "off");
    writeText(this.#main, main);
    writeText(this.#quiet, quiet);
  }
}
