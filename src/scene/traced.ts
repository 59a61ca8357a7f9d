/** A trace as it stands in a picture: what it reads from a program, and how far time has let it come. */
import type { Now, Picture, Run, Trace, Vector } from "../story/picture";
import type { Frame } from "../story/score";
import { setInstances } from "./quads";
import type { Numbers } from "./shown";
import type { Theme } from "./theme";
import { traceRow, type TraceDrawing, type TraceKind } from "./trace";
import { add } from "./vector";
import type { View } from "./view";

const dashes = { none: 0, dashed: 1, dotted: 2 } as const;
/** Straight pieces of an arc and its head, as `shaders/scene-trace.wgsl` counts them. */
const piecesOfArc = 13;

/** What draws it. */
export const traceKindOf = ({ drawn, dash }: Trace): TraceKind => (drawn === "line" && dash ? "dashed" : drawn);

function instancesOf({ drawn, points }: Trace): number {
  switch (drawn) {
    case "line":
      return points - 1;
    case "dots":
      return points;
    case "steps":
      return piecesOfArc * (points - 1);
    case "ball":
      return 1;
  }
}

/** The part of a moment in which something is on its way to the next point. */
const leaves = 0.1;
const lands = 0.9;
const smooth = (t: number): number => t * t * (3 - 2 * t);

/**
 * How many steps from the first point are done at a frame, the present one as a share. Where moments overlap, each begins
 * when the one before has landed.
 */
export function stepsDone({ arrival, points }: Trace, frame: Frame, reducedMotion: boolean): number {
  const all = points - 1;
  const played = arrival && frame.progress.get(arrival);
  if (!played || played.u >= 1) return all;
  const { lag, span } = played.rhythm;
  const landing = (moment: number): number => moment * lag + lands * span;
  const over = lag === 0 ? 0 : Math.floor((played.u - landing(0)) / lag + 1e-6) + 1;
  const moment = Math.max(0, over);
  if (moment >= all) return all;
  const start = moment === 0 ? leaves * span : Math.max(moment * lag + leaves * span, landing(moment - 1));
  const share = Math.min(1, Math.max(0, (played.u - start) / (landing(moment) - start)));
  return moment + (reducedMotion || share > 1 - 1e-6 ? Math.floor(share + 1e-6) : smooth(share));
}

/** Discs and heads are drawn smaller where the picture is: their widths are meant for units of so many pixels and more. */
const roomy = 36;
const sizeIn = (view: View): number => Math.min(1, Math.max(0.6, view.unit / roomy));

/** Whether a ball goes the way of arcs: another trace of the same points draws them. */
const hops = (ball: Trace, traces: readonly Trace[]): boolean =>
  traces.some(({ drawn, x, y }) => drawn === "steps" && sameRun(x, ball.x) && sameRun(y, ball.y));

const isWhole = ({ tensor }: Run): number => Number(tensor.type === "index");
const sameRun = (a: Run, b: Run): boolean => a.tensor === b.tensor && a.first === b.first && a.stride === b.stride;

export class ShownTrace {
  readonly trace: Trace;
  readonly drawing: TraceDrawing;
  readonly #numbers: Numbers;
  readonly #hops: boolean;

  constructor(trace: Trace, drawing: TraceDrawing, numbers: Numbers, { traces = [] }: Picture) {
    this.trace = trace;
    this.drawing = drawing;
    this.#numbers = numbers;
    this.#hops = trace.drawn === "ball" && hops(trace, traces);
    const [x, y, limits] = this.buffers;
    drawing.x.show(x);
    drawing.y.show(y);
    drawing.limits.show(limits);
    this.#place();
  }

  /** The buffers that it reads: across, up, limits. */
  get buffers(): readonly GPUBuffer[] {
    const { x, y, frame } = this.trace;
    return [x.tensor, y.tensor, frame.limits].map((tensor) => this.#numbers.buffer(tensor));
  }

  #place(): void {
    const { x, y, frame, width, dash = "none" } = this.trace;
    const { table } = this.drawing;
    table[traceRow.cells].set(x.first, x.stride, y.first, y.stride);
    table[traceRow.style].set(width, dashes[dash], Number(this.#hops), frame.height / frame.width);
    const logarithms = [frame.across, frame.up].map((axis) => Number(axis === "logarithm"));
    table[traceRow.axes].fromArray([...logarithms, isWhole(x), isWhole(y)]);
  }

  setTheme(theme: Theme): void {
    this.drawing.table[traceRow.colour].set(...theme[this.trace.token]);
  }

  /** Sets what depends on time, and on where the frame lies on the canvas. */
  setTime(frame: Frame, now: Now, view: View, reducedMotion: boolean): void {
    const { trace, drawing } = this;
    drawing.table[traceRow.time].set(trace.points, stepsDone(trace, frame, reducedMotion), sizeIn(view), 0);
    this.#lay(view);
    const visible = trace.shown?.(now) ?? true;
    setInstances(drawing.mesh, visible ? Math.max(0, instancesOf(trace)) : 0);
  }

  /** Where a share of the frame lies in device pixels: three of its corners, each times its depth. */
  #lay(view: View): void {
    const { left, bottom, width, height } = this.trace.frame;
    const { table } = this.drawing;
    const origin: Vector = [left, bottom, 0];
    const [base, right, top] = [origin, add(origin, [width, 0, 0]), add(origin, [0, height, 0])].map((corner) => {
      const { x, y, w } = view.project(corner);
      const { pixelRatio } = view.viewport;
      return [x * w * pixelRatio, y * w * pixelRatio, w];
    });
    const from = (corner: readonly number[]): number[] => corner.map((part, axis) => part - base[axis]);
    table[traceRow.base].fromArray([...base, 0]);
    table[traceRow.across].fromArray([...from(right), 0]);
    table[traceRow.up].fromArray([...from(top), 0]);
  }

  /** The corners of its frame. */
  get corners(): readonly Vector[] {
    const { left, bottom, width, height } = this.trace.frame;
    return [left, left + width].flatMap((x) => [bottom, bottom + height].map((y): Vector => [x, y, 0]));
  }
}
