/** What the network plays: the states one after the other, the gradients back through them, the parts gathered, the clipping. */
import { format } from "../../core/numeral";
import { allCells } from "../../story/act";
import type { Act, FlowPath, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import { actOf, every, flow, inputOf, type Part } from "./acts";
import { cellAt, columnOf, edge, inputAt, shifted, type Columns } from "./columns";
import { width, type Model } from "./model";
import { networkColumns, row, weightColumn } from "./network-picture";

export function networkPhases(m: Model): readonly Phase[] {
  const all = networkColumns(m);
  const acts = (parts: readonly Part[]): Act[] => parts.map((part) => actOf(m, part));
  return [
    { name: "forward", current: "data", acts: acts(m.parts.map((_, i) => forward(m, all, i + 1))) },
    {
      name: "backward",
      current: "gradient",
      acts: acts(m.parts.flatMap((_, i) => [partOf(m, all, m.steps - i), back(m, all, m.steps - i)])),
    },
    { name: "gather", current: "gradient", acts: acts([gather(m, all)]) },
    { name: "clip", current: "gradient", acts: acts([clip(m, all)]) },
  ];
}

/** From every cell of one column to every cell of the next. */
const crossing = (cells: number, way: (from: number, to: number) => FlowPath): FlowPath[] =>
  every(cells).flatMap((from) => every(cells).map((to) => way(from, to)));

function forward(m: Model, all: Columns, t: number): Part {
  const before = m.states[t - 1];
  const f = m.activation === "tanh" ? "\\tanh" : "";
  const across = crossing(all.cells, (from, to) =>
    flow([shifted(cellAt(all, row.state, t - 1, from), edge), shifted(cellAt(all, row.state, t, to), -edge)], "data", {
      tensor: before,
      at: from,
    }),
  );
  const down = flow(
    [shifted(inputAt(all, t, 0), (width - 1) / 2, -edge), shifted(cellAt(all, row.state, t, 0), 0, edge)],
    "data",
    { tensor: m.drawn, at: (t - 1) * width },
  );
  return {
    writes: m.states[t],
    current: "data",
    reads: [...allCells(before), ...allCells(m.w_hh), ...inputOf(m, t)],
    flows: [...across, down],
    say: () => ({
      main: `$h_{${t}}$ is made from $x_{${t}}$ and from $h_{${t - 1}}$, by the same weights at every step.`,
      quiet: `$h_{${t}} = ${f}${f ? "(" : ""}W_{ih} x_{${t}} + W_{hh} h_{${t - 1}} + b${f ? ")" : ""}$`,
    }),
  };
}

/** What step t adds to the weight's gradient. */
function partOf(m: Model, all: Columns, t: number): Part {
  const arriving = m.gradients[t];
  const bottom = cellAt(all, row.gradient, t, all.cells - 1);
  return {
    writes: m.parts[t - 1],
    current: "gradient",
    reads: [...allCells(arriving), ...allCells(m.states[t - 1])],
    flows: every(all.cells).map((i) => {
      const dx = i * 0.3;
      return flow(
        [shifted(bottom, dx, -edge), [columnOf(all, t) + dx, all.rows[row.part] + all.cells / 2 + 0.06, 0]],
        "gradient",
        { tensor: arriving, at: i },
      );
    }),
    say: () => ({
      main: `Step ${t} used $W_{hh}$ too: it adds a part of its own to the weight's gradient.`,
      quiet: `What arrives before the activation, times what it read: $\\partial L/\\partial z_{${t}} \\cdot h_{${t - 1}}^{\\mathsf T}$`,
    }),
  };
}

/** From step t to the one before it. */
function back(m: Model, all: Columns, t: number): Part {
  const arriving = m.gradients[t];
  return {
    writes: m.gradients[t - 1],
    current: "gradient",
    reads: [...allCells(arriving), ...allCells(m.w_hh)],
    flows: crossing(all.cells, (from, to) =>
      flow(
        [shifted(cellAt(all, row.gradient, t, from), -edge), shifted(cellAt(all, row.gradient, t - 1, to), edge)],
        "gradient",
        { tensor: arriving, at: from },
      ),
    ),
    say: () => ({
      main: `The gradient goes one step further back: through the slope at $h_{${t}}$, then through $W_{hh}$.`,
      quiet: `$\\partial L/\\partial h_{${t - 1}} = W_{hh}^{\\mathsf T} \\, \\partial L/\\partial z_{${t}}$`,
    }),
  };
}

/** All parts travel on one line below them. */
function gather(m: Model, all: Columns): Part {
  const under = all.rows[row.part] - all.cells / 2 - 0.06;
  const way = (x: number): Vector[] => [
    [x, under, 0],
    [x, all.lowest, 0],
    [0, all.lowest, 0],
    [0, under, 0],
  ];
  return {
    writes: m.total,
    current: "gradient",
    reads: m.parts.flatMap(allCells),
    flows: m.parts.map((tensor, i) => flow(way(columnOf(all, i + 1)), "gradient", { tensor, at: 0 })),
    say: () => ({ main: `One weight, used ${m.steps} times: its gradient is the sum of the ${m.steps} parts.` }),
  };
}

function clip({ clip: { clipped, norm, factor, threshold }, total }: Model, all: Columns): Part {
  const half = all.cells / 2 + 0.06;
  return {
    writes: clipped,
    current: "gradient",
    reads: allCells(total),
    flows: every(all.cells).map((i) => {
      const y = all.rows[row.part] + (all.cells - 1) / 2 - i;
      return flow(
        [
          [-half, y, 0],
          [weightColumn(all) + half, y, 0],
        ],
        "gradient",
        { tensor: total, at: i * all.cells },
      );
    }),
    say: ({ results }) => ({
      main:
        results.value(factor, 0) < 1
          ? "The gradient is longer than the threshold: all of it shrinks by one factor, and its direction stays."
          : "The gradient is no longer than the threshold: it stays as it is.",
      quiet: `norm ${format(results.value(norm, 0))}, threshold ${format(results.value(threshold, 0))}, factor ${format(results.value(factor, 0))}`,
    }),
  };
}
