/** Station 7, question 3 a and b: convolution, forward as a window that slides and backward as windows that scatter. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { shapeText, size, unravel } from "../../core/shape";
import { unread, windows } from "../../ops/window";
import { edited } from "../../story/edits";
import { choice, slider } from "../../story/knob";
import type { Edits, Feed, Knob, Knobs, Lesson, Station } from "../../story/station";
import { unreadText } from "../../story/sliding";
import { entry } from "./entry";
import { claims } from "./claims";
import { model, type Model } from "./model";
import { meetings, passages, readers } from "./passages";
import type { Way } from "./terms";
import { phases } from "./phases";
import { convolutionPicture } from "./picture";
import { practice } from "./practice";
import { isStem, most, recitedNumbers, recitedSeed, settingOf } from "./setting";
import { stemFeed, stemLesson } from "./stem";

const built = new WeakMap<Lesson, Model>();
const wayOf = (view: Knobs): Way => (view["gradients"] === "convolution" ? "convolution" : "window");

function build(knobs: Knobs): Lesson {
  if (isStem(knobs)) return stemLesson(settingOf(knobs));
  const m = model(settingOf(knobs));
  const { I, F, b, O, dI, dF, db, dO } = m;
  const asked = claims(m);
  const lesson: Lesson = {
    tape: m.tape,
    phases: (view) => phases(m, wayOf(view)),
    claims: asked,
    passages: passages(m, asked),
    editable: [I, F, b, dO].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => [
      { tensor: I, gradient: dI },
      { tensor: F, gradient: dF },
      { tensor: b, gradient: db },
      { tensor: O, gradient: dO },
    ],
    groups: { values: [I, F, b], outputs: [O], gradients: [dI, dF, db, dO] },
    opens: m.forward,
    picture: (view) => convolutionPicture(m, wayOf(view)),
    remark: (tensor, at) => remark(m, tensor, at),
  };
  built.set(lesson, m);
  return lesson;
}

// ── remarks ─────────────────────────────────────────────────────────────────

function remark(m: Model, tensor: Tensor, at: number): string | undefined {
  if (Object.values(m.ring).includes(tensor)) return "Padding, read as 0.";
  const index = unravel(tensor.shape, at);
  if (tensor === m.I || tensor === m.dI) return readRemark(m, index.slice(-2), tensor === m.dI);
  if (tensor === m.O) return madeRemark(m, index.slice(-2));
  if (tensor === m.F || tensor === m.dF) return tapRemark(m, index, tensor === m.dF);
  if (tensor === m.db)
    return `The sum of all cells of dO in its channel${m.setting.batch > 1 ? ", of every sample" : ""}.`;
  if (tensor === m.turned) return "The filter turned by 180°, its channels in and out exchanged.";
  if (tensor === m.spread.spread) return "dO with zeros between its cells, and the border that makes the sizes fit.";
  return undefined;
}

const madeRemark = ({ O }: Model, [row, column]: readonly number[]): string =>
  `Made by the window in row ${row}, column ${column} of ${shapeText(O.shape.slice(-2))}.`;

/** By how many windows a cell of the input is read, or that none reads it. */
function readRemark({ rows, columns }: Model, [row, column]: readonly number[], back: boolean): string {
  const missed = [
    ...(unread(rows).includes(row) ? [`row ${row}`] : []),
    ...(unread(columns).includes(column) ? [`column ${column}`] : []),
  ];
  if (missed.length > 0) {
    const single = missed.length === 1;
    return unreadText(missed, single, back ? `, so ${single ? "its" : "their"} gradient is 0` : "");
  }
  const count = readers(rows, row) * readers(columns, column);
  const times = `${count} window${count === 1 ? "" : "s"}`;
  return back ? `The sum of what ${times} sent back.` : `Read by ${times}.`;
}

/** At how many positions of the window a tap of the filter meets the input, not the padding. */
function tapRemark({ setting, rows, columns }: Model, [, , row, column]: readonly number[], back: boolean): string {
  const met = meetings(rows, row) * meetings(columns, column);
  const all = windows(rows) * windows(columns);
  if (met === 0) return back ? "Its weight meets padding only: 0." : "Meets padding only, so no output depends on it.";
  if (back) return `The sum over all positions of the window${setting.batch > 1 ? ", on every sample" : ""}.`;
  const rest = all - met;
  const unless = rest === 0 ? "" : `; it meets padding at ${rest} of ${all}`;
  return `Used at every position of the window${unless}.`;
}

// ── numbers ─────────────────────────────────────────────────────────────────

/** Whole numbers by the seed, and those of the recitation where they fit. */
function drawn(tensor: Tensor, seed: number, corner: readonly (readonly number[])[]): Float32Array {
  const data = wholeNumbers(seed, size(tensor.shape), -2, 3);
  const [high, wide] = tensor.shape.slice(-2);
  corner.slice(0, high).forEach((row, y) => row.slice(0, wide).forEach((value, x) => (data[y * wide + x] = value)));
  return data;
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const m = built.get(lesson);
  if (!m) return stemFeed(lesson, Number(knobs["seed"]));
  const seed = Number(knobs["seed"]);
  const corner = <T>(numbers: readonly T[]): readonly T[] => (seed === recitedSeed ? numbers : []);
  const upstream =
    knobs["upstream"] === "random"
      ? wholeNumbers(seed * 1000 + 4, size(m.dO.shape), -2, 3)
      : new Float32Array(size(m.dO.shape)).fill(1);
  return new Map([
    edited(m.I, drawn(m.I, seed * 1000 + 1, corner(recitedNumbers.I)), edits),
    edited(m.F, drawn(m.F, seed * 1000 + 2, corner(recitedNumbers.F)), edits),
    edited(m.b, new Float32Array(size(m.b.shape)), edits),
    edited(m.dO, upstream, edits),
    ...m.fixed,
  ]);
}

// ── knobs ───────────────────────────────────────────────────────────────────

const inInput = { folder: "Input", turns: "structure" } as const;
const inFilter = { folder: "Filter", turns: "structure" } as const;
const inWindow = { folder: "Window", turns: "structure" } as const;

/** A knob without a meaning for the ResNet's first layer, whose extents and channels are what they are. */
const free = (knob: Knob): Knob => ({ ...knob, onlyWhile: { knob: "size", is: "sliders" } });

export const station: Station = {
  id: "convolution",
  ...entry,
  title: "A filter that slides",
  eyebrow: "Station 7, question 3 a and b",
  source: "Midterm review recitation, question 3 a and b",
  granularity: "cell",
  granularities: ["multiply-add", "cell", "op", "pass"],
  knobs: [
    choice(
      "size",
      "size",
      [
        ["sliders", "by sliders"],
        ["stem", "ResNet’s 224"],
      ],
      "sliders",
      inInput,
    ),
    free(slider("batch", "batch", [1, 4, 1, 1], inInput)),
    free(slider("height", "height", [1, 64, 1, 4], inInput)),
    free(slider("width", "width", [1, 64, 1, 4], inInput)),
    free(slider("in_channels", "channels in", [1, 8, 1, 1], inInput)),
    slider("kernel_size", "kernel", [1, most.kernel, 1, 2], inFilter),
    free(slider("out_channels", "channels out", [1, 8, 1, 1], inFilter)),
    free(slider("groups", "groups", [1, 8, 1, 1], inFilter)),
    slider("stride", "stride", [1, 4, 1, 1], inWindow),
    slider("padding", "padding", [0, most.padding, 1, 0], inWindow),
    slider("dilation", "dilation", [1, 3, 1, 1], inWindow),
    free(
      choice("upstream", "upstream dO", [["ones", "all ones"], "random"], "ones", {
        folder: "Numbers",
        turns: "value",
      }),
    ),
    slider("seed", "seed", [1, 99, 1, 1], { folder: "Numbers" }),
    free(
      choice(
        "gradients",
        "gradients",
        [
          ["window", "window by window"],
          ["convolution", "as convolutions"],
        ],
        "window",
        { folder: "Picture", turns: "view" },
      ),
    ),
  ],
  build,
  practice,
  feed,
};
