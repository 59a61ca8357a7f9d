/** The Jacobian as a block, outputs down and inputs across, under either flattening; its blocks outlined and named. */
import { cellShare, centre, plus } from "../../story/layout";
import type { Block, Box, FlowPath, Label, Line, Now, Shown, Vector } from "../../story/picture";
import { structure, type Model } from "./model";

/**
 * Where one axis of a matrix goes when the matrix is flattened along a line: the step of its rows and of its columns.
 * A group is one row of the matrix, or one column.
 */
interface Flattening {
  readonly rowStep: number;
  readonly columnStep: number;
  readonly group: number;
  readonly groups: number;
  /** From one cell to the next inside a group, and from one group to the next. */
  readonly pitch: number;
  readonly far: number;
  readonly extent: number;
}

const air = 0.11;

function flattening(rows: number, columns: number, pitch: number, byColumn: boolean): Flattening {
  const [group, groups] = byColumn ? [rows, columns] : [columns, rows];
  const far = group * pitch + (groups === 1 ? 0 : air);
  const steps = byColumn ? { rowStep: pitch, columnStep: far } : { rowStep: far, columnStep: pitch };
  return { ...steps, group, groups, pitch, far, extent: group * groups * pitch + (groups - 1) * air };
}

/** Everything about where the Jacobian stands. */
interface Geometry {
  readonly m: Model;
  /** The top left corner. */
  readonly origin: Vector;
  readonly down: Flattening;
  readonly across: Flattening;
  readonly byColumn: boolean;
}

const largest = 0.6;
/** A cell may be this many times wider than high, or higher than wide, before it shrinks in both directions. */
const longest = 4;

/** Cells shrink so that the Jacobian stays about as tall as the operands beside it. */
function geometry(m: Model, origin: Vector, byColumn: boolean): Geometry {
  const { M, K, N, jacobian } = m;
  const [rows, columns] = jacobian.shape.slice(2);
  const room = Math.max(6, M + K + 2);
  const height = Math.min(largest, room / (M * N));
  const width = Math.min(largest, (1.2 * room) / (rows * columns));
  const [y, x] = [Math.min(height, longest * width), Math.min(width, longest * height)];
  return { m, origin, byColumn, down: flattening(M, N, y, byColumn), across: flattening(rows, columns, x, byColumn) };
}

const smallerPitch = ({ down, across }: Geometry): number => Math.min(down.pitch, across.pitch);
const bottomOf = ({ origin, down }: Geometry): number => origin[1] - down.extent;

/** How much farther apart things stand in a wide picture, which is seen smaller: texts do not shrink along. */
const relief = ({ M, K, N }: Model): number => Math.max(1, (M + K + N) / 12);

export interface JacobianFrame {
  readonly block: Block;
  readonly longBlock: Block;
  /** From one input to the next in the long product's row. */
  readonly pitch: number;
  readonly lines: readonly Line[];
  readonly boxes: readonly Box[];
  readonly labels: readonly Label[];
}

/**
 * The Jacobian with its top left corner at `origin`, facing a flat viewer, and the long product in a row below. `lift`
 * raises its name, where a slanted view would bring it down on what stands below.
 */
export function jacobianFrame(m: Model, origin: Vector, byColumn: boolean, lift = 0): JacobianFrame {
  const shape = geometry(m, origin, byColumn);
  return {
    block: jacobianBlock(shape),
    longBlock: longBlock(shape),
    pitch: shape.across.pitch,
    lines: braces(shape),
    boxes: outlines(shape),
    labels: [
      ...titles(shape, lift),
      ...rowLabels(shape),
      ...groupLabels(shape, lift),
      ...zeroLabels(shape),
      longLabel(shape),
    ],
  };
}

/** The most entries of a column that send a flow of their own. */
const mostEntries = 64;

/** Down the street beside a column of the Jacobian into the entry of the long product. */
export function longFlows(m: Model, { block, longBlock: row, pitch }: JacobianFrame, moment: number): FlowPath[] {
  const rows = m.M * m.N;
  const width = m.long.shape[1];
  const into = centre(row, moment);
  const z = into[2];
  const above = into[1] + pitch * 0.75;
  return Array.from({ length: Math.min(rows, mostEntries) }, (_, r): FlowPath => {
    const at = r * width + moment;
    const from = centre(block, at);
    const x = from[0] - pitch / 2;
    return {
      points: [
        plus(from, [-pitch * 0.46, 0, 0]),
        [x, from[1], z],
        [x, above, z],
        [into[0], above, z],
        plus(into, [0, pitch * 0.46, 0]),
      ],
      current: "gradient",
      carries: { tensor: m.jacobian, at },
      start: (0.7 * r) / rows,
      end: (0.7 * r) / rows + 0.25,
    };
  });
}

const plate = (width: number, height: number): Block["body"] => ({
  kind: "plate",
  right: [1, 0, 0],
  up: [0, 1, 0],
  width: width * cellShare,
  height: height * cellShare,
});

function jacobianBlock({ m, origin, down, across }: Geometry): Block {
  return {
    id: "jacobian",
    tensors: [m.jacobian],
    place: {
      origin: plus(origin, [across.pitch / 2, -down.pitch / 2, 0]),
      pitch: [
        [0, -down.rowStep, 0],
        [0, -down.columnStep, 0],
        [across.rowStep, 0, 0],
        [across.columnStep, 0, 0],
      ],
    },
    body: plate(across.pitch, down.pitch),
    group: "values",
    mask: m.mask,
    arrivals: [{ step: m.forward, moment: [m.N, 1, 0, 0] }],
  };
}

/** The long product: always by rows of the operand, in one row as wide as the Jacobian. */
function longBlock({ m, origin, across, ...rest }: Geometry): Block {
  const n = m.long.shape[1];
  const step = n === 1 ? across.pitch : (across.extent - across.pitch) / (n - 1);
  const y = bottomOf({ m, origin, across, ...rest }) - 0.5 * relief(m) - across.pitch / 2;
  return {
    id: "long",
    tensors: [m.long],
    place: {
      origin: [origin[0] + across.pitch / 2, y, origin[2]],
      pitch: [
        [0, 0, 0],
        [step, 0, 0],
      ],
    },
    body: plate(across.pitch, across.pitch),
    group: "gradients",
    current: "gradient",
    arrivals: [{ step: m.longStep, moment: [0, 1] }],
  };
}

// ── blocks ──────────────────────────────────────────────────────────────────

/** One group of outputs against one group of inputs. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Entries that may differ from 0. */
  readonly free: number;
}

function parts({ m, origin, down, across, byColumn }: Geometry): readonly Part[] {
  const mask = structure(m.forward.node, m.by);
  const [rows, columns] = m.jacobian.shape.slice(2);
  const free = (g: number, h: number): number => {
    let count = 0;
    for (let a = 0; a < down.group; a++) {
      const output = byColumn ? a * m.N + g : g * m.N + a;
      for (let b = 0; b < across.group; b++)
        count += mask[output * rows * columns + (byColumn ? b * columns + h : h * columns + b)];
    }
    return count;
  };
  return Array.from({ length: down.groups * across.groups }, (_, i): Part => {
    const [g, h] = [Math.floor(i / across.groups), i % across.groups];
    return {
      left: origin[0] + h * across.far,
      top: origin[1] - g * down.far,
      width: across.group * across.pitch,
      height: down.group * down.pitch,
      free: free(g, h),
    };
  });
}

/** With more outlines than this the lines would be the picture. */
const mostOutlines = 64;

function outlines(shape: Geometry): Box[] {
  const holding = parts(shape).filter((part) => part.free > 0);
  if (holding.length > mostOutlines) return [];
  return holding.map(({ left, top, width, height }) => ({
    centre: [left + width / 2, top - height / 2, shape.origin[2]],
    width: width + 0.06,
    height: height + 0.06,
    radius: 5,
    stroke: "text",
    strokeWidth: 1.5,
  }));
}

/** A block of fewer cells than this is plain by its hatch. */
const mostPlain = 12;
const cellsOf = ({ down, across }: Geometry): number => down.group * across.group;

const zeroLabels = (shape: Geometry): Label[] =>
  parts(shape)
    .filter((part) => part.free === 0 && part.width > 1.3 && part.height > 0.5 && cellsOf(shape) >= mostPlain)
    .map(({ left, top, width, height }, i) => ({
      id: `always zero ${i}`,
      at: [left + width / 2, top - height / 2, shape.origin[2]],
      anchor: "centre",
      kind: "note",
      least: 30,
      text: "always 0",
    }));

/** I₂ ⊗ Bᵀ and its kin: what the blocks are, under a flattening. */
export function structureTex({ M, N, by }: Model, byColumn: boolean): string {
  if (by === "A") return byColumn ? `B^{\\mathsf T} \\otimes I_{${M}}` : `I_{${M}} \\otimes B^{\\mathsf T}`;
  return byColumn ? `I_{${N}} \\otimes A` : `A \\otimes I_{${N}}`;
}

// ── words ───────────────────────────────────────────────────────────────────

const headed = (shape: Geometry): boolean => shape.across.pitch > 0.3;

/** The name with its size, and below it what the blocks are. */
function titles(shape: Geometry, lift: number): Label[] {
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

function rowLabels(shape: Geometry): Label[] {
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

function groupLabels(shape: Geometry, lift: number): Label[] {
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

function braces(shape: Geometry): Line[] {
  if (!headed(shape)) return [];
  const { origin, across } = shape;
  return Array.from({ length: across.groups }, (_, h) => {
    const left = plus(origin, [h * across.far, 0.16, 0]);
    return { points: [left, plus(left, [across.group * across.pitch, 0, 0])], token: "line-control", width: 1 };
  });
}

/** Below its row: what arrives from the Jacobian comes from above. */
function longLabel(shape: Geometry): Label {
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
