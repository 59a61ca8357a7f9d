/** How far a series has come at a frame: which of its moments are over. */
import { size } from "../core/shape";
import type { Tensor } from "../core/graph";
import type { Series } from "../story/picture";
import type { Frame } from "../story/score";

/** A moment counts as over from this share of it on, as a sum lands. */
const landing = 0.9;
/** What the shader adds against rounding, too. */
const slack = 1e-5;

/** How many moments are over, of so many; all once the step is, and where it is not played. */
export function momentsOver({ step }: Pick<Series, "step">, moments: number, frame: Frame): number {
  const played = frame.progress.get(step);
  if (!played || played.u >= 1) return moments;
  const { lag, span } = played.rhythm;
  const since = played.u + slack * span - landing * span;
  if (since < 0) return 0;
  return lag === 0 ? moments : Math.min(moments, Math.floor(since / lag) + 1);
}

/** Whether the whole step is over, or not played. */
export const isOver = ({ step }: Pick<Series, "step">, frame: Frame): boolean =>
  (frame.progress.get(step)?.u ?? 1) >= 1;

/** How many moments a tensor holds of a block; undefined where it has no axis for them. */
export function momentsIn({ tensor }: Pick<Series, "tensor">, block: Tensor): number | undefined {
  const moments = size(tensor.shape) / size(block.shape);
  return moments > 1 || tensor.shape.length > block.shape.length ? moments : undefined;
}
