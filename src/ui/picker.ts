/** A labelled choice of one of a few, as a native select without its box. */
import { make, Once, setAttribute } from "./dom";
import { icon } from "./icons";

export interface Option {
  readonly value: string;
  readonly label: string;
}

export class Picker {
  readonly element: HTMLLabelElement;
  readonly select: HTMLSelectElement;
  readonly #built = new Once();

  constructor(label: string, onPick: (value: string) => void, { className = "picker" } = {}) {
    this.select = make("select", {});
    this.select.addEventListener("change", () => onPick(this.select.value));
    const name = make("span", { class: "picker-name" }, label);
    this.element = make("label", { class: className }, name, this.select, icon("down"));
  }

  update(options: readonly Option[], value: string): void {
    this.#built.when(options.map((option) => `${option.value}\n${option.label}`).join("\n\n"), () =>
      this.select.replaceChildren(...options.map((option) => make("option", { value: option.value }, option.label))),
    );
    if (this.select.value !== value) this.select.value = value;
    setAttribute(this.select, "disabled", options.length < 2);
  }
}
