/** The LSTM over the same steps: forget gates, cell states from left to right, and the gradient that comes back along them. */
import type { Block, Label, Picture } from "../../story/picture";
import { arriving, beside, cellAt, column, columns, inputNames, inputs, over, warm, type Columns } from "./columns";
import type { DrawnLstm } from "./lstm";
import type { Model } from "./model";

/** The rows by their place. */
export const row = { input: 0, forget: 1, memory: 2, gradient: 3 } as const;

export const lstmColumns = ({ cells }: Model): Columns => columns(cells, 3.3, [1, cells, cells, cells]);

export function lstmPicture(m: Model, drawn: DrawnLstm): Picture {
  const all = lstmColumns(m);
  return {
    blocks: [inputs(m, all), ...blocks(m, drawn, all)],
    lines: [],
    boxes: [],
    labels: labels(m, drawn, all),
    opening: { kind: "flat" },
    legend: ["data", "negative", "gradient", "negative gradient"],
  };
}

const blocks = (m: Model, { forgets, memories, gradients }: DrawnLstm, all: Columns): Block[] => [
  ...forgets.map((forget, i) => column(`f${i + 1}`, forget, cellAt(all, row.forget, i + 1, 0), arriving(m, forget))),
  ...memories.map((memory, t) =>
    column(`c${t}`, memory, cellAt(all, row.memory, t, 0), t === 0 ? {} : arriving(m, memory)),
  ),
  ...gradients.map((gradient, t) =>
    column(`∂c${t}`, gradient, cellAt(all, row.gradient, t, 0), {
      ...warm,
      ...(t < m.steps && arriving(m, gradient)),
    }),
  ),
];

const labels = (m: Model, { forgets, memories }: DrawnLstm, all: Columns): Label[] => [
  ...inputNames(all, m.steps),
  ...forgets.map((_, i) => beside(`f${i + 1}`, cellAt(all, row.forget, i + 1, 0), `$f_{${i + 1}}$`)),
  ...memories.map((_, t) => (t === 0 ? over : beside)(`c${t}`, cellAt(all, row.memory, t, 0), `$c_{${t}}$`)),
  ...memories.map((_, t) =>
    over(`∂c${t}`, cellAt(all, row.gradient, t, 0), `$\\partial L/\\partial c_{${t}}$`, { mark: "gradient" }),
  ),
];
