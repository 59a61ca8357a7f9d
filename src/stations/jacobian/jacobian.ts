/** The Jacobian as a block, outputs down and inputs across, under either flattening; its blocks outlined and named. */
import { cellShare, centre, plate, plus } from "../../story/layout";
import type { Block, Box, FlowPath, Label, Line, Vector } from "../../story/picture";
import { bottomOf, geometry, relief, type Geometry } from "./flattening";
import { braces, groupLabels, longLabel, rowLabels, titles } from "./jacobian-words";
import { structure, type Model } from "./model";

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
    body: plate(across.pitch * cellShare, down.pitch * cellShare),
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
    body: plate(across.pitch * cellShare),
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
