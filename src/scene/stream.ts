/** Flows: which are shown at a frame, where their heads are, and the pieces they are drawn of. */
import { drawnEvery, isInTurn, momentProgress, type Frame, type Score } from "../story/score";
import type { Act, CellRef, FlowPath } from "../story/picture";
import { along, arcOf, cut, measure, projected, rounded, type Path } from "./path";
import { layer, type Piece, type Point } from "./stroke";
import type { Theme } from "./theme";
import type { View } from "./view";

/** Flows at rest keep their heads here, as a share of the way. */
const restingAt = 0.6;
const mostFlows = 600;
const air = 3;
const trail = 70;

/** A flow on its way: `progress` is the head's share of the way; undefined shows the track alone. */
export interface Flowing {
  readonly path: FlowPath;
  readonly progress: number | undefined;
}
/** A moment of an act, and how far it is. */
export interface UnderWay {
  readonly act: Act;
  readonly moment: number;
  readonly v: number;
  readonly resting: boolean;
}

/** The moments whose flows are in the picture, the newest first. */
export function underWay(frame: Frame, resting: readonly Act[] = []): UnderWay[] {
  const kept = resting
    .filter((act) => act !== frame.act?.span.act)
    .flatMap((act) => Array.from({ length: act.moments }, (_, moment) => ({ act, moment, v: 1, resting: true })));
  return frame.act ? [...runningMoments(frame.act), ...kept] : kept;
}

function runningMoments({ span, u, moment, resting }: NonNullable<Frame["act"]>): UnderWay[] {
  const { act, rhythm } = span;
  const at = (m: number): UnderWay => {
    const v = momentProgress(rhythm, m, u);
    return { act, moment: m, v, resting: resting || (isInTurn(rhythm, act.moments) && v >= 1) };
  };
  if (isInTurn(rhythm, act.moments)) return [at(moment)];
  const every = drawnEvery(act);
  const all = Array.from({ length: Math.floor(moment / every) + 1 }, (_, i) => at(i * every)).toReversed();
  return resting ? all : all.filter(({ v }, i) => (v > 0 && v < 1) || i === 0);
}

/** The acts of this iteration that are over and whose flows stay. */
export const restingActs = (score: Score, frame: Frame): readonly Act[] =>
  score.spans
    .filter(({ act, end }) => act.stays === true && act.iteration === frame.iteration && end <= frame.time)
    .map(({ act }) => act);

const smooth = (t: number): number => t * t * (3 - 2 * t);

function headAt(path: FlowPath, { v, resting }: UnderWay, reducedMotion: boolean): number | undefined {
  if (resting || (reducedMotion && v > 0)) return restingAt;
  const share = Math.min(1, Math.max(0, (v - path.start) / Math.max(path.end - path.start, 1e-6)));
  return share > 0 && share < 1 ? smooth(share) : undefined;
}

type FlowsOf = (act: Act, moment: number) => readonly FlowPath[];

/** The flows of these moments, as many as a picture bears. */
export function flowing(moments: readonly UnderWay[], flowsOf: FlowsOf, reducedMotion: boolean): Flowing[] {
  const shown: Flowing[] = [];
  for (const moment of moments) {
    if (shown.length >= mostFlows) break;
    const hidden = moment.resting ? "moving" : "resting";
    for (const path of flowsOf(moment.act, moment.moment))
      if (path.seen !== hidden) shown.push({ path, progress: headAt(path, moment, reducedMotion) });
  }
  return shown.slice(0, mostFlows);
}

/** Flows that move the same numbers, so that their amounts need not be copied again. */
export const carried = (flows: readonly Flowing[]): CellRef[] => flows.map(({ path }) => path.carries);
/** A flow without a gate is decided by what it carries, which nothing asks for. */
export const gating = (flows: readonly Flowing[]): CellRef[] => flows.map(({ path }) => path.gate?.by ?? path.carries);

function pathOf(flow: FlowPath, view: View): Path {
  const ratio = view.viewport.pixelRatio;
  const points = projected(flow.arc ? arcOf(flow.points, view) : flow.points, view);
  const whole = measure(flow.arc ? points : rounded(points, ratio));
  return cut(
    whole,
    Math.min(air * ratio, whole.length * 0.2),
    whole.length - Math.min(air * ratio, whole.length * 0.2),
  );
}

/** The pieces of all flows, layer by layer, so that no flow's halo cuts another's track. */
export function flowPieces(flows: readonly Flowing[], view: View, theme: Theme): Piece[] {
  const pieces = flows.flatMap((flow, i) => piecesOf(flow, i, view, theme));
  const order = [layer.halo, layer.track, layer.trail, layer.headHalo, layer.head, layer.bar];
  return order.flatMap((kind) => pieces.filter((piece) => piece.layer === kind));
}

type Common = Omit<Piece, "from" | "to" | "along" | "layer" | "span" | "when">;

/** Flows are drawn smaller where the picture is: their widths are meant for cells of 50 pixels. */
const flowScale = (view: View): number => (view.perspective ? 1 : Math.min(1, Math.max(0.55, view.unit / 54)));

/** A way this long, in pixels, bears a head of full size; on a shorter one the head would hide the way. */
const roomy = 70;
const leastShare = 0.72;
const shareOf = (path: Path, view: View): number =>
  flowScale(view) * Math.min(1, Math.max(leastShare, path.length / (roomy * view.viewport.pixelRatio)));

function piecesOf({ path: flow, progress }: Flowing, index: number, view: View, theme: Theme): Piece[] {
  const path = pathOf(flow, view);
  const common: Common = {
    warm: flow.current === "gradient",
    dash: 0,
    colour: theme[flow.current],
    width: shareOf(path, view),
    flow: index,
    gated: flow.gate !== undefined,
  };
  const stop = flow.gate ? flow.gate.stop * path.length : -1;
  const head = progress === undefined ? -1 : progress * path.length;
  if (!flow.gate) return drawn(path, common, head, stop, 0);
  const held = head < 0 ? -1 : Math.min(head, stop - 13 * view.viewport.pixelRatio * common.width);
  const closed = flow.gate.beyond === "nothing" ? upTo(path, stop) : path;
  return [
    ...drawn(path, common, head, stop, 1),
    ...(closed ? drawn(closed, common, held, stop, 2) : []),
    // Behind a stop that stands elsewhere there is no bar of its own.
    ...(stop > 0
      ? [{ ...standing(path, stop), ...common, layer: layer.bar, span: [stop, stop, -1, stop], when: 2 } as const]
      : []),
  ];
}

/** A way as far as its stop; undefined where it stops at once. */
const upTo = (path: Path, stop: number): Path | undefined => (stop > 0.5 ? cut(path, 0, stop) : undefined);

function standing(path: Path, distance: number): Pick<Piece, "from" | "to" | "along"> {
  const { point, direction } = along(path, distance);
  return { from: point, to: point, along: direction };
}

function drawn(path: Path, common: Common, head: number, stop: number, when: Piece["when"]): Piece[] {
  const straight = sides(path).map(({ from, to, start, end }): Piece => {
    const size = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    const direction: Point = [(to[0] - from[0]) / size, (to[1] - from[1]) / size];
    return { ...common, from, to, along: direction, layer: layer.track, span: [start, end, head, stop], when };
  });
  const reached = straight.filter(({ span: [start, end] }) => head >= 0 && start < head && end > head - trail * 3);
  const top = head >= 0 ? [layer.headHalo, layer.head] : [];
  return [
    ...straight.map((piece) => ({ ...piece, layer: layer.halo })),
    ...straight,
    ...reached.map((piece) => ({ ...piece, layer: layer.trail })),
    ...top.map((kind): Piece => ({
      ...common,
      ...standing(path, head),
      layer: kind,
      span: [head, head, head, stop],
      when,
    })),
  ];
}

const sides = ({ points, at }: Path): { from: Point; to: Point; start: number; end: number }[] =>
  points.slice(1).map((to, i) => ({ from: points[i], to, start: at[i], end: at[i + 1] }));
