/** The first layer of a ResNet, drawn as a shape: it is computed, forward, and no cell of it is drawn. */
import { Graph, type Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { shapeText, size } from "../../core/shape";
import { Tape, type Step } from "../../core/tape";
import { conv2d } from "../../ops/conv2d";
import { reach as reachOf, tapped, windows, type Axis } from "../../ops/window";
import { plus } from "../../story/layout";
import type { Act, Box, Current, Label, Picture, Vector } from "../../story/picture";
import type { Claim } from "../../story/claim";
import type { Feed, Lesson, Passage } from "../../story/station";
import { opening } from "./aspect";
import { explored, marginText, settings, shapeTex } from "./passages";
import { attributesOf, columnsOf, most, rowsOf, stemWindow, type Setting } from "./setting";

interface Stem {
  readonly setting: Setting;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly tape: Tape;
  readonly I: Tensor;
  readonly F: Tensor;
  readonly b: Tensor;
  readonly O: Tensor;
  readonly forward: Step;
}

const built = new WeakMap<Lesson, Stem>();

function stem(setting: Setting): Stem {
  const { height, width, kernel_size, in_channels, out_channels } = setting;
  const graph = new Graph();
  const I = graph.given("I", [in_channels, height, width]);
  const F = graph.given("F", [out_channels, in_channels, kernel_size, kernel_size]);
  const b = graph.given("b", [out_channels]);
  const O = graph.apply(conv2d, { input: I, weight: F, bias: b }, { attributes: attributesOf(setting), names: "O" });
  const tape = new Tape(graph);
  const [forward] = tape.forward();
  return { setting, rows: rowsOf(setting), columns: columnsOf(setting), tape, I, F, b, O, forward };
}

/** The lesson of the shape mode. Throws the ShapeError of conv2d. */
export function stemLesson(setting: Setting): Lesson {
  const s = stem(setting);
  const { I, F, b, O, forward } = s;
  const asked = claims(s);
  const lesson: Lesson = {
    tape: s.tape,
    phases: () => [{ name: "forward", current: "data", acts: [act(s)] }],
    claims: asked,
    passages: passages(s, asked),
    editable: [],
    shown: () => [I, F, b, O].map((tensor) => ({ tensor })),
    groups: { values: [I, F, b], outputs: [O], gradients: [] },
    opens: forward,
    picture: () => picture(s),
  };
  built.set(lesson, s);
  return lesson;
}

/** Numbers by the seed. */
export function stemFeed(lesson: Lesson, seed: number): Feed {
  const { I, F, b } = built.get(lesson)!;
  const draw = (tensor: Tensor, salt: number): [Tensor, Float32Array] => [
    tensor,
    wholeNumbers(seed * 1000 + salt, size(tensor.shape), -2, 3),
  ];
  return new Map([draw(I, 1), draw(F, 2), [b, new Float32Array(size(b.shape))]]);
}

// ── what is told ────────────────────────────────────────────────────────────

const source = "Midterm review recitation, question 3 b";

function claims({ setting, rows, I, F, O, b }: Stem): readonly Claim[] {
  const shows = { cells: [] };
  const taps = size(F.shape) / F.shape[0];
  return [
    {
      id: "stem",
      prompt: `${rows.extent} becomes`,
      answer: () => windows(rows),
      given: `${howText(setting)} Rows and columns are treated alike.`,
      ...(isResNets(setting) && { slide: 112 }),
      source,
      shows,
    },
    {
      id: "stem-shape",
      prompt: "Shape of the output",
      answer: () => shapeText(O.shape),
      asks: { kind: "shape" },
      given: `${howText(setting)} Channels first.`,
      source,
      shows,
    },
    {
      id: "parameters",
      prompt: "Parameters, the bias included",
      answer: () => size(F.shape) + size(b.shape),
      source,
      shows,
    },
    {
      id: "multiply-adds",
      prompt: "Multiply-adds of the forward pass",
      answer: () => size(O.shape) * taps,
      given: "Products with the padding's zeros count too.",
      source,
      shows,
    },
    {
      id: "numbers",
      prompt: "Numbers that come out for each that goes in",
      answer: () => Number((size(O.shape) / size(I.shape)).toFixed(2)),
      given: "Rounded to two decimals.",
      source,
      shows,
    },
  ];
}

const howText = ({ kernel_size, stride, padding, dilation, in_channels, out_channels }: Setting): string =>
  `Kernel ${kernel_size}, stride ${stride}, padding ${padding}, dilation ${dilation}, from ${in_channels} to ${out_channels} channels.`;

/** Whether the sliders say what the ResNet does. */
const isResNets = (setting: Setting): boolean =>
  (Object.keys(stemWindow) as (keyof typeof stemWindow)[]).every((name) => setting[name] === stemWindow[name]);

function beginning({ setting, I, F }: Stem): string {
  const meets = `a picture of ${shapeText(I.shape)} meets ${F.shape[0]} filters of ${shapeText(F.shape.slice(1))}`;
  const { kernel_size: kernel, stride, padding } = stemWindow;
  if (isResNets(setting)) return `A ResNet begins with one wide convolution: ${meets}.`;
  return `A ResNet begins with one wide convolution of kernel ${kernel}, stride ${stride} and padding ${padding}. The sliders ask for another one: ${meets}, with stride ${setting.stride}, padding ${setting.padding} and dilation ${setting.dilation}.`;
}

/** The padding that keeps the output is less by the dilation where the kernel shrinks by two, and more where it grows. */
function tryThis({ setting, O }: Stem): string {
  const { kernel_size: kernel, stride, padding, dilation } = setting;
  const which = `Which padding keeps ${O.shape[1]} if the kernel`;
  if (kernel > 2 && padding >= dilation) return `${which} shrinks by two?`;
  if (kernel + 2 <= most.kernel && padding + dilation <= most.padding) return `${which} grows by two?`;
  return `Set the stride to ${stride === 1 ? 2 : 1}. How many rows come out?`;
}

function passages(s: Stem, asked: readonly Claim[]): readonly Passage[] {
  const { rows, columns } = s;
  return [
    {
      kind: "text",
      text: `${beginning(s)} There are too many cells to read, so only the shapes are drawn; the numbers are computed all the same.`,
    },
    settings,
    { kind: "formula", tex: shapeTex(rows, columns) },
    { kind: "text", text: marginText(rows, columns) },
    { kind: "claims", ids: asked.map(({ id }) => id) },
    explored,
    { kind: "try", text: tryThis(s) },
  ];
}

// ── what is drawn ───────────────────────────────────────────────────────────

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

function picture(s: Stem): Picture {
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

function act(s: Stem): Act {
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
