/** The top bar's contents: station menu, adapter, theme, share, help. */
import { button, hidden, make, setAttribute, setText } from "./dom";
import { HelpDialog } from "./help";
import { icon, setIcon, type IconName } from "./icons";
import { StationMenu, type StationEntry } from "./menu";
import type { Slots, Theme } from "./shell";

export interface TopBarProps {
  readonly stations: readonly StationEntry[];
  readonly station: string;
  /** What computes: "WebGPU, SwiftShader"; why nothing does otherwise. */
  readonly adapter: string;
  readonly theme: Theme;
}
export interface TopBarActions {
  station(id: string): void;
  theme(theme: Theme): void;
  /** The address to copy. */
  share(): string;
}

const themes: readonly { readonly id: Theme; readonly icon: IconName; readonly label: string }[] = [
  { id: "system", icon: "half", label: "Theme: as the system" },
  { id: "light", icon: "sun", label: "Theme: light" },
  { id: "dark", icon: "moon", label: "Theme: dark" },
];
const newsLasts = 4000;

export class TopBar {
  readonly #actions: TopBarActions;
  readonly #menu: StationMenu;
  readonly #adapter = make("span", { class: "adapter" });
  readonly #theme: HTMLButtonElement;
  readonly #news = make("span", { class: "bar-news", role: "status" });
  #shownTheme: Theme = "system";

  constructor(slots: Pick<Slots, "menu" | "topRight">, actions: TopBarActions) {
    this.#actions = actions;
    this.#menu = new StationMenu((id) => actions.station(id));
    this.#theme = barButton("half", "Theme", () => this.#turnTheme());
    const help = new HelpDialog();
    slots.menu.append(this.#menu.element);
    slots.topRight.append(
      this.#adapter,
      this.#theme,
      make(
        "span",
        { class: "bar-share" },
        barButton("link", "Copy the address of this view", () => void this.#share()),
        this.#news,
      ),
      barButton("help", "Keys and marks", () => help.open()),
      help.element,
    );
  }

  update({ stations, station, adapter, theme }: TopBarProps): void {
    this.#menu.update(stations, station);
    setText(this.#adapter, adapter);
    setAttribute(this.#adapter, "title", adapter);
    this.#shownTheme = theme;
    this.#showTheme();
  }

  #showTheme(): void {
    const { icon: sign, label } = themes.find(({ id }) => id === this.#shownTheme) ?? themes[0];
    setIcon(this.#theme, sign);
    setAttribute(this.#theme, "title", label);
    setText(this.#theme.querySelector("span") ?? this.#theme, label);
  }

  #turnTheme(): void {
    const at = themes.findIndex(({ id }) => id === this.#shownTheme);
    this.#shownTheme = themes[(at + 1) % themes.length].id;
    this.#showTheme();
    this.#actions.theme(this.#shownTheme);
  }

  async #share(): Promise<void> {
    const address = this.#actions.share();
    try {
      await navigator.clipboard.writeText(address);
      this.#say("Address copied");
    } catch {
      this.#say("Copy it from the address bar: it holds this view");
    }
  }

  /** Says something beside the button, to everyone, for a while. */
  #say(text: string): void {
    setText(this.#news, text);
    window.setTimeout(() => setText(this.#news, ""), newsLasts);
  }
}

/** A sign alone on a wide page, sign and words in a phone's menu. */
const barButton = (sign: IconName, label: string, onClick: () => void): HTMLButtonElement =>
  button({ class: "bar-button", title: label }, onClick, icon(sign), hidden(label, { class: "bar-label" }));
