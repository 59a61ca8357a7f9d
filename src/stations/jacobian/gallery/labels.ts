/** The words of an exhibit's picture: names, the kind of matrix, indices, and the figures of the shape rule. */
import type { Tensor } from "../../../core/graph";
import { grouped } from "../../../core/numeral";
import { size, unravel } from "../../../core/shape";
import { cellShare, nameLabel, plus } from "../../../story/layout";
import type { Label, Now, Shown as Seen, Vector } from "../../../story/picture";
import type { Shown } from "./model";
import { indexText, placesOf } from "./places";
import { stood } from "./standing";
import { structureOf, type Structure } from "./structure";
import { structureNow, tableOf } from "./table";

const half = cellShare / 2;

/** Names stand above inputs and below the output. */
function names(m: Shown): Label[] {
  return stood(m).map(({ tensor, at: { origin, height }, current, shown }) => {
    const above = tensor !== m.y && tensor !== m.dy;
    const at = plus(origin, [-half, above ? half : -(height - 1) - half, 0]);
    return nameLabel(tensor, at, "left", current, above ? [0, -18] : [0, 20], shown);
  });
}

const written = ({ kind, detail }: Structure): string => `${kind}: ${detail}`;

function titles(m: Shown): Label[] {
  const { corner, pitch } = placesOf(m);
  const at = plus(corner, [0, 0, 0]);
  const below = plus(corner, [0, -(m.rows + 1) * pitch - 0.55, 0]);
  const structure = ({ results }: Now): string | undefined =>
    results.ready ? written(structureNow(m, results)) : undefined;
  const line = { at, anchor: "left", offset: [0, -38], kind: "note" } as const;
  return [
    {
      id: "jacobian title",
      at,
      anchor: "left",
      offset: [0, -66],
      kind: "tensor",
      text: `$${m.jacobian.tex}$`,
      aside: `${m.rows} × ${m.columns}`,
    },
    { id: "jacobian structure", ...line, text: structure },
    // Room for it: the text depends on the numbers, its length all but never.
    { id: "room for the structure", ...line, text: written(structureOf(tableOf(m))), shown: () => false },
    {
      id: "long title",
      at: below,
      anchor: "left",
      offset: [0, 18],
      kind: "tensor",
      text: `$${m.long.tex}$`,
      aside: `1 × ${m.columns}`,
      mark: "gradient",
    },
  ];
}

/** Pixels that an index needs along the line of labels. */
const roomDown = 15;
const roomAcross = 11;

/** Whether a moment of a step is at the cell of a label. */
const during =
  (step: Shown["forward"], moment: number): Seen =>
  ({ act }) =>
    act?.step === step && act.moment === moment;

/** The cells of a tensor by their indices, as labels that `place` puts somewhere and that light with a step's moments. */
function indices(
  tensor: Tensor,
  step: Shown["forward"],
  place: (at: number, text: string) => Pick<Label, "at" | "anchor" | "offset" | "least">,
): Label[] {
  return Array.from({ length: size(tensor.shape) }, (_, at) => {
    const text = indexText(tensor.shape, unravel(tensor.shape, at));
    const id = `index ${tensor.name} ${at}`;
    return { id, kind: "axis", text, hue: "data", lit: during(step, at), ...place(at, text) };
  });
}

/** Which output a row belongs to, and which input a column. */
function axes(m: Shown): Label[] {
  const { corner, pitch } = placesOf(m);
  const rows = indices(m.y, m.forward, (at) => ({
    at: plus(corner, [-0.08, -(at + 0.5) * pitch, 0]),
    anchor: "right",
    offset: [-2, 0],
    least: roomDown / pitch,
  }));
  const columns = indices(m.x, m.gradient, (at, text) => ({
    at: plus(corner, [(at + 0.5) * pitch, 0, 0]),
    anchor: "bottom",
    offset: [0, -4],
    least: Math.max(18, roomAcross * text.length) / pitch,
  }));
  return [...rows, ...columns];
}

/** The figures of the shape rule, below the output. */
function figures(m: Shown): Label[] {
  const { bottom } = placesOf(m);
  const free = m.structure.reduce((n, bit) => n + bit, 0);
  const counted = [
    [m.rows * m.columns, "entries"],
    [m.rows * m.columns - free, "always zero"],
  ] as const;
  return counted.flatMap(([count, word], i): Label[] => {
    const at: Vector = [-half, bottom, 0];
    return [
      { id: `count ${i}`, at, anchor: "left", offset: [112 * i, 68], kind: "count", least: 30, text: grouped(count) },
      { id: `counted ${i}`, at, anchor: "left", offset: [112 * i, 95], kind: "note", least: 30, text: word },
    ];
  });
}

/** All of them. */
export const labels = (m: Shown): readonly Label[] => [...names(m), ...titles(m), ...axes(m), ...figures(m)];
