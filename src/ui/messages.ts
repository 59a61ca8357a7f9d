/** What went wrong, over the veiled last good picture; quiet notices; and what is missing. */
import { button, make, Once } from "./dom";
import { icon } from "./icons";
import { writeText } from "./richtext";

export interface ErrorMessage {
  /** What is wrong. */
  readonly what: string;
  /** What would fit. */
  readonly fits?: string;
  /** One click that makes it fit. */
  readonly action?: { readonly label: string; run(): void };
}
export interface MessagesProps {
  readonly errors?: readonly ErrorMessage[];
  /** Things that were put right by themselves: parts of an address that made no sense. */
  readonly notices?: readonly string[];
  /** What is missing, where there is no picture at all. */
  readonly empty?: { readonly what: string; readonly instead?: string };
}

/** What to show where the browser has no WebGPU. */
export const noWebGpu = {
  what: "No WebGPU in this browser.",
  instead: "The picture needs it. Lesson, tables, equations and claims are computed without it.",
};

/** What an error says: what is wrong before its first semicolon, what would fit after it. */
export function refusal(error: unknown): Pick<ErrorMessage, "what" | "fits"> {
  const message = error instanceof Error ? error.message : String(error);
  const [what, ...fits] = message.split("; ");
  return { what: sentence(what), ...(fits.length > 0 && { fits: sentence(fits.join("; ")) }) };
}

/** With one full stop at its end. */
const sentence = (text: string): string => `${text.replace(/\.$/, "")}.`;

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
  #actions: readonly (ErrorMessage["action"] | undefined)[] = [];
  #last: readonly string[] = [];

  constructor(slot: HTMLElement) {
    this.#slot = slot;
    slot.append(this.#errors, this.#empty, this.#notices);
  }

  update({ errors = [], notices = [], empty }: MessagesProps): void {
    const distinct = [...new Map(errors.map((error) => [error.what, error])).values()];
    this.#slot.classList.toggle("veiled", distinct.length > 0);
    this.#actions = distinct.map((error) => error.action);
    const key = JSON.stringify(distinct.map(({ what, fits, action }) => [what, fits, action?.label]));
    this.#builtErrors.when(key, () =>
      this.#errors.replaceChildren(...distinct.map((error, at) => this.#card(error, at))),
    );
    this.#builtEmpty.when(empty?.what, () => this.#showEmpty(empty));
    this.#last = [...new Set(notices)];
    this.#showNotices();
  }

  #card({ what, fits, action }: ErrorMessage, at: number): HTMLElement {
    const card = make(
      "div",
      { class: "card message" },
      rich("p", "message-what", what),
      fits ? rich("p", "", fits) : undefined,
    );
    if (action) card.append(button({ class: "message-button" }, () => this.#actions[at]?.run(), action.label));
    return card;
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
