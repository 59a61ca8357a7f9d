/** The marks of the scene, small: for the legend and the help. */
import type { LegendMark } from "../story/picture";
import { draw, uniqueId } from "./dom";

export type Mark = LegendMark | "NaN" | "infinite" | "pinned" | "not computed";

export const markNames: Readonly<Record<Mark, { readonly label: string; readonly more?: string }>> = {
  data: { label: "data" },
  gradient: { label: "gradient" },
  negative: { label: "negative", more: "data" },
  "negative gradient": { label: "negative", more: "gradient" },
  blocked: { label: "blocked" },
  "is zero": { label: "is 0 now" },
  "always zero": { label: "always 0" },
  winner: { label: "winner" },
  tied: { label: "tied, not taken" },
  lost: { label: "lost" },
  padding: { label: "padding" },
  unread: { label: "unread" },
  NaN: { label: "NaN" },
  infinite: { label: "+∞, −∞" },
  pinned: { label: "pinned" },
  "not computed": { label: "not yet" },
};

const path = (d: string, rest: Readonly<Record<string, string | number>>): SVGElement =>
  draw("path", { d, fill: "none", ...rest });
const track = (d: string, hue: string): SVGElement =>
  path(d, { stroke: `var(--${hue})`, "stroke-width": 2.5, "stroke-opacity": 0.5 });
const square = (rest: Readonly<Record<string, string | number>>): SVGElement =>
  draw("rect", { x: 8.5, y: 0.5, width: 13, height: 13, rx: 2, ...rest });
const disc = (rest: Readonly<Record<string, string | number>>): SVGElement =>
  draw("circle", { cx: 22, cy: 7, ...rest });
const bar = (y: number, colour: string): SVGElement =>
  draw("rect", { x: 8.5, y, width: 13, height: 3, fill: `var(--${colour})` });

const hollow = "var(--surface-raised)";
const head = "M2 7L12 1.5L9.5 7L12 12.5Z";

const drawings: Readonly<Record<Mark, () => readonly SVGElement[]>> = {
  data: () => [track("M1 7H20", "data"), disc({ r: 5, fill: "var(--data)" })],
  negative: () => [track("M1 7H17", "data"), disc({ r: 4.5, fill: hollow, stroke: "var(--data)", "stroke-width": 2 })],
  gradient: () => [track("M29 7H10", "gradient"), path(head, { fill: "var(--gradient)" })],
  "negative gradient": () => [
    track("M29 7H11", "gradient"),
    path(head, { fill: hollow, stroke: "var(--gradient)", "stroke-width": 1.8, "stroke-linejoin": "round" }),
  ],
  blocked: () => [
    path("M29 7H10", { stroke: "var(--blocked)", "stroke-width": 2, "stroke-dasharray": "4 3" }),
    path("M8 1.5V12.5", { stroke: "var(--blocked)", "stroke-width": 3 }),
  ],
  "is zero": () => [square({ fill: "var(--value-zero)", stroke: "var(--value-edge)" })],
  "always zero": hatch,
  winner: () => [
    square({ fill: "var(--value-plus-4)", stroke: "var(--data)", "stroke-width": 2 }),
    path("M9.5 1.5H15L9.5 7Z", { fill: "var(--text)" }),
  ],
  tied: () => [
    square({ fill: "var(--value-plus-2)", stroke: "var(--text)", "stroke-width": 2, "stroke-dasharray": "3 2" }),
  ],
  lost: () => [square({ fill: "var(--value-plus-2)", "fill-opacity": 0.35, stroke: "var(--value-edge)" })],
  padding: () => [square({ fill: "none", stroke: "var(--line-control)", "stroke-dasharray": "1.5 2" })],
  unread: () => [
    square({ fill: "var(--value-plus-2)", "fill-opacity": 0.35, stroke: "var(--value-edge)" }),
    path("M8.5 14V13M8.5 13.5H21.5", { stroke: "var(--line-control)", "stroke-dasharray": "1.5 2" }),
  ],
  NaN: () => [
    square({ fill: "var(--value-special)" }),
    path("M11 3L19 11M19 3L11 11", { stroke: "var(--value-special-ink)", "stroke-width": 1.8 }),
  ],
  infinite: () => [square({ fill: "var(--value-special)" }), bar(0.5, "value-plus-5"), bar(10.5, "value-minus-5")],
  pinned: () => [square({ fill: "var(--value-plus-2)", stroke: "var(--text)", "stroke-width": 2.5 })],
  "not computed": () => [square({ fill: "none", stroke: "var(--line-control)" })],
};

function hatch(): SVGElement[] {
  const id = uniqueId("hatch");
  const line = draw("line", { x1: 0, y1: 0, x2: 0, y2: 6, stroke: "var(--value-hatch)", "stroke-width": 1.3 });
  const turned = { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const box = { x: 8, y: 0, width: 14, height: 14, rx: 2, fill: `url(#${id})` };
  return [draw("defs", {}, draw("pattern", turned, line)), draw("rect", box)];
}

/** A square of a colour, as large as a mark. */
export const drawSwatch = (token: string): SVGElement =>
  draw(
    "svg",
    { width: 30, height: 14, viewBox: "0 0 30 14", "aria-hidden": "true" },
    square({ fill: `var(--${token})` }),
  );

/** One mark, 30 × 14. */
export const drawMark = (mark: Mark): SVGElement =>
  draw("svg", { width: 30, height: 14, viewBox: "0 0 30 14", "aria-hidden": "true" }, ...drawings[mark]());
