/** The curtain over the picture while a question waits: it tells what is given, and nothing that comes of it. */
import type { Tensor } from "../core/graph";
import type { Claim } from "../story/claim";
import type { Knob, Knobs } from "../story/station";
import { make, Once, setText } from "./dom";
import { givenKnobs, givenTables, type Told } from "./predict-given";
import { valuesOf } from "./present";
import type { Session } from "./session";
import { TableView, type TableActions } from "./tables";

export interface CurtainProps {
  readonly session: Session;
  readonly claim: Claim;
  readonly knobs: readonly Knob[];
  readonly values: Knobs;
}

/** Given numbers cannot be changed here, nor looked at in the picture. */
const still: TableActions = { editCell: () => "", look: () => {} };

export class Curtain {
  readonly #slot: HTMLElement;
  readonly #knobs = make("dl", { class: "given-knobs" });
  readonly #tables = make("div", { class: "given-tables" });
  readonly #builtTables = new Once();
  readonly #builtKnobs = new Once();
  #views: readonly TableView[] = [];

  constructor(slot: HTMLElement) {
    this.#slot = slot;
    const title = make("h2", { class: "given-title" }, "What is given");
    const promise = make("p", { class: "given-promise" }, "The picture opens with your answer.");
    slot.append(title, promise, this.#tables, this.#knobs);
    slot.hidden = true;
  }

  /** Lifts it; what stood on it is forgotten. */
  lift(): void {
    this.#slot.hidden = true;
  }

  update({ session, claim, knobs, values }: CurtainProps): void {
    this.#slot.hidden = false;
    const told = givenKnobs(knobs, values, [claim]);
    this.#builtKnobs.when(JSON.stringify(told), () => this.#knobs.replaceChildren(...told.map(knobRow)));
    const givens = { lesson: session.lesson, numbers: (tensor: Tensor) => valuesOf(session, tensor) };
    const tables = givenTables(givens, claim);
    this.#builtTables.when(JSON.stringify(tables.map(({ name, shape }) => [name, shape])), () => {
      this.#views = tables.map((table) => new TableView(table, still));
      this.#tables.replaceChildren(...this.#views.map(({ element }) => element));
    });
    this.#views.forEach((view, at) => view.update(tables[at]));
  }
}

function knobRow([label, value]: Told): HTMLElement {
  const said = make("dd");
  setText(said, value);
  return make("div", {}, make("dt", {}, label), said);
}
