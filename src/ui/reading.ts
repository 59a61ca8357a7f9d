/** The reading: one cell in all its digits, and the line of arithmetic that made it. */
import { format, parse, precise } from "../core/numeral";
import { button, hidden, make, Once, setAttribute, setText, uniqueId } from "./dom";
import { icon } from "./icons";
import { notANumber } from "./knob";
import { plainText, writeText } from "./richtext";

export interface Reading {
  /** TeX. */
  readonly name: string;
  /** "[0, 4]"; empty for a scalar. */
  readonly index: string;
  readonly pinned: boolean;
  /** What the GPU computed; undefined before the first run. */
  readonly value?: number;
  readonly reference?: number;
  readonly bound?: number;
  readonly difference?: number;
  readonly note?: "tie";
  /** TeX: the line in symbols, and the same line with its numbers. */
  readonly equation?: { readonly symbols: string; readonly numbers: string };
  /** Where it came from, or why it is what it is. */
  readonly sentence?: string;
  readonly editable: boolean;
}
export interface ReadingActions {
  unpin(): void;
  /** A new number for the shown cell; a sentence when it is refused. */
  edit(value: number): string | undefined;
}

export class ReadingCard {
  readonly #actions: ReadingActions;
  readonly #empty = make("p", { class: "reading-empty" }, "Point at a cell");
  readonly #who = make("div", { class: "reading-who" });
  readonly #how = make("div", { class: "reading-how", role: "group", "aria-label": "How it was computed" });
  readonly #name = make("span", { class: "reading-name" });
  readonly #value = make("output", { class: "reading-value" });
  readonly #input: HTMLInputElement;
  readonly #error = make("p", { class: "field-error", id: uniqueId("reading-error"), role: "alert" });
  readonly #pin: HTMLButtonElement;
  readonly #reference = make("p", { class: "reading-quiet" });
  readonly #difference = make("p", { class: "reading-quiet" });
  readonly #symbols = make("p", { class: "reading-equation" });
  readonly #numbers = make("p", { class: "reading-equation" });
  readonly #sentence = make("p", { class: "reading-sentence" });
  readonly #news = hidden("", { role: "status" });
  readonly #shown = new Once();
  #kept = "";

  constructor(slot: HTMLElement, actions: ReadingActions) {
    this.#actions = actions;
    this.#input = make("input", { class: "reading-input", type: "text", autocomplete: "off", spellcheck: "false" });
    this.#input.setAttribute("aria-describedby", this.#error.id);
    this.#input.addEventListener("change", () => this.#edit());
    this.#pin = button({ class: "pin", "aria-label": "Unpin", title: "Unpin" }, () => actions.unpin(), icon("pin"));
    this.#who.append(make("p", { class: "reading-head" }, this.#name, this.#pin), this.#value, this.#input);
    this.#who.append(this.#error, this.#reference, this.#difference);
    this.#how.append(this.#symbols, this.#numbers, this.#sentence);
    slot.classList.add("card");
    slot.setAttribute("role", "group");
    slot.setAttribute("aria-label", "Reading");
    slot.append(this.#empty, this.#who, this.#how, this.#news);
    this.update(undefined);
  }

  /** What stands there while no cell is looked at. */
  setEmpty(text: string): void {
    setText(this.#empty, text);
  }

  update(reading: Reading | undefined): void {
    this.#empty.hidden = reading !== undefined;
    this.#who.hidden = this.#how.hidden = reading === undefined;
    if (!reading) return;
    this.#showWho(reading);
    this.#showValue(reading);
    writeText(this.#symbols, reading.equation ? `$${reading.equation.symbols}$` : "");
    writeText(this.#numbers, reading.equation ? `$${reading.equation.numbers}$` : "");
    writeText(this.#sentence, reading.sentence ?? "");
    setAttribute(this.#how, "tabindex", this.#how.scrollHeight > this.#how.clientHeight + 1 && 0);
  }

  #showWho({ name, index, pinned, value }: Reading): void {
    const label = plainText(`$${name}$${index}`);
    this.#shown.when(label, () => setText(this.#error, ""));
    writeText(this.#name, `$${name}$${index}`);
    this.#pin.hidden = !pinned;
    setAttribute(this.#input, "aria-label", `Value of ${label}`);
    if (value !== undefined) setText(this.#news, `${label} is ${precise(value, 9)}`);
  }

  #showValue(reading: Reading): void {
    const { value, editable } = reading;
    const text = value === undefined ? "" : precise(value, 9);
    this.#input.hidden = !editable;
    this.#value.hidden = editable;
    setText(this.#value, text);
    this.#kept = text;
    if (document.activeElement !== this.#input && this.#input.value !== text) this.#input.value = text;
    const size = text.length > 12 ? "small" : text.length > 8 ? "middle" : "";
    setAttribute(this.#value, "data-size", size);
    setAttribute(this.#input, "data-size", size);
    setText(this.#reference, reading.reference === undefined ? "" : `reference ${precise(reading.reference, 17)}`);
    this.#showDifference(reading);
  }

  #showDifference({ difference, bound, note }: Reading): void {
    const over = difference !== undefined && bound !== undefined && !(Math.abs(difference) <= bound);
    const amount = difference === undefined ? "" : `difference ${difference > 0 ? "+" : ""}${format(difference)}`;
    const allowed = bound === undefined ? "" : `bound ${format(bound)}`;
    setText(this.#difference, [amount, allowed, note ?? ""].filter(Boolean).join(", "));
    setAttribute(this.#difference, "data-over", over && note !== "tie");
  }

  #edit(): void {
    const text = this.#input.value.trim();
    const value = parse(text);
    const refused = value === undefined ? notANumber(text) : this.#actions.edit(value);
    setText(this.#error, refused ?? "");
    setAttribute(this.#input, "aria-invalid", refused ? "true" : undefined);
    if (refused) this.#input.value = this.#kept;
  }
}
