/** The scrubber: lanes, ticks and a handle that is a slider. */
import type { Score, Seconds } from "../story/score";
import { draw, make, setAttribute } from "./dom";
import { layLanes, nameLanes, placeOf, placeTicks, timeAt, type LaneBox, type LaneName } from "./lanes";

export interface ScrubberActions {
  seek(time: Seconds): void;
  step(by: 1 | -1): void;
}

export class Scrubber {
  readonly element = make("div", { class: "scrubber" });
  readonly #actions: ScrubberActions;
  readonly #names = make("div", { class: "lane-names", "aria-hidden": "true" });
  readonly #lanes = make("div", { class: "lanes", "aria-hidden": "true" });
  readonly #ticks = draw("path", { stroke: "var(--line-control)", "stroke-width": 1 });
  readonly #handle: HTMLElement;
  #boxes: readonly LaneBox[] = [];
  #done: readonly HTMLElement[] = [];
  #score: Score | undefined;
  #time: Seconds = 0;

  constructor(actions: ScrubberActions) {
    this.#actions = actions;
    this.#handle = make("div", {
      class: "handle",
      role: "slider",
      tabindex: 0,
      "aria-label": "Time",
      "aria-valuemin": 0,
    });
    const ticks = draw("svg", { class: "ticks", "aria-hidden": "true" }, this.#ticks);
    this.element.append(this.#names, this.#lanes, ticks, this.#handle);
    this.element.addEventListener("pointerdown", (event) => this.#grab(event));
    this.#handle.addEventListener("keydown", (event) => this.#onKey(event));
    new ResizeObserver(() => this.#lay()).observe(this.element);
  }

  update(score: Score, time: Seconds, sentence: string): void {
    this.#time = time;
    if (this.#score !== score) {
      this.#score = score;
      this.#lay();
    }
    this.#show();
    setAttribute(this.#handle, "aria-valuemax", rounded(score.duration));
    setAttribute(this.#handle, "aria-valuenow", rounded(time));
    setAttribute(this.#handle, "aria-valuetext", sentence);
  }

  /** Everything that depends on the width and the score. */
  #lay(): void {
    const width = this.element.clientWidth;
    if (!this.#score || width === 0) return;
    this.#boxes = layLanes(this.#score, width);
    this.#done = this.#boxes.map(() => make("span", { class: "lane-done" }));
    this.#lanes.replaceChildren(...this.#boxes.map((box, at) => laneElement(box, this.#done[at])));
    this.#names.replaceChildren(...nameLanes(this.#boxes).map(nameElement));
    const places = placeTicks(this.#boxes, this.#score.ticks);
    setAttribute(this.#ticks, "d", places.map((x) => `M${Math.min(width - 0.5, Math.round(x) + 0.5)} 0v5`).join(""));
    this.#show();
  }

  /** Everything that depends on the time. */
  #show(): void {
    this.#boxes.forEach(({ lane }, at) => {
      const share = Math.min(1, Math.max(0, (this.#time - lane.start) / Math.max(1e-9, lane.end - lane.start)));
      const width = `${(share * 100).toFixed(2)}%`;
      if (this.#done[at].style.width !== width) this.#done[at].style.width = width;
    });
    this.#handle.style.translate = `${placeOf(this.#boxes, this.#time).toFixed(2)}px 0`;
  }

  #grab(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#handle.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => this.#seekTo(moved.clientX);
    const end = (): void => {
      this.element.removeEventListener("pointermove", move);
      this.element.removeEventListener("pointerup", end);
      this.element.removeEventListener("pointercancel", end);
    };
    this.element.addEventListener("pointermove", move);
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", end);
    move(event);
  }

  #seekTo(clientX: number): void {
    this.#actions.seek(timeAt(this.#boxes, clientX - this.element.getBoundingClientRect().left));
  }

  #onKey(event: KeyboardEvent): void {
    const act = this.#keyAction(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #keyAction(key: string): (() => void) | undefined {
    switch (key) {
      case "ArrowLeft":
      case "ArrowDown":
        return () => this.#actions.step(-1);
      case "ArrowRight":
      case "ArrowUp":
        return () => this.#actions.step(1);
      case "Home":
        return () => this.#actions.seek(0);
      case "End":
        return () => this.#actions.seek(this.#score?.duration ?? 0);
      case "PageUp":
        return () =>
          this.#actions.seek(this.#boxes.find(({ lane }) => lane.end > this.#time + 1e-6)?.lane.end ?? this.#time);
      case "PageDown":
        return () =>
          this.#actions.seek(this.#boxes.findLast(({ lane }) => lane.start < this.#time - 1e-6)?.lane.start ?? 0);
      default:
        return undefined;
    }
  }
}

const rounded = (seconds: Seconds): number => Math.round(seconds * 100) / 100;

function laneElement({ lane, x, width }: LaneBox, done: HTMLElement): HTMLElement {
  const element = make("span", { class: "lane", "data-current": lane.current ?? "ink" }, done);
  element.style.left = `${x}px`;
  element.style.width = `${width}px`;
  return element;
}

function nameElement({ text, x, lane }: LaneName): HTMLElement {
  const element = make("span", { class: "lane-name", "data-current": lane ? (lane.current ?? "ink") : "step" }, text);
  element.style.left = `${x}px`;
  return element;
}
