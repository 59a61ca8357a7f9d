/** Station 5, question 1: the Jacobian of a matrix product, which backpropagation never builds. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size, unravel } from "../../core/shape";
import { edited } from "../../story/edits";
import { choice, slider } from "../../story/knob";
import type { CellRef } from "../../story/picture";
import { drawKnobs, span } from "../../story/practice";
import type { Results } from "../../story/results";
import type { Edits, Feed, Knobs, Lesson, Station } from "../../story/station";
import { entry } from "./entry";
import { claims } from "./claims";
import { cubeFlows, cubePicture } from "./cube";
import { flatFlows, flatPicture } from "./flat";
import { exhibitLabel, exhibitName, exhibitNamed, exhibits } from "./gallery/exhibits";
import { galleryFeed } from "./gallery/feed";
import { galleryLesson } from "./gallery/lesson";
import { shownOf, type Shown } from "./gallery/model";
import { model, structure, unitUpstreams, type By, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";

const number = (knobs: Knobs, name: string): number => Number(knobs[name]);
/** A lesson's model, and the inputs that its structure alone decides. */
const built = new WeakMap<Lesson, { readonly m: Model; readonly fixed: ReadonlyMap<Tensor, Float32Array> }>();

/** The exhibit of a lesson that is one of the gallery's. */
const hung = new WeakMap<Lesson, Shown>();

function buildGallery(knobs: Knobs): Lesson {
  const shown = shownOf(exhibitNamed(String(knobs["op"])));
  const lesson = galleryLesson(shown);
  hung.set(lesson, shown);
  return lesson;
}

const build = (knobs: Knobs): Lesson => (knobs["show"] === "gallery" ? buildGallery(knobs) : buildProduct(knobs));

function buildProduct(knobs: Knobs): Lesson {
  const m = model(number(knobs, "M"), number(knobs, "K"), number(knobs, "N"), knobs["of"] as By);
  const { A, B, C, dA, dB, dC, jacobian, long } = m;
  const lesson: Lesson = {
    tape: m.tape,
    phases: (view) =>
      phases(
        m,
        view["layout"] === "cube"
          ? cubeFlows(m, view["flatten"] === "column")
          : flatFlows(m, view["flatten"] === "column"),
      ),
    claims: claims(m),
    passages: passages(m),
    editable: [A, B, dC].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => [
      { tensor: A, gradient: dA },
      { tensor: B, gradient: dB },
      { tensor: C, gradient: dC },
      { tensor: jacobian },
      { tensor: long },
    ],
    groups: {
      values: [A, B, C, jacobian, m.cubes.C.products],
      gradients: [dA, dB, dC, m.cubes.dA.products, m.cubes.dB.products],
    },
    opens: m.forward,
    picture: (view) =>
      view["layout"] === "cube"
        ? cubePicture(m, view["flatten"] === "column")
        : flatPicture(m, view["flatten"] === "column"),
    related: (cell) => jacobianRow(m, cell),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  const fixed = new Map([
    [m.identity, unitUpstreams(m.M * m.N)],
    [m.mask, structure(m.forward.node, m.by)],
  ]);
  built.set(lesson, { m, fixed });
  return lesson;
}

/** The row of the Jacobian that belongs to a cell of C. */
function jacobianRow({ C, jacobian }: Model, { tensor, at }: CellRef): readonly CellRef[] {
  if (tensor !== C) return [];
  const inputs = size(jacobian.shape) / size(C.shape);
  return Array.from({ length: inputs }, (_, k) => ({ tensor: jacobian, at: at * inputs + k }));
}

function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  if (tensor === m.C) return `Came from row ${Math.floor(at / m.N)} of A and column ${at % m.N} of B.`;
  if (tensor === m.dA) return `Row ${Math.floor(at / m.K)} of dC meets row ${at % m.K} of B.`;
  if (tensor === m.dB) return `Column ${Math.floor(at / m.N)} of A meets column ${at % m.N} of dC.`;
  if (tensor === m.long) return "The long way: every entry of this column of J takes part, the zeros too.";
  return tensor === m.jacobian ? entryRemark(m, at, results) : undefined;
}

/** What kind of entry of the Jacobian it is: always zero, made of ∞, or a number that happens to be what it is. */
function entryRemark({ by, jacobian, forward }: Model, at: number, results: Results): string {
  const [i, j, row, column] = unravel(jacobian.shape, at);
  if (structure(forward.node, by)[at] === 0) {
    const unread = by === "A" ? `row ${row} of A` : `column ${column} of B`;
    return `Always 0, for every A and B: C[${i}, ${j}] does not read ${unread}.`;
  }
  if (Number.isNaN(results.value(jacobian, at)))
    return "NaN: the gradient kernel multiplies the zeros that the other outputs send back too, and 0 · ∞ is no number.";
  return "Not always 0. Made by the gradient kernel, with a 1 sent back from this row's output alone.";
}

function feed(lesson: Lesson, knobs: Knobs, edits: Edits): Feed {
  const seed = number(knobs, "seed");
  const shown = hung.get(lesson);
  if (shown) return galleryFeed(shown, seed, edits);
  const { m, fixed } = built.get(lesson)!;
  const draw = (tensor: Tensor, salt: number): [Tensor, Float32Array] =>
    edited(tensor, wholeNumbers(seed * 1000 + salt, size(tensor.shape), -2, 3), edits);
  return new Map([draw(m.A, 1), draw(m.B, 2), draw(m.dC, 3), ...fixed]);
}

/** Of a knob that means nothing in the gallery. */
const product = { onlyWhile: { knob: "show", is: "product" } } as const;

const extent = { ...product, turns: "structure" } as const;
const ofJacobian = { ...product, folder: "Jacobian" } as const;
const exhibited = exhibits.map((exhibit) => [exhibitName(exhibit), exhibitLabel(exhibit)] as const);

export const station: Station = {
  id: "jacobian",
  ...entry,
  title: "The Jacobian that backprop never builds",
  eyebrow: "Station 5, question 1",
  source: "Midterm review recitation, question 1",
  granularity: "cell",
  granularities: ["multiply-add", "cell", "op", "pass"],
  knobs: [
    choice(
      "show",
      "show",
      [
        ["product", "C = A · B"],
        ["gallery", "gallery of ops"],
      ],
      "product",
    ),
    choice("op", "op", exhibited, "conv2d.input", { onlyWhile: { knob: "show", is: "gallery" } }),
    slider("M", "rows M", [1, 16, 1, 2], extent),
    slider("K", "inner K", [1, 16, 1, 3], extent),
    slider("N", "columns N", [1, 16, 1, 5], extent),
    choice("of", "of C by", ["A", "B"], "A", ofJacobian),
    choice(
      "flatten",
      "flatten",
      [
        ["row", "by rows"],
        ["column", "by columns"],
      ],
      "row",
      { ...ofJacobian, turns: "view" },
    ),
    choice("layout", "layout", ["flat", "cube"], "flat", { ...product, folder: "Picture", turns: "view" }),
    slider("seed", "seed", [1, 99, 1, 1], { folder: "Picture" }),
  ],
  build,
  practice: (seed, { show }) => ({
    knobs: drawKnobs(seed, {
      ...(show === "gallery" ? { op: exhibits.map(exhibitName) } : { M: span(2, 4), K: span(2, 5), N: span(2, 5) }),
      seed: span(2, 99),
    }),
  }),
  feed,
};
