/** What the backward pass must know, as small sheets beside the outputs: where each window found its number, who won how often. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import { cellShare, sheet } from "../../story/layout";
import type { Block, Label, Shown, Vector } from "../../story/picture";
import { outputAt, type Geometry, type Lane } from "./geometry";
import type { Model } from "./model";
import { isBack } from "./turns";

/** An output-shaped tensor that fills window by window. */
export const arriving = ({ outputColumns }: Model, step: Step): Partial<Block> => ({
  arrivals: [{ step, moment: [outputColumns, 1] }],
});

/** Up to this many rows and columns there is room for it. */
const most = 4;

/** Where a unit is seen in fewer pixels than this, their numbers could not be read. */
const least = 30;

/** Whether the small sheets are drawn. */
export const isRemembered = ({ indices, travelled, height, width }: Model): boolean =>
  indices !== undefined && travelled !== undefined && Math.max(height, width) <= most;

/** The small sheets: their pitch, and the top left corner. */
function corner(g: Geometry, lane: Lane): Vector {
  const { m, output } = g;
  const [x, y] = outputAt(g, lane, (m.outputRows - 1) / 2, m.outputColumns - 1);
  return [x + (cellShare / 2) * output.pitch + 0.42, y - 0.3, 0];
}
const pitchOf = ({ shape }: Tensor): number => Math.min(0.62, 1.9 / Math.max(...shape));

export function remembered(g: Geometry): Block[] {
  const { m } = g;
  if (!m.indices || !m.travelled || !isRemembered(m)) return [];
  const small = (lane: Lane, tensor: Tensor, more: Partial<Block>): Block => {
    const [x, y] = corner(g, lane);
    const pitch = pitchOf(tensor);
    const origin: Vector = [x + pitch / 2, y - pitch / 2, 0];
    return sheet({ id: tensor.name, tensor, origin, pitch, group: "positions" }, { least, ...more });
  };
  return [
    small("above", m.indices, arriving(m, m.forward)),
    small("below", m.mask, { series: { tensor: m.travelled.won, step: m.forward }, shown: isBack(m) }),
  ];
}

export function rememberedLabels(g: Geometry): Label[] {
  const { m } = g;
  if (!isRemembered(m)) return [];
  const label = (lane: Lane, text: string, shown?: Shown): Label => ({
    id: `remembered ${text}`,
    at: corner(g, lane),
    anchor: "left",
    offset: [0, -12],
    kind: "axis",
    least,
    text,
    ...(shown && { shown }),
  });
  return [label("above", "indices"), label("below", "mask", isBack(m))];
}
