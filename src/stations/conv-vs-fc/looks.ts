/** The looks: the dense map as a square, its corner ten times closer in the next, and the convolution where it can be seen. */
import { grouped } from "../../core/numeral";
import { plus } from "../../story/layout";
import type { Box, Label, Line, Trace, Vector } from "../../story/picture";
import { ratioOf, wholeOf } from "./counts";
import type { Model } from "./model";
import { besideLooks, leadsRight, lookCorner, lookSide } from "./places";
import { discerning, looking } from "./stages";
import { convolutionSide, lastLook, lengthText, mostLooks, sideOf } from "./zoom";

const middle = (look: number): Vector => plus(lookCorner(look), [lookSide / 2, lookSide / 2, 0]);

/** The dense map fills every look; the corner that the next look enlarges is framed. */
export function lookBoxes(m: Model, look: number): Box[] {
  const part = lookSide / 10;
  const corner = plus(lookCorner(look), [lookSide, 0, 0]);
  return [
    {
      centre: middle(look),
      width: lookSide,
      height: lookSide,
      radius: 3,
      fill: "blocked-soft",
      stroke: "line-control",
      strokeWidth: 1,
      shown: looking(m, look),
    },
    {
      centre: plus(corner, [-part / 2, part / 2, 0]),
      width: part,
      height: part,
      radius: 0,
      fill: "surface-canvas",
      stroke: "text",
      strokeWidth: 1.5,
      shown: look + 1 < mostLooks ? looking(m, look + 1) : () => false,
    },
  ];
}

/** From the framed corner to the next look. */
export function closerLines(m: Model, look: number): Line[] {
  if (look + 1 >= mostLooks || !leadsRight(look)) return [];
  const part = lookSide / 10;
  const from = plus(lookCorner(look), [lookSide, 0, 0]);
  const to = lookCorner(look + 1);
  const line = (up: number): Line => ({
    points: [plus(from, [0, part * up, 0]), plus(to, [0, lookSide * up, 0])],
    token: "text-quiet",
    width: 1,
    dash: "dashed",
    shown: looking(m, look + 1),
  });
  return [line(0), line(1)];
}

/** The convolution's square in a look, filled by a line to and fro. */
export const convolutionSquare = (m: Model, look: number): Trace => ({
  id: `convolution in look ${look}`,
  x: { tensor: m.zoom.x, first: 0, stride: 1 },
  y: { tensor: m.zoom.y, first: 0, stride: 1 },
  points: m.zoom.points,
  frame: {
    left: lookCorner(look)[0],
    bottom: lookCorner(look)[1],
    width: lookSide,
    height: lookSide,
    limits: m.zoom.looks[look],
  },
  drawn: "line",
  token: "data",
  width: 3,
  shown: discerning(m, look),
});

/** How wide a look is, and under the last one, how wide the convolution. */
export function lookLabels(m: Model, look: number): Label[] {
  const label = (id: string, down: number, text: Label["text"]): Label => ({
    id: `${id} ${look}`,
    at: plus(lookCorner(look), [lookSide / 2, 0, 0]),
    anchor: "centre",
    offset: [0, down],
    kind: "note",
    shown: looking(m, look),
    text,
  });
  return [
    label("look", 15, ({ results }) => (results.ready ? lengthText(sideOf(m.counts, results, look)) : undefined)),
    {
      ...label("convolution in look", 35, ({ results }) =>
        results.ready && look === lastLook(m.counts, results)
          ? `blue: ${lengthText(convolutionSide(m.counts, results))}`
          : undefined,
      ),
      hue: "data",
    },
  ];
}

/** How many times as many, once all looks are taken. */
export function ratioLabels(m: Model): Label[] {
  const shown = looking(m, 0);
  return [
    {
      id: "ratio",
      at: besideLooks,
      anchor: "left",
      kind: "count",
      shown,
      text: ({ results }) => (results.ready ? `× ${grouped(ratioOf(wholeOf(m.counts, results)))}` : undefined),
    },
    {
      id: "ratio in words",
      at: besideLooks,
      anchor: "left",
      offset: [0, 27],
      kind: "note",
      least: 26,
      shown,
      text: "dense weights for each weight of the convolution",
    },
  ];
}
