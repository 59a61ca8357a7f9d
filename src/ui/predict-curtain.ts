/** The curtain over the picture while a question waits: it tells what is given, and nothing that comes of it. */
import { storage, type Tensor } from "../core/graph";
import { format } from "../core/numeral";
import type { Tape } from "../core/tape";
import type { Claim } from "../story/claim";
import type { Knob, Knobs, KnobValue, Lesson } from "../story/station";
import { make, Once, setText } from "./dom";
import { valuesOf } from "./present";
import type { Session } from "./session";
import { TableView, type TableActions, type TableProps } from "./tables";

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
    const told = givenKnobs(knobs, values);
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

type Told = readonly [label: string, value: string];

/** What the knobs say of the numbers; those of the picture alone, and those that mean nothing now, are left out. */
export const givenKnobs = (knobs: readonly Knob[], values: Knobs): readonly Told[] =>
  knobs
    .filter(({ turns, onlyWhile }) => turns !== "view" && (!onlyWhile || values[onlyWhile.knob] === onlyWhile.is))
    .map((knob) => [knob.label, valueText(knob, values[knob.name] ?? knob.initial)]);

function valueText(knob: Knob, value: KnobValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return format(value);
  const options = knob.kind === "choice" || knob.kind === "image" ? knob.options : [];
  const named = options.find((option) => option.value === value)?.label;
  return named ?? (knob.kind === "image" ? "a picture of your own" : value);
}

function knobRow([label, value]: Told): HTMLElement {
  const said = make("dd");
  setText(said, value);
  return make("div", {}, make("dt", {}, label), said);
}

/**
 * The tensors that are given, as tables. A gradient that arrives has the shape of an output, which may be what is asked:
 * it is given where the answer follows from it.
 */
export function givenTables(givens: Givens, claim: Claim): readonly TableProps[] {
  const { lesson } = givens;
  const arriving = new Set(lesson.groups.gradients.map(storage));
  const needed = behind(lesson.tape, claim);
  return distinct(lesson)
    .filter((tensor) => !arriving.has(storage(tensor)) || needed.has(storage(tensor)))
    .map((tensor) => ({ ...plainTable(tensor), values: givens.numbers(tensor) }));
}

/** What a lesson's givens are told from. */
export interface Givens {
  readonly lesson: Lesson;
  numbers(tensor: Tensor): ArrayLike<number> | undefined;
}

const plainTable = (tensor: Tensor): Omit<TableProps, "values"> => ({
  name: tensor.name,
  tex: tensor.tex,
  shape: tensor.shape,
  whole: tensor.type === "index",
  editable: false,
  plain: true,
});

const distinct = ({ editable }: Lesson): readonly Tensor[] => [...new Set(editable.map(({ tensor }) => tensor))];

/** Every tensor that the step of a claim reads, or that what it reads is made of. */
function behind({ steps }: Tape, { shows: { step } }: Claim): ReadonlySet<Tensor> {
  const found = new Set((step?.reads ?? []).map(storage));
  for (const { reads, writes } of steps.toReversed())
    if (writes.some((tensor) => found.has(storage(tensor)))) for (const tensor of reads) found.add(storage(tensor));
  return found;
}
