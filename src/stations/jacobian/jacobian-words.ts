/** What is written at the Jacobian: its name, its blocks, its rows and groups, and the name of the long product. */
import { plus } from "../../story/layout";
import type { Label, Line, Now, Shown } from "../../story/picture";
import { bottomOf, relief, smallerPitch, type Geometry } from "./flattening";
import type { Model } from "./model";

/** I₂ ⊗ Bᵀ and its kin: what the blocks are, under a flattening. */
export function structureTex({ M, N, by }: Model, byColumn: boolean): string {
  if (by === "A") return byColumn ? `B^{\\mathsf T} \\otimes I_{${M}}` : `I_{${M}} \\otimes B^{\\mathsf T}`;
  return byColumn ? `I_{${N}} \\otimes A` : `A \\otimes I_{${N}}`;
}

const headed = (shape: Geometry): boolean => shape.across.pitch > 0.3;

/** The name with its size, and below it what the blocks are. */
export function titles(shape: Geometry, lift: number): Label[] {
  const { m, origin, byColumn, down, across } = shape;
  const at = plus(origin, [0, (headed(shape) ? 0.72 : 0.1) + lift, 0]);
  const aside = `${down.group * down.groups} × ${across.group * across.groups}`;
  return [
    { id: "jacobian title", at, anchor: "left", offset: [0, -34], kind: "tensor", text: `$${m.jacobian.tex}$`, aside },
    {
      id: "jacobian structure",
      at,
      anchor: "left",
      offset: [0, -8],
      kind: "note",
      least: 30,
      text: `blocks $${structureTex(m, byColumn)}$`,
    },
  ];
}

/** Whether output r of the product that runs is being computed: its row of the Jacobian appears. */
const computing =
  (m: Model, r: number): Shown =>
  ({ act }: Now) =>
    act?.step === m.forward && act.moment === r;

/** Outputs by their place in C, beside their rows. */
export function rowLabels(shape: Geometry): Label[] {
  const { m, origin, down } = shape;
  if (smallerPitch(shape) < 0.35) return [];
  return Array.from({ length: m.M * m.N }, (_, r) => {
    const [i, j] = [Math.floor(r / m.N), r % m.N];
    return {
      id: `row ${r}`,
      at: plus(origin, [-0.12, -down.pitch / 2 - i * down.rowStep - j * down.columnStep, 0]),
      anchor: "right",
      kind: "axis",
      text: `${i},${j}`,
      hue: "data",
      least: 30,
      lit: computing(m, r),
    };
  });
}

/** The rows or columns of the operand, over their groups. */
export function groupLabels(shape: Geometry, lift: number): Label[] {
  const { m, origin, across, byColumn } = shape;
  if (!headed(shape)) return [];
  const roomy = across.group * across.pitch > 1.2;
  return Array.from({ length: across.groups }, (_, h) => ({
    id: `group ${h}`,
    at: plus(origin, [h * across.far + (roomy ? 0 : (across.group * across.pitch) / 2), 0.2 + 0.4 * lift, 0]),
    anchor: roomy ? "left" : "centre",
    offset: [0, -10],
    kind: "axis",
    least: 30,
    text: roomy ? `${byColumn ? "column" : "row"} ${h} of ${m.by}` : String(h),
  }));
}

/** A line over each group. */
export function braces(shape: Geometry): Line[] {
  if (!headed(shape)) return [];
  const { origin, across } = shape;
  return Array.from({ length: across.groups }, (_, h) => {
    const left = plus(origin, [h * across.far, 0.16, 0]);
    return { points: [left, plus(left, [across.group * across.pitch, 0, 0])], token: "line-control", width: 1 };
  });
}

/** Below its row: what arrives from the Jacobian comes from above. */
export function longLabel(shape: Geometry): Label {
  const { m, origin, across } = shape;
  const y = bottomOf(shape) - 0.5 * relief(m) - across.pitch;
  return {
    id: "long title",
    at: [origin[0], y, origin[2]],
    anchor: "left",
    offset: [0, 18],
    kind: "tensor",
    text: `$${m.long.tex}$`,
    aside: `1 × ${m.long.shape[1]}`,
    mark: "gradient",
  };
}
