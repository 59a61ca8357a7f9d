/** The page's time: the score of what is played, where it stands, and the one player that moves it. */
import type { CellRef } from "../story/picture";
import type { Step } from "../core/tape";
import {
  compose,
  frameAt,
  frameResting,
  standingAt,
  stepFrom,
  timeOf,
  translate,
  type Frame,
  type Granularity,
  type Phase,
  type Score,
  type Seconds,
} from "../story/score";
import { stretchOf } from "../story/stretch";
import { Player } from "./player";

export class Timeline {
  readonly player: Player;
  #phases: readonly Phase[] = [];
  #score: Score = compose([], "cell");
  #granularity: Granularity = "cell";

  /** `changed` hears of every movement, and of play and pause. */
  constructor(changed: () => void) {
    this.player = new Player(changed, changed);
  }

  get score(): Score {
    return this.#score;
  }
  get granularity(): Granularity {
    return this.#granularity;
  }
  get time(): Seconds {
    return this.player.state.time;
  }

  /** Other phases of another lesson: time stands as far into the same lane as before, or at `opens` where it is new. */
  replace(phases: readonly Phase[], keep: boolean): void {
    const standing = standingAt(this.#score, this.time);
    this.#compose(phases, this.#granularity);
    if (keep) this.player.seek(timeOf(this.#score, standing));
  }

  /** The same steps in another picture: time stands in the same act, equally far. */
  redraw(phases: readonly Phase[]): void {
    this.#translated(phases, this.#granularity);
  }

  setGranularity(granularity: Granularity): void {
    this.#translated(this.#phases, granularity);
  }

  seek(time: Seconds): void {
    this.player.seek(time);
  }

  step(by: 1 | -1): void {
    this.player.pause();
    this.seek(stepFrom(this.#score, this.time, by));
  }

  /** Plays how an act makes some cells, the missed ones first; with reduced motion it stands at its end at once. */
  playThrough(step: Step, cells: readonly CellRef[], missed: readonly CellRef[]): void {
    const stretch = stretchOf(this.#score, step, cells, missed);
    if (!stretch || this.player.reducesMotion) return;
    this.player.pause();
    this.seek(stretch.from);
    this.player.play(stretch.to);
  }

  /** The frame of the present time; while it stands still, a pinned cell shows the flows that made it. */
  frame(pin?: CellRef): Frame {
    const frame = frameAt(this.#score, this.time);
    return pin && !this.player.state.playing ? frameResting(this.#score, frame, pin) : frame;
  }

  #translated(phases: readonly Phase[], granularity: Granularity): void {
    const [before, time] = [this.#score, this.time];
    this.#compose(phases, granularity);
    this.player.seek(translate(before, time, this.#score));
  }

  #compose(phases: readonly Phase[], granularity: Granularity): void {
    this.#phases = phases;
    this.#granularity = granularity;
    this.#score = compose(phases, granularity);
    this.player.setDuration(this.#score.duration, this.#score.ticks);
  }
}
