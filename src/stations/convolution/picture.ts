/** What station 7 draws: sheets in the order of depth, the padding and the unread margin, the window, and the products. */
import type { Tensor } from "../../core/graph";
import { nameLabel, plus, sheet } from "../../story/layout";
import type { Block, Current, Group, Label, Picture, Shown, Vector } from "../../story/picture";
import {
  bare,
  hasUnread,
  paddingBlocks,
  sheetAt,
  sheets,
  unreadBrackets,
  unreadFates,
  type Depth,
  type Ground,
} from "../../story/sliding";
import { opening } from "./aspect";
import { faceTensor, onFace, type Face } from "./faces";
import { frames } from "./frames";
import { capsules, productLabels } from "./list";
import type { Model } from "./model";
import { sceneOf, type Scene } from "./scene";
import { isFlat, outputOrigin } from "./standing";
import type { Way } from "./terms";

export function convolutionPicture(m: Model, way: Way): Picture {
  const scene = sceneOf(m, way);
  const { places } = scene;
  const onInput: Shown = onFace(m, way, "input", m.I);
  const bareGround: Ground = { ...bare(places.ground), tensor: m.dI };
  const margins = [
    unreadBrackets(lowest(m, places.ground), onInput),
    unreadBrackets(lowest(m, bareGround), onFace(m, way, "input", m.dI)),
  ];
  const fates = unreadFates(places.ground);
  const gradientFates = unreadFates(bareGround, "gradient");
  return {
    blocks: [...blocks(scene), ...paddingBlocks(places.ground, "read", onInput)],
    lines: margins.flatMap(({ lines }) => lines),
    boxes: [...frames(scene), ...capsules(scene)],
    labels: [
      ...names(scene),
      ...sampleLabels(scene),
      ...margins.flatMap(({ labels }) => labels),
      ...productLabels(scene),
    ],
    opening,
    fates: (now) => (faceTensor(m, way, "input", now.act?.step) === m.I ? fates : gradientFates),
    legend: [
      "data",
      "negative",
      "gradient",
      "negative gradient",
      "is zero",
      ...(way === "convolution" ? (["always zero"] as const) : []),
      ...(m.setting.padding > 0 ? (["padding"] as const) : []),
      ...(fates.length > 0 ? (["unread"] as const) : []),
    ],
  };
}

/** The ground as its lowest sample has it: below that one there is room for words. */
const lowest = ({ setting: { batch } }: Model, ground: Ground): Ground => ({
  ...ground,
  origin: lowestOf(ground.origin, ground, batch),
});

const lowestOf = (origin: Vector, { samples }: Depth, batch: number): Vector =>
  samples ? plus(origin, samples.away, batch - 1) : origin;

// ── sheets ──────────────────────────────────────────────────────────────────

/** The tensors that take turns on each place, with the current that each belongs to. */
const takers = ({ m, way }: Scene): readonly (readonly [face: Face, tensor: Tensor, current: Current])[] => [
  ["input", m.I, "data"],
  ["input", m.dI, "gradient"],
  ["filter", m.F, "data"],
  ["filter", m.dF, "gradient"],
  ["bias", m.b, "data"],
  ["bias", m.db, "gradient"],
  ["output", m.O, "data"],
  ["output", m.dO, "gradient"],
  ...(way === "convolution"
    ? ([
        ["filter", m.turned, "data"],
        ["output", m.spread.spread, "gradient"],
      ] as const)
    : []),
];

/** Sums of many products would make what they are made of pale, so outputs have their own scale. */
const groupOf = (m: Model, tensor: Tensor, current: Current): Group =>
  current === "gradient" ? "gradients" : tensor === m.O ? "outputs" : "values";

const blocks = (scene: Scene): Block[] =>
  takers(scene).map(([face, tensor, current]) => {
    const { m, way, passes } = scene;
    const pass = [passes.O, passes.dI, passes.dF, passes.db].find(({ result }) => result === tensor);
    const look = { id: tensor.name, group: groupOf(m, tensor, current), current };
    return {
      ...standingBlock(scene, face, tensor, look),
      ...pass?.made,
      ...(tensor === m.spread.spread && { mask: m.spread.mask }),
      shown: onFace(m, way, face, tensor),
    };
  });

function standingBlock(
  { m, places }: Scene,
  face: Face,
  tensor: Tensor,
  look: { readonly id: string; readonly group: Group; readonly current: Current },
): Block {
  const flat = (origin: Vector, depth: Depth): Block => sheets({ ...depth, tensor, origin }, look);
  switch (face) {
    case "input":
      return flat(places.ground.origin, places.ground);
    case "output":
      return flat(tensor === m.spread.spread ? places.output : outputOrigin(m, places), places.outputDepth);
    case "filter": {
      const outer = [places.across, places.filterAway];
      return pitched(sheet({ ...look, tensor, origin: places.filter, pitch: places.filterScale }), (inner) => [
        ...outer,
        ...inner,
      ]);
    }
    case "bias":
      // A row of cells.
      return pitched(sheet({ ...look, tensor, origin: places.bias, pitch: places.scale }), (inner) => inner.slice(1));
  }
}

const pitched = (block: Block, change: (pitch: readonly Vector[]) => readonly Vector[]): Block => ({
  ...block,
  place: { ...block.place, pitch: change(block.place.pitch) },
});

/** Names stand below the input and the output, above the filter, and right of the bias. */
function names(scene: Scene): Label[] {
  const { m, way, places } = scene;
  const { ground } = places;
  const { rows, columns } = ground;
  const words = hasUnread(ground) ? 26 : 0;
  return takers(scene).map(([face, tensor, current]) => {
    const shown = onFace(m, way, face, tensor);
    switch (face) {
      case "input": {
        // The padding is there as long as the input is read.
        const out = tensor === m.I ? [columns.padding, rows.padding] : [0, 0];
        const at = plus(lowest(m, ground).origin, [-out[0] - 0.5, -(rows.extent + out[1]) + 0.5, 0]);
        return nameLabel(tensor, at, "left", current, [0, wordsBelow(ground) + words], shown);
      }
      case "output": {
        const origin = tensor === m.spread.spread ? places.output : outputOrigin(m, places);
        const last = lowestOf(origin, places.outputDepth, m.setting.batch);
        const at = plus(last, [-0.5, -(tensor.shape[tensor.shape.length - 2] - 0.5), 0]);
        return nameLabel(tensor, at, "left", current, [0, wordsBelow(places.outputDepth)], shown);
      }
      case "filter": {
        const farthest = plus(places.filter, places.filterAway, tensor.shape[1] - 1);
        const at = plus(farthest, [-0.5, 0.5, 0], places.filterScale);
        return nameLabel(tensor, at, "left", current, [0, -40], shown);
      }
      case "bias": {
        const at = plus(places.bias, [tensor.shape[0] - 0.5, 0, 0], places.scale);
        return nameLabel(tensor, at, "left", current, [12, 10], shown);
      }
    }
  });
}

/** How far below the last sheet its name stands, in pixels: the sample's may stand in between. */
const wordsBelow = (depth: Depth): number => (isFlat(depth) ? 34 : 24);

/** Below this many pixels a unit samples are not named. */
const leastSampled = 10;

/**
 * Which sample a sheet belongs to, of several, beside the first of each: left of the lower corner of inputs and right of
 * the upper corner of outputs, where neither sheets behind nor flows pass. Rows of sheets are too wide for that: there
 * it stands below the first, of outputs below the street that their flows take.
 */
function sampleLabels({ m: { setting }, places }: Scene): Label[] {
  const { batch, in_channels, out_channels } = setting;
  if (batch === 1) return [];
  const { ground, output, outputDepth, room } = places;
  const lower = plus(ground.origin, [-ground.columns.padding - 0.5, 0.5 - ground.rows.extent - ground.rows.padding, 0]);
  const flat = isFlat(outputDepth);
  const upper = plus(output, flat ? [-0.5, 0.5 - room.rows, 0] : [room.columns - 0.5, 0.5, 0]);
  const below: Spot = isFlat(ground) ? { anchor: "left", offset: [0, 9] } : { anchor: "right", offset: [-8, -8] };
  const above: Spot = { anchor: "left", offset: flat ? [0, 17] : [8, 8] };
  return Array.from({ length: batch }, (_, sample) => [
    sampleLabel("in", sample, sheetAt(lower, ground, sample * in_channels), below),
    sampleLabel("out", sample, sheetAt(upper, outputDepth, sample * out_channels), above),
  ]).flat();
}

type Spot = Required<Pick<Label, "anchor" | "offset">>;

const sampleLabel = (place: "in" | "out", sample: number, at: Vector, spot: Spot): Label => ({
  id: `sample ${sample}, ${place}`,
  at,
  ...spot,
  kind: "axis",
  least: leastSampled,
  text: `sample ${sample}`,
});
