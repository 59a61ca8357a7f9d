/** The stations to choose from, in the recitation's groups, each with a photograph of itself. */
import { button, make, Once, setAttribute, setText, uniqueId } from "./dom";
import { icon } from "./icons";

export interface StationEntry {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly group: string;
  /** Addresses of photographs, where there are some. */
  readonly thumbnails: { readonly light?: string; readonly dark?: string };
}

/** Keys that go from one station of the menu to another, and how far. */
const paces: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class StationMenu {
  readonly element = make("div", { class: "menu" });
  readonly #choose: (id: string) => void;
  readonly #name = make("span", { class: "menu-name" });
  readonly #button: HTMLButtonElement;
  readonly #dialog: HTMLDialogElement;
  readonly #groups = make("div", { class: "stations-groups" });
  readonly #built = new Once();

  /** `choose` hears of a station that is picked. */
  constructor(choose: (id: string) => void) {
    this.#choose = choose;
    const title = make("h2", { id: uniqueId("stations") }, "Stations");
    const close = button({ class: "bar-button", "aria-label": "Close" }, () => this.#dialog.close(), icon("cross"));
    this.#dialog = make(
      "dialog",
      { class: "help stations", "aria-labelledby": title.id },
      make("div", { class: "help-head" }, title, close),
      this.#groups,
    );
    this.#button = button(
      { class: "menu-button", "aria-haspopup": "dialog" },
      () => this.#open(),
      this.#name,
      icon("down"),
    );
    this.element.append(this.#button, this.#dialog);
    this.#dialog.addEventListener("click", ({ target }) => target === this.#dialog && this.#dialog.close());
    this.#dialog.addEventListener("keydown", (event) => this.#walk(event));
  }

  update(entries: readonly StationEntry[], station: string): void {
    this.#built.when(entries, () => this.#groups.replaceChildren(...this.#sections(entries)));
    const present = entries.find(({ id }) => id === station);
    setText(this.#name, present ? nameOf(present) : "Stations");
    for (const link of this.#links) setAttribute(link, "aria-current", link.dataset["station"] === station && "page");
  }

  get #links(): HTMLAnchorElement[] {
    return [...this.#groups.querySelectorAll("a")];
  }

  #open(): void {
    this.#dialog.showModal();
    this.#links.find((link) => link.hasAttribute("aria-current"))?.focus();
  }

  #walk(event: KeyboardEvent): void {
    const links = this.#links;
    const pace = paces[event.key] ?? 0;
    const next = links[links.findIndex((link) => link === document.activeElement) + pace];
    if (pace === 0 || !next) return;
    event.preventDefault();
    next.focus();
  }

  #sections(entries: readonly StationEntry[]): HTMLElement[] {
    return [...new Set(entries.map(({ group }) => group))].map((group) => {
      const links = entries.filter((entry) => entry.group === group).map((entry) => this.#link(entry));
      return make("section", {}, make("h3", {}, group), make("div", { class: "stations-group" }, ...links));
    });
  }

  /** A real address, so that it opens in a tab of its own, too. */
  #link(entry: StationEntry): HTMLAnchorElement {
    const link = make(
      "a",
      { class: "station-link", href: `?station=${entry.id}`, "data-station": entry.id },
      photograph(entry),
      make("span", {}, nameOf(entry)),
    );
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#dialog.close();
      this.#choose(entry.id);
    });
    return link;
  }
}

const nameOf = ({ number, name }: StationEntry): string => `${number} · ${name}`;

/** Both photographs, of which the theme shows one. */
const photograph = ({ thumbnails }: StationEntry): HTMLElement =>
  make("span", { class: "station-photograph" }, picture("light", thumbnails.light), picture("dark", thumbnails.dark));

const picture = (theme: "light" | "dark", src: string | undefined): HTMLElement | undefined =>
  src === undefined ? undefined : make("img", { class: `only-${theme}`, src, alt: "", loading: "lazy" });
