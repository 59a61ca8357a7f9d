/** The verdict: a sign, a word and a count, never colour alone. */
import { button, hidden, make, setAttribute, setText, uniqueId } from "./dom";
import { setIcon, type IconName } from "./icons";

export type BadgeVerdict = "holds" | "fails" | "undecidable" | "not run" | "sampled";
export interface BadgeProps {
  readonly verdict: BadgeVerdict;
  /** "holds, 17 of 17 tensors": on a phone only what stands before the first comma or colon is shown. */
  readonly text: string;
  /** The reason or the method, on hover and on focus. */
  readonly detail?: string;
}

const signs: Record<BadgeVerdict, IconName> = {
  holds: "check",
  sampled: "half",
  fails: "cross",
  undecidable: "dash",
  "not run": "dash",
};

export class Badge {
  readonly #button: HTMLButtonElement;
  readonly #word = make("span", {});
  readonly #count = make("span", { class: "badge-count" });
  readonly #tip = make("span", { class: "badge-tip", "aria-hidden": "true" });
  readonly #detail = hidden("", { id: uniqueId("badge-detail") });
  readonly #news = hidden("", { role: "status" });

  constructor(slot: HTMLElement, onClick: () => void) {
    this.#button = button({ class: "badge", "aria-describedby": this.#detail.id }, onClick, this.#word, this.#count);
    slot.append(make("span", { class: "badge-place" }, this.#button, this.#tip), this.#detail, this.#news);
  }

  update({ verdict, text, detail = "" }: BadgeProps): void {
    const cut = /[,:]/.exec(text)?.index ?? text.length;
    const changed = this.#button.dataset["verdict"] !== verdict;
    setAttribute(this.#button, "data-verdict", verdict);
    setIcon(this.#button, signs[verdict]);
    setText(this.#word, text.slice(0, cut));
    setText(this.#count, text.slice(cut));
    setText(this.#tip, detail);
    setText(this.#detail, detail);
    if (changed && verdict === "fails") setText(this.#news, text);
    if (verdict !== "fails") setText(this.#news, "");
  }
}
