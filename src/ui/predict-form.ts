/** What a student fills in: fields for numbers, a shape, a choice of one, or the empty cells of a tensor. */
import { unravel } from "../core/shape";
import type { Tensor } from "../core/graph";
import type { Answer } from "../story/claim";
import type { Form } from "../story/grade";
import { answerText } from "./claims";
import { button, hidden, make, setAttribute, setText, uniqueId } from "./dom";
import { writeText } from "./richtext";

/** A form on the page. */
export interface FormView {
  readonly element: HTMLElement;
  /** What is filled in, a text per field. */
  texts(): readonly string[];
  /** Puts the cursor where something is to be filled in. */
  focus(at?: number): void;
  /** The problem is about this field, or about none. */
  blame(at: number | undefined, describedBy: string): void;
  /** The question is answered: nothing can be changed, and what is wrong stands beside what is true. */
  close(wrong: readonly number[], truth: Answer): void;
}

/** More fields than this are one text with all numbers in it. */
const mostFields = 36;

export function formView(form: Form, prompt: string): FormView {
  switch (form.kind) {
    case "numbers":
      return form.fields.length > mostFields
        ? new TextForm(prompt, `${form.fields.length} numbers, row by row`, true)
        : new NumbersForm(form, prompt);
    case "list":
      return new TextForm(prompt, "all numbers in their order, with spaces between");
    case "shape":
      return new TextForm(prompt, "such as 2 × 3");
    case "text":
      return new TextForm(prompt, "in words");
    case "choice":
      return new ChoiceForm(form.options, prompt);
    case "cells":
      return new CellsForm(form.of, prompt);
  }
}

const textInput = (label: string): HTMLInputElement =>
  make("input", { type: "text", class: "ask-input", "aria-label": label, autocomplete: "off", spellcheck: "false" });

function blameInput(input: HTMLElement, blamed: boolean, describedBy: string): void {
  setAttribute(input, "aria-invalid", blamed ? "true" : undefined);
  setAttribute(input, "aria-describedby", blamed ? describedBy : undefined);
}

/** One text: a shape, words, or a long list. */
class TextForm implements FormView {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement | HTMLTextAreaElement;

  constructor(prompt: string, hint: string, long = false) {
    this.#input = long
      ? make("textarea", { class: "ask-input ask-long", rows: 5, "aria-label": prompt, spellcheck: "false" })
      : textInput(prompt);
    const said = make("p", { class: "ask-hint", id: uniqueId("hint") }, hint);
    this.element = make("div", { class: "ask-text" }, this.#input, said);
  }
  texts(): readonly string[] {
    return this.#input.value.trim() === "" ? [] : [this.#input.value];
  }
  focus(): void {
    this.#input.focus();
  }
  blame(at: number | undefined, describedBy: string): void {
    blameInput(this.#input, at !== undefined, describedBy);
  }
  close(wrong: readonly number[]): void {
    this.#input.readOnly = true;
    setAttribute(this.#input, "data-wrong", wrong.length > 0);
  }
}

/** A field per number, side by side as in their tensor. */
class NumbersForm implements FormView {
  readonly element: HTMLElement;
  readonly #inputs: readonly HTMLInputElement[];
  readonly #truths: readonly HTMLElement[];

  constructor({ fields, columns }: Extract<Form, { kind: "numbers" }>, prompt: string) {
    const single = fields.length === 1;
    this.#inputs = fields.map(({ name }) => textInput(single ? prompt : name));
    this.#truths = fields.map(() => make("span", { class: "ask-truth" }));
    const named = fields.some(({ tex }) => tex !== undefined);
    const places = fields.map(({ tex }, at) => {
      const name = make("span", { class: "ask-name", "aria-hidden": "true" });
      writeText(name, tex === undefined ? "" : `$${tex}$`);
      return make(
        "div",
        { class: "ask-field" },
        tex === undefined ? undefined : name,
        this.#inputs[at],
        this.#truths[at],
      );
    });
    this.element = make("div", { class: `ask-numbers${single ? " single" : ""}${named ? " named" : ""}` }, ...places);
    if (!single) setAttribute(this.element, "role", "group");
    if (!single) setAttribute(this.element, "aria-label", prompt);
    this.element.style.setProperty("--columns", String(named ? 1 : columns));
  }
  texts(): readonly string[] {
    return this.#inputs.map(({ value }) => value);
  }
  focus(at = 0): void {
    this.#inputs[at]?.focus();
  }
  blame(at: number | undefined, describedBy: string): void {
    this.#inputs.forEach((input, i) => blameInput(input, i === at, describedBy));
  }
  close(wrong: readonly number[], truth: Answer): void {
    const truths = typeof truth === "object" ? truth : [truth];
    this.#inputs.forEach((input, at) => {
      input.readOnly = true;
      setAttribute(input, "data-wrong", wrong.includes(at));
      if (this.#inputs.length > 1 && wrong.includes(at)) setText(this.#truths[at], answerText(truths[at]));
    });
  }
}

/** One of a few. */
class ChoiceForm implements FormView {
  readonly element: HTMLElement;
  readonly #inputs: readonly HTMLInputElement[];
  readonly #options: readonly string[];

  constructor(options: readonly string[], prompt: string) {
    const name = uniqueId("choice");
    this.#options = options;
    this.#inputs = options.map(() => make("input", { type: "radio", name }));
    const rows = options.map((option, at) => {
      const text = make("span");
      writeText(text, option);
      return make("label", { class: "ask-option" }, this.#inputs[at], text);
    });
    this.element = make("div", { class: "ask-choice", role: "radiogroup", "aria-label": prompt }, ...rows);
  }
  texts(): readonly string[] {
    const at = this.#inputs.findIndex(({ checked }) => checked);
    return at < 0 ? [] : [this.#options[at]];
  }
  focus(): void {
    (this.#inputs.find(({ checked }) => checked) ?? this.#inputs[0])?.focus();
  }
  blame(): void {}
  close(_: readonly number[], truth: Answer): void {
    this.#inputs.forEach((input, at) => {
      input.disabled = true;
      setAttribute(input.parentElement ?? input, "data-true", this.#options[at] === truth);
      setAttribute(input.parentElement ?? input, "data-wrong", input.checked && this.#options[at] !== truth);
    });
  }
}

/** The empty cells of a tensor, to be marked: by a click, or by arrows and the space bar. */
class CellsForm implements FormView {
  readonly element: HTMLElement;
  readonly #cells: readonly HTMLButtonElement[];
  readonly #said: readonly HTMLElement[];
  readonly #count = make("p", { class: "ask-hint" });
  readonly #columns: number;

  constructor(of: Tensor, prompt: string) {
    this.#columns = of.shape.at(-1) ?? 1;
    const cells = of.shape.reduce((n, extent) => n * extent, 1);
    this.#said = Array.from({ length: cells }, () => hidden(""));
    this.#cells = this.#said.map((said, at) => {
      const name = `${of.name}[${unravel(of.shape, at).join(", ")}]`;
      return button({ class: "ask-cell", "aria-pressed": "false" }, () => this.#toggle(at), hidden(name), said);
    });
    this.#cells.forEach((cell, at) => setAttribute(cell, "tabindex", at === 0 ? 0 : -1));
    const grid = make("div", { class: "ask-grid", role: "group", "aria-label": prompt }, ...this.#cells);
    grid.style.setProperty("--columns", String(this.#columns));
    grid.addEventListener("keydown", (event) => this.#onKey(event));
    this.element = make("div", { class: "ask-cells" }, make("div", { class: "scroll-x" }, grid), this.#count);
    this.#tell();
  }
  texts(): readonly string[] {
    return [...this.#cells.keys()].filter((at) => this.#isMarked(at)).map(String);
  }
  focus(at = 0): void {
    this.#cells.forEach((cell, i) => setAttribute(cell, "tabindex", i === at ? 0 : -1));
    this.#cells[at]?.focus();
  }
  blame(): void {}
  close(wrong: readonly number[], truth: Answer): void {
    const asked = new Set(typeof truth === "object" ? truth : []);
    this.#cells.forEach((cell, at) => {
      cell.disabled = true;
      setAttribute(cell, "data-wrong", wrong.includes(at));
      setAttribute(cell, "data-true", asked.has(at));
      setText(this.#said[at], wrong.includes(at) ? (asked.has(at) ? ", missing" : ", not one of them") : "");
    });
  }

  #isMarked(at: number): boolean {
    return this.#cells[at].getAttribute("aria-pressed") === "true";
  }
  #toggle(at: number): void {
    setAttribute(this.#cells[at], "aria-pressed", String(!this.#isMarked(at)));
    this.focus(at);
    this.#tell();
  }
  #tell(): void {
    const n = this.texts().length;
    setText(this.#count, n === 0 ? "Mark the cells." : `${n} ${n === 1 ? "cell is" : "cells are"} marked.`);
  }

  /** Arrows walk; Enter is for checking, so that only the space bar marks. */
  #onKey(event: KeyboardEvent): void {
    const at = this.#cells.findIndex((cell) => cell === event.target);
    if (event.key === "Enter") {
      event.preventDefault();
      this.element.closest("form")?.requestSubmit();
      return;
    }
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns }[event.key];
    if (by === undefined || at < 0) return;
    event.preventDefault();
    if (this.#cells[at + by]) this.focus(at + by);
  }
}
