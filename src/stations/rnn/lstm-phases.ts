/** What the LSTM plays: gate by gate and cell state by cell state, and the gradient back along the cell states. */
import { allCells } from "../../story/act";
import type { Act } from "../../story/picture";
import type { Phase } from "../../story/score";
import { actOf, every, flow, inputOf, type Part } from "./acts";
import { cellAt, edge, inputAt, shifted, type Columns } from "./columns";
import type { DrawnLstm } from "./lstm";
import { lstmColumns, row } from "./lstm-picture";
import { width, type Model } from "./model";

export function lstmPhases(m: Model, drawn: DrawnLstm): readonly Phase[] {
  const all = lstmColumns(m);
  const acts = (parts: readonly Part[]): Act[] => parts.map((part) => actOf(m, part));
  return [
    {
      name: "forward",
      current: "data",
      acts: acts(drawn.forgets.flatMap((_, i) => [gate(m, drawn, all, i + 1), keep(drawn, all, i + 1)])),
    },
    {
      name: "backward",
      current: "gradient",
      acts: acts(drawn.forgets.map((_, i) => back(drawn, all, m.steps - i))),
    },
  ];
}

function gate(m: Model, { forgets }: DrawnLstm, all: Columns, t: number): Part {
  return {
    writes: forgets[t - 1],
    current: "data",
    reads: inputOf(m, t),
    flows: [
      flow(
        [shifted(inputAt(all, t, 0), (width - 1) / 2, -edge), shifted(cellAt(all, row.forget, t, 0), 0, edge)],
        "data",
        { tensor: m.drawn, at: (t - 1) * width },
      ),
    ],
    say: () => ({
      main: `The forget gate of step ${t}: which share of each cell is kept, from 0 to 1.`,
      quiet: `$f_{${t}} = \\sigma(\\dots)$ of $x_{${t}}$ and $h_{${t - 1}}$, which is not drawn here`,
    }),
  };
}

function keep({ forgets, memories }: DrawnLstm, all: Columns, t: number): Part {
  const [forget, before] = [forgets[t - 1], memories[t - 1]];
  return {
    writes: memories[t],
    current: "data",
    reads: [...allCells(forget), ...allCells(before)],
    flows: [
      ...every(all.cells).map((i) =>
        flow(
          [shifted(cellAt(all, row.memory, t - 1, i), edge), shifted(cellAt(all, row.memory, t, i), -edge)],
          "data",
          { tensor: before, at: i },
        ),
      ),
      flow(
        [shifted(cellAt(all, row.forget, t, all.cells - 1), 0, -edge), shifted(cellAt(all, row.memory, t, 0), 0, edge)],
        "data",
        { tensor: forget, at: all.cells - 1 },
      ),
    ],
    say: () => ({
      main: "The cell state goes on cell by cell: no matrix mixes it, only the gate scales it.",
      quiet: `$c_{${t}} = f_{${t}} \\odot c_{${t - 1}} + i_{${t}} \\odot g_{${t}}$`,
    }),
  };
}

/** From step t to the one before it. */
function back({ forgets, gradients }: DrawnLstm, all: Columns, t: number): Part {
  const arriving = gradients[t];
  return {
    writes: gradients[t - 1],
    current: "gradient",
    reads: [...allCells(arriving), ...allCells(forgets[t - 1])],
    flows: every(all.cells).map((i) =>
      flow(
        [shifted(cellAt(all, row.gradient, t, i), -edge), shifted(cellAt(all, row.gradient, t - 1, i), edge)],
        "gradient",
        { tensor: arriving, at: i },
      ),
    ),
    say: () => ({
      main: `Back along the cell state the gradient is multiplied by $f_{${t}}$, cell by cell.`,
      quiet: `$\\partial L/\\partial c_{${t - 1}} = f_{${t}} \\odot \\partial L/\\partial c_{${t}}$, plus the way through $h_{${t - 1}}$`,
    }),
  };
}
