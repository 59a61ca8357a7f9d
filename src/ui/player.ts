/** The only clock. It turns real time into the time of the score, and only while something plays. */

export interface PlayerState {
  readonly time: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly loop: boolean;
  readonly duration: number;
}

/** The longest real time that one frame may count for, in seconds: a stalled page does not jump. */
const longestFrame = 0.25;

export class Player {
  readonly #onTime: (time: number) => void;
  readonly #onState: (state: PlayerState) => void;
  readonly #reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  #state: PlayerState = { time: 0, playing: false, speed: 1, loop: false, duration: 0 };
  #steps: readonly number[] = [];
  /** Where the clock stands; with reduced motion the shown time lags behind it until the next step. */
  #clock = 0;
  #last: number | undefined;
  #request: number | undefined;
  /** Where playing ends, when not at the end of the score. */
  #until: number | undefined;

  constructor(onTime: (time: number) => void, onState: (state: PlayerState) => void = () => {}) {
    this.#onTime = onTime;
    this.#onState = onState;
    document.addEventListener("visibilitychange", () => (this.#last = undefined));
  }

  get state(): PlayerState {
    return this.#state;
  }

  get reducesMotion(): boolean {
    return this.#reduced.matches;
  }

  /** Plays on; from the start when it stood at the end. `until`: pauses there. */
  play(until?: number): void {
    this.#until = until;
    if (this.#state.playing || this.#state.duration === 0) return;
    if (this.#state.time >= this.#state.duration) this.#show(0);
    this.#clock = this.#state.time;
    this.#set({ playing: true });
    this.#last = undefined;
    this.#next();
  }

  pause(): void {
    if (this.#request !== undefined) cancelAnimationFrame(this.#request);
    this.#request = undefined;
    this.#until = undefined;
    if (this.#state.playing) this.#set({ playing: false });
  }

  toggle(): void {
    if (this.#state.playing) this.pause();
    else this.play();
  }

  /** Jumps; playing goes on from there, to the end of the score. */
  seek(time: number): void {
    this.#until = undefined;
    this.#clock = Math.min(this.#state.duration, Math.max(0, Number.isFinite(time) ? time : 0));
    this.#show(this.#clock);
  }

  setSpeed(speed: number): void {
    this.#set({ speed });
  }

  setLoop(loop: boolean): void {
    this.#set({ loop });
  }

  /** The score's length and where its steps begin. The time stays, as far as it fits. */
  setDuration(duration: number, steps: readonly number[] = []): void {
    this.#steps = steps;
    if (duration !== this.#state.duration) this.#set({ duration });
    if (this.#state.time > duration) this.seek(duration);
  }

  #next(): void {
    this.#request = requestAnimationFrame((now) => this.#frame(now / 1000));
  }

  #frame(now: number): void {
    const passed = this.#last === undefined ? 0 : Math.min(longestFrame, now - this.#last);
    this.#last = now;
    this.#advance(passed * this.#state.speed);
    if (this.#state.playing) this.#next();
  }

  #advance(by: number): void {
    const { loop } = this.#state;
    const end = this.#until ?? this.#state.duration;
    this.#clock += by;
    if (this.#clock >= end && loop && this.#until === undefined) this.#clock %= end;
    const ended = this.#clock >= end;
    this.#clock = Math.min(this.#clock, end);
    this.#show(this.#reduced.matches ? this.#stepBefore(this.#clock) : this.#clock);
    if (ended) this.pause();
  }

  /** The last step that has begun: with reduced motion the picture changes only there. */
  #stepBefore(time: number): number {
    return this.#steps.findLast((step) => step <= time) ?? 0;
  }

  #show(time: number): void {
    if (time === this.#state.time) return;
    this.#state = { ...this.#state, time };
    this.#onTime(time);
  }

  #set(change: Partial<PlayerState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onState(this.#state);
  }
}
