/** One table of numbers: a window on the last two dimensions of a tensor. */
import { unravel, type Shape } from "../core/shape";
import { format, parse, precise } from "../core/numeral";
import { make, setAttribute, setText, uniqueId } from "./dom";
import { notANumber } from "./knob";
import { plainText, writeText } from "./richtext";
import { columnCount, most, rowCount } from "./window";

/** The first slice, row and column that are shown. */
export interface GridWindow {
  readonly leading: number;
  readonly row: number;
  readonly column: number;
}
export interface GridProps {
  readonly shape: Shape;
  readonly window: GridWindow;
  readonly caption: string;
  /** Whether the caption is seen: where a heading says the same it is only heard. */
  readonly plain: boolean;
  /** The tensor's, in plain letters: with the index behind it, a cell's name for those who hear it. */
  readonly name: string;
  /** A number as it stands in a cell. */
  readonly write: (value: number) => string;
  readonly edit?: (at: number, text: string) => string | undefined;
  /** Looks at a cell: a click on it, or the focus that arrows move from cell to cell. */
  readonly look: (at: number) => void;
}

interface Cell {
  readonly at: number;
  readonly element: HTMLElement;
  readonly input?: HTMLInputElement;
}

export class Grid {
  readonly element = make("div", { class: "grid-place" });
  readonly #error = make("p", { class: "field-error", role: "alert", id: uniqueId("cell-error") });
  readonly #props: GridProps;
  readonly #cells: Cell[] = [];
  #values: ArrayLike<number> | undefined;

  constructor(props: GridProps) {
    this.#props = props;
    const caption = make("caption", { class: props.plain ? undefined : "visually-hidden" });
    writeText(caption, props.caption);
    const place = make("div", {
      class: "scroll-x",
      tabindex: 0,
      role: "group",
      "aria-label": plainText(props.caption),
    });
    place.addEventListener("keydown", (event) => this.#walk(event));
    place.append(make("table", { class: "grid" }, caption, this.#head(), this.#body()));
    this.element.append(place, this.#error);
  }

  update(values: ArrayLike<number> | undefined): void {
    this.#values = values;
    for (const cell of this.#cells) this.#show(cell);
  }

  #show({ at, element, input }: Cell): void {
    const value = this.#values?.[at];
    const text = value === undefined ? "" : this.#props.write(value);
    if (!input) setText(element, text);
    else if (document.activeElement !== input) input.value = text;
  }

  get #columns(): readonly number[] {
    const { shape, window } = this.#props;
    return range(window.column, Math.min(most.columns, columnCount(shape) - window.column));
  }

  #head(): HTMLElement {
    const heads = this.#columns.map((column) => make("th", { scope: "col" }, String(column)));
    return make("thead", {}, make("tr", {}, make("td"), ...heads));
  }

  #body(): HTMLElement {
    const { shape, window } = this.#props;
    const rows = range(window.row, Math.min(most.rows, rowCount(shape) - window.row));
    return make("tbody", {}, ...rows.map((row) => this.#row(row)));
  }

  #row(row: number): HTMLElement {
    const cells = this.#columns.map((column) => this.#cell(row, column));
    return make("tr", {}, make("th", { scope: "row" }, String(row)), ...cells);
  }

  #cell(row: number, column: number): HTMLElement {
    const { shape, window, edit } = this.#props;
    const at = (window.leading * rowCount(shape) + row) * columnCount(shape) + column;
    const element = make("td", { tabindex: edit ? undefined : -1 });
    element.addEventListener("focusin", () => this.#props.look(at));
    element.addEventListener("click", () => element.focus());
    const input = edit && this.#input(at);
    if (input) element.append(input);
    this.#cells.push({ at, element, ...(input && { input }) });
    return element;
  }

  #input(at: number): HTMLInputElement {
    const { name, shape } = this.#props;
    const index = unravel(shape, at).join(", ");
    const label = index === "" ? name : `${name}[${index}]`;
    const input = make("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label });
    input.addEventListener("focus", () => this.#restore(input, at));
    input.addEventListener("blur", () => shorten(input));
    input.addEventListener("change", () => this.#edit(input, at));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#restore(input, at);
    });
    return input;
  }

  /** Arrows move from cell to cell; in an input they move in its text. */
  #walk(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.#columns.length,
      ArrowDown: this.#columns.length,
    };
    const by = steps[event.key];
    if (by === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const here = this.#cells.findIndex(({ element }) => element === event.target);
    this.#cells[here < 0 ? 0 : here + by]?.element.focus();
  }

  #edit(input: HTMLInputElement, at: number): void {
    const text = input.value.trim();
    const refused = parse(text) === undefined ? notANumber(text) : this.#props.edit?.(at, text);
    setText(this.#error, refused ? `${refused} The last number stays.` : "");
    setAttribute(input, "aria-invalid", refused ? "true" : undefined);
    setAttribute(input, "aria-describedby", refused ? this.#error.id : undefined);
    if (refused) this.#restore(input, at);
  }

  /** The number with all its digits, while the input has the focus. */
  #restore(input: HTMLInputElement, at: number): void {
    const value = this.#values?.[at];
    input.value = value === undefined ? "" : precise(value, 9);
  }
}

const range = (start: number, length: number): number[] => Array.from({ length }, (_, at) => start + at);

/** What was typed may not have been computed with yet, so that the input itself says which number it is. */
function shorten(input: HTMLInputElement): void {
  const value = parse(input.value);
  if (value !== undefined) input.value = format(value);
}
