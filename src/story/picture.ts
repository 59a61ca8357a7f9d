/**
 * What is drawn, as data: tensors as blocks of cells, flows as paths, lines, boxes and labels. World units: a cell's
 * pitch is 1; x right, y up, z towards the viewer. The scene draws this and never learns which station made it.
 */
import type { Tensor } from "../core/graph";
import type { Step } from "../core/tape";
import type { Results } from "./results";

export type Vector = readonly [number, number, number];
export type Current = "data" | "gradient";
/** One cell of a tensor, by row-major position. */
export interface CellRef {
  readonly tensor: Tensor;
  readonly at: number;
}

/** Where a tensor stands: the centre of its first cell, and the offset from one cell to the next along each axis. */
export interface Place {
  readonly origin: Vector;
  readonly pitch: readonly Vector[];
  /** The extents of those axes, where they are finer than the tensor's own: rows and columns in groups. */
  readonly extents?: readonly number[];
}

/** The body of one cell: a plate spanned by two unit vectors, or a voxel. Sizes are in world units. */
export type Body =
  | {
      readonly kind: "plate";
      readonly right: Vector;
      readonly up: Vector;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: "voxel"; readonly size: number };

/**
 * When the cells of a block come to be. Cell `index` belongs to moment first + Σ index·moment of the act of `step`, and lands
 * within that moment at the share `(Σ index·micro + landing) / micros`.
 */
export interface Arrival {
  readonly step: Step;
  readonly moment: readonly number[];
  /** The moment of its first cell, 0 unless given: a line of cells that another line precedes. */
  readonly first?: number;
  readonly micro?: readonly number[];
  readonly micros?: number;
  /** Share of a micro step after which the cell lands: 0.5 for a product, 0.9 for a sum (the default). */
  readonly landing?: number;
}

/** Partial sums that a cell shows while it is being summed: `tensor` at Σ index·stride + k·along once the k-th term is in. */
export interface Running {
  readonly tensor: Tensor;
  readonly stride: readonly number[];
  readonly along: number;
  readonly terms: number;
}

/**
 * A tensor as the moments of a step leave it: the first axis of `tensor` runs over the moments, and its slice m is what
 * stands there once moment m is over. Before the first there is nothing.
 */
export interface Series {
  readonly tensor: Tensor;
  readonly step: Step;
}

/** A tensor drawn as cells. */
export interface Block {
  readonly id: string;
  /** What it shows; where the score has several iterations, one tensor for each, the last staying. */
  readonly tensors: readonly Tensor[];
  readonly place: Place;
  /**
   * The row-major position of its first cell, where it shows a part of its tensors: one sample of a batch. The extents of
   * its place say how many cells follow. Such a part has no mask and no running sums.
   */
  readonly from?: number;
  readonly body: Body;
  /** The scale group that its colours belong to. */
  readonly group: Group;
  /** The current that it belongs to: marks, rings and the gradient tile's warm edge. */
  readonly current?: Current;
  /** A 1.5 px edge in the current's hue (gradient tiles in a graph). */
  readonly edged?: boolean;
  /** Undefined for given tensors, which stand there from the start; one per iteration otherwise. */
  readonly arrivals?: readonly Arrival[];
  readonly running?: Running;
  /** What it shows while the step of the series plays; its own tensor once that is over. It needs no arrivals then. */
  readonly series?: Series;
  /** Cells that are 0 here are always zero: hatched. */
  readonly mask?: Tensor;
  /**
   * Cells that hold more than 0 here have won, the others have lost. Of the block's own size it is seen once the step is
   * over; with an axis of moments before that, it follows them. Before the first moment no cell has won or lost.
   */
  readonly won?: Series;
  /** Cells that surround a tensor and belong to none: dotted, their number quiet where it is read, without one where nothing there can win. */
  readonly padding?: "read" | "never wins";
  /** Text before each number, drawn in the current's hue without a cell body: a capsule's factor. */
  readonly factor?: boolean;
  /** Voxels that are not in the step stand back at 25 %. */
  readonly ghost?: boolean;
  /** Drawn only while this holds: the faces of the cube show values on the way forward, gradients on the way back. */
  readonly shown?: Shown;
  /** Left out where a unit is seen in fewer pixels than this: a small sheet whose numbers could not be read. */
  readonly least?: number;
  /**
   * Numbers are written on its cells only where a unit is seen in this many pixels or more: below, and everywhere where it
   * is infinite, labels say what the cells stand for, or their colour says enough.
   */
  readonly written?: number;
  /** Not drawn at all before it has landed, instead of as empty cells: a new weight that takes its predecessor's place. */
  readonly latent?: boolean;
}
/**
 * The scale that colours belong to. Positions have no colour: they are no values. Outcomes are classes: 0 is the first of
 * the picture's `outcomes`, and each has a colour of its own.
 */
export type Group = "values" | "outputs" | "gradients" | "positions" | "outcomes";

/** A way that one number travels. */
export interface FlowPath {
  readonly points: readonly Vector[];
  readonly current: Current;
  /** The number that it carries: its size is the width, its sign fills or hollows the head. */
  readonly carries: CellRef;
  /** The part of its moment in which it travels, 0 to 1. */
  readonly start: number;
  readonly end: number;
  /**
   * A decision that closes it: where the cell holds 0 the flow stops at the bar, `stop` of the way along (0 to 1). Beyond
   * it the way is seen in grey, or not at all.
   */
  readonly gate?: { readonly by: CellRef; readonly stop: number; readonly beyond?: "grey" | "nothing" };
  /** Seen only on its way (`moving`) or only once its act is over (`resting`); both unless given. */
  readonly seen?: "moving" | "resting";
  /** Whether it lifts off the plane as an arc; otherwise corners are rounded. */
  readonly arc?: boolean;
}

/** A line that stands still: a brace, an outline, a leader. */
export interface Line {
  readonly points: readonly Vector[];
  readonly token: Token;
  /** Device-independent pixels. */
  readonly width: number;
  readonly dash?: "dashed" | "dotted";
  readonly opacity?: number;
  /** Shown only while this holds. */
  readonly shown?: Shown;
}
/** A rounded box that stands still: a capsule, a field, an outline. Radius and stroke are in device-independent pixels. */
export interface Box {
  readonly centre: Vector;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly fill?: Token;
  readonly opacity?: number;
  readonly stroke?: Token;
  readonly strokeWidth?: number;
  readonly shown?: Shown;
  /** Left out where a unit is seen in fewer pixels than this. */
  readonly least?: number;
  /**
   * Where its centre stands in each moment of a step: it slides there from the moment before while the sources light up.
   * Seen only while that step runs or rests.
   */
  readonly slides?: { readonly step: Step; centre(moment: number): Vector };
}
/** A colour by its name in the tokens. */
export type Token =
  | "surface-canvas"
  | "surface-raised"
  | "text"
  | "text-quiet"
  | "line"
  | "line-control"
  | "data"
  | "gradient"
  | "blocked"
  | "blocked-soft"
  | "value-hatch";

/** What decides whether a still thing is shown: the results, and the time as progress of steps. */
export type Shown = (now: Now) => boolean;
export interface Now {
  readonly results: Results;
  readonly iteration: number;
  /** Progress of a step, 0 before it, 1 after it. */
  progress(step: Step): number;
  /** The act that runs or rests, and its moment. */
  readonly act?: { readonly step: Step; readonly moment: number };
}

/** Text in the scene: HTML on top of the canvas. */
export interface Label {
  readonly id: string;
  readonly at: Vector;
  /** Which point of the text stands there. */
  readonly anchor: "centre" | "left" | "right" | "top" | "bottom";
  /** Device-independent pixels from there, x right and y down. */
  readonly offset?: readonly [number, number];
  readonly kind: "tensor" | "shape" | "axis" | "note" | "strong" | "capsule" | "product" | "count" | "tag";
  /** Plain text; pieces between dollar signs are TeX. Undefined hides it. */
  readonly text: string | ((now: Now) => string | undefined);
  /** A quiet word after the text: a tensor's shape. */
  readonly aside?: string;
  /** A kind mark before the text. */
  readonly mark?: Current;
  readonly hue?: Token;
  readonly lit?: Shown;
  /** Seen only while this holds; the picture leaves room for it all the same. */
  readonly shown?: Shown;
  /** Left out where a unit is seen in fewer pixels than this: there it could not be read. */
  readonly least?: number;
  /** Left out where a unit is seen in this many pixels or more: there a longer text has room. */
  readonly most?: number;
}

/** One step played: its moments (usually one per output cell), each of `micros` multiply-adds. */
export interface Act {
  readonly step: Step;
  readonly current: Current;
  /** 0-based; which of the unrolled iterations it belongs to. */
  readonly iteration: number;
  readonly moments: number;
  readonly micros: number;
  /** What one moment is called: "output cell". */
  readonly unit: string;
  /** Its flows stay at rest for the rest of the iteration, as in a graph; elsewhere until the next act starts. */
  readonly stays?: boolean;
  /** What travels in a moment. Built when asked for. */
  flows(moment: number): readonly FlowPath[];
  /** The cells that a moment reads: lit in the current's hue. */
  lit(moment: number): readonly CellRef[];
  /** The cells that a moment writes. */
  writes(moment: number): readonly CellRef[];
  /** One sentence that says what is happening; pieces between dollar signs are TeX. */
  say(moment: number, now: Now): Caption;
  /** What is happening where all moments run at once. */
  readonly whole?: Caption;
}
export interface Caption {
  readonly main: string;
  readonly quiet?: string;
}

/** Where the camera stands when a picture opens; a field of view of 0 is orthographic. */
export type Opening =
  | { readonly kind: "flat" }
  | {
      readonly kind: "perspective";
      readonly azimuth: number;
      readonly elevation: number;
      readonly fieldOfView: number;
    };

/**
 * What became of a cell, and why: `dead` behind a closed decision, `tied` with the winner and not taken, `unread` by any
 * window.
 */
export interface Fate {
  readonly cell: CellRef;
  readonly state: "dead" | "tied" | "unread";
  readonly because: string;
}

/**
 * A curve, or points, whose coordinates are cells of two tensors: drawn from their buffers, as cells are. A point that is
 * no number leaves a gap, and one beyond the frame is cut off at its edge.
 */
export interface Trace {
  readonly id: string;
  readonly x: Run;
  readonly y: Run;
  /** How many points. */
  readonly points: number;
  readonly frame: Frame;
  /** `line` joins the points, `dots` marks each, `steps` joins them by arcs, `ball` is the present point alone, larger. */
  readonly drawn: "line" | "dots" | "steps" | "ball";
  readonly token: Token;
  /** Device-independent pixels: of the line, or across a dot, which is smaller in a small picture. */
  readonly width: number;
  readonly dash?: "dashed" | "dotted";
  /** The points come one by one with the moments of a step, the first being there before; they stand from the start unless given. */
  readonly arrival?: Step;
  readonly shown?: Shown;
}
/** Cells `first`, `first + stride`, … of a tensor. */
export interface Run {
  readonly tensor: Tensor;
  readonly first: number;
  readonly stride: number;
}
/** A rectangle that stands for a range of numbers. */
export interface Frame {
  /** World units. */
  readonly left: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  /** Four cells: the numbers at the left and right edge, and at the bottom and top edge. */
  readonly limits: Tensor;
  /** An axis whose places go by the logarithm; the limits are plain numbers all the same. */
  readonly across?: "logarithm";
  readonly up?: "logarithm";
}

export interface Picture {
  readonly blocks: readonly Block[];
  readonly lines: readonly Line[];
  readonly boxes: readonly Box[];
  readonly labels: readonly Label[];
  readonly traces?: readonly Trace[];
  /** The names of the classes of blocks in the group `outcomes`, in order: the legend lists them. At most six. */
  readonly outcomes?: readonly string[];
  readonly opening: Opening;
  /** Cells that stand apart from the others, with the reason in words. */
  fates?(now: Now): readonly Fate[];
  /** What the legend lists besides the ramp: only what this picture uses. */
  readonly legend: readonly LegendMark[];
}
export type LegendMark =
  | "data"
  | "negative"
  | "gradient"
  | "negative gradient"
  | "blocked"
  | "always zero"
  | "is zero"
  | "winner"
  | "tied"
  | "lost"
  | "padding"
  | "unread";
