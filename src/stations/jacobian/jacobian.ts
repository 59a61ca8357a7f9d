/** The Jacobian as a block, outputs down and inputs across, under either flattening; its blocks outlined and named. */
import { size } from "../../core/shape";
import { cellShare } from "../../story/layout";
import type { Block, Box, Label, Line, Now, Vector } from "../../story/picture";
import { structure, type Model } from "./model";

/** Where one axis of a matrix goes when the matrix is flattened along a line: the step of its rows and of its columns. */
interface Flattening {
  readonly rowStep: number;
  readonly columnStep: number;
  /** Cells per group, and groups: a group is one row, or one column, of the matrix. */
  readonly group: number;
  readonly groups: number;
}

const air = 0.11;

function flattening(rows: number, columns: number, pitch: number, byColumn: boolean): Flattening {
  const group = byColumn ? rows : columns;
  const groups = byColumn ? columns : rows;
  const far = groups === 1 ? group * pitch : group * pitch + air;
  return byColumn
    ? { rowStep: pitch, columnStep: far, group, groups }
    : { rowStep: far, columnStep: pitch, group, groups };
}

const extentOf = ({ group, groups }: Flattening, pitch: number): number => group * groups * pitch + (groups - 1) * air;

/** How much farther apart things stand in a wide picture, which is seen smaller: texts do not shrink along. */
const relief = ({ M, K, N }: Model): number => Math.max(1, (M + K + N) / 12);

export interface JacobianFrame {
  readonly block: Block;
  readonly longBlock: Block;
  readonly pitch: number;
  readonly lines: readonly Line[];
  readonly boxes: readonly Box[];
  readonly labels: readonly Label[];
}

/** Cells shrink so that the Jacobian stays about as tall as the operands beside it. */
const pitchFor = ({ M, K, N, jacobian }: Model): number => {
  const rows = M * N;
  const columns = size(jacobian.shape) / rows;
  const room = Math.max(6, M + K + 2);
  return Math.min(0.6, room / rows, (1.2 * room) / columns);
};

export function jacobianFrame(m: Model, origin: Vector, byColumn: boolean): JacobianFrame {
  const { M, N, jacobian, mask, long, forward, longStep } = m;
  const pitch = pitchFor(m);
  const operand = jacobian.shape.slice(2);
  const down = flattening(M, N, pitch, byColumn);
  const across = flattening(operand[0], operand[1], pitch, byColumn);
  const first: Vector = [origin[0] + pitch / 2, origin[1] - pitch / 2, 0];
  const share = pitch * cellShare;
  const body: Block["body"] = { kind: "plate", right: [1, 0, 0], up: [0, 1, 0], width: share, height: share };
  const inner: readonly Vector[] = [
    [across.rowStep, 0, 0],
    [across.columnStep, 0, 0],
  ];
  const block: Block = {
    id: "jacobian",
    tensors: [jacobian],
    place: { origin: first, pitch: [[0, -down.rowStep, 0], [0, -down.columnStep, 0], ...inner] },
    body,
    group: "values",
    mask,
    arrivals: [{ step: forward, moment: [N, 1, 0, 0] }],
  };
  const bottom = origin[1] - extentOf(down, pitch);
  const width = operand[0] * operand[1];
  const longBlock: Block = {
    id: "long",
    tensors: [long],
    place: {
      origin: [first[0], bottom - 0.95 * relief(m) - pitch / 2, 0],
      pitch: [
        [0, 0, 0],
        [pitch + (extentOf(across, pitch) - width * pitch) / Math.max(1, width - 1), 0, 0],
      ],
    },
    body,
    group: "gradients",
    current: "gradient",
    arrivals: [{ step: longStep, moment: [0, 1] }],
  };
  const shape: Geometry = { m, origin, pitch, down, across, byColumn, bottom };
  return {
    block,
    longBlock,
    pitch,
    lines: braces(shape),
    boxes: outlines(shape),
    labels: [...titles(shape), ...rowLabels(shape), ...groupLabels(shape), ...zeroLabels(shape), longLabel(shape)],
  };
}

interface Geometry {
  readonly m: Model;
  readonly origin: Vector;
  readonly pitch: number;
  readonly down: Flattening;
  readonly across: Flattening;
  readonly byColumn: boolean;
  readonly bottom: number;
}

/** One group of outputs against one group of inputs. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Entries that may differ from 0. */
  readonly free: number;
}

function parts({ m, origin, pitch, down, across, byColumn }: Geometry): readonly Part[] {
  const mask = structure(m.forward.node, m.by);
  const [rows, columns] = m.jacobian.shape.slice(2);
  const inputs = rows * columns;
  const found: Part[] = [];
  for (let g = 0; g < down.groups; g++) {
    for (let h = 0; h < across.groups; h++) {
      let free = 0;
      for (let a = 0; a < down.group; a++) {
        const output = byColumn ? a * m.N + g : g * m.N + a;
        for (let b = 0; b < across.group; b++)
          free += mask[output * inputs + (byColumn ? b * columns + h : h * columns + b)];
      }
      found.push({
        left: origin[0] + h * (across.group * pitch + air),
        top: origin[1] - g * (down.group * pitch + air),
        width: across.group * pitch,
        height: down.group * pitch,
        free,
      });
    }
  }
  return found;
}

/** Blocks that hold something are outlined in ink; with more than 64 groups the lines would be the picture. */
const outlined = (shape: Geometry): readonly Part[] =>
  shape.down.groups * shape.across.groups > 64 ? [] : parts(shape);

const outlines = (shape: Geometry): Box[] =>
  outlined(shape)
    .filter((part) => part.free > 0)
    .map(({ left, top, width, height }) => ({
      centre: [left + width / 2, top - height / 2, 0],
      width: width + 0.06,
      height: height + 0.06,
      radius: 5,
      stroke: "text",
      strokeWidth: 1.5,
    }));

const zeroLabels = (shape: Geometry): Label[] =>
  outlined(shape)
    .filter((part) => part.free === 0 && part.width > 1.3 && part.height > 0.5)
    .map(({ left, top, width, height }, i) => ({
      id: `always zero ${i}`,
      at: [left + width / 2, top - height / 2, 0],
      anchor: "centre",
      kind: "note",
      text: "always 0",
    }));

/** I₂ ⊗ Bᵀ and its kin: what the blocks are, under the chosen flattening. */
export function structureTex({ M, N, by }: Model, byColumn: boolean): string {
  if (by === "A") return byColumn ? `B^{\\mathsf T} \\otimes I_{${M}}` : `I_{${M}} \\otimes B^{\\mathsf T}`;
  return byColumn ? `I_{${N}} \\otimes A` : `A \\otimes I_{${N}}`;
}

/** The name with its size, and below it what the blocks are. */
function titles({ m, origin, byColumn, pitch, down, across }: Geometry): Label[] {
  const extents = `${down.group * down.groups} × ${across.group * across.groups}`;
  const at: Vector = [origin[0], origin[1] + (pitch > 0.3 ? 0.72 : 0.1), 0];
  return [
    {
      id: "jacobian title",
      at,
      anchor: "left",
      offset: [0, -34],
      kind: "tensor",
      text: `$${m.jacobian.tex}$`,
      aside: extents,
    },
    {
      id: "jacobian structure",
      at,
      anchor: "left",
      offset: [0, -8],
      kind: "note",
      text: `blocks $${structureTex(m, byColumn)}$`,
    },
  ];
}

function rowLabels({ m, origin, pitch, down }: Geometry): Label[] {
  const rows = m.M * m.N;
  if (pitch < 0.35) return [];
  return Array.from({ length: rows }, (_, r) => {
    const [i, j] = [Math.floor(r / m.N), r % m.N];
    const y = origin[1] - pitch / 2 - i * down.rowStep - j * down.columnStep;
    return {
      id: `row ${r}`,
      at: [origin[0] - 0.12, y, 0],
      anchor: "right",
      kind: "axis",
      text: `${i},${j}`,
      hue: "data",
      lit: ({ act }: Now) => act?.step === m.forward && act.moment === r,
    };
  });
}

/** Where a group of inputs begins and ends. */
const groupSpan = ({ origin, pitch, across }: Geometry, h: number): readonly [number, number] => {
  const left = origin[0] + h * (across.group * pitch + air);
  return [left, left + across.group * pitch];
};

function groupLabels(shape: Geometry): Label[] {
  const { m, origin, pitch, across, byColumn } = shape;
  if (pitch < 0.3) return [];
  const kind = byColumn ? "column" : "row";
  const roomy = across.group * pitch > 1.2;
  return Array.from({ length: across.groups }, (_, h) => {
    const [left, right] = groupSpan(shape, h);
    return {
      id: `group ${h}`,
      at: [roomy ? left : (left + right) / 2, origin[1] + 0.2, 0],
      anchor: roomy ? "left" : "centre",
      offset: [0, -10],
      kind: "axis",
      text: roomy ? `${kind} ${h} of ${m.by}` : String(h),
    };
  });
}

function braces(shape: Geometry): Line[] {
  if (shape.pitch < 0.3) return [];
  return Array.from({ length: shape.across.groups }, (_, h) => {
    const [left, right] = groupSpan(shape, h);
    const y = shape.origin[1] + 0.16;
    return {
      points: [
        [left, y, 0],
        [right, y, 0],
      ],
      token: "line-control",
      width: 1,
    };
  });
}

const longLabel = ({ m, origin, bottom }: Geometry): Label => ({
  id: "long title",
  at: [origin[0], bottom - 0.95 * relief(m), 0],
  anchor: "left",
  offset: [0, -13],
  kind: "tensor",
  text: `$${m.long.tex}$`,
  aside: `1 × ${m.long.shape[1]}`,
  mark: "gradient",
});
