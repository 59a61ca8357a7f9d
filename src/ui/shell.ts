/** The page's frame: top bar, lesson, stage with its cards, transport. What stands in the slots is others' business. */
import { Drawer } from "./drawer";
import { button, hidden, make, setAttribute, uniqueId } from "./dom";
import { brandMark, icon } from "./icons";
import { Tabs } from "./tabs";
import "./page.css";

export type Theme = "system" | "light" | "dark";
/** wide: everything side by side; middle: the lesson is a drawer; phone: tabs under the picture. */
export type Mode = "wide" | "middle" | "phone";
/** CSS pixels from the top left corner of the stage. */
export interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
export type SlotName = "lesson" | "parameters" | "reading" | "legend" | "transport" | "tables" | "caption" | "messages" | "curtain" | "menu" | "badge" | "topRight"; // prettier-ignore
export type Slots = Readonly<Record<SlotName, HTMLElement>>;

const slot = (name: string): HTMLDivElement => make("div", { class: `slot-${name}` });

const instructions =
  "Left and right arrows step through time, space plays and pauses. R resets the view, F frames the pinned tensor. " +
  "Every number in the picture also stands in the tables under the lesson.";

export class Shell {
  readonly canvas = make("canvas", { class: "stage-canvas", "aria-hidden": "true" });
  readonly overlay = make("div", { class: "stage-overlay" });
  readonly stage: HTMLElement;
  readonly slots: Slots;
  readonly #main = make("main", { class: "main" });
  readonly #area = make("section", { class: "stage-area", "aria-label": "Picture" });
  readonly #side = make("div", { class: "side" });
  readonly #column = make("section", { class: "column", "aria-label": "Lesson", tabindex: -1 });
  readonly #tabs: Tabs;
  readonly #drawer: Drawer;
  readonly #phone = window.matchMedia("(max-width: 720px)");
  readonly #middle = window.matchMedia("(max-width: 1099.98px)");
  #hasPicture = true;
  #curtained = false;
  readonly #onMode = new Set<(mode: Mode) => void>();

  constructor(root: HTMLElement) {
    this.slots = makeSlots();
    this.stage = this.#makeStage();
    this.#tabs = new Tabs(["Lesson", "Parameters", "Reading"], [[this.slots.lesson, this.slots.tables], [], []]);
    this.#drawer = new Drawer(this.#column);
    this.#column.append(...this.#tabs.panels);
    this.#fillArea();
    root.classList.add("app");
    root.append(this.#skipLinks(), this.#makeHeader(), this.#main);
    for (const query of [this.#phone, this.#middle]) query.addEventListener("change", () => this.#arrange());
    this.#arrange();
  }

  get mode(): Mode {
    return this.#phone.matches ? "phone" : this.#middle.matches ? "middle" : "wide";
  }

  /** Calls back at once and whenever the layout changes. */
  onMode(callback: (mode: Mode) => void): void {
    this.#onMode.add(callback);
    callback(this.mode);
  }

  get hasPicture(): boolean {
    return this.#hasPicture;
  }

  /** Without a picture its place is the tables', except on a phone, where there is no room. */
  showPicture(shown: boolean): void {
    this.#hasPicture = shown;
    this.#arrange();
  }

  /** Hides what would tell the answer while a question waits for it: the picture, its time, and every reading of it. */
  showCurtain(drawn: boolean): void {
    if (drawn === this.#curtained) return;
    this.#curtained = drawn;
    setAttribute(document.documentElement, "data-curtain", drawn ? "drawn" : undefined);
    for (const hiding of [this.stage, this.slots.transport]) setAttribute(hiding, "inert", drawn);
  }

  /** What the cards leave free of the stage: where that begins and ends. */
  safeArea(): Edges {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (this.mode === "phone") return { left: 16, top: 112, right: width - 16, bottom: height - 38 };
    // Folded parameters leave the width to the picture; then the legend may reach higher than the reading.
    const narrowed = this.slots.parameters.offsetHeight > 60;
    const legendTop = narrowed ? height : this.#side.offsetTop + this.slots.legend.offsetTop;
    const cardsTop = Math.min(this.slots.reading.offsetTop, legendTop);
    const right = narrowed ? this.#side.offsetLeft - 12 : width - 24;
    return { left: 24, top: 74, right, bottom: cardsTop - 10 };
  }

  /** Calls back whenever the stage gets another size, and once at the start. */
  onResize(callback: (width: number, height: number) => void): void {
    const observer = new ResizeObserver(() => callback(this.stage.clientWidth, this.stage.clientHeight));
    observer.observe(this.stage);
  }

  setTheme(theme: Theme): void {
    setAttribute(document.documentElement, "data-theme", theme === "system" ? undefined : theme);
  }

  /** On a phone, brings a tab forward; elsewhere opens the drawer for the lesson. */
  showTab(name: "Lesson" | "Parameters" | "Reading"): void {
    this.#tabs.select(name);
    if (name === "Lesson" && this.mode === "middle") this.#drawer.open();
  }

  #makeStage(): HTMLElement {
    const describedBy = uniqueId("stage-keys");
    const stage = make(
      "div",
      { class: "stage", tabindex: 0, role: "application", "aria-label": "Picture of the calculation" },
      this.canvas,
      this.overlay,
    );
    stage.setAttribute("aria-describedby", describedBy);
    this.#area.append(make("h1", { class: "visually-hidden closed-title" }, "Backflow"));
    this.#area.append(hidden(instructions, { id: describedBy }), stage);
    return stage;
  }

  #fillArea(): void {
    this.#side.append(this.slots.parameters, this.slots.legend);
    this.#area.append(this.slots.curtain, this.slots.messages, this.slots.caption, this.#side, this.slots.reading);
    this.#main.append(this.#area, this.slots.transport, this.#tabs.list);
  }

  #skipLinks(): HTMLElement {
    const toPicture = skipLink("Skip to the picture", () => this.stage);
    const toLesson = skipLink("Skip to the lesson", () => this.#reachLesson());
    return make("nav", { class: "skips", "aria-label": "Skip" }, toPicture, toLesson);
  }

  #reachLesson(): HTMLElement {
    this.showTab("Lesson");
    return this.#column;
  }

  #makeHeader(): HTMLElement {
    const more = make("div", { class: "bar-more", id: uniqueId("bar-more") }, this.slots.topRight);
    const mark = make("span", { class: "mark" }, brandMark(), make("span", {}, "Backflow"));
    return make(
      "header",
      { class: "bar" },
      mark,
      this.#drawer.button,
      this.slots.menu,
      make("span", { class: "bar-push" }),
      this.slots.badge,
      moreButton(more),
      more,
    );
  }

  /** Puts everything where the width of the page wants it. Order in the page is order in reading. */
  #arrange(): void {
    const mode = this.mode;
    const phone = mode === "phone";
    setAttribute(document.documentElement, "data-mode", mode);
    setAttribute(document.documentElement, "data-picture", this.#hasPicture ? undefined : "none");
    if (phone) this.#main.append(this.#column);
    else this.#main.prepend(this.#column);
    this.#tabs.enable(phone);
    this.#drawer.enable(mode === "middle");
    if (phone) this.#tabs.fill("Parameters", this.slots.parameters).fill("Reading", this.slots.reading);
    else {
      this.#side.prepend(this.slots.parameters);
      this.#area.append(this.slots.reading);
    }
    (phone ? this.#area : this.#side).append(this.slots.legend);
    if (this.#hasPicture || phone) this.#tabs.fill("Lesson", this.slots.tables);
    else this.#side.before(this.slots.tables);
    for (const callback of this.#onMode) callback(mode);
  }
}

const makeSlots = (): Slots => ({
  lesson: slot("lesson"),
  parameters: slot("parameters"),
  reading: slot("reading"),
  legend: slot("legend"),
  transport: make("section", { class: "slot-transport", "aria-label": "Time" }),
  tables: slot("tables"),
  caption: slot("caption"),
  curtain: make("section", { class: "slot-curtain", "aria-label": "What is given", tabindex: 0 }),
  messages: slot("messages"),
  menu: make("nav", { class: "slot-menu", "aria-label": "Stations" }),
  badge: slot("badge"),
  topRight: slot("topright"),
});

function skipLink(text: string, target: () => HTMLElement): HTMLAnchorElement {
  const link = make("a", { class: "skip", href: "#" }, text);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    target().focus();
  });
  return link;
}

/** On a phone the rest of the bar folds behind three dots. */
function moreButton(panel: HTMLElement): HTMLButtonElement {
  const toggle = (open: boolean): void => {
    setAttribute(dots, "aria-expanded", String(open));
    panel.classList.toggle("open", open);
  };
  const isOpen = (): boolean => dots.getAttribute("aria-expanded") === "true";
  const dots = button(
    { class: "bar-button more", "aria-label": "More", "aria-expanded": "false", "aria-controls": panel.id },
    () => toggle(!isOpen()),
    icon("more"),
  );
  document.addEventListener("pointerdown", (event) => {
    const inside = event.target instanceof Node && (panel.contains(event.target) || dots.contains(event.target));
    if (!inside && isOpen()) toggle(false);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    toggle(false);
    dots.focus();
  });
  return dots;
}
