import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import { size } from "../../src/core/shape";
import type { Block, Vector } from "../../src/story/picture";
import { times } from "../../src/scene/vector";
import {
  blockOf,
  frameOf,
  now,
  pictureOf,
  Seen,
  seenAs,
  slanted,
  step,
  still,
  valueSeen,
  view,
  type World,
} from "./scene-picture";
import { FakeProgram, openStage } from "./scene-world";

let world: World;
beforeAll(async () => {
  world = await openStage();
});
afterAll(() => world.close());

/** Whole and special numbers; every eleventh cell is always zero, and some have won. */
const valueAt = (i: number): number =>
  i % 97 === 5 ? Number.NaN : i % 89 === 7 ? Infinity : i % 83 === 11 ? -Infinity : ((i * 13) % 11) - 5;
const maskAt = (i: number): number => (i % 11 === 3 ? 0 : 1);
const wonAt = (i: number): number => (i % 7 === 2 ? 1 : 0);

/** A block large enough for a surface, and into how many blocks along its first axis it falls that are drawn cell by cell. */
interface Whole {
  readonly name: string;
  readonly shape: readonly number[];
  readonly pitch: readonly Vector[];
  readonly parts: number;
}
const wholes: readonly Whole[] = [
  {
    name: "rows and columns",
    shape: [40, 40],
    pitch: [
      [0, -1, 0],
      [1, 0, 0],
    ],
    parts: 4,
  },
  {
    name: "groups of rows and of columns",
    shape: [2, 20, 2, 20],
    pitch: [
      [0, -20.5, 0],
      [0, -1, 0],
      [20.5, 0, 0],
      [1, 0, 0],
    ],
    parts: 2,
  },
];

/** A block of so many of the whole's first indices from one on, with all its numbers. */
function blockFrom(program: FakeProgram, { shape, pitch }: Whole, first: number, count: number): Block {
  const graph = new Graph();
  const extents = [count, ...shape.slice(1)];
  const start = first * size(shape.slice(1));
  const tensors = [valueAt, maskAt, wonAt].map((numberAt) => {
    const tensor = graph.given(numberAt.name, extents);
    const numbers = Array.from({ length: size(extents) }, (_, i) => numberAt(start + i));
    program.set(tensor, numbers);
    return tensor;
  });
  const [values, mask, won] = tensors;
  const place = { origin: times(pitch[0], first), pitch };
  // One column lands after the other, or one row of a group.
  const micro = shape.map((_, axis) => (axis === 1 ? 1 : 0));
  const arrivals = [{ step, moment: [0], micro, micros: shape[1] }];
  return blockOf(values, { place, mask, arrivals, won: { tensor: won, step }, current: "data" });
}

/** What is seen of blocks, the camera where it stands or opened and then brought so much nearer. */
async function drawn(program: FakeProgram, blocks: readonly Block[], u: number, zoom?: number): Promise<Seen> {
  const before = world.stage.camera.state();
  await world.stage.show(program, pictureOf(blocks), false);
  world.stage.draw(still, now, view);
  const opened = world.stage.camera.state();
  world.stage.camera.restore(zoom === undefined ? before : { ...opened, span: opened.span / zoom });
  world.stage.draw(frameOf(u, 1), now, view);
  return new Seen(world);
}

/** The middles of a block's cells that are on the canvas. */
const middles = (seen: Seen, tensor: Tensor): (readonly [number, number])[] =>
  Array.from({ length: size(tensor.shape) }, (_, at) => seen.rectangle(tensor, at))
    .map(({ x, y, width, height }) => [x + width / 2, y + height / 2] as const)
    .filter(([x, y]) => x > 0 && y > 0 && x < seen.image.width && y < seen.image.height);

/**
 * How far two pictures of a hatch may differ: a software rasteriser puts each cell's corners on sixteenths of a pixel, so
 * that a line may lie two of these farther in one of them.
 */
function snapped(): number {
  const { theme } = world;
  const [paper, line] = [theme["surface-canvas"], theme["value-hatch"]].map(seenAs);
  return (2 / 16) * Math.max(...paper.map((channel, i) => Math.abs(channel - line[i])));
}

describe.each(wholes)("a surface of $name", (whole) => {
  // As mere colour, with gaps and edges, and near enough for numbers, where cells are drawn one by one again.
  const zooms = [1, 1.9, 6];
  const cases = zooms.flatMap((zoom) => [1, 0.4].map((u) => ({ zoom, u })));
  test.each(cases)("shows what its cells show one by one, $zoom times as near, at $u", async ({ zoom, u }) => {
    const program = new FakeProgram(world.device);
    const block = blockFrom(program, whole, 0, whole.shape[0]);
    const surface = await drawn(program, [block], u, zoom);
    const places = middles(surface, block.tensors[0]);
    const share = whole.shape[0] / whole.parts;
    const parts = Array.from({ length: whole.parts }, (_, i) => blockFrom(program, whole, i * share, share));
    const cells = await drawn(program, parts, u);
    expect(places.length).toBeGreaterThan(20);
    const different = places.filter(([x, y]) =>
      surface.at(x, y).some((channel, i) => Math.abs(channel - cells.at(x, y)[i]) > snapped()),
    );
    expect(different).toEqual([]);
    // Near enough for numbers it is the same picture, pixel by pixel.
    if (zoom === 6) expect(surface.image.data).toEqual(cells.image.data);
  });
});

test("sheets behind one another are drawn from the farthest to the nearest", async () => {
  const tensor = new Graph().given("sheets", [3, 24, 24]);
  const program = new FakeProgram(world.device);
  program.set(
    tensor,
    Array.from({ length: 3 * 576 }, (_, i) => [5, -5, 2][Math.floor(i / 576)]),
  );
  const pitch: readonly Vector[] = [
    [0, 0, -4],
    [0, -1, 0],
    [1, 0, 0],
  ];
  const place = { origin: [0, 0, 0], pitch } as const;
  await world.stage.show(program, pictureOf([blockOf(tensor, { place })], { opening: slanted }), false);
  world.stage.draw(still, now, view);
  const seen = new Seen(world);
  const picked = [0, 1, 2].map((sheet) => {
    const at = sheet * 576;
    const { x, y, width, height } = seen.rectangle(tensor, at);
    return {
      sheet,
      cell: world.stage.pick(x + width / 2, y + height / 2, still)?.at,
      colour: seen.at(x + width / 2, y + height / 2),
    };
  });
  for (const { sheet, cell, colour } of picked) {
    expect(cell).toBe(sheet * 576);
    colour.forEach((channel, i) => expect(Math.abs(channel - valueSeen(world, [5, -5, 2][sheet])[i])).toBeLessThan(3));
  }
});
