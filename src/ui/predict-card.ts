/** The question card: one question at a time, what is filled in, and what came of it. */
import type { Claim } from "../story/claim";
import type { Form } from "../story/grade";
import { button, make, Once, setAttribute, setText, uniqueId } from "./dom";
import { icon, type IconName } from "./icons";
import { Picker } from "./picker";
import { givenText, truthText, type Outcome, type PredictState, type Question } from "./predict";
import { formView, type FormView } from "./predict-form";
import { plainText, writeText } from "./richtext";

export interface PredictActions {
  /** Whether the lesson is answered before it is read. */
  answerFirst(on: boolean): void;
  ask(id: string): void;
  walk(by: number): void;
  another(): void;
  /** The same question with the numbers as they have been turned since. */
  again(): void;
  /** Why nothing was graded, and the field that is to blame, where it cannot be read. */
  check(given: readonly string[]): Promise<{ readonly problem: string; readonly at?: number } | undefined>;
  giveUp(): Promise<void>;
  replay(): Promise<void>;
}
export interface CardProps extends PredictState {
  /** Undefined while the lesson is not there yet, or asks nothing. */
  readonly question: Question | undefined;
  /** Undefined before there are numbers. */
  readonly form: Form | undefined;
}

/** Controls in which letters are letters. */
const typing = "input:not([type=radio]):not([readonly]), textarea:not([readonly]), select, [contenteditable], dialog";

export class PredictCard {
  readonly element = make("div", { class: "ask" });
  readonly #actions: PredictActions;
  readonly #picker: Picker;
  readonly #place = make("p", { class: "ask-place" });
  readonly #numbers = make("p", { class: "ask-source" });
  readonly #prompt = make("h2", { class: "ask-prompt", id: uniqueId("question") });
  readonly #given = make("p", { class: "ask-given" });
  readonly #slot = make("div", { class: "ask-slot" });
  readonly #problem = make("p", { class: "field-error", role: "alert", id: uniqueId("ask-problem") });
  readonly #form: HTMLFormElement;
  readonly #verdict = make("div", { class: "ask-verdict", role: "status" });
  readonly #after: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #replay: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #another: HTMLButtonElement;
  readonly #builtForm = new Once();
  readonly #closed = new Once();
  #view: FormView | undefined;
  #props: CardProps | undefined;

  constructor(actions: PredictActions) {
    this.#actions = actions;
    this.#picker = new Picker("Question", (id) => actions.ask(id), { className: "picker ask-picker" });
    this.#form = this.#makeForm();
    this.#next = button({ class: "ask-button primary", title: "N" }, () => this.#move(1), "Next question");
    this.#again = button(
      { class: "ask-button" },
      () => this.#startAgain(() => actions.again()),
      "Ask with these numbers",
    );
    this.#replay = button({ class: "ask-button" }, () => void actions.replay(), "Show me again");
    this.#another = button({ class: "ask-button" }, () => this.#startAgain(() => actions.another()), "Another one");
    this.#another.title = "The same question with other numbers";
    this.#after = make("div", { class: "ask-buttons" }, this.#next, this.#another, this.#replay, this.#again);
    this.element.append(this.#head(), this.#prompt, this.#given, this.#form, this.#verdict, this.#after, this.#numbers);
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  #head(): HTMLElement {
    return make(
      "div",
      { class: "ask-head" },
      step("back", "Question before", () => this.#move(-1)),
      this.#picker.element,
      step("forward", "Question after", () => this.#move(1)),
      this.#place,
    );
  }

  #makeForm(): HTMLFormElement {
    const check = make("button", { type: "submit", class: "ask-button primary" }, "Check");
    const giveUp = button({ class: "ask-button" }, () => void this.#giveUp(), "Show me");
    const form = make("form", { class: "ask-form", "aria-labelledby": this.#prompt.id, novalidate: true });
    form.append(this.#slot, this.#problem, make("div", { class: "ask-buttons ask-before" }, check, giveUp));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#check();
    });
    return form;
  }

  update(props: CardProps): void {
    this.#props = props;
    const { question, outcome, exercise } = props;
    this.element.classList.toggle("closed", outcome !== undefined);
    setText(this.#place, scoreText(props));
    writeText(this.#prompt, question?.claim.prompt ?? "");
    writeText(this.#given, question?.claim.given ?? "");
    if (question)
      this.#picker.update(
        question.all.map((claim, at) => optionOf(claim, at)),
        question.claim.id,
      );
    this.#showForm(props);
    this.#closed.when(outcome, () => this.#close(outcome));
    this.#after.hidden = outcome === undefined;
    this.#again.hidden = !props.turned;
    this.#another.hidden = !props.others;
    setText(this.#numbers, question ? `${numbersText(exercise?.practice)} ${question.claim.source}.` : "");
  }

  /** Another question, and other numbers, begin with nothing filled in. */
  #showForm({ question, form, round, outcome }: CardProps): void {
    if (!question || !form || outcome) return;
    this.#builtForm.when(JSON.stringify([question.claim.id, round, outlineOf(form)]), () => {
      this.#view = formView(form, plainText(question.claim.prompt));
      this.#slot.replaceChildren(this.#view.element);
      this.#tell(undefined);
    });
  }

  #tell(problem: { readonly problem: string; readonly at?: number } | undefined): void {
    setText(this.#problem, problem?.problem ?? "");
    this.#view?.blame(problem?.at, this.#problem.id);
  }

  async #check(): Promise<void> {
    if (this.#props?.outcome) return;
    const problem = await this.#actions.check(this.#view?.texts() ?? []);
    this.#tell(problem);
    if (problem) this.#view?.focus(problem.at);
  }

  async #giveUp(): Promise<void> {
    this.#tell(undefined);
    await this.#actions.giveUp();
  }

  /** What came of it; the buttons that go on take the focus from those that are gone. */
  #close(outcome: Outcome | undefined): void {
    const form = this.#props?.form;
    this.#verdict.replaceChildren(...(outcome && form ? verdictOf(outcome, form) : []));
    setAttribute(this.element, "data-verdict", outcome?.verdict);
    if (!outcome) return;
    setText(this.#replay, outcome.verdict === "right" ? "Show me where" : "Show me again");
    const held = this.#form.contains(document.activeElement);
    this.#view?.close(outcome.at, outcome.truth);
    if (held) queueMicrotask(() => this.#next.focus({ preventScroll: true }));
  }

  #move(by: number): void {
    this.#startAgain(() => this.#actions.walk(by));
  }

  /** The next question is there in the next frame; then its first field takes the focus. */
  #startAgain(begin: () => void): void {
    const held = this.#after.contains(document.activeElement) || document.activeElement === document.body;
    begin();
    if (held) requestAnimationFrame(() => requestAnimationFrame(() => this.#view?.focus()));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== "n")
      return;
    const typed = event.target instanceof Element && event.target.closest(typing);
    if (typed || !this.#props?.question || !this.element.isConnected || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#move(1);
  }
}

const step = (sign: IconName, label: string, onClick: () => void): HTMLButtonElement =>
  button({ class: "ask-step", "aria-label": label, title: label }, onClick, icon(sign));

const optionOf = ({ id, prompt }: Claim, at: number): { value: string; label: string } => ({
  value: id,
  label: `${at + 1}. ${plainText(prompt)}`,
});

function scoreText({ question, score: { answered, right } }: CardProps): string {
  const where = question ? `${question.number} of ${question.all.length}` : "There is nothing to ask here.";
  return answered === 0 ? where : `${where} · ${right} of ${answered} right`;
}

const numbersText = (practice: number | undefined): string =>
  practice === undefined ? "" : `Practice numbers, set ${practice}.`;

/** What a form is made for: another of the same outline is the same on the page. */
const outlineOf = (form: Form): unknown => (form.kind === "cells" ? [form.kind, form.of.name, form.of.shape] : form);

function verdictOf(outcome: Outcome, form: Form): HTMLElement[] {
  const said = make(
    "p",
    { class: "ask-said" },
    icon(outcome.verdict === "right" ? "check" : outcome.verdict === "wrong" ? "cross" : "dash"),
  );
  const words = make("span");
  writeText(words, sentenceOf(outcome, form));
  said.append(words);
  return [said, ...slideNote(outcome)];
}

function sentenceOf(outcome: Outcome, form: Form): string {
  const { verdict, truth, given, at } = outcome;
  const answer = truthText(truth, form);
  if (verdict === "right") return `Right: ${answer}.`;
  if (verdict === "shown") return `It is ${answer}.`;
  if (form.kind === "numbers" && form.fields.length > 1)
    return given.length > 1
      ? `Not yet: ${at.length} of ${form.fields.length} differ. What is computed stands below them.`
      : `Not yet. Computed: ${answer}.`;
  return `Not yet: you said ${givenText(given, form)}, and what comes out is ${answer}.`;
}

/** Where the slide errs, both readings; whoever gave the slide's is told so. */
function slideNote({ claim, slides, errs }: Outcome): HTMLElement[] {
  if (!errs || claim.erratum === undefined) return [];
  const title = slides ? "That is what the slide says" : "Where the slide errs";
  const reason = make("p");
  writeText(reason, claim.erratum);
  return [make("div", { class: "note" }, make("p", { class: "note-title" }, title), reason)];
}
