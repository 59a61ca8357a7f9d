/** A station: one problem of the recitation. It says what can be turned, and builds the lesson for what is turned. */
import type { Tensor } from "../core/graph";
import type { Step, Tape } from "../core/tape";
import type { Claim } from "./claim";
import type { Granularity, Phase } from "./score";
import type { CellRef, Picture } from "./picture";
import type { Results } from "./results";

export type KnobValue = number | string | boolean;
/** Every knob's value by name. */
export type Knobs = Readonly<Record<string, KnobValue>>;
/** Numbers that the user has put into cells, by the name of the tensor and the row-major position. */
export type Edits = Readonly<Record<string, Readonly<Record<number, number>>>>;

interface KnobBase {
  readonly name: string;
  readonly label: string;
  /**
   * What turning it costs. `value`: one upload and one submit. `structure`: a new lesson. `view`: a new picture of the
   * same numbers.
   */
  readonly turns: "value" | "structure" | "view";
  readonly folder?: string;
  /** The value of another knob that gives this one a meaning, or several; at any other it cannot be turned. */
  readonly onlyWhile?: { readonly knob: string; readonly is: KnobValue | readonly KnobValue[] };
}
export interface Slider extends KnobBase {
  readonly kind: "slider";
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly initial: number;
}
export interface Choice extends KnobBase {
  readonly kind: "choice";
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly initial: string;
}
export interface Toggle extends KnobBase {
  readonly kind: "toggle";
  readonly initial: boolean;
}
/** A text that the user writes; its lesson says what does not fit. */
export interface Text extends KnobBase {
  readonly kind: "text";
  /** The most characters, as code points. */
  readonly most: number;
  /** More than one where it has lines. */
  readonly rows: number;
  readonly initial: string;
}
/** A square grey picture: one that is built in, by its name, or the user's own (see `image`). */
export interface ImageKnob extends KnobBase {
  readonly kind: "image";
  /** Cells along each side. */
  readonly side: number;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly initial: string;
}
export type Knob = Slider | Choice | Toggle | Text | ImageKnob;

/** One click that sets several knobs: a fix, a setting of the recitation. */
export interface Preset {
  readonly id: string;
  readonly label: string;
  /** What really happens then, said plainly. */
  readonly outcome?: string;
  readonly knobs: Knobs | ((current: Knobs) => Knobs);
  /** The numbers are the recitation's again: what was typed into cells is forgotten. */
  readonly recited?: boolean;
}

/** A paragraph, a formula, the claims, a box with a correction or a convention, or presets, in the order of reading. */
export type Passage =
  | { readonly kind: "text"; readonly text: string }
  /** One sentence on what to try; every lesson has one. */
  | { readonly kind: "try"; readonly text: string }
  | { readonly kind: "formula"; readonly tex: string }
  | { readonly kind: "claims"; readonly ids: readonly string[] }
  | { readonly kind: "note"; readonly title: string; readonly text: string }
  | {
      readonly kind: "comparison";
      readonly title: string;
      readonly text: string;
      readonly columns: readonly string[];
      rows(results: Results): readonly (readonly string[])[];
    }
  | { readonly kind: "presets"; readonly title: string; readonly presets: readonly Preset[] }
  | { readonly kind: "plot"; readonly plot: Plot };

/** Curves over a common axis; one may end before the axis does. */
export interface Plot {
  readonly title: string;
  readonly across: string;
  /** An axis upwards that goes by the logarithm: a number that is not above 0 leaves a gap. */
  readonly up?: "logarithm";
  /** The axis across counts iterations: the one that is seen is marked, and the legend tells its numbers, else the last ones. */
  readonly byIteration?: true;
  curves(results: Results): {
    readonly x: readonly number[];
    readonly lines: readonly { readonly name: string; readonly y: readonly number[] }[];
  };
}

/** A tensor whose cells the user may edit, by the name that edits use. */
export interface Editable {
  readonly name: string;
  readonly tensor: Tensor;
}

export interface Lesson {
  readonly tape: Tape;
  /** What is played, for the picture that the view knobs choose: the steps are the same, the ways that flows take differ. */
  phases(knobs: Knobs): readonly Phase[];
  readonly claims: readonly Claim[];
  readonly passages: readonly Passage[];
  readonly editable: readonly Editable[];
  /** The tensors that people see in an iteration, each with the gradient that belongs to it: the tables. */
  shown(iteration: number): readonly Shown[];
  /** The tensors that set the ends of the colour scales; outputs have one of their own where they dwarf what they are made of. */
  readonly groups: {
    readonly values: readonly Tensor[];
    readonly outputs?: readonly Tensor[];
    readonly gradients: readonly Tensor[];
  };
  /** What the legend calls the scale of the outputs, where it belongs to something else. */
  readonly outputsAre?: string;
  /** The step at whose end the station opens, when the address names no time. */
  readonly opens: Step;
  picture(knobs: Knobs): Picture;
  /** Cells elsewhere that belong to this one: an output's row of the Jacobian. */
  related?(cell: CellRef): readonly CellRef[];
  /** The knobs that a click on this cell turns: a pixel of an outcome map stands for knobs of its own. */
  choose?(cell: CellRef, results: Results): Knobs | undefined;
  /** A sentence on where a hovered cell came from or why it is what it is. */
  remark?(tensor: Tensor, at: number, results: Results): string | undefined;
}

/** A tensor and the gradient that belongs to it. */
export interface Shown {
  /** What it is called here, where another that is shown has the same name: a weight before and after its update. */
  readonly called?: { readonly name: string; readonly tex: string };
  readonly tensor: Tensor;
  readonly gradient?: Tensor;
}

/** The numbers that go in: by tensor, scalars as arrays of one. */
export type Feed = ReadonlyMap<Tensor, Float32Array>;

/** How the menu lists a station. */
export interface Listed {
  /** The recitation's order. */
  readonly number: number;
  readonly name: string;
  /** The part of the recitation that it belongs to: the menu's heading. */
  readonly group: string;
  /** What else it can look like: settings that are photographed besides the one that it opens with. */
  readonly looks?: readonly Look[];
}
export interface Look {
  readonly name: string;
  readonly knobs: Knobs;
}

/** Other numbers for the same questions. */
export interface Practice {
  /** Those that are drawn; the others stay as they are. */
  readonly knobs: Knobs;
  readonly edits?: Edits;
}

export interface Station extends Listed {
  /** The name of its folder. */
  readonly id: string;
  readonly title: string;
  /** "Station 5, question 1". */
  readonly eyebrow: string;
  readonly source: string;
  readonly knobs: readonly Knob[];
  readonly granularity: Granularity;
  readonly granularities: readonly Granularity[];
  build(knobs: Knobs): Lesson;
  /**
   * Other numbers for the questions that the knobs ask as they stand: the same seed gives the same ones. What decides
   * which questions there are (a view, an optimizer) is read and never drawn; what is drawn is not read.
   */
  practice(seed: number, knobs: Knobs): Practice;
  feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed;
}

/** Every knob as the recitation has it. */
export const initialKnobs = (station: Pick<Station, "knobs">): Knobs =>
  Object.fromEntries(station.knobs.map((knob) => [knob.name, knob.initial]));
