/** Tabs of a phone's page. Elsewhere the first panel stands alone and the rest is empty. */
import { button, make, setAttribute, uniqueId } from "./dom";

export class Tabs {
  readonly list = make("div", { class: "tabs", role: "tablist", "aria-label": "Below the picture" });
  readonly panels: readonly HTMLElement[];
  readonly #names: readonly string[];
  readonly #buttons: readonly HTMLButtonElement[];
  #selected = 0;
  #enabled = false;

  constructor(names: readonly string[], contents: readonly (readonly HTMLElement[])[]) {
    this.#names = names;
    this.panels = names.map((_, at) => make("div", { class: "tab-panel", id: uniqueId("panel") }, ...contents[at]));
    this.#buttons = names.map((name, at) => this.#makeTab(name, at));
    this.list.append(...this.#buttons);
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Puts an element into the panel of a tab. */
  fill(name: string, element: HTMLElement): this {
    this.panels[this.#names.indexOf(name)].append(element);
    return this;
  }

  select(name: string): void {
    this.#selected = this.#names.indexOf(name);
    this.#show();
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.list.hidden = !enabled;
    this.#show();
  }

  #makeTab(name: string, at: number): HTMLButtonElement {
    const attributes = { role: "tab", id: uniqueId("tab"), "aria-controls": this.panels[at].id };
    return button(attributes, () => this.select(name), name);
  }

  #show(): void {
    this.#buttons.forEach((tab, at) => {
      const selected = at === this.#selected;
      setAttribute(tab, "aria-selected", String(selected));
      setAttribute(tab, "tabindex", selected ? 0 : -1);
      this.#showPanel(this.panels[at], tab, this.#enabled ? selected : at === 0);
    });
  }

  #showPanel(panel: HTMLElement, tab: HTMLElement, shown: boolean): void {
    panel.hidden = !shown;
    setAttribute(panel, "role", this.#enabled && "tabpanel");
    setAttribute(panel, "aria-labelledby", this.#enabled && tab.id);
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.#names.length - 1;
    const at = this.#selected;
    const next = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    this.select(this.#names[next]);
    this.#buttons[next].focus();
  }
}
