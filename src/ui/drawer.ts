/** The lesson as a drawer over the picture, opened from the top bar. */
import { button, setAttribute, uniqueId } from "./dom";
import { icon } from "./icons";

export class Drawer {
  readonly button: HTMLButtonElement;
  readonly #column: HTMLElement;
  #enabled = false;

  constructor(column: HTMLElement) {
    this.#column = column;
    column.id ||= uniqueId("column");
    const attributes = { class: "bar-button drawer-button", "aria-controls": column.id, "aria-expanded": "false" };
    this.button = button(attributes, () => (this.#isOpen ? this.close() : this.open()), icon("book"), "Lesson");
    column.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#enabled) this.close();
    });
  }

  /** Whether the column is a drawer at all. */
  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.#set(false);
  }

  open(): void {
    if (!this.#enabled) return;
    this.#set(true);
    this.#column.focus();
  }

  close(): void {
    this.#set(false);
    this.button.focus();
  }

  get #isOpen(): boolean {
    return this.#column.classList.contains("open");
  }

  #set(open: boolean): void {
    this.#column.classList.toggle("open", open);
    setAttribute(this.button, "aria-expanded", String(open));
    setAttribute(this.#column, "inert", this.#enabled && !open);
  }
}
