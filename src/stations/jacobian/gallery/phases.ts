/** What is played: each output from what it reads, each input's gradient from the outputs that read it, then the long way. */
import { formulasOf, operandsOf, type Tensor } from "../../../core/graph";
import { leaves } from "../../../core/leaves";
import { unravel } from "../../../core/shape";
import { cellShare, centre, plus } from "../../../story/layout";
import type { Act, Block, CellRef, FlowPath, Vector } from "../../../story/picture";
import type { Phase } from "../../../story/score";
import type { Shown } from "./model";
import { blocks } from "./picture";
import { indexText, placesOf } from "./places";

const half = cellShare / 2;

/** The cells of the drawn inputs that output r reads. */
function readBy(m: Shown, r: number): readonly CellRef[] {
  const [output] = Object.entries(m.node.outputs).find(([, tensor]) => tensor === m.y)!;
  const operands = operandsOf(m.node);
  const drawn = new Set(Object.values(m.node.inputs));
  const cells = new Map<string, CellRef>();
  leaves(formulasOf(m.node, output)(r), (input, at) => {
    if (drawn.has(operands[input])) cells.set(`${input} ${at}`, { tensor: operands[input], at });
  });
  return [...cells.values()];
}

const entry = ({ jacobian, columns }: Shown, r: number, c: number): CellRef => ({
  tensor: jacobian,
  at: r * columns + c,
});
const count = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** The cells of a row of the Jacobian: one output's. */
export const rowOf = (m: Shown, r: number): readonly CellRef[] => count(m.columns).map((c) => entry(m, r, c));
/** The cells of a column of the Jacobian: one input's. */
export const columnOf = (m: Shown, c: number): readonly CellRef[] => count(m.rows).map((r) => entry(m, r, c));

/** The outputs that may depend on input c. */
const readersOf = (m: Shown, c: number): readonly CellRef[] =>
  count(m.rows)
    .filter((r) => m.structure[r * m.columns + c] === 1)
    .map((at) => ({ tensor: m.dy, at }));

// ── ways ────────────────────────────────────────────────────────────────────

const blockOf = (all: readonly Block[], tensor: Tensor): Block => all.find((block) => block.tensors[0] === tensor)!;

/** Between cells ways keep to the middle of the gap; beside a tensor they keep clear of it. */
const [between, clear] = [0.5, 0.68];

/** The columns of a tensor as it stands. */
const columnsOf = ({ tensors: [{ shape }] }: Block): number => shape.at(-1) ?? 1;

interface End {
  readonly block: Block;
  readonly at: number;
}

/** From an input down the street beside it, through the corridor, and down to the output. */
function way(from: End, to: End, street: number): readonly Vector[] {
  const [start, end] = [from, to].map(({ block, at }) => centre(block, at));
  const isLast = (from.at + 1) % columnsOf(from.block) === 0;
  const isFirst = to.at % columnsOf(to.block) === 0;
  const [x, tx] = [start[0] + (isLast ? clear : between), end[0] - (isFirst ? clear : between)];
  return [
    plus(start, [half, 0, 0]),
    [x, start[1], 0],
    [x, street, 0],
    [tx, street, 0],
    [tx, end[1], 0],
    plus(end, [-half, 0, 0]),
  ];
}

function forwardFlows(m: Shown, r: number): readonly FlowPath[] {
  const [all, { street }] = [blocks(m), placesOf(m)];
  const to = { block: blockOf(all, m.y), at: r };
  return readBy(m, r)
    .filter(({ tensor }) => tensor.type === "real")
    .map((cell) => ({
      points: way({ block: blockOf(all, cell.tensor), at: cell.at }, to, street),
      current: "data",
      carries: cell,
      start: 0.05,
      end: 0.85,
    }));
}

function gradientFlows(m: Shown, c: number): readonly FlowPath[] {
  const [all, { street }] = [blocks(m), placesOf(m)];
  const to = { block: blockOf(all, m.dx), at: c };
  return readersOf(m, c).map((cell) => ({
    points: way(to, { block: blockOf(all, m.dy), at: cell.at }, street).toReversed(),
    current: "gradient",
    carries: cell,
    start: 0.05,
    end: 0.85,
  }));
}

/** Down the street beside a column of the Jacobian. */
function longFlows(m: Shown, c: number): readonly FlowPath[] {
  const [all, { pitch }] = [blocks(m), placesOf(m)];
  const to = centre(blockOf(all, m.long), c);
  return columnOf(m, c).map((cell, r) => {
    const from = centre(blockOf(all, m.jacobian), cell.at);
    const [x, above] = [from[0] - pitch / 2, to[1] + pitch * 0.75];
    return {
      points: [
        plus(from, [-pitch * 0.46, 0, 0]),
        [x, from[1], 0],
        [x, above, 0],
        [to[0], above, 0],
        plus(to, [0, pitch * 0.46, 0]),
      ],
      current: "gradient",
      carries: cell,
      start: (0.7 * r) / m.rows,
      end: (0.7 * r) / m.rows + 0.25,
    };
  });
}

// ── acts ────────────────────────────────────────────────────────────────────

const cellText = (tensor: Tensor, at: number): string =>
  tensor.shape.length === 0
    ? `$${tensor.tex}$`
    : `$${tensor.tex}$[${indexText(tensor.shape, unravel(tensor.shape, at))}]`;
const cells = (n: number, of: string): string => `${n === 1 ? "one cell" : `${n} cells`} of ${of}`;

function forwardAct(m: Shown): Act {
  const reads = (r: number): number => readBy(m, r).filter(({ tensor }) => tensor === m.x).length;
  return {
    step: m.forward,
    current: "data",
    iteration: 0,
    moments: m.rows,
    micros: 1,
    unit: "output cell",
    flows: (r) => forwardFlows(m, r),
    lit: (r) => [...readBy(m, r), ...rowOf(m, r)],
    writes: (r) => [{ tensor: m.y, at: r }],
    say: (r) => ({
      main: `${cellText(m.y, r)} reads ${cells(reads(r), `$${m.x.tex}$`)}.`,
      quiet: `So row ${r} of the Jacobian has room for ${reads(r)} of ${m.columns} entries.`,
    }),
    whole: { main: `Every output reads its cells of $${m.x.tex}$.`, quiet: "Each makes one row of the Jacobian." },
  };
}

function gradientAct(m: Shown): Act {
  return {
    step: m.gradient,
    current: "gradient",
    iteration: 0,
    moments: m.columns,
    micros: 1,
    unit: "input cell",
    flows: (c) => gradientFlows(m, c),
    lit: (c) => [...readersOf(m, c), ...columnOf(m, c)],
    writes: (c) => [{ tensor: m.dx, at: c }],
    say: (c) => {
      const readers = readersOf(m, c).length;
      const named = readers === 1 ? "It is the output" : "They are the outputs";
      return {
        main: `${cellText(m.dx, c)} gathers from ${cells(readers, `$${m.dy.tex}$`)}.`,
        quiet: `${named} of column ${c} of the Jacobian, which nobody builds here.`,
      };
    },
    whole: { main: `Every cell of $${m.dx.tex}$ gathers from the outputs that read it.` },
  };
}

const longAct = (m: Shown): Act => ({
  step: m.longStep,
  current: "gradient",
  iteration: 0,
  moments: m.columns,
  micros: m.rows,
  unit: "entry",
  flows: (c) => longFlows(m, c),
  lit: (c) => [...columnOf(m, c), ...count(m.rows).map((at) => ({ tensor: m.dy, at }))],
  writes: (c) => [{ tensor: m.long, at: c }],
  say: (c) => ({
    main: `The long way: $\\mathrm{vec}(${m.dy.tex})$ times column ${c} of $J$.`,
    quiet: `${m.rows} multiplications, those by the zeros too.`,
  }),
  whole: { main: `The long way: $\\mathrm{vec}(${m.dy.tex})$ times every column of $J$.` },
});

/** The same three phases as for the product. */
export const galleryPhases = (m: Shown): readonly Phase[] => [
  { name: "forward", current: "data", acts: [forwardAct(m)] },
  { name: "backward", current: "gradient", acts: [gradientAct(m)] },
  { name: "the long way", current: "gradient", acts: [longAct(m)] },
];
