/** How the world lies on the canvas at one moment: projection, rays, and the size of a unit in pixels. */
import type { Opening, Vector } from "../story/picture";
import { add, dot, subtract, times } from "./vector";

/** Where the camera stands, small enough for an address. Degrees; `span` is the world height of the canvas at the target. */
export interface CameraState {
  readonly target: Vector;
  readonly azimuth: number;
  readonly elevation: number;
  readonly span: number;
}
/** What cards leave free: CSS pixels from each edge of the stage. */
export interface SafeArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
  readonly safeArea: SafeArea;
}
/** A point on the canvas, CSS pixels, y down; `w` is its depth as a multiple of the target's. */
export interface Projected {
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export class View {
  readonly state: CameraState;
  readonly viewport: Viewport;
  /** Straight on, without depth. */
  readonly flat: boolean;
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
  /** Distance from the eye to the target; infinite without perspective. */
  readonly distance: number;
  /** CSS pixels per world unit at the target. */
  readonly unit: number;
  /** Where the target lies on the canvas: the middle of the safe area. */
  readonly centre: readonly [number, number];

  constructor(state: CameraState, opening: Opening, viewport: Viewport) {
    const [sa, ca] = [Math.sin(radians(state.azimuth)), Math.cos(radians(state.azimuth))];
    const [se, ce] = [Math.sin(radians(state.elevation)), Math.cos(radians(state.elevation))];
    const { safeArea, width, height } = viewport;
    this.state = state;
    this.viewport = viewport;
    this.flat = opening.kind === "flat";
    this.right = [ca, 0, -sa];
    this.up = [-sa * se, ce, -ca * se];
    this.forward = [-sa * ce, -se, -ca * ce];
    this.distance = distanceOf(state.span, opening);
    this.unit = height / state.span;
    this.centre = [(width + safeArea.left - safeArea.right) / 2, (height + safeArea.top - safeArea.bottom) / 2];
  }

  get perspective(): boolean {
    return Number.isFinite(this.distance);
  }

  /** Where the eye stands; far back on the axis without perspective. */
  get eye(): Vector {
    return add(this.state.target, times(this.forward, -(this.perspective ? this.distance : 1000)));
  }

  #depth(offset: Vector): number {
    return this.perspective ? 1 + dot(offset, this.forward) / this.distance : 1;
  }

  project(point: Vector): Projected {
    const offset = subtract(point, this.state.target);
    const w = this.#depth(offset);
    const scale = this.unit / w;
    return { x: this.centre[0] + dot(offset, this.right) * scale, y: this.centre[1] - dot(offset, this.up) * scale, w };
  }

  /** How many CSS pixels a unit takes that faces the viewer there. */
  unitAt(point: Vector): number {
    return this.unit / this.#depth(subtract(point, this.state.target));
  }

  /** The ray through a point of the canvas. */
  ray(x: number, y: number): { origin: Vector; direction: Vector } {
    const across = times(this.right, (x - this.centre[0]) / this.unit);
    const onPlane = add(add(this.state.target, across), times(this.up, (this.centre[1] - y) / this.unit));
    if (this.perspective) return { origin: this.eye, direction: subtract(onPlane, this.eye) };
    return { origin: add(onPlane, times(this.forward, -1000)), direction: this.forward };
  }

  /** World to clip space, column by column; w is the depth over the target's. */
  matrix(): readonly number[] {
    const { width, height } = this.viewport;
    const [sx, sy] = [(2 * this.unit) / width, (2 * this.unit) / height];
    const [cx, cy] = [(2 * this.centre[0]) / width - 1, 1 - (2 * this.centre[1]) / height];
    const depth = this.perspective ? times(this.forward, 1 / this.distance) : ([0, 0, 0] as const);
    const columns = [0, 1, 2].flatMap((axis) => {
      const d = depth[axis];
      return [sx * this.right[axis] + cx * d, sy * this.up[axis] + cy * d, 0.5 * d, d];
    });
    const { target } = this.state;
    const row = (r: number): number => -[0, 1, 2].reduce((sum, axis) => sum + columns[axis * 4 + r] * target[axis], 0);
    return [...columns, row(0) + cx, row(1) + cy, row(2) + 0.5, row(3) + 1];
  }
}

const distanceOf = (span: number, opening: Opening): number =>
  opening.kind === "flat" || opening.fieldOfView === 0
    ? Number.POSITIVE_INFINITY
    : span / 2 / Math.tan(radians(opening.fieldOfView) / 2);
