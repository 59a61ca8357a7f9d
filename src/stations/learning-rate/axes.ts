/** The frame around the curves: its edges, its axes and the numbers on them, which follow the sliders. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Box, Label, Line, Now, Vector } from "../../story/picture";
import { height, roomy, width } from "./stage";

/** A frame's size in world units; its lower left corner is the origin. */
interface Size {
  readonly width: number;
  readonly height: number;
}
const usual: Size = { width, height };

/** The frame itself. */
export const frameAround = (size: Size = usual): Box => ({
  centre: [size.width / 2, size.height / 2, 0],
  ...size,
  radius: 2,
  stroke: "line",
  strokeWidth: 1,
});

/** Keeps room for the line above the frame, whose words come with the numbers. */
export const headroom: Box = { centre: [width / 2, height + 0.5, 0], width, height: 1, radius: 0 };

/** A hairline across the frame at a share of its height, or up at a share of its width. */
export const axisLine = (along: "across" | "up", share: number): Line => {
  const points: readonly Vector[] =
    along === "across"
      ? [
          [0, share * height, 0],
          [width, share * height, 0],
        ]
      : [
          [share * width, 0, 0],
          [share * width, height, 0],
        ];
  return { points, token: "line", width: 1 };
};

/** The number at a share of an axis, rounded to what a reader takes in. */
const numberAt = (limits: Tensor, { results }: Now, first: 0 | 2, share: number): string | undefined => {
  if (!results.ready) return undefined;
  const [from, to] = [results.value(limits, first), results.value(limits, first + 1)];
  const number = from + (to - from) * share;
  return format(Math.abs(number) < Math.abs(to - from) * 1e-6 ? 0 : Number(number.toPrecision(3)));
};

/** Numbers under the frame at shares of its width. */
export const ticksAcross = (limits: Tensor, shares: readonly number[], size = usual): Label[] =>
  shares.map((share) => ({
    id: `across ${share}`,
    at: [share * size.width, -0.35, 0],
    anchor: "centre",
    kind: "axis",
    text: (now) => numberAt(limits, now, 0, share),
  }));

/** Numbers left of the frame at shares of its height. */
export const ticksUp = (limits: Tensor, shares: readonly number[], size = usual): Label[] =>
  shares.map((share) => ({
    id: `up ${share}`,
    at: [-0.25, share * size.height, 0],
    anchor: "right",
    kind: "axis",
    text: (now) => numberAt(limits, now, 2, share),
  }));

/** What the axes stand for: beside the right end of the one, and beside the upper end of the other. */
export const axisNames = (across: string, up: string, upAt: number, size = usual): Label[] => [
  {
    id: "name across",
    // Clear of the last number under the frame, however small a unit is.
    at: [size.width, 0.7, 0],
    anchor: "left",
    offset: [10, 0],
    kind: "tensor",
    text: `$${across}$`,
  },
  { id: "name up", at: [-0.25, upAt * size.height, 0], anchor: "right", kind: "tensor", text: `$${up}$` },
];

/** What is said once there are numbers. */
const text = (say: (now: Now) => string) => (now: Now) => (now.results.ready ? say(now) : "…");

/** A line above the frame: mathematics at its left, words at its right; only the mathematics where there is little room. */
export function headline(
  formula: (now: Now) => string,
  words: (now: Now) => string,
  short: (now: Now) => string,
): Label[] {
  const y = height + 0.55;
  return [
    { id: "headline", at: [0, y, 0], anchor: "left", kind: "capsule", least: roomy, text: text(formula) },
    { id: "headline in words", at: [width, y, 0], anchor: "right", kind: "strong", least: roomy, text: text(words) },
    {
      id: "headline in short",
      at: [width / 2, y, 0],
      anchor: "centre",
      kind: "strong",
      most: roomy,
      text: text(short),
    },
  ];
}
