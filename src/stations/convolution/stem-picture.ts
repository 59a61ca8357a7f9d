/** A ResNet's first layer as two stacks of outlines, and a window that slides down them. */
import type { Tensor } from "../../core/graph";
import { shapeText, size } from "../../core/shape";
import { reach as reachOf, tapped, windows, type Axis } from "../../ops/window";
import { plus } from "../../story/layout";
import type { Act, Box, Current, Label, Picture, Vector } from "../../story/picture";
import { opening } from "./aspect";
import type { Stem } from "./stem-model";

/** World units across the input. */
const span = 7;
/** Between drawn channels, away from the viewer. */
const pitch = 1.4;
/** More outlines than this of one tensor are not drawn: the label says how many there are. */
const mostSheets = 5;

interface Outline {
  readonly tensor: Tensor;
  /** The top left corner of channel 0. */
  readonly corner: Vector;
  readonly width: number;
  readonly height: number;
  readonly sheets: number;
  readonly pitch: number;
}

const unitOf = ({ columns }: Stem): number => span / columns.extent;

function outlines(s: Stem): { readonly input: Outline; readonly output: Outline } {
  const { I, O } = s;
  const unit = unitOf(s);
  const outline = (tensor: Tensor, corner: Vector, away: number): Outline => ({
    tensor,
    corner,
    width: tensor.shape[2] * unit,
    height: tensor.shape[1] * unit,
    sheets: Math.min(mostSheets, tensor.shape[0]),
    pitch: away,
  });
  const input = outline(I, [0, 0, 0], pitch);
  const output = outline(O, [input.width + 4, -(input.height - O.shape[1] * unit) / 2, 3.4], pitch / 2);
  return { input, output };
}

const boxesOf = ({ corner, width, height, sheets, pitch: away }: Outline): Box[] =>
  Array.from({ length: sheets }, (_, i) => sheets - 1 - i).map((i) => ({
    centre: plus(corner, [width / 2, -height / 2, -i * away]),
    width,
    height,
    radius: 4,
    fill: "surface-raised",
    stroke: "line-control",
    strokeWidth: 1.5,
  }));

/** The middle of the window in that row and column of windows, and of the output cell that it makes. */
function windowAt({ rows, columns }: Stem, { corner }: Outline, unit: number, row: number, column: number): Vector {
  const middle = (axis: Axis, window: number): number =>
    ((tapped(axis, window, 0) + tapped(axis, window, axis.kernel - 1) + 1) / 2) * unit;
  return plus(corner, [middle(columns, column), -middle(rows, row), 0]);
}

/** The middle column of windows stands for all: the window slides down along it. */
const middleOf = ({ columns }: Stem): number => Math.floor(windows(columns) / 2);

/** The outlines, the window and the cell that it makes. */
export function picture(s: Stem): Picture {
  const { input, output } = outlines(s);
  const unit = unitOf(s);
  const { forward, rows, columns } = s;
  const column = middleOf(s);
  const window = (row: number): Vector => windowAt(s, input, unit, row, column);
  const cell = (row: number): Vector => plus(output.corner, [(column + 0.5) * unit, -(row + 0.5) * unit, 0]);
  const frame = (width: number, height: number, centre: (row: number) => Vector): Box => ({
    centre: centre(0),
    width,
    height,
    radius: 2,
    stroke: "data",
    strokeWidth: 2,
    slides: { step: forward, centre },
  });
  return {
    blocks: [],
    lines: [],
    boxes: [
      ...boxesOf(input),
      ...boxesOf(output),
      frame(reachOf(columns) * unit, reachOf(rows) * unit, window),
      frame(unit * 3, unit * 3, cell),
    ],
    labels: [
      shapeLabel(input, "data"),
      shapeLabel(output, "data"),
      smallShape(input),
      smallShape(output),
      filterLabel(s, input, output),
    ],
    opening,
    legend: ["data"],
  };
}

const shapeLabel = ({ tensor, corner, height }: Outline, mark: Current): Label => ({
  id: `shape ${tensor.name}`,
  at: plus(corner, [0, -height, 0]),
  anchor: "left",
  offset: [0, 26],
  kind: "tensor",
  text: `$${tensor.tex}$`,
  aside: shapeText(tensor.shape),
  mark,
});

/** In pictures smaller than this many pixels a unit a name stands without its shape. */
const terse = 42.5;

/** The shape in a line of its own under the name, in pictures too small for it to stand beside. */
const smallShape = ({ tensor, corner, height }: Outline): Label => ({
  id: `small shape ${tensor.name}`,
  at: plus(corner, [0, -height, 0]),
  anchor: "left",
  offset: [0, 54],
  kind: "note",
  text: shapeText(tensor.shape),
  most: terse,
});

/** Over the way of the flow, between the two. */
function filterLabel({ F }: Stem, input: Outline, output: Outline): Label {
  const [x, , z] = plus(input.corner, [input.width, 0, 0]);
  return {
    id: "filter",
    at: [(x + output.corner[0]) / 2, -input.height / 2, (z + output.corner[2]) / 2],
    anchor: "bottom",
    offset: [0, -14],
    kind: "tensor",
    text: `$${F.tex}$`,
    aside: shapeText(F.shape),
    mark: "data",
  };
}

/** A moment for every row of the output. */
export function act(s: Stem): Act {
  const { forward, O, F, columns } = s;
  const { input, output } = outlines(s);
  const unit = unitOf(s);
  const [channels, high, wide] = O.shape;
  const column = middleOf(s);
  const taps = size(F.shape) / channels;
  return {
    step: forward,
    current: "data",
    iteration: 0,
    moments: high,
    micros: 1,
    unit: "output row",
    flows: (row) => [
      {
        points: [
          plus(windowAt(s, input, unit, row, column), [(reachOf(columns) * unit) / 2, 0, 0]),
          plus(output.corner, [(column + 0.5) * unit, -(row + 0.5) * unit, 0]),
        ],
        current: "data",
        carries: { tensor: O, at: row * wide + column },
        start: 0.1,
        end: 0.85,
      },
    ],
    lit: () => [],
    writes: (row) => Array.from({ length: wide }, (_, x) => ({ tensor: O, at: row * wide + x })),
    say: (row) => ({
      main: `Output row ${row}: ${taps} products for every cell, in ${channels} channels.`,
      quiet: `One flow per row stands for ${wide} windows.`,
    }),
    whole: { main: `${shapeText(s.I.shape)} becomes ${shapeText(O.shape)}.` },
  };
}
