/** What the backward pass must know, as small sheets beside the outputs: where each window found its number, who won how often. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import { cellShare, sheet } from "../../story/layout";
import type { Block, Label, Shown, Vector } from "../../story/picture";
import { cellAt, outputAt, partOf, type Geometry, type Lane } from "./geometry";
import type { Model } from "./model";
import { isBack, isForward, lowerLane } from "./turns";

/** An output-shaped tensor that fills window by window. */
export const arriving = ({ outputColumns }: Model, step: Step): Partial<Block> => ({
  arrivals: [{ step, moment: [outputColumns, 1] }],
});

/** Up to this many rows and columns there is room for it. */
const most = 8;

/** With more rows or columns than this the mask's numbers are too small to be read: its winners are marked as those of I are. */
const mostWritten = 6;

/** Where a unit is seen in fewer pixels than this, their cells would be a pattern. */
const least = 16;
/** Beside several samples they are left out where a cell has fewer pixels than this: its number could not be read. */
const leastCell = 15;
const leastOf = (g: Geometry, tensor: Tensor): number => (g.m.batch > 1 ? leastCell / pitchOf(g, tensor) : least);

/** Whether the small sheets are drawn. */
export const isRemembered = ({ indices, travelled, height, width }: Model): boolean =>
  indices !== undefined && travelled !== undefined && Math.max(height, width) <= most;

/** Their top left corner. */
function corner(g: Geometry, lane: Lane): Vector {
  const { m, output } = g;
  const [x, y] = outputAt(g, lane, (m.outputRows - 1) / 2, m.outputColumns - 1);
  return [x + (cellShare / 2) * output.pitch + 0.42, y - 0.3, 0];
}

/** Their pitch: they reach from the middle of the pair down to where I ends. */
function pitchOf(g: Geometry, { shape }: Tensor): number {
  const top = cellAt(g, "above", 0, 0)[1];
  const [middle, end] = [corner(g, "above")[1] - top, g.bottom];
  return Math.min(0.62 * g.relief, Math.max(1.9, middle - end) / Math.max(...shape.slice(-2)));
}

export function remembered(g: Geometry): Block[] {
  const { m } = g;
  if (!m.indices || !m.travelled || !isRemembered(m)) return [];
  const small = (lane: Lane, tensor: Tensor, more: Partial<Block>): Block => {
    const [x, y] = corner(g, lane);
    const pitch = pitchOf(g, tensor);
    const origin: Vector = [x + pitch / 2, y - pitch / 2, 0];
    return partOf(
      g,
      sheet({ id: tensor.name, tensor, origin, pitch, group: "positions" }, { least: leastOf(g, tensor), ...more }),
    );
  };
  return [
    small("above", m.indices, { ...arriving(m, m.forward), shown: isForward(m) }),
    small(lowerLane(m), m.mask, {
      series: { tensor: m.travelled.won, step: m.forward },
      shown: isBack(m),
      ...(Math.max(m.height, m.width) > mostWritten && { won: { tensor: m.travelled.won, step: m.forward } }),
    }),
  ];
}

export function rememberedLabels(g: Geometry): Label[] {
  const { m } = g;
  if (!m.indices || !isRemembered(m)) return [];
  const label = (lane: Lane, text: string, tensor: Tensor, shown: Shown): Label => ({
    id: `remembered ${text} ${g.sample}`,
    at: corner(g, lane),
    anchor: "left",
    offset: [0, -12],
    kind: "axis",
    least: leastOf(g, tensor),
    text,
    shown,
  });
  return [label("above", "indices", m.indices, isForward(m)), label(lowerLane(m), "mask", m.mask, isBack(m))];
}
