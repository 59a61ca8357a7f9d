/** Where an exhibit's tensors stand: its inputs in a row, the output below, the Jacobian to their right. */
import type { Tensor } from "../../../core/graph";
import { size, type Shape } from "../../../core/shape";
import { plus } from "../../../story/layout";
import type { Place, Vector } from "../../../story/picture";
import type { Shown } from "./model";

/** Between the slices of a tensor of more than two dimensions. */
const air = 0.35;
/** Between neighbouring inputs, and from the inputs down to the output. */
const aside = 1.6;
const corridor = 1.5;
/** Between inputs in a column: the name of the lower one stands there. */
const below = 1.2;
/** From the widest of them to the Jacobian: its row labels stand there. */
const apart = 1.9;

/** The pitch of each axis of a tensor: the last runs right, the one before down, others in slices below each other. */
function pitchOf(shape: Shape): Vector[] {
  const pitch: Vector[] = [];
  let down = 1;
  for (const [fromLast, extent] of shape.toReversed().entries()) {
    pitch.unshift(fromLast === 0 ? [1, 0, 0] : [0, -down, 0]);
    if (fromLast > 0) down = down * extent + (extent > 1 ? air : 0);
  }
  return pitch;
}

/** How wide and high it stands, from the edges of its outer cells' pitches. */
function spread(shape: Shape): { readonly width: number; readonly height: number } {
  const last = pitchOf(shape).reduce<Vector>((at, step, axis) => plus(at, step, shape[axis] - 1), [0, 0, 0]);
  return { width: last[0] + 1, height: 1 - last[1] };
}

/** A tensor's place, and its size. */
export interface Standing extends Place {
  readonly width: number;
  readonly height: number;
}

export interface Places {
  readonly inputs: ReadonlyMap<Tensor, Standing>;
  readonly output: Standing;
  /** The street between inputs and output. */
  readonly street: number;
  /** The pitch of the Jacobian's cells, and the top left corner of it. */
  readonly pitch: number;
  readonly corner: Vector;
  /** The lowest edge of all but the Jacobian. */
  readonly bottom: number;
}

const smallest = 0.44;
const largest = 1;

/** Inputs beside each other; what is low goes below its neighbour, where the tallest leaves room for it. */
function inputPlaces(tensors: readonly Tensor[]): ReadonlyMap<Tensor, Standing> {
  const placed = new Map<Tensor, Standing>();
  const tallest = Math.max(...tensors.map(({ shape }) => spread(shape).height));
  let [left, top, width] = [0, 0, 0];
  for (const tensor of tensors) {
    const own = spread(tensor.shape);
    if (top + own.height > tallest) [left, top, width] = [left + width + aside, 0, 0];
    placed.set(tensor, { origin: [left, -top, 0], pitch: pitchOf(tensor.shape), ...own });
    [top, width] = [top + own.height + below, Math.max(width, own.width)];
  }
  return placed;
}

export function placesOf({ node, y, rows, columns }: Shown): Places {
  const inputs = inputPlaces(Object.values(node.inputs));
  const lowest = Math.max(...[...inputs.values()].map(({ origin, height }) => height - origin[1]));
  const output = { origin: [0, -lowest - corridor, 0] as const, pitch: pitchOf(y.shape), ...spread(y.shape) };
  const width = Math.max(output.width, ...[...inputs.values()].map((each) => each.origin[0] + each.width));
  const bottom = 0.5 - lowest - corridor - output.height;
  const pitch = Math.min(
    largest,
    Math.max(smallest, Math.min((1 - bottom) / rows, (1.5 * Math.max(7, 1 - bottom)) / columns)),
  );
  return { inputs, output, street: 0.5 - lowest - corridor / 2 + 0.05, pitch, corner: [width + apart, 0.5, 0], bottom };
}

/** The axes of a shape that have more than one place. */
export const indexText = (shape: Shape, index: readonly number[]): string =>
  size(shape) === 1 ? "0" : index.filter((_, axis) => shape[axis] > 1).join(",");
