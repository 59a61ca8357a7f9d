/** The words of station 9: what each row does, the names of its sheets, and what is measured of them. */
import type { Tensor } from "../../core/graph";
import { grouped } from "../../core/numeral";
import { nameLabel } from "../../story/layout";
import type { Label, Now } from "../../story/picture";
import { gradientOf, outputOf } from "./blocks";
import { fieldsOf, fieldText } from "./counts";
import type { Model } from "./model";
import { corners, during, rightOf, turnOf, type Branch, type Column, type Turn } from "./places";
import { seen } from "./sizes";
import { branchName, changeText, contrastText, countNonzero, shiftOf } from "./words";

export const labels = (m: Model): Label[] =>
  (["A", "B"] as const).flatMap((branch) => [...headings(m, branch), ...names(m, branch), ...measures(m, branch)]);

// ── what a row does ─────────────────────────────────────────────────────────

function headings(m: Model, branch: Branch): Label[] {
  const field = fieldText(fieldsOf(m)[branch]);
  return [
    {
      id: `title ${branch}`,
      at: corners(branch, "image").top,
      anchor: "left",
      offset: [0, -13],
      kind: "strong",
      hue: "data",
      text: branchName(m, branch),
    },
    {
      id: `field ${branch}`,
      at: rightOf(branch, "output", -0.5),
      anchor: "right",
      offset: [0, -13],
      kind: "note",
      least: roomy,
      text: (now) => (turnOf(m, now) === "forward" ? `one output looks at ${field} pixels` : undefined),
    },
  ];
}

/** From this many pixels a unit on there is room for more than names. */
const roomy = 2.8;

// ── names ───────────────────────────────────────────────────────────────────

function names(m: Model, branch: Branch): Label[] {
  const name = (column: Column, tensor: Tensor, turn: Turn): Label => ({
    ...nameLabel(
      tensor,
      corners(branch, column).bottom,
      "left",
      turn === "backward" ? "gradient" : "data",
      [0, 14],
      during(m, turn),
    ),
    id: `name ${branch} ${column} ${turn}`,
    least: roomy,
  });
  const output = outputOf(m, branch);
  return [
    name("image", m.x, "forward"),
    name("output", output, "forward"),
    name("image", gradientOf(m, branch), "backward"),
    name("output", m.dy, "backward"),
    name("image", m.x, "shift"),
    name("between", m[branch].difference, "shift"),
    name("output", output, "shift"),
    ...(branch === "B" ? [name("between", m.f, "forward"), name("between", m.df, "backward")] : [gapLabel(m)]),
  ];
}

/** Where the other branch has a map, this one has none. */
const gapLabel = (m: Model): Label => ({
  id: "no map",
  at: [corners("A", "between").top[0] + seen / 2, corners("A", "between").top[1] - seen / 2, 0],
  anchor: "centre",
  offset: [0, 22],
  kind: "note",
  least: roomy,
  text: (now) =>
    turnOf(m, now) === "forward" ? "no map in between" : turnOf(m, now) === "backward" ? "straight back" : undefined,
});

// ── what is measured ────────────────────────────────────────────────────────

function measures(m: Model, branch: Branch): Label[] {
  const measure = (id: string, column: Column, text: (now: Now) => string): Label => ({
    id: `${id} ${branch}`,
    at: rightOf(branch, column, seen - 0.5),
    anchor: "right",
    offset: [0, 14],
    kind: "note",
    least: roomy,
    text: (now) => (now.results.ready ? text(now) : undefined),
  });
  const inTurn = (turn: Turn, { text, ...label }: Label): Label => ({
    ...label,
    text: (now) => (turnOf(m, now) === turn && typeof text === "function" ? text(now) : undefined),
  });
  return [
    inTurn(
      "forward",
      measure("contrast", "output", ({ results }) => `contrast left: ${contrastText(m, branch, results)}`),
    ),
    inTurn(
      "backward",
      measure("given", "image", ({ results }) => givenText(countNonzero(gradientOf(m, branch), results))),
    ),
    inTurn(
      "shift",
      measure("moved", "image", (now) => movedText(shiftOf(m, now.results))),
    ),
    inTurn(
      "shift",
      measure("change", "between", (now) => `change: ${changeText(m, branch, shiftOf(m, now.results), now.results)}`),
    ),
  ];
}

const givenText = (given: number): string => `${grouped(given)} of ${grouped(seen * seen)} not 0`;

const movedText = (shift: number): string => `moved by ${shift} ${shift === 1 ? "pixel" : "pixels"}`;
