/** The picture of station 12: states from left to right, gradients from right to left, and a part of the weight's gradient under each step. */
import type { Tensor } from "../../core/graph";
import type { Arrival, Block, Label, Picture, Vector } from "../../story/picture";
import { sheet } from "../../story/layout";
import type { Model } from "./model";
import { columnOf, gradientAt, inputAt, partColumn, rows, squareAt, stateAt, weightColumn } from "./places";

const down: Vector = [0, -1, 0];
const right: Vector = [1, 0, 0];

export function picture(m: Model): Picture {
  return {
    blocks: [...weights(m), ...states(m), ...gradients(m), ...parts(m)],
    lines: [],
    boxes: [],
    labels: labels(m),
    opening: { kind: "flat" },
    legend: ["data", "negative", "gradient", "negative gradient"],
  };
}

const arriving = (m: Model, tensor: Tensor): { readonly arrivals: readonly Arrival[] } => ({
  arrivals: [{ step: m.writer(tensor), moment: [], landing: 0.85 }],
});

/** A line of cells that stand below one another. */
const column = (id: string, tensor: Tensor, origin: Vector, more: Partial<Block>): Block =>
  sheet({ id, tensor, origin, group: "values" }, { place: { origin, pitch: [down] }, ...more });

/** W_hhᵀ and what has its shape, drawn as W_hh stands: its second axis runs down. */
const turned = (id: string, tensor: Tensor, x: number, y: number, more: Partial<Block>): Block =>
  sheet(
    { id, tensor, origin: squareAt(x, y), group: "gradients", current: "gradient" },
    { place: { origin: squareAt(x, y), pitch: [right, down] }, edged: true, ...more },
  );

const weights = (m: Model): Block[] => [
  sheet({ id: "W_hh", tensor: m.w_hh, origin: squareAt(weightColumn, rows.state), group: "values" }),
  turned("total", m.total, weightColumn, rows.part, arriving(m, m.total)),
  turned("clipped", m.clip.clipped, weightColumn, rows.gradient, arriving(m, m.clip.clipped)),
];

const states = (m: Model): Block[] => [
  ...m.states.map((state, t) => column(`h${t}`, state, stateAt(t, 0), t === 0 ? {} : arriving(m, state))),
  ...inputs(m),
];

/** x₁ … of the drawn steps, out of the one tensor that holds all. */
const inputs = (m: Model): Block[] => [
  sheet(
    { id: "x", tensor: m.drawn, origin: inputAt(1, 0), group: "values" },
    { place: { origin: inputAt(1, 0), pitch: [[columnOf(1), 0, 0], down] } },
  ),
];

const gradients = (m: Model): Block[] =>
  m.gradients.map((gradient, t) =>
    column(`∂h${t}`, gradient, gradientAt(t, 0), {
      group: "gradients",
      current: "gradient",
      edged: true,
      ...(t < m.steps && arriving(m, gradient)),
    }),
  );

const parts = (m: Model): Block[] =>
  m.parts.map((part, i) => turned(`part ${i + 1}`, part, partColumn(i + 1), rows.part, arriving(m, part)));

// ── words ───────────────────────────────────────────────────────────────────

const over = (id: string, at: Vector, text: string, more: Partial<Label> = {}): Label => ({
  id,
  at: [at[0], at[1] + 0.62, at[2]],
  anchor: "bottom",
  kind: "tensor",
  text,
  least: 16,
  ...more,
});

/** The middle of the top row of a square around a point. */
const top = (x: number, y: number): Vector => [x, y + 1, 0];

function labels(m: Model): Label[] {
  const { steps } = m;
  return [
    over("name W_hh", top(weightColumn, rows.state), "$W_{hh}$", { least: 8 }),
    over("name total", top(weightColumn, rows.part), "$\\partial L/\\partial W_{hh}$", { mark: "gradient" }),
    over("name clipped", top(weightColumn, rows.gradient), "clipped", { mark: "gradient", kind: "note" }),
    ...m.states.map((_, t) => over(`name h${t}`, stateAt(t, 0), `$h_{${t}}$`, { least: 8 })),
    ...Array.from({ length: steps }, (_, i) =>
      over(`name x${i + 1}`, inputAt(i + 1, 0), `$x_{${i + 1}}$`, { least: 8 }),
    ),
    ...m.states.map((_, t) =>
      over(`name ∂h${t}`, gradientAt(t, 0), `$\\partial L/\\partial h_{${t}}$`, { mark: "gradient" }),
    ),
    ...m.parts.map((_, i) =>
      over(`name part ${i + 1}`, top(partColumn(i + 1), rows.part), `part of step ${i + 1}`, {
        kind: "note",
        least: 22,
      }),
    ),
  ];
}
