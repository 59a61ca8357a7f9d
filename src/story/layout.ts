/** Laying tensors out as matrices: where the cells stand, where they are, and the labels around them. */
import type { Tensor } from "../core/graph";
import { shapeText, unravel } from "../core/shape";
import type { Block, Body, Current, Group, Label, Now, Shown, Vector } from "./picture";

/** A cell is this part of its pitch wide: 50 on 54. */
export const cellShare = 50 / 54;

/** A matrix that stands upright and faces the viewer: rows go down, columns go right. */
export interface Sheet {
  readonly id: string;
  readonly tensor: Tensor;
  /** The centre of cell [0, 0]. */
  readonly origin: Vector;
  readonly pitch?: number;
  readonly group: Group;
  readonly current?: Current;
}

/** The body of a cell that faces the viewer, in world units. */
export const plate = (width: number, height = width): Body => ({
  kind: "plate",
  right: [1, 0, 0],
  up: [0, 1, 0],
  width,
  height,
});

/** The block of a sheet; `more` adds arrivals and the like. */
export function sheet({ id, tensor, origin, pitch = 1, group, current }: Sheet, more: Partial<Block> = {}): Block {
  return {
    id,
    tensors: [tensor],
    place: {
      origin,
      pitch: [
        [0, -pitch, 0],
        [pitch, 0, 0],
      ],
    },
    body: plate(pitch * cellShare),
    group,
    ...(current && { current }),
    ...more,
  };
}

export const plus = (a: Vector, b: Vector, times = 1): Vector => [
  a[0] + b[0] * times,
  a[1] + b[1] * times,
  a[2] + b[2] * times,
];

/** The centre of a block's cell. */
export const centre = (block: Block, at: number): Vector =>
  unravel(block.place.extents ?? block.tensors[0].shape, at).reduce<Vector>(
    (p, index, axis) => plus(p, block.place.pitch[axis], index),
    block.place.origin,
  );

/** A tensor's name with its shape, and the mark of the current that it belongs to. */
export function nameLabel(
  tensor: Tensor,
  at: Vector,
  anchor: Label["anchor"],
  current: Current | undefined,
  offset: readonly [number, number],
  shown?: Shown,
): Label {
  const text = `$${tensor.tex}$`;
  return {
    id: `name ${tensor.name} ${at.join()}`,
    at,
    anchor,
    offset,
    kind: "tensor",
    text,
    ...(shown && { shown }),
    aside: shapeText(tensor.shape),
    ...(current && { mark: current }),
  };
}

/** Indices along one axis of a block, from `first` on in steps of `pitch`. More than ten are thinned out. */
export function axisLabels(
  id: string,
  n: number,
  first: Vector,
  pitch: Vector,
  anchor: Label["anchor"],
  hue: Current,
  active: (now: Now) => number | undefined,
  shown?: Shown,
): Label[] {
  const every = Math.ceil(n / 10);
  return Array.from({ length: n }, (_, i) => i)
    .filter((i) => i % every === 0)
    .map((i) => ({
      id: `${id} ${i}`,
      at: plus(first, pitch, i),
      anchor,
      kind: "axis",
      least: 30,
      text: String(i),
      ...(shown && { shown }),
      hue,
      lit: (now) => active(now) === i,
    }));
}
