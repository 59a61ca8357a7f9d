/** What went wrong, over the veiled last good picture; quiet notices; and what is missing. */
import { button, make, Once } from "./dom";
import { icon } from "./icons";
import { writeText } from "./richtext";

export interface ErrorMessage {
  /** What is wrong. */
  readonly what: string;
  /** What would fit. */
  readonly fits?: string;
  /** Clicks each of which makes it fit. */
  readonly actions?: readonly Action[];
  /** The knobs at fault, by name. */
  readonly faults?: readonly string[];
  /** What was thrown, where something that was asked for cannot be built or run. */
  readonly cause?: unknown;
}
export interface Action {
  readonly label: string;
  run(): void;
}
export interface MessagesProps {
  readonly errors?: readonly ErrorMessage[];
  /** Things that were put right by themselves: parts of an address that made no sense. */
  readonly notices?: readonly string[];
  /** What is missing, where there is no picture at all. */
  readonly empty?: { readonly what: string; readonly instead?: string };
  /** Whether there is a last good picture to be seen through the veil. */
  readonly hasPicture: boolean;
}

/** What to show where the browser has no WebGPU. */
export const noWebGpu = {
  what: "No WebGPU in this browser.",
  instead: "The picture needs it. Lesson, tables, equations and claims are computed without it.",
};

/** What an error says: what is wrong before its first semicolon, what would fit after it. */
export function worded(error: unknown): Pick<ErrorMessage, "what" | "fits"> {
  const message = error instanceof Error ? error.message : String(error);
  const [what, ...fits] = message.split("; ");
  return { what: sentence(what), ...(fits.length > 0 && { fits: sentence(capital(fits.join("; "))) }) };
}

/** What is wrong, by the name of each knob at fault. */
export const faultTexts = (errors: readonly ErrorMessage[]): Readonly<Record<string, string>> =>
  Object.fromEntries(errors.flatMap(({ what, faults = [] }) => faults.map((name) => [name, what])));

/** With one full stop at its end. */
const sentence = (text: string): string => `${text.replace(/\.$/, "")}.`;

/** With a capital where it begins with a plain word: names of attributes and ops stay as they are. */
const capital = (text: string): string =>
  text.replace(/^[a-z]+(?=\s)/, (word) => word[0].toUpperCase() + word.slice(1));

const mostNotices = 4;

export class Messages {
  readonly #slot: HTMLElement;
  readonly #errors = make("div", { class: "errors", role: "alert" });
  readonly #empty = make("div", { class: "empty", role: "status" });
  readonly #notices = make("div", { class: "notices", role: "status" });
  readonly #dismissed = new Set<string>();
  readonly #builtErrors = new Once();
  readonly #builtEmpty = new Once();
  readonly #builtNotices = new Once();
  #errorsShown: readonly ErrorMessage[] = [];
  #last: readonly string[] = [];

  constructor(slot: HTMLElement) {
    this.#slot = slot;
    slot.append(this.#errors, this.#empty, this.#notices);
  }

  update({ errors = [], notices = [], empty, hasPicture }: MessagesProps): void {
    const distinct = [...new Map(errors.map((error) => [error.what, error])).values()];
    this.#slot.classList.toggle("veiled", distinct.length > 0);
    this.#slot.classList.toggle("opaque", distinct.length > 0 && !hasPicture);
    this.#errorsShown = distinct;
    const key = JSON.stringify(
      distinct.map(({ what, fits, actions = [] }) => [what, fits, actions.map(({ label }) => label)]),
    );
    this.#builtErrors.when(key, () =>
      this.#errors.replaceChildren(...distinct.map((error, at) => this.#card(error, at))),
    );
    this.#builtEmpty.when(empty?.what, () => this.#showEmpty(empty));
    this.#last = [...new Set(notices)];
    this.#showNotices();
  }

  #card({ what, fits, actions = [] }: ErrorMessage, at: number): HTMLElement {
    const buttons = actions.map(({ label }, which) =>
      button({ class: "message-button" }, () => this.#errorsShown[at]?.actions?.[which]?.run(), label),
    );
    return make(
      "div",
      { class: "card message" },
      rich("p", "message-what", what),
      fits ? rich("p", "", fits) : undefined,
      buttons.length > 0 ? make("div", { class: "message-buttons" }, ...buttons) : undefined,
    );
  }

  #showEmpty(empty: MessagesProps["empty"]): void {
    if (!empty) return this.#empty.replaceChildren();
    const { what, instead } = empty;
    const card = make("div", { class: "card message missing" }, rich("p", "message-what", what));
    if (instead) card.append(rich("p", "", instead));
    this.#empty.replaceChildren(card);
  }

  #showNotices(): void {
    const open = this.#last.filter((notice) => !this.#dismissed.has(notice));
    this.#builtNotices.when(JSON.stringify(open), () => {
      if (open.length === 0) return this.#notices.replaceChildren();
      const more = open.length - mostNotices;
      const items = open.slice(0, mostNotices).map((notice) => make("li", {}, notice));
      if (more > 0) items.push(make("li", { class: "quiet" }, `and ${more} more`));
      const close = button({ class: "bar-button", "aria-label": "Dismiss" }, () => this.#dismiss(open), icon("cross"));
      this.#notices.replaceChildren(make("div", { class: "card notice" }, make("ul", {}, ...items), close));
    });
  }

  #dismiss(notices: readonly string[]): void {
    for (const notice of notices) this.#dismissed.add(notice);
    this.#showNotices();
  }
}

function rich(tag: "p", className: string, text: string): HTMLElement {
  const element = make(tag, { class: className || undefined });
  writeText(element, text);
  return element;
}
