/** Every shown tensor as tables: the same numbers as in the picture, for reading, copying and changing. */
import type { Shape } from "../core/shape";
import { shapeText } from "../core/shape";
import { format, precise } from "../core/numeral";
import { button, make, Once, setText } from "./dom";
import { Grid, type GridWindow } from "./grid";
import {
  allWindows,
  axisTurn,
  clampWindow,
  cutText,
  leadingCount,
  leadingIndex,
  sides,
  summary,
  windowText,
} from "./window";
import { icon } from "./icons";
import { plainText, writeText } from "./richtext";

export interface TableProps {
  /** Tells tables apart; the name that edits use, where it can be edited. */
  readonly name: string;
  readonly tex: string;
  readonly shape: Shape;
  /** Whether it holds positions: whole numbers, written in full. */
  readonly whole?: boolean;
  /** Undefined before the first run. */
  readonly values: ArrayLike<number> | undefined;
  readonly current?: "data" | "gradient";
  readonly editable: boolean;
  /** "holds, largest difference 3e−9": how it stands against the reference. */
  readonly verdict?: string;
  readonly fails?: boolean;
  /** Whether the numbers stand alone, without a line on the least, the largest and the mean. */
  readonly plain?: boolean;
  /** Whether all of it is seen at once, in as many grids as that takes: nobody can turn a page that is printed. */
  readonly entire?: boolean;
}
/** A typed text for a cell; a sentence when it is refused. */
export type EditCell = (name: string, at: number, text: string) => string | undefined;

export interface TableActions {
  readonly editCell: EditCell;
  /** Looks at a cell of the tensor with a name, by its row-major position. */
  look(name: string, at: number): void;
}

export class Tables {
  readonly #details: HTMLDetailsElement;
  readonly #body = make("div", { class: "tables-body" });
  readonly #actions: TableActions;
  readonly #built = new Once();
  #views: readonly TableView[] = [];
  #tables: readonly TableProps[] = [];

  constructor(slot: HTMLElement, actions: TableActions) {
    this.#actions = actions;
    const title = make("summary", {}, make("h2", {}, "Tables"));
    this.#details = make("details", { class: "tables" }, title, this.#body);
    this.#details.addEventListener("toggle", () => this.#show());
    slot.append(this.#details);
  }

  /** Cheap while the tables are folded. */
  update(tables: readonly TableProps[]): void {
    this.#tables = tables;
    this.#show();
  }

  /** Unfolds them: where there is no picture, the tables are it. */
  open(): void {
    this.#details.open = true;
  }

  #show(): void {
    if (!this.#details.open) return;
    const key = JSON.stringify(this.#tables.map(({ name, shape, editable }) => [name, shape, editable]));
    this.#built.when(key, () => {
      this.#views = this.#tables.map((table) => new TableView(table, this.#actions));
      this.#body.replaceChildren(...this.#views.map((view) => view.element));
    });
    this.#views.forEach((view, at) => view.update(this.#tables[at]));
  }
}

/** One tensor: a caption, a line on what is seen of it, and a grid per leading index. */
export class TableView {
  readonly element = make("section", { class: "tensor-table" });
  readonly #name = make("span", {});
  readonly #verdict = make("span", { class: "table-verdict" });
  readonly #summary = make("p", { class: "table-summary" });
  readonly #turns = make("div", { class: "table-turns" });
  readonly #grids = make("div", { class: "table-grids" });
  readonly #actions: TableActions;
  readonly #built = new Once();
  #window: GridWindow = { leading: 0, row: 0, column: 0 };
  #shown: readonly Grid[] = [];
  #props: TableProps;

  constructor(props: TableProps, actions: TableActions) {
    this.#props = props;
    this.#actions = actions;
    const heading = make("h3", { "data-current": props.current }, this.#name);
    heading.append(make("span", { class: "table-shape" }, shapeText(props.shape)), this.#verdict);
    this.element.append(heading, this.#summary, this.#turns, this.#grids);
  }

  update(props: TableProps): void {
    this.#props = props;
    writeText(this.#name, `$${props.tex}$`);
    setText(this.#verdict, props.verdict ?? "");
    this.#verdict.classList.toggle("fails", props.fails === true);
    this.#built.when(JSON.stringify(this.#window), () => this.#build());
    const about = props.plain ? "" : summary(props.values);
    const part = props.entire ? "" : windowText(props.shape, this.#window);
    setText(this.#summary, [part, about].filter(Boolean).join("; "));
    for (const grid of this.#shown) grid.update(props.values);
  }

  #build(): void {
    const { name, tex, shape, editable, whole = false, entire = false } = this.#props;
    const edit = editable
      ? (at: number, text: string): string | undefined => this.#actions.editCell(name, at, text)
      : undefined;
    const windows = entire
      ? allWindows(shape)
      : sides(shape, this.#window).map((leading) => ({ ...this.#window, leading }));
    this.#shown = windows.map((window) => {
      const index = leadingIndex(shape, window.leading);
      const cut = entire ? cutText(shape, window) : "";
      return new Grid({
        shape,
        window,
        caption: [index === "" ? `$${tex}$` : `$${tex}$[${index}, …]`, cut].filter(Boolean).join(", "),
        plain: index !== "" || cut !== "",
        name: plainText(`$${tex}$`),
        write: whole ? (value) => precise(value, 9) : format,
        look: (at) => this.#actions.look(name, at),
        ...(edit && { edit }),
      });
    });
    this.#grids.replaceChildren(...this.#shown.map((grid) => grid.element));
    this.#turns.replaceChildren(...(entire ? [] : this.#makeTurns()));
  }

  /** Buttons that move the window, along those axes on which there is more. */
  #makeTurns(): HTMLElement[] {
    const { shape } = this.#props;
    return axisTurn(shape, this.#window).flatMap(({ label, sign, to }) => {
      const turn = button(
        { class: "turn", "aria-label": label, title: label },
        () => this.#move(to),
        icon(sign),
        label,
      );
      return [turn];
    });
  }

  #move(to: Partial<GridWindow>): void {
    this.#window = clampWindow(this.#props.shape, { ...this.#window, ...to }, leadingCount(this.#props.shape));
    this.update(this.#props);
  }
}
