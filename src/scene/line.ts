/** Lines and boxes that stand still, as the drawings take them. */
import type { Box, Line, Token } from "../story/picture";
import type { Frame } from "../story/score";
import { clear, type Plate } from "./box";
import { measure, projected } from "./path";
import { layer, type Piece } from "./stroke";
import type { Rgba, Theme } from "./theme";
import { mix } from "./vector";
import type { View } from "./view";

const dashes = { none: 0, dashed: 1, dotted: 2 } as const;

function coloured(theme: Theme, token: Token | undefined, opacity = 1): Rgba {
  if (!token) return clear;
  const [r, g, b, a] = theme[token];
  return [r, g, b, a * opacity];
}

/** The pieces of a line. */
export function linePieces(line: Line, view: View, theme: Theme): Piece[] {
  const { points, at } = measure(projected(line.points, view));
  const colour = coloured(theme, line.token, line.opacity);
  return points.slice(1).map((to, i) => {
    const from = points[i];
    const size = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    return {
      from,
      to,
      along: [(to[0] - from[0]) / size, (to[1] - from[1]) / size],
      layer: layer.line,
      warm: false,
      dash: dashes[line.dash ?? "none"],
      span: [at[i], at[i + 1], -1, -1],
      colour,
      width: line.width,
      flow: 0,
      gated: false,
      when: 0,
    };
  });
}

/** The share of a moment in which the sources light up, and a frame slides to them. */
const sliding = 0.15;
const smooth = (t: number): number => t * t * (3 - 2 * t);

/** A box where it stands at a frame; undefined where its step neither runs nor rests. */
export function slid(box: Box, frame: Frame, reducedMotion: boolean): Box | undefined {
  const { slides } = box;
  if (!slides) return box;
  if (frame.act?.span.act.step !== slides.step) return undefined;
  const { span, u, moment, resting } = frame.act;
  const centre = slides.centre(moment);
  if (moment === 0 || resting || reducedMotion) return { ...box, centre };
  // Where moments overlap, the next one begins before a slow slide would be over.
  const time = Math.min(sliding * span.rhythm.span, span.rhythm.lag);
  const share = smooth(Math.min(1, Math.max(0, (u - moment * span.rhythm.lag) / time)));
  return { ...box, centre: mix(slides.centre(moment - 1), centre, share) };
}

/** A box in the plane that faces the flat viewer. Its stroke lies half in, half out. */
export function platesOf(box: Box, theme: Theme): Plate {
  const width = box.strokeWidth ?? 1;
  return {
    centre: box.centre,
    right: [1, 0, 0],
    up: [0, 1, 0],
    half: [box.width / 2, box.height / 2],
    radius: box.radius,
    fill: coloured(theme, box.fill, box.opacity),
    line: coloured(theme, box.stroke),
    lineWidth: box.stroke ? width : 0,
    offset: -width / 2,
  };
}

/** Outlines, and boxes above the plane of the cells, are drawn over them; the others under. */
export const isAbove = (box: Box): boolean => box.fill === undefined || box.centre[2] > 0;
