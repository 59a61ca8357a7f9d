/** The camera: a small state, bounded, that a hand moves and that framing sets. */
import type { Opening } from "../story/picture";
import { framed, openingState, safeSize, type Subject } from "./framing";
import { add, times } from "./vector";
import { View, type CameraState, type Viewport } from "./view";

const steepest = 80;
/** A cell takes at most this share of the safe area, the whole scene at least a third of its framed size. */
const closest = 0.25;
const farthest = 3;
/** Framing one tensor enlarges at most this much. */
const nearer = 1.8;

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const noViewport: Viewport = {
  width: 800,
  height: 600,
  pixelRatio: 1,
  safeArea: { left: 0, top: 0, right: 0, bottom: 0 },
};
const sameViewport = (a: Viewport, b: Viewport): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Camera {
  #opening: Opening = { kind: "flat" };
  #state: CameraState = openingState({ kind: "flat" });
  #home: CameraState = this.#state;
  #subject: Subject = { points: [], rooms: [] };
  #viewport = noViewport;
  /** Framed, and untouched since: a new size frames again. */
  #following = true;
  readonly #listeners = new Set<() => void>();

  get view(): View {
    return new View(this.#state, this.#opening, this.#viewport);
  }
  get flat(): boolean {
    return this.#opening.kind === "flat";
  }

  state(): CameraState {
    return this.#state;
  }
  restore(state: CameraState): void {
    this.#following = false;
    this.#state = state;
  }
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Another picture; the camera stays where it is when kept. */
  open(opening: Opening, subject: Subject, keep: boolean): void {
    const same = isSame(opening, this.#opening);
    this.#opening = opening;
    this.#subject = subject;
    this.#home = framed(subject, openingState(opening), opening, this.#viewport);
    if (!keep || !same) this.reset();
  }

  setViewport(viewport: Viewport): void {
    if (sameViewport(viewport, this.#viewport)) return;
    this.#viewport = viewport;
    this.#home = framed(this.#subject, openingState(this.#opening), this.#opening, viewport);
    if (this.#following) this.#state = this.#home;
  }

  /** Back to where the picture opened. */
  reset(): void {
    this.#state = this.#home;
    this.#following = true;
  }

  /** Everything from the present direction. */
  frameAll(): void {
    this.#state = framed(this.#subject, this.#state, this.#opening, this.#viewport);
    this.#following = this.flat;
  }

  /** Comes near to a subject, but not so near that its surroundings are lost. */
  frame(subject: Subject): void {
    this.#following = false;
    const nearest = nearer * (this.#viewport.height / this.#home.span);
    this.#state = framed(subject, this.#state, this.#opening, this.#viewport, Math.min(nearest, this.#largestUnit()));
  }

  #largestUnit(): number {
    return closest * Math.min(...safeSize(this.#viewport));
  }

  #move(state: Partial<CameraState>): void {
    this.#following = false;
    this.#state = { ...this.#state, ...state };
    for (const listener of this.#listeners) listener();
  }

  /** By CSS pixels, the picture following the hand. */
  pan(dx: number, dy: number): void {
    const { right, up, unit } = this.view;
    this.#move({ target: add(this.#state.target, add(times(right, -dx / unit), times(up, dy / unit))) });
  }

  /** By degrees; a flat picture stays straight on. */
  orbit(azimuth: number, elevation: number): void {
    if (this.flat) return;
    this.#move({
      azimuth: this.#state.azimuth + azimuth,
      elevation: clamp(this.#state.elevation + elevation, -steepest, steepest),
    });
  }

  /** By a factor, the point under the hand staying there. */
  zoom(factor: number, x: number, y: number): void {
    const nearest = Math.min(this.#viewport.height / this.#largestUnit(), this.#home.span);
    const span = clamp(this.#state.span / factor, nearest, farthest * this.#home.span);
    const { centre, unit, right, up } = this.view;
    const kept = 1 - span / this.#state.span;
    const shift = add(times(right, ((x - centre[0]) / unit) * kept), times(up, ((centre[1] - y) / unit) * kept));
    this.#move({ span, target: add(this.#state.target, shift) });
  }
}

/** Whether a place to stand in one picture means the same in another. */
const isSame = (a: Opening, b: Opening): boolean =>
  a.kind === b.kind && (a.kind === "flat" || b.kind === "flat" || a.fieldOfView === b.fieldOfView);

/** Between two states: for the page to move the camera along its own clock. */
export const mixStates = (a: CameraState, b: CameraState, share: number): CameraState => {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    target: add(times(a.target, 1 - share), times(b.target, share)),
    azimuth: mix(a.azimuth, b.azimuth),
    elevation: mix(a.elevation, b.elevation),
    span: a.span * (b.span / a.span) ** share,
  };
};
