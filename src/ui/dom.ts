/** Making and changing elements. All text goes through text nodes. */

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | undefined;

/** An element with attributes (false and undefined leave one out, true writes it empty) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  append(element, children);
  return element;
}

const svgSpace = "http://www.w3.org/2000/svg";

/** The same for a drawing. */
export function draw(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS(svgSpace, tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  append(element, children);
  return element;
}

const append = (element: Element, children: readonly Child[]): void =>
  element.append(...children.filter((child) => child !== undefined));

/** Writes an attribute if it differs. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Writes plain text if it differs. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

let count = 0;
/** An id that no other element of the page has. */
export const uniqueId = (prefix: string): string => `${prefix}-${++count}`;

/** A button of the page; never one that submits. */
export function button(attributes: Attributes, onClick: () => void, ...children: readonly Child[]): HTMLButtonElement {
  const element = make("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

/** Text that only screen readers meet. */
export const hidden = (text: string, attributes: Attributes = {}): HTMLSpanElement =>
  make("span", { ...attributes, class: `visually-hidden ${attributes["class"] ?? ""}`.trim() }, text);

/** Makes what a key depends on, and keeps it until the key changes. */
export class Once {
  #key: unknown;
  #began = false;
  /** Runs `build` when `key` is not what it was. */
  when(key: unknown, build: () => void): void {
    if (this.#began && Object.is(this.#key, key)) return;
    this.#began = true;
    this.#key = key;
    build();
  }
}
