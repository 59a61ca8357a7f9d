/** Keys and marks, explained. */
import { button, make, uniqueId } from "./dom";
import { icon } from "./icons";
import { drawMark, type Mark } from "./marks";

const keys: readonly (readonly [key: string, does: string])[] = [
  ["Space", "play or pause"],
  ["← →", "one step back, one step on"],
  ["Home, End", "to the start, to the end"],
  ["Shift and arrows", "in the picture: from cell to cell"],
  ["Enter", "in the picture: pin the cell"],
  ["Escape", "in the picture: let go of the pin"],
  ["R", "in the picture: reset the view"],
  ["F", "in the picture: frame the pinned tensor"],
  ["N", "in “Answer first”: the next question"],
];

const marks: readonly (readonly [mark: Mark, says: string])[] = [
  ["data", "a number on its way forward; the larger, the wider"],
  ["negative", "hollow: a number below zero"],
  ["gradient", "a gradient on its way back"],
  ["negative gradient", "hollow: a gradient below zero"],
  ["blocked", "a closed path: nothing passes, and the reason stands beside it"],
  ["is zero", "a number that happens to be 0"],
  ["always zero", "a 0 that no choice of numbers can change"],
  ["not computed", "a number that does not exist yet"],
  ["NaN", "not a number"],
  ["infinite", "infinite; the bar is at the top for +∞, at the bottom for −∞"],
  ["pinned", "the cell that the reading explains"],
];

export class HelpDialog {
  readonly element: HTMLDialogElement;

  constructor() {
    const title = make("h2", { id: uniqueId("help") }, "Keys and marks");
    this.element = make("dialog", { class: "help", "aria-labelledby": title.id });
    const close = button({ class: "bar-button", "aria-label": "Close" }, () => this.element.close(), icon("cross"));
    this.element.append(
      make("div", { class: "help-head" }, title, close),
      explain("Marks", markRows()),
      explain("Keys", keyRows()),
    );
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close();
    });
  }

  open(): void {
    this.element.showModal();
  }
}

const explain = (title: string, rows: readonly HTMLElement[]): HTMLElement =>
  make("section", {}, make("h3", {}, title), make("dl", {}, ...rows));

const row = (term: Node, says: string): HTMLElement => make("div", {}, make("dt", {}, term), make("dd", {}, says));

const keyRows = (): HTMLElement[] => keys.map(([key, does]) => row(make("kbd", {}, key), does));
const markRows = (): HTMLElement[] =>
  marks.map(([mark, says]) => row(make("span", { role: "img", "aria-label": mark }, drawMark(mark)), says));
