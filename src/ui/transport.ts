/** Time under the picture: the scrubber, the buttons, what is happening, and how finely and fast it goes. */
import { granularities, type Granularity, type Score, type Seconds } from "../story/score";
import { button, make, setAttribute, setText } from "./dom";
import { icon, setIcon, type IconName } from "./icons";
import { Picker } from "./picker";
import { Scrubber } from "./scrubber";

export interface TransportProps {
  readonly score: Score;
  readonly time: Seconds;
  readonly playing: boolean;
  /** "forward, output cell 5 of 10". */
  readonly sentence: string;
  /** A quieter word after it: what comes next, what is pinned. */
  readonly aside?: string;
  readonly granularities: readonly Granularity[];
  readonly granularity: Granularity;
  readonly speed: number;
  readonly loop: boolean;
}
export interface TransportActions {
  seek(time: Seconds): void;
  play(): void;
  pause(): void;
  step(by: 1 | -1): void;
  toStart(): void;
  setGranularity(granularity: Granularity): void;
  setSpeed(speed: number): void;
  setLoop(loop: boolean): void;
}

export const speeds: readonly { readonly value: number; readonly label: string }[] = [
  { value: 0.25, label: "¼×" },
  { value: 0.5, label: "½×" },
  { value: 1, label: "1×" },
  { value: 2, label: "2×" },
  { value: 4, label: "4×" },
  { value: 8, label: "8×" },
];

export class Transport {
  readonly #scrubber: Scrubber;
  readonly #play: HTMLButtonElement;
  readonly #loop: HTMLButtonElement;
  readonly #steps: Picker;
  readonly #speed: Picker;
  readonly #sentence = make("span", {});
  readonly #aside = make("span", { class: "now-aside" });
  #playing = false;
  #looping = false;

  constructor(slot: HTMLElement, actions: TransportActions) {
    this.#scrubber = new Scrubber(actions);
    this.#play = control("play", "Play", () => (this.#playing ? actions.pause() : actions.play()));
    this.#play.classList.add("main-control");
    this.#loop = control("loop", "Loop", () => actions.setLoop(!this.#looping));
    this.#steps = new Picker("step", (value) => actions.setGranularity(idOf(value)));
    this.#speed = new Picker("speed", (value) => actions.setSpeed(Number(value)), { className: "picker speed" });
    slot.append(this.#scrubber.element, this.#controls(actions));
  }

  update(props: TransportProps): void {
    const { score, time, sentence, aside, playing, loop } = props;
    this.#scrubber.update(score, time, sentence);
    this.#playing = playing;
    this.#looping = loop;
    setIcon(this.#play, playing ? "pause" : "play");
    for (const name of ["aria-label", "title"]) setAttribute(this.#play, name, playing ? "Pause" : "Play");
    setAttribute(this.#loop, "aria-pressed", String(loop));
    setText(this.#sentence, sentence);
    setText(this.#aside, aside ? ` · ${aside}` : "");
    this.#steps.update(granularityOptions(props.granularities), props.granularity);
    this.#speed.update(speedOptions, String(props.speed));
  }

  #controls(actions: TransportActions): HTMLElement {
    return make(
      "div",
      { class: "controls" },
      control("start", "To the start", () => actions.toStart()),
      control("back", "One step back", () => actions.step(-1)),
      this.#play,
      control("forward", "One step on", () => actions.step(1)),
      make("p", { class: "now" }, this.#sentence, this.#aside),
      this.#steps.element,
      this.#speed.element,
      this.#loop,
    );
  }
}

const control = (sign: IconName, label: string, onClick: () => void): HTMLButtonElement =>
  button({ class: "control", "aria-label": label, title: label }, onClick, icon(sign));

const speedOptions = speeds.map(({ value, label }) => ({ value: String(value), label }));
const granularityOptions = (ids: readonly Granularity[]): { value: string; label: string }[] =>
  granularities.filter(({ id }) => ids.includes(id)).map(({ id, label }) => ({ value: id, label }));
const idOf = (value: string): Granularity => granularities.find(({ id }) => id === value)?.id ?? "cell";
