/** Whether the lesson is read, or its questions are answered first. */
import { button, make, setAttribute } from "./dom";

export class ModeSwitch {
  readonly element: HTMLElement;
  readonly #read: HTMLButtonElement;
  readonly #answer: HTMLButtonElement;

  constructor(answerFirst: (on: boolean) => void) {
    this.#read = button({}, () => answerFirst(false), "Read");
    this.#answer = button({}, () => answerFirst(true), "Answer first");
    this.element = make(
      "div",
      { class: "mode-switch", role: "group", "aria-label": "How to go through the lesson" },
      this.#read,
      this.#answer,
    );
  }

  update(answerFirst: boolean): void {
    setAttribute(this.#read, "aria-pressed", String(!answerFirst));
    setAttribute(this.#answer, "aria-pressed", String(answerFirst));
  }
}
