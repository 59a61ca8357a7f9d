/** Text in the scene: HTML elements over the canvas, kept for as long as a picture shows. */
import "./labels.css";
import type { Label, Now, Vector } from "../story/picture";
import type { View } from "./view";

/** Texts are written for this many CSS pixels a unit; in smaller pictures they shrink along, down to what is legible. */
const fullSize = 50;
/** Names, figures and what stands in a capsule are large enough to shrink; other words keep their 12 pixels. */
const shrinking: ReadonlySet<Label["kind"]> = new Set(["tensor", "count", "capsule"]);
const smallest = 0.62;
const smallestWord = 0.92;

export const pictureScale = (unit: number): number => Math.min(1, Math.max(smallest, unit / fullSize));
export const labelScale = (unit: number, kind: Label["kind"]): number =>
  Math.max(pictureScale(unit), shrinking.has(kind) ? smallest : smallestWord);
/** Below this scale the quiet word after a name would be too small. */
const quietScale = 0.85;

export type WriteText = (element: HTMLElement, text: string) => void;

/** What of the text stands at the point, as shares of its width and height. */
const anchors = {
  centre: [0.5, 0.5],
  left: [0, 0.5],
  right: [1, 0.5],
  top: [0.5, 0],
  bottom: [0.5, 1],
} as const satisfies Record<Label["anchor"], readonly [number, number]>;

/** A label's size in CSS pixels, and how it stands around a point of the world: what framing must leave room for. */
export interface LabelRoom {
  readonly at: Vector;
  readonly kind: Label["kind"];
  readonly anchor: readonly [number, number];
  readonly offset: readonly [number, number];
  readonly width: number;
  readonly height: number;
  /** The pixels a unit between which it is seen. */
  readonly least: number;
  readonly most: number;
}

class Shown {
  readonly label: Label;
  readonly element = document.createElement("div");
  readonly #text = document.createElement("span");
  readonly #writeText: WriteText;
  #written: string | undefined;

  constructor(label: Label, writeText: WriteText) {
    this.label = label;
    this.#writeText = writeText;
    this.element.className = `label label-${label.kind}`;
    if (label.mark) this.element.append(markOf(label.mark));
    this.element.append(this.#text);
    if (label.aside !== undefined) this.element.append(asideOf(label.aside));
    // A label that can be lit takes its hue only then.
    if (label.hue) this.element.style.setProperty(label.lit ? "--lit" : "color", `var(--${label.hue})`);
    if (typeof label.text === "string") this.write(label.text);
    else this.element.hidden = true;
  }

  write(text: string | undefined): void {
    if (text === this.#written) return;
    this.#written = text;
    this.element.hidden = text === undefined;
    if (text !== undefined) this.#writeText(this.#text, text);
  }

  update(now: Now): void {
    const { text, lit, shown } = this.label;
    if (shown) this.element.classList.toggle("label-away", !shown(now));
    if (typeof text !== "string") this.write(text(now));
    if (lit) this.element.classList.toggle("label-lit", lit(now));
  }

  stand(view: View): void {
    if (this.element.hidden) return;
    const { least = 0, most = Infinity } = this.label;
    this.element.classList.toggle("label-cramped", view.unit < least || view.unit >= most);
    const { x, y } = view.project(this.label.at);
    const scale = labelScale(view.unit, this.label.kind);
    this.element.classList.toggle("label-terse", scale < quietScale);
    const [dx, dy] = (this.label.offset ?? [0, 0]).map((pixels) => pixels * pictureScale(view.unit));
    const [ax, ay] = anchors[this.label.anchor];
    const move = `translate(${(x + dx).toFixed(1)}px, ${(y + dy).toFixed(1)}px) translate(${-100 * ax}%, ${-100 * ay}%) scale(${scale.toFixed(3)})`;
    if (this.element.style.transform === move) return;
    this.element.style.transform = move;
    this.element.style.transformOrigin = `${100 * ax}% ${100 * ay}%`;
  }

  room(): LabelRoom {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { at, kind, anchor, offset = [0, 0], least = 0, most = Infinity } = this.label;
    return { at, kind, anchor: anchors[anchor], offset, width, height, least, most };
  }
}

function markOf(current: NonNullable<Label["mark"]>): HTMLElement {
  const mark = document.createElement("span");
  mark.className = `label-mark label-mark-${current}`;
  return mark;
}

function asideOf(text: string): HTMLElement {
  const aside = document.createElement("span");
  aside.className = "label-aside";
  aside.textContent = text;
  return aside;
}

export class Labels {
  readonly #layer = document.createElement("div");
  readonly #writeText: WriteText;
  #shown: readonly Shown[] = [];

  constructor(overlay: HTMLElement, writeText: WriteText) {
    this.#layer.ariaHidden = "true";
    this.#writeText = writeText;
    overlay.append(this.#layer);
  }

  show(labels: readonly Label[]): void {
    this.#shown = labels.map((label) => new Shown(label, this.#writeText));
    this.#layer.replaceChildren(...this.#shown.map(({ element }) => element));
  }

  update(now: Now): void {
    for (const shown of this.#shown) shown.update(now);
  }

  stand(view: View): void {
    for (const shown of this.#shown) shown.stand(view);
  }

  /** The room that texts take which never change: framing must not depend on the time. */
  rooms(): LabelRoom[] {
    return this.#shown.filter(({ label }) => typeof label.text === "string").map((shown) => shown.room());
  }

  dispose(): void {
    this.#layer.remove();
  }
}
