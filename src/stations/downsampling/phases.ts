/** What station 9 plays: both branches at the same output, both ways back at once, and what a moved image changes. */
import type { Tensor } from "../../core/graph";
import { grouped } from "../../core/numeral";
import { allCells, atOnce, cellsAt } from "../../story/act";
import type { Act, CellRef, FlowPath, Now, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import { gradientOf } from "./blocks";
import { fieldCells, fieldCentre, fieldsOf, fieldText, type Field } from "./counts";
import type { Model } from "./model";
import { outputCell } from "./picture";
import { at, outputAt, rightOf, type Branch, type Column } from "./places";
import { halved, seen } from "./sizes";
import { changeText, countNonzero, poolName, shiftOf } from "./words";

export const phases = (m: Model): readonly Phase[] => [
  { name: "halve", current: "data", acts: [halving(m)] },
  { name: "back", current: "gradient", acts: [sendingBack(m)] },
  { name: "shift", current: "data", acts: [moving(m)] },
];

const once = { iteration: 0, micros: 1 } as const;
/** The taps of a window. */
const taps = 9;

// ── forward ─────────────────────────────────────────────────────────────────

const window = (tensor: Tensor, field: Field, moment: number): readonly CellRef[] =>
  cellsAt(tensor, fieldCells(field, ...outputCell(moment)));

/** Every output is made in both branches at once. */
function halving(m: Model): Act {
  const { map, ...images } = fieldsOf(m);
  return {
    ...once,
    step: m.forward,
    current: "data",
    moments: halved * halved,
    micros: taps,
    unit: "output cell",
    lit: (moment) => [...window(m.xA, images.A, moment), ...window(m.x, images.B, moment), ...window(m.f, map, moment)],
    writes: (moment) => [...cellsAt(m.yA, [moment]), ...cellsAt(m.yB, [moment])],
    flows: (moment) => forwardFlows(m, moment),
    say: (moment) => ({
      main: `Output [${outputCell(moment).join(", ")}] in both branches.`,
      quiet: `Above one window of ${fieldText(images.A)} pixels; below the ${poolName(m)} over ${fieldText(map)} of them: ${fieldText(images.B)} pixels.`,
    }),
    whole: {
      main: "Above skips windows; below pools a full map.",
      quiet: "Both keep a quarter of the cells: too few for stripes finer than 4 pixels.",
    },
  };
}

/** A number on its way to the right, for that part of its moment. */
const flow = (carries: CellRef, points: readonly Vector[], [start, end]: readonly [number, number]): FlowPath => ({
  points,
  current: "data",
  carries,
  seen: "moving",
  start,
  end,
});

/** Level ways: every sheet shows the same place at the same height. */
function forwardFlows(m: Model, moment: number): FlowPath[] {
  const fields = fieldsOf(m);
  const [row, column] = outputCell(moment);
  const from = (branch: Branch, place: Column, field: Field): Vector => {
    const [, x] = fieldCentre(field, row, column);
    return at(branch, place, 2 * row + 0.5, Math.min(x + field.columns / 2, seen - 0.5));
  };
  const to = (branch: Branch): Vector => {
    const [x, y, z] = outputAt(branch, "output", row, column);
    return [x - 1, y, z];
  };
  const into = at("B", "between", 2 * row + 0.5, 2 * column - 0.5);
  const first: CellRef = { tensor: m.f, at: 2 * row * seen + 2 * column };
  return [
    flow({ tensor: m.yA, at: moment }, [from("A", "image", fields.A), to("A")], [0.1, 0.85]),
    flow(first, [from("B", "image", fields.B), into], [0.1, 0.45]),
    flow({ tensor: m.yB, at: moment }, [from("B", "between", fields.map), to("B")], [0.5, 0.85]),
  ];
}

// ── backward ────────────────────────────────────────────────────────────────

/** Between the sheets of a branch, from right to left. */
function gapFlow(branch: Branch, [from, to]: readonly [Column, Column], carries: CellRef, start: number): FlowPath {
  const middle = seen / 2 - 0.5;
  return {
    points: [at(branch, from, middle, -1), rightOf(branch, to, middle)],
    current: "gradient",
    carries,
    start,
    end: start + 0.35,
  };
}

function sendingBack(m: Model): Act {
  const middle = (halved / 2) * halved + halved / 2;
  const sent: CellRef = { tensor: m.dy, at: middle };
  return {
    ...once,
    step: m.backward,
    current: "gradient",
    moments: 1,
    unit: "all at once",
    lit: () => [],
    writes: () => [...allCells(m.dxA), ...allCells(m.df), ...allCells(m.dxB)],
    flows: () => [
      gapFlow("A", ["output", "image"], sent, 0.1),
      gapFlow("B", ["output", "between"], sent, 0.1),
      gapFlow("B", ["between", "image"], sent, 0.5),
    ],
    say: (_, now) => backCaption(m, now),
  };
}

function backCaption(m: Model, { results }: Now): ReturnType<Act["say"]> {
  const main = "Both are sent the same gradient.";
  if (!results.ready) return { main };
  const [above, below] = (["A", "B"] as const).map((branch) => countNonzero(gradientOf(m, branch), results));
  return {
    main,
    quiet: `Of ${grouped(seen * seen)} pixels, ${grouped(above)} are given any of it above, ${grouped(below)} below.`,
  };
}

// ── the image moves ─────────────────────────────────────────────────────────

function moving(m: Model): Act {
  return atOnce({
    step: m.shifting,
    unit: "difference",
    writes: () => [...allCells(m.A.difference), ...allCells(m.B.difference)],
    say: (_, now) => movingCaption(m, now),
  });
}

function movingCaption(m: Model, { results }: Now): ReturnType<Act["say"]> {
  if (!results.ready) return { main: "The image moves right." };
  const shift = shiftOf(m, results);
  const [above, below] = (["A", "B"] as const).map((branch) => changeText(m, branch, shift, results));
  return {
    main: `The image has moved right by ${shift} ${shift === 1 ? "pixel" : "pixels"}.`,
    quiet: `Besides moving along, the output has changed by ${above} above and ${below} below.`,
  };
}
