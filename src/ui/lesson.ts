/** The lesson: what is told, asked, answered and compared, in the order of reading. */
import type { Claim } from "../story/claim";
import type { Results } from "../story/results";
import type { Lesson, Passage, Preset, Station } from "../story/station";
import { ClaimList } from "./claims";
import { button, hidden, make, setText } from "./dom";
import { PlotView } from "./plot";
import { formFor, questionOf, type PredictState } from "./predict";
import { PredictCard, type PredictActions } from "./predict-card";
import { ModeSwitch } from "./predict-switch";
import { plainText, writeFormula, writeText } from "./richtext";

export interface LessonActions {
  /** Seek to where a claim can be seen, and light its cells. */
  show(claim: Claim): void;
  preset(preset: Preset): void;
  readonly predict: PredictActions;
}
export interface LessonProps {
  readonly station: Station;
  readonly lesson: Lesson;
  readonly results: Results;
  /** The current iteration, marked in plots over steps. */
  readonly iteration?: number;
  /** Answered first, or read. */
  readonly predict: PredictState;
}

/** A part of the page that follows the results. */
type Refresh = (props: LessonProps) => void;

export class LessonView {
  readonly #slot: HTMLElement;
  readonly #actions: LessonActions;
  #lesson: Lesson | undefined;
  #titled: Station | undefined;
  #parts: readonly Refresh[] = [];
  #dispose: (() => void)[] = [];
  readonly #mode: ModeSwitch;
  readonly #card: PredictCard;
  /** The station whose questions stand here instead of its text. */
  #asking: Station | undefined;

  constructor(slot: HTMLElement, actions: LessonActions) {
    this.#slot = slot;
    this.#actions = actions;
    this.#mode = new ModeSwitch((on) => actions.predict.answerFirst(on));
    this.#card = new PredictCard(actions.predict);
  }

  update(props: LessonProps): void {
    const asks = props.predict.exercise !== undefined;
    this.#mode.update(asks);
    if (asks) return this.#ask(props);
    if (props.lesson !== this.#lesson) {
      this.#lesson = props.lesson;
      this.#build(props);
    }
    for (const refresh of this.#parts) refresh(props);
  }

  /** One question instead of the text, which would tell the answer. */
  #ask({ station, lesson, results, predict }: LessonProps): void {
    if (this.#asking !== station) {
      this.#clear();
      this.#titled = this.#lesson = undefined;
      this.#asking = station;
      // A title says what the lesson comes to.
      const plain = { eyebrow: station.eyebrow, title: station.name };
      this.#slot.replaceChildren(...heading(plain), this.#mode.element, this.#card.element);
    }
    const question = questionOf(lesson, predict.exercise);
    this.#card.update({ ...predict, question, form: question && formFor(question, results) });
  }

  /** A station of which nothing could be built: what it is about. */
  showTitle(station: Station): void {
    if (this.#titled === station) return;
    this.#clear();
    this.#titled = station;
    this.#lesson = undefined;
    this.#slot.replaceChildren(...heading(station), sourceOf(station));
  }

  #build({ station, lesson }: LessonProps): void {
    this.#clear();
    const parts: Refresh[] = [];
    const passages = lesson.passages.map((passage) => this.#passage(passage, lesson, parts));
    this.#slot.replaceChildren(...heading(station), this.#mode.element, ...passages, sourceOf(station));
    this.#parts = parts;
  }

  #clear(): void {
    this.#titled = this.#asking = undefined;
    for (const dispose of this.#dispose) dispose();
    this.#dispose = [];
    this.#parts = [];
  }

  #passage(passage: Passage, lesson: Lesson, parts: Refresh[]): HTMLElement {
    switch (passage.kind) {
      case "text":
        return rich("p", "", passage.text);
      case "try":
        return make("div", { class: "try" }, rich("h2", "try-title", "Try this"), rich("p", "", passage.text));
      case "formula":
        return formula(passage.tex);
      case "note":
        return make("div", { class: "note" }, rich("h2", "note-title", passage.title), rich("p", "", passage.text));
      case "claims":
        return this.#claims(passage.ids, lesson, parts);
      case "comparison":
        return comparison(passage, parts);
      case "presets":
        return this.#presets(passage);
      case "plot":
        return this.#plot(passage, parts);
    }
  }

  #claims(ids: readonly string[], lesson: Lesson, parts: Refresh[]): HTMLElement {
    const claims = ids.flatMap((id) => lesson.claims.find((claim) => claim.id === id) ?? []);
    const list = new ClaimList(claims, (claim) => this.#actions.show(claim));
    parts.push(({ results }) => list.update(results));
    return list.element;
  }

  #presets({ title, presets }: Extract<Passage, { kind: "presets" }>): HTMLElement {
    return make("div", { class: "presets" }, rich("h2", "", title), ...presets.map((preset) => this.#preset(preset)));
  }

  #preset(preset: Preset): HTMLElement {
    const label = make("span");
    writeText(label, preset.label);
    const control = button({ class: "preset-button" }, () => this.#actions.preset(preset), label);
    return make("div", { class: "preset" }, control, preset.outcome ? rich("p", "", preset.outcome) : undefined);
  }

  #plot({ plot }: Extract<Passage, { kind: "plot" }>, parts: Refresh[]): HTMLElement {
    const view = new PlotView(plot);
    parts.push(({ results, iteration }) =>
      view.update({
        ...plot.curves(results),
        ...(plot.byIteration && iteration !== undefined && { marker: iteration }),
      }),
    );
    this.#dispose.push(() => view.dispose());
    return view.element;
  }
}

function heading({ eyebrow, title }: Pick<Station, "eyebrow" | "title">): HTMLElement[] {
  const name = make("h1");
  writeText(name, title);
  return [make("p", { class: "eyebrow" }, eyebrow), name];
}

const sourceOf = ({ source }: Station): HTMLElement => make("p", { class: "source" }, source);

function rich(tag: "p" | "h2", className: string, text: string): HTMLElement {
  const element = make(tag, { class: className || undefined });
  writeText(element, text);
  return element;
}

function formula(tex: string): HTMLElement {
  const element = make("div", { class: "formula" });
  writeFormula(element, tex);
  return element;
}

/** A small table of two or more readings side by side. */
function comparison(passage: Extract<Passage, { kind: "comparison" }>, parts: Refresh[]): HTMLElement {
  const heads = passage.columns.map((column) =>
    column === "" ? make("td") : writeInto(make("th", { scope: "col" }), column),
  );
  const body = make("tbody");
  const caption = make("caption");
  writeText(caption, passage.title);
  const table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), body);
  parts.push(({ results }) => fillRows(body, passage.rows(results)));
  return make("div", { class: "comparison" }, rich("p", "", passage.text), make("div", { class: "scroll-x" }, table));
}

function fillRows(body: HTMLElement, rows: readonly (readonly string[])[]): void {
  while (body.children.length > rows.length) body.lastElementChild?.remove();
  rows.forEach((row, at) => {
    const line = body.children[at] ?? body.appendChild(make("tr"));
    if (line.children.length !== row.length) {
      line.replaceChildren(...row.map((_, column) => (column === 0 ? make("th", { scope: "row" }) : make("td"))));
    }
    row.forEach((text, column) => writeInto(line.children[column], text));
  });
}

/** Writes into a cell. The name of a row or column is also there in plain text, which every screen reader can repeat. */
function writeInto(cell: Element, text: string): Element {
  if (cell.tagName !== "TH") return rewrite(cell, text);
  if (cell.children.length === 0) cell.append(make("span", { "aria-hidden": "true" }), hidden(""));
  rewrite(cell.children[0], text);
  setText(cell.children[1], plainText(text));
  return cell;
}

function rewrite(element: Element, text: string): Element {
  if (element instanceof HTMLElement) writeText(element, text);
  return element;
}
