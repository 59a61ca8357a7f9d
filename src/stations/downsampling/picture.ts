/** The picture of station 9: both branches one below the other, with what one output looks at framed in each. */
import type { Box, Line, Picture, Vector } from "../../story/picture";
import { blocks } from "./blocks";
import { fieldCentre, fieldsOf } from "./counts";
import { labels } from "./labels";
import type { Model } from "./model";
import { at, during, outputAt, rightOf, type Branch, type Column } from "./places";
import { halved, seen } from "./sizes";

export const picture = (m: Model): Picture => ({
  blocks: blocks(m),
  lines: streets(m),
  boxes: frames(m),
  labels: labels(m),
  opening: { kind: "flat" },
  legend: ["data", "negative", "gradient"],
});

/** From each sheet to the one that is made of it. */
function streets(m: Model): Line[] {
  const middle = seen / 2 - 0.5;
  const street = (branch: Branch, from: Column, to: Column): Line => ({
    points: [rightOf(branch, from, middle), at(branch, to, middle, -0.5)],
    token: "data",
    width: 1.5,
    opacity: 0.6,
    shown: during(m, "forward"),
  });
  return [street("A", "image", "output"), street("B", "image", "between"), street("B", "between", "output")];
}

/** An output cell by its number. */
export const outputCell = (moment: number): readonly [row: number, column: number] => [
  Math.floor(moment / halved),
  moment % halved,
];

/** How far a frame stands out over what it surrounds. */
const margin = 0.3;

/** What the output under way looks at, framed on every sheet. */
function frames(m: Model): Box[] {
  const fields = fieldsOf(m);
  const frame = (rows: number, columns: number, centre: (moment: number) => Vector): Box => ({
    centre: centre(0),
    width: columns + 2 * margin,
    height: rows + 2 * margin,
    radius: 3,
    stroke: "data",
    strokeWidth: 2.5,
    slides: { step: m.forward, centre },
  });
  const field = (which: keyof typeof fields, branch: Branch, column: Column): Box =>
    frame(fields[which].rows, fields[which].columns, (moment) =>
      at(branch, column, ...fieldCentre(fields[which], ...outputCell(moment))),
    );
  const output = (branch: Branch): Box => frame(2, 2, (moment) => outputAt(branch, "output", ...outputCell(moment)));
  return [field("A", "A", "image"), field("B", "B", "image"), field("map", "B", "between"), output("A"), output("B")];
}
