/** Pictures over numbers that a test sets, and what can be seen of them. */
import type { Tensor } from "../../src/core/graph";
import type { Step } from "../../src/core/tape";
import type { SceneView } from "../../src/scene/stage";
import type { Rgba } from "../../src/scene/theme";
import { valueColour } from "../../src/scene/value";
import type { Act, Block, Body, Now, Opening, Picture, Vector } from "../../src/story/picture";
import { noResults } from "../../src/story/results";
import { frameAt, inTurn, type Frame, type Rhythm } from "../../src/story/score";
import { pixelsOf, type openStage } from "./scene-world";

export type World = Awaited<ReturnType<typeof openStage>>;

export const plate: Body = { kind: "plate", right: [1, 0, 0], up: [0, 1, 0], width: 0.9, height: 0.9 };
export const rowsAndColumns: readonly Vector[] = [
  [0, -1, 0],
  [1, 0, 0],
];
export const flat: Opening = { kind: "flat" };
/** The sheets of a convolution: slanted, without perspective. */
export const slanted: Opening = { kind: "perspective", azimuth: -18, elevation: 30, fieldOfView: 0 };

export const view: SceneView = {
  highlighted: [],
  sources: [],
  colour: "linear",
  reducedMotion: false,
  safeArea: { left: 10, top: 10, right: 10, bottom: 10 },
};
export const now: Now = { results: noResults, iteration: 0, progress: () => 1 };
export const still: Frame = { time: 0, progress: new Map(), iteration: 0 };
export const step = { index: 0, kind: "forward", reads: [], writes: [] } as unknown as Step;

/** A block of whole values, its first cell at `origin`. */
export const blockOf = (tensor: Tensor, rest: Partial<Block> = {}, origin: Vector = [0, 0, 0]): Block => ({
  id: tensor.name,
  tensors: [tensor],
  place: { origin, pitch: rowsAndColumns },
  body: plate,
  group: "values",
  ...rest,
});

export const pictureOf = (blocks: readonly Block[], rest: Partial<Picture> = {}): Picture => ({
  blocks,
  lines: [],
  boxes: [],
  labels: [],
  opening: flat,
  legend: [],
  ...rest,
});

/** An act in which nothing travels. */
export const actOf = (moments: number): Act => ({
  step,
  current: "data",
  iteration: 0,
  moments,
  micros: 1,
  unit: "window",
  flows: () => [],
  lit: () => [],
  writes: () => [],
  say: () => ({ main: "" }),
});

/** How a step of so many moments stands at a share of it. */
export function frameOf(u: number, moments: number, rhythm: Rhythm = inTurn(moments)): Frame {
  const spans = [{ start: 0, end: 1, act: actOf(moments), rhythm }];
  return frameAt({ duration: 1, spans, lanes: [], ticks: [], granularity: "cell" }, u);
}

/** A colour as the canvas holds it, 0 to 255. */
export const seenAs = ([r, g, b]: Rgba): number[] => [r, g, b].map((channel) => 255 * channel);
export const valueSeen = ({ theme }: World, value: number, end = 5): number[] =>
  seenAs(valueColour(theme, value / end));

/** A rounding of each of the three channels, and of the blending, at most. */
const rounding = 2;
export const isColour = (seen: readonly number[], wanted: readonly number[]): boolean =>
  seen.every((channel, i) => Math.abs(channel - wanted[i]) <= rounding);

/** One picture's pixels, to be asked at places. */
export class Seen {
  readonly #world: World;
  readonly image: ImageData;

  constructor(world: World) {
    this.#world = world;
    this.image = pixelsOf(world.canvas);
  }

  /** The colour at a point of the canvas, 0 to 255. */
  at(x: number, y: number): number[] {
    const { data, width } = this.image;
    const start = 4 * (Math.floor(y) * width + Math.floor(x));
    return Array.from(data.subarray(start, start + 3));
  }

  /** The colour at a share of a cell's rectangle. */
  in(tensor: Tensor, cell: number, across = 0.5, down = 0.14): number[] {
    const { x, y, width, height } = this.rectangle(tensor, cell);
    return this.at(x + across * width, y + down * height);
  }

  rectangle(tensor: Tensor, at: number): NonNullable<ReturnType<World["stage"]["locate"]>> {
    const place = this.#world.stage.locate({ tensor, at });
    if (!place) throw new Error(`Seen: the picture does not show cell ${at} of ${tensor.name}`);
    return place;
  }

  /** All pixels of a cell and of the gap around it, as text. */
  look(tensor: Tensor, cell: number): string {
    const { x, y, width, height } = this.rectangle(tensor, cell);
    const rows = Array.from({ length: Math.round(height) + 4 }, (_, row) => {
      const start = 4 * ((Math.round(y) - 2 + row) * this.image.width + Math.round(x) - 2);
      return this.image.data.subarray(start, start + 4 * (Math.round(width) + 4)).join();
    });
    return rows.join("\n");
  }
}
