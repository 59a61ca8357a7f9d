/** A single sample in training: its statistics are taken, and the lesson says why nothing can follow from them. */
import { axisLabels, plus } from "../../story/layout";
import type { Block, Label, Picture, Vector } from "../../story/picture";
import type { Lesson } from "../../story/station";
import { whereIn } from "./acts";
import { byGroup, matrix } from "./blocks";
import { claimsOfOne } from "./claims";
import type { Measured } from "./model";
import { passagesOfOne } from "./passages";
import { statistics } from "./phases";
import { named, nameOf } from "./picture";
import { half, placesOf } from "./places";

/** What is told and drawn of it; the tape holds no more than the statistics. */
export function lessonOfOne(m: Measured): Lesson {
  const [{ x, mean, centred, variance }] = m.batch;
  const blocks = blocksOf(m);
  const where = whereIn(blocks);
  return {
    tape: m.tape,
    phases: () => statistics(m, where),
    claims: claimsOfOne(m),
    passages: passagesOfOne,
    editable: [{ name: x.name, tensor: x }],
    shown: () => [x, mean, centred, variance].map((tensor) => ({ tensor })),
    groups: { values: [x, mean, variance, centred], gradients: [] },
    opens: m.writer(variance),
    picture: () => pictureOf(m, blocks),
    remark: (tensor, at) => {
      if (tensor === mean) return `Shared by no other: feature ${at} of the only sample.`;
      return tensor === variance ? "A single cell is at no distance from its own mean." : undefined;
    },
  };
}

function blocksOf(m: Measured): readonly Block[] {
  const [{ x, mean, centred, variance }] = m.batch;
  const place = placesOf(m);
  const arriving = (tensor: typeof x): Partial<Block> => ({
    arrivals: [{ step: m.writer(tensor), moment: byGroup(m) }],
  });
  return [
    matrix("x", [x], place.x, "values", {}),
    matrix("centred", [centred], place.normal, "values", arriving(centred)),
    matrix("mean", [mean], place.mean, "values", arriving(mean)),
    matrix("variance", [variance], place.variance, "values", arriving(variance)),
  ];
}

function pictureOf(m: Measured, blocks: readonly Block[]): Picture {
  const [{ x, centred }] = m.batch;
  const place = placesOf(m);
  const features = (id: string, origin: Vector): Label[] =>
    axisLabels(id, m.features, plus(origin, [0, 0.68, 0]), [1, 0, 0], "centre", "data", ({ act }) => act?.moment);
  return {
    blocks,
    lines: [],
    boxes: [],
    labels: [
      named(x, place.x),
      named(centred, place.normal),
      ...features("feature", place.x),
      ...features("feature of x − μ", place.normal),
      nameOf("\\mu", place.mean),
      nameOf("\\sigma^2", place.variance),
      ...end(plus(place.mean, [-half, -1.1, 0])),
    ],
    opening: { kind: "flat" },
    legend: ["data", "negative", "is zero"],
  };
}

/** Where the outputs would stand. */
const end = (at: Vector): Label[] =>
  ["Here it ends: nothing can be divided by a spread of 0.", "PyTorch refuses, too."].map((text, line) => ({
    id: `end ${line}`,
    at,
    anchor: "left",
    offset: [0, line * 22],
    kind: "note",
    text,
  }));
