/** World paths as pixels: projected, corners rounded, ends kept off the cells, measured along the way. */
import type { Vector } from "../story/picture";
import { add, dot, lengthOf, mix, subtract, times } from "./vector";
import type { Point } from "./stroke";
import type { View } from "./view";

const cornerRadius = 12;
const piecesPerCorner = 5;
const piecesPerArc = 20;
/** How high an arc lifts, as a share of its length. */
const lift = 0.35;

/** A polyline in device pixels, with the distance of each point from the start. */
export interface Path {
  readonly points: readonly Point[];
  readonly at: readonly number[];
  readonly length: number;
}

const between = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);
const towards = (a: Point, b: Point, share: number): Point => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
];

export function measure(points: readonly Point[]): Path {
  const at = [0];
  for (let i = 1; i < points.length; i++) at.push(at[i - 1] + between(points[i - 1], points[i]));
  return { points, at, length: at.at(-1) ?? 0 };
}

/**
 * Which way an arc lifts, as long as what it spans: towards the eye; without perspective that would not be seen, and it
 * lifts across its way instead, upwards.
 */
function liftOf(way: Vector, view: View): Vector {
  if (view.perspective) return times(view.forward, -lengthOf(way));
  const [across, up] = [dot(way, view.right), dot(way, view.up)];
  const sign = across < 0 ? -1 : 1;
  return add(times(view.right, -sign * up), times(view.up, sign * across));
}

/** A quadratic arc between the ends. */
export function arcOf(points: readonly Vector[], view: View): Vector[] {
  const [start, end] = [points[0], points[points.length - 1]];
  const peak = add(mix(start, end, 0.5), times(liftOf(subtract(end, start), view), 2 * lift));
  return Array.from({ length: piecesPerArc + 1 }, (_, i) => {
    const t = i / piecesPerArc;
    return mix(mix(start, peak, t), mix(peak, end, t), t);
  });
}

export function projected(points: readonly Vector[], view: View): Point[] {
  const ratio = view.viewport.pixelRatio;
  return points.map((point) => {
    const { x, y } = view.project(point);
    return [x * ratio, y * ratio];
  });
}

/** Replaces each corner by a curve that leaves both sides at the same distance from it. */
export function rounded(points: readonly Point[], ratio: number): Point[] {
  const inner = points.slice(1, -1).flatMap((corner, i) => {
    const [before, after] = [points[i], points[i + 2]];
    const [a, b] = [between(before, corner), between(corner, after)];
    const reach = Math.min(cornerRadius * ratio, a / 2, b / 2);
    if (reach < 0.5) return [corner];
    const [from, to] = [towards(corner, before, reach / a), towards(corner, after, reach / b)];
    return Array.from({ length: piecesPerCorner + 1 }, (_, k) => {
      const t = k / piecesPerCorner;
      return towards(towards(from, corner, t), towards(corner, to, t), t);
    });
  });
  return [points[0], ...inner, points[points.length - 1]];
}

/** The point at a distance along a path, and the direction there. */
export function along(path: Path, distance: number): { point: Point; direction: Point } {
  const last = path.points.length - 1;
  const found = path.at.findIndex((at) => at > distance);
  const i = Math.min(last, Math.max(1, found === -1 ? last : found));
  const [a, b] = [path.points[i - 1], path.points[i]];
  const size = between(a, b) || 1;
  const share = Math.min(1, Math.max(0, (distance - path.at[i - 1]) / size));
  return { point: towards(a, b, share), direction: [(b[0] - a[0]) / size, (b[1] - a[1]) / size] };
}

/** The part of a path between two distances. */
export function cut(path: Path, from: number, to: number): Path {
  if (to - from < 0.5) return path;
  const inside = path.points.filter((_, i) => path.at[i] > from && path.at[i] < to);
  return measure([along(path, from).point, ...inside, along(path, to).point]);
}
