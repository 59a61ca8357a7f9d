/** An exhibit drawn: what goes in, what comes out, and the table of how each output depends on each input. */
import type { Shape } from "../../../core/shape";
import { cellShare, plate, plus } from "../../../story/layout";
import type { Block, Box, Picture } from "../../../story/picture";
import type { Shown } from "./model";
import { placesOf } from "./places";
import { stood } from "./standing";
import { blocksOf, isWhole } from "./structure";
import { tableOf } from "./table";
import { labels } from "./labels";

/** The moment of a cell is its row-major position. */
const inOrder = (shape: Shape): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((n, extent) => n * extent, 1));

/** The blocks of an exhibit, by what they show. */
export function blocks(m: Shown): readonly Block[] {
  const writer = new Map([
    [m.y, m.forward],
    [m.dx, m.gradient],
  ]);
  const sheets = stood(m).map(({ tensor, at: { origin, pitch }, current, shown }): Block => {
    const step = writer.get(tensor);
    return {
      id: tensor.name,
      tensors: [tensor],
      place: { origin, pitch },
      body: plate(cellShare),
      group: tensor.type === "index" ? "positions" : current === "data" ? "values" : "gradients",
      current,
      ...(shown && { shown }),
      ...(step && { arrivals: [{ step, moment: inOrder(tensor.shape) }] }),
    };
  });
  return [...sheets, jacobianBlock(m), longBlock(m)];
}

function jacobianBlock(m: Shown): Block {
  const { corner, pitch } = placesOf(m);
  return {
    id: "jacobian",
    tensors: [m.jacobian],
    place: {
      origin: plus(corner, [pitch / 2, -pitch / 2, 0]),
      pitch: [
        [0, -pitch, 0],
        [pitch, 0, 0],
      ],
    },
    body: plate(pitch * cellShare),
    group: "outputs",
    mask: m.mask,
    arrivals: [{ step: m.forward, moment: [1, 0] }],
  };
}

function longBlock(m: Shown): Block {
  const { corner, pitch } = placesOf(m);
  return {
    id: "long",
    tensors: [m.long],
    place: {
      origin: plus(corner, [pitch / 2, -(m.rows + 0.5) * pitch - 0.55, 0]),
      pitch: [
        [0, 0, 0],
        [pitch, 0, 0],
      ],
    },
    body: plate(pitch * cellShare),
    group: "gradients",
    current: "gradient",
    arrivals: [{ step: m.longStep, moment: [0, 1] }],
  };
}

/** An outline around each block on the diagonal that is more than a cell. */
function outlines(m: Shown): readonly Box[] {
  const { corner, pitch } = placesOf(m);
  const parts = blocksOf(tableOf(m));
  if (parts.length < 2 || !parts.every(isWhole)) return [];
  return parts
    .filter(({ rows, columns }) => rows.length * columns.length > 1)
    .map(({ rows, columns }) => ({
      centre: plus(corner, [(columns[0] + columns.length / 2) * pitch, -(rows[0] + rows.length / 2) * pitch, 0]),
      width: columns.length * pitch + 0.02,
      height: rows.length * pitch + 0.02,
      radius: 5,
      stroke: "text",
      strokeWidth: 1.5,
    }));
}

/** The picture of an exhibit: flat, and the same for every op. */
export const galleryPicture = (m: Shown): Picture => ({
  blocks: blocks(m),
  lines: [],
  boxes: outlines(m),
  labels: labels(m),
  opening: { kind: "flat" },
  legend: ["data", "negative", "gradient", "negative gradient", "is zero", "always zero"],
});
