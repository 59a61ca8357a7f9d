/** The tensors of station 4 as blocks: the factors of both counts; the small convolution with its matrix. */
import type { Tensor } from "../../core/graph";
import { cellShare, plate, sheet } from "../../story/layout";
import type { Block, Shown, Vector } from "../../story/picture";
import type { Model } from "./model";
import { factorPitch, mostFactors, productX, rowOf, smallPlaces } from "./places";
import { counting, writtenOut } from "./stages";

/** A factor as it stands in a row: a size may stand there twice. */
export interface Factor {
  readonly tensor: Tensor;
  readonly at: Vector;
}

/** The factors of a count, which end where the longest row ends. */
export function factorsOf({ counts: { sizes } }: Model, which: "convolution" | "dense"): readonly Factor[] {
  const { kernel, inputs, outputs, height, width } = sizes;
  const row =
    which === "convolution" ? [kernel, kernel, inputs, outputs] : [height, width, inputs, height, width, outputs];
  const first = mostFactors - row.length;
  return row.map((tensor, i) => ({ tensor, at: [(first + i) * factorPitch, rowOf[which], 0] }));
}
/** Where the product of a row stands. */
export const productAt = (which: "convolution" | "dense"): Vector => [productX, rowOf[which], 0];

function single(id: string, tensor: Tensor, at: Vector, shown: Shown, more: Partial<Block> = {}): Block {
  return {
    id,
    tensors: [tensor],
    place: { origin: at, pitch: [[1, 0, 0]] },
    body: plate(cellShare),
    group: "positions",
    current: "data",
    shown,
    ...more,
  };
}

/** Factors and products of both counts. */
export const countBlocks = (m: Model): readonly Block[] =>
  (["convolution", "dense"] as const).flatMap((which) => {
    const product = m.counts[which];
    return [
      ...factorsOf(m, which).map(({ tensor, at }, i) => single(`${which} ${i}`, tensor, at, counting(m))),
      single(`${which} product`, product, productAt(which), counting(m), {
        arrivals: [{ step: m.writer(product), moment: [0] }],
      }),
    ];
  });

/** The small convolution, and its matrix below. */
export function smallBlocks(m: Model): readonly Block[] {
  const { x, weight, y, matrix, mask, across } = m.small;
  const { pitch, entry, corner, ...place } = smallPlaces(m.small);
  const shown = writtenOut(m);
  const block = (id: string, tensor: Tensor, origin: Vector, more: Partial<Block> = {}): Block =>
    sheet({ id, tensor, origin, pitch, group: "values", current: "data" }, { shown, ...more });
  const origin: Vector = [corner[0] + entry / 2, corner[1] - entry / 2, 0];
  return [
    block("x", x, place.x),
    block("w", weight, place.weight),
    block("y", y, place.y, { group: "outputs", arrivals: [{ step: m.writer(y), moment: [across, 1] }] }),
    sheet(
      { id: "matrix", tensor: matrix, origin, pitch: entry, group: "values" },
      { shown, mask, arrivals: [{ step: m.writer(matrix), moment: [1, 0] }] },
    ),
  ];
}
