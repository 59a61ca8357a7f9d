/** The picture of station 4: two rows of factors and the looks at their products; later a convolution and its matrix. */
import { grouped } from "../../core/numeral";
import { size } from "../../core/shape";
import { nameLabel, plus } from "../../story/layout";
import type { Label, Now, Picture, Vector } from "../../story/picture";
import { countBlocks, factorsOf, productAt, smallBlocks } from "./blocks";
import { convolutionWeights, denseWeights, wholeOf } from "./counts";
import type { Model } from "./model";
import { closerLines, convolutionSquare, lookBoxes, lookLabels, ratioLabels } from "./looks";
import { factorPitch, half, smallPlaces } from "./places";
import { counting, writtenOut } from "./stages";
import { structureOf } from "./small";
import { mostLooks } from "./zoom";

export const picture = (m: Model): Picture => ({
  blocks: [...countBlocks(m), ...smallBlocks(m)],
  lines: looks.flatMap((look) => closerLines(m, look)),
  boxes: looks.flatMap((look) => lookBoxes(m, look)),
  traces: looks.map((look) => convolutionSquare(m, look)),
  labels: [
    ...(["convolution", "dense"] as const).flatMap((which) => countLabels(m, which)),
    ...looks.flatMap((look) => lookLabels(m, look)),
    ...ratioLabels(m),
    ...smallLabels(m),
  ],
  opening: { kind: "flat" },
  legend: ["data", "gradient", "negative", "is zero", "always zero"],
});

const looks = Array.from({ length: mostLooks }, (_, look) => look);

/** From this many pixels a unit on, a count has room beside its factors; else it stands below them. */
const besideFrom = 30;

// ── counts ──────────────────────────────────────────────────────────────────

function countLabels(m: Model, which: "convolution" | "dense"): Label[] {
  const shown = counting(m);
  const factors = factorsOf(m, which);
  const product = productAt(which);
  const exact = (now: Now): string | undefined => {
    const { results } = now;
    if (!results.ready || now.progress(m.writer(m.counts[which])) < 1) return undefined;
    const whole = wholeOf(m.counts, results);
    return grouped(which === "dense" ? denseWeights(whole) : convolutionWeights(whole));
  };
  const between = (at: Vector, id: string, text: string): Label => ({
    id: `${which} ${id}`,
    at,
    anchor: "centre",
    kind: "note",
    text,
    least: 20,
    shown,
  });
  return [
    ...factors.map(({ tensor, at }, i): Label => ({
      id: `${which} factor ${i}`,
      at: plus(at, [0, half, 0]),
      anchor: "centre",
      offset: [0, -11],
      kind: "axis",
      least: 24,
      text: `$${tensor.tex}$`,
      shown,
    })),
    ...factors.slice(1).map(({ at }, i) => between(plus(at, [-factorPitch / 2, 0, 0]), `times ${i}`, "·")),
    between(plus(product, [-0.85, 0, 0]), "equals", "="),
    {
      id: `${which} exact`,
      at: plus(product, [0.75, 0, 0]),
      anchor: "left",
      kind: "count",
      least: besideFrom,
      text: exact,
      shown,
    },
    {
      id: `${which} exact below`,
      at: plus(product, [half, -half, 0]),
      anchor: "right",
      offset: [0, 17],
      kind: "count",
      most: besideFrom,
      text: exact,
      shown,
    },
    {
      id: `${which} title`,
      at: plus(product, [0.75, 0, 0]),
      anchor: "left",
      offset: [0, -27],
      kind: "note",
      least: 30,
      text: which === "dense" ? "weights of the dense map" : "weights of the convolution",
      shown,
    },
  ];
}

// ── the small convolution ───────────────────────────────────────────────────

function smallLabels(m: Model): Label[] {
  const { small } = m;
  const { pitch, corner, entry, ...place } = smallPlaces(small);
  const shown = writtenOut(m);
  const above = (origin: Vector): Vector => plus(origin, [-half * pitch, half * pitch, 0]);
  const free = structureOf(small).reduce((n, bit) => n + bit, 0);
  const entries = size(small.matrix.shape);
  return [
    nameLabel(small.x, above(place.x), "left", "data", [0, -18], shown),
    nameLabel(small.weight, above(place.weight), "left", "data", [0, -18], shown),
    nameLabel(small.y, above(place.y), "left", "data", [0, -18], shown),
    {
      ...nameLabel(small.matrix, corner, "left", undefined, [0, -16], shown),
      aside: small.matrix.shape.join(" × "),
    },
    {
      id: "entries",
      at: plus(corner, [0, -small.matrix.shape[0] * entry, 0]),
      anchor: "left",
      offset: [0, 18],
      kind: "note",
      least: 26,
      shown,
      text: `${grouped(entries)} entries, ${grouped(entries - free)} of them always 0; in the others ${size(small.weight.shape)} weights repeat`,
    },
  ];
}
