import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import type { Step } from "../../src/core/tape";
import type { SceneView } from "../../src/scene/stage";
import { valueColour, valueShare } from "../../src/scene/value";
import type { Act, Block, Body, Now, Opening, Picture, Vector } from "../../src/story/picture";
import { noResults } from "../../src/story/results";
import { inTurn, type Frame } from "../../src/story/score";
import { FakeProgram, openStage, pixelsOf } from "./scene-world";

type World = Awaited<ReturnType<typeof openStage>>;
let world: World;
beforeEach(async () => {
  world = await openStage();
});
afterEach(() => world.close());

const size = 0.9;
const plate: Body = { kind: "plate", right: [1, 0, 0], up: [0, 1, 0], width: size, height: size };
const tilted: Body = { kind: "plate", right: [1, 0, 0], up: [0, 0, -1], width: size, height: size };
const flat: Opening = { kind: "flat" };
const deep: Opening = { kind: "perspective", azimuth: -36, elevation: 26, fieldOfView: 24 };
const rowsAndColumns: readonly Vector[] = [
  [0, -1, 0],
  [1, 0, 0],
];

const view: SceneView = {
  highlighted: [],
  sources: [],
  colour: "linear",
  reducedMotion: false,
  safeArea: { left: 10, top: 10, right: 10, bottom: 10 },
};
const now: Now = { results: noResults, iteration: 0, progress: () => 1 };
const still: Frame = { time: 0, progress: new Map(), iteration: 0 };

const blockOf = (tensor: Tensor, rest: Partial<Block> = {}): Block => ({
  id: tensor.name,
  tensors: [tensor],
  place: { origin: [0, 0, 0], pitch: rowsAndColumns },
  body: plate,
  group: "values",
  ...rest,
});
const pictureOf = (blocks: readonly Block[], opening: Opening = flat): Picture => ({
  blocks,
  lines: [],
  boxes: [],
  labels: [],
  opening,
  legend: [],
});

/** Mean colour of a few pixels around a share of a cell's rectangle, 0 to 255. */
function colourIn(tensor: Tensor, at: number, across: number, down: number): number[] {
  const place = world.stage.locate({ tensor, at });
  if (!place) throw new Error("colourIn: the picture does not show the cell");
  const [x, y] = [place.x + across * place.width, place.y + down * place.height].map(Math.round);
  const { data, width } = pixelsOf(world.canvas);
  return Array.from(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3));
}

describe("cells", () => {
  test.each(["linear", "symlog"] as const)("are coloured by the value map of the buffer itself, %s", async (colour) => {
    const values = [-5, -2.5, -0.4, 0, 1, 3, 4.2, 99];
    const tensor = new Graph().given("a", [2, 4]);
    const program = new FakeProgram(world.device).set(tensor, values);
    await world.stage.show(program, pictureOf([blockOf(tensor)]), false);
    world.stage.draw(still, now, { ...view, colour });
    values.forEach((value, at) => {
      const wanted = valueColour(world.theme, valueShare(value, 5, colour));
      const seen = colourIn(tensor, at, 0.5, 0.14);
      seen.forEach((channel, i) => expect(Math.abs(channel - 255 * wanted[i])).toBeLessThanOrEqual(2));
    });
  });

  test("follow the buffer when a kernel writes it again", async () => {
    const tensor = new Graph().given("a", [1, 1]);
    const program = new FakeProgram(world.device).set(tensor, [5]);
    await world.stage.show(program, pictureOf([blockOf(tensor)]), false);
    world.stage.draw(still, now, view);
    const before = colourIn(tensor, 0, 0.5, 0.14);
    program.set(tensor, [-5]);
    world.stage.draw(still, now, view);
    expect(colourIn(tensor, 0, 0.5, 0.14)).not.toEqual(before);
  });

  test("show another tensor in another iteration", async () => {
    const graph = new Graph();
    const [first, second] = [graph.given("w", [1, 1]), graph.given("w", [1, 1])];
    const program = new FakeProgram(world.device).set(first, [5]).set(second, [-5]);
    await world.stage.show(program, pictureOf([blockOf(first, { tensors: [first, second] })]), false);
    const minus = valueColour(world.theme, -1);
    world.stage.draw({ ...still, iteration: 1 }, { ...now, iteration: 1 }, view);
    colourIn(first, 0, 0.5, 0.14).forEach((channel, i) => expect(Math.abs(channel - 255 * minus[i])).toBeLessThan(3));
  });

  test("that are no number, infinite, zero, always zero and dead look different", async () => {
    const graph = new Graph();
    const tensor = graph.given("a", [1, 6]);
    const mask = graph.given("mask", [1, 6]);
    const program = new FakeProgram(world.device)
      .set(tensor, [NaN, Infinity, -Infinity, 0, 0, 0])
      .set(mask, [1, 1, 1, 1, 0, 1]);
    const picture = pictureOf([blockOf(tensor, { mask })]);
    await world.stage.show(
      program,
      { ...picture, fates: () => [{ cell: { tensor, at: 5 }, state: "dead", because: "" }] },
      false,
    );
    world.stage.draw(still, now, view);
    const looks = [0, 1, 2, 3, 4, 5].map((at) => JSON.stringify(cellPixels(tensor, at)));
    expect(new Set(looks).size).toBe(6);
  });
});

function cellPixels(tensor: Tensor, at: number): number[] {
  const place = world.stage.locate({ tensor, at });
  if (!place) throw new Error("cellPixels: the picture does not show the cell");
  const { data, width } = pixelsOf(world.canvas);
  const rows = Array.from({ length: Math.round(place.height) }, (_, row) => {
    const start = 4 * ((Math.round(place.y) + row) * width + Math.round(place.x));
    return Array.from(data.subarray(start, start + 4 * Math.round(place.width)));
  });
  return rows.flat();
}

describe("time", () => {
  const step = { index: 0, kind: "forward" } as unknown as Step;

  async function played(): Promise<(u: number) => void> {
    const graph = new Graph();
    const [source, target] = [graph.given("a", [1, 4]), graph.given("c", [1, 4])];
    const partial = graph.given("partial", [1, 4, 3]);
    const program = new FakeProgram(world.device)
      .set(source, [1, -2, 3, 4])
      .set(target, [4, 3, 2, 1])
      .set(partial, [1, 2, 4, 1, 2, 3, 1, 1, 2, 0.5, 0.75, 1]);
    const act: Act = {
      step,
      current: "data",
      iteration: 0,
      moments: 4,
      micros: 3,
      unit: "cell",
      flows: (moment) => [
        {
          points: [
            [moment, -0.5, 0],
            [moment, -1.5, 0],
          ],
          current: "data",
          carries: { tensor: source, at: moment },
          start: 0.1,
          end: 0.85,
        },
      ],
      lit: (moment) => [{ tensor: source, at: moment }],
      writes: (moment) => [{ tensor: target, at: moment }],
      say: () => ({ main: "" }),
    };
    const below = blockOf(target, {
      place: { origin: [0, -2, 0], pitch: rowsAndColumns },
      arrivals: [{ step, moment: [0, 1] }],
      running: { tensor: partial, stride: [0, 3], along: 1, terms: 3 },
    });
    await world.stage.show(program, pictureOf([blockOf(source), below]), false);
    const rhythm = inTurn(4);
    return (u) => {
      const moment = Math.min(3, Math.max(0, Math.ceil(u * 4 - 1e-9) - 1));
      const span = { start: 0, end: 1, act, rhythm };
      const frame: Frame = {
        time: u,
        progress: new Map([[step, { u, rhythm }]]),
        act: { span, u, moment, resting: u === 1 },
        iteration: 0,
      };
      world.stage.draw(frame, now, view);
    };
  }

  test("jumping to a moment draws the pixels that playing there draws", async () => {
    const drawAt = await played();
    drawAt(0.6);
    const jumped = pixelsOf(world.canvas).data;
    for (let u = 0; u < 0.6; u += 0.07) drawAt(u);
    drawAt(1);
    drawAt(0.6);
    expect(pixelsOf(world.canvas).data).toEqual(jumped);
    drawAt(0.3);
    expect(pixelsOf(world.canvas).data).not.toEqual(jumped);
  });
});

describe("picking", () => {
  const cases: readonly { name: string; shape: number[]; pitch: Vector[]; body: Body; opening: Opening }[] = [
    { name: "plates straight on", shape: [3, 5], pitch: [...rowsAndColumns], body: plate, opening: flat },
    {
      name: "groups of columns",
      shape: [2, 3, 2, 3],
      pitch: [
        [0, -3.3, 0],
        [0, -1, 0],
        [3.3, 0, 0],
        [1, 0, 0],
      ],
      body: plate,
      opening: flat,
    },
    {
      name: "plates that lie, in perspective",
      shape: [3, 4],
      pitch: [
        [0, 0, -1],
        [1, 0, 0],
      ],
      body: tilted,
      opening: deep,
    },
    {
      name: "sheets behind one another",
      shape: [1, 2, 3],
      pitch: [
        [0, 0, -1.4],
        [0, -1, 0],
        [1, 0, 0],
      ],
      body: plate,
      opening: { ...deep, fieldOfView: 0 },
    },
    {
      name: "voxels",
      shape: [2, 1, 4],
      pitch: [
        [0, -1.35, 0],
        [0, 0, -1.35],
        [1.35, 0, 0],
      ],
      body: { kind: "voxel", size: 0.54 },
      opening: deep,
    },
  ];
  test.each(cases)("finds every cell where it is: $name", async ({ shape, pitch, body, opening }) => {
    const tensor = new Graph().given("a", shape);
    const cells = shape.reduce((n, extent) => n * extent, 1);
    const program = new FakeProgram(world.device).set(
      tensor,
      Array.from({ length: cells }, () => 1),
    );
    await world.stage.show(
      program,
      pictureOf([blockOf(tensor, { place: { origin: [0, 0, 0], pitch }, body })], opening),
      false,
    );
    world.stage.draw(still, now, view);
    for (let at = 0; at < cells; at++) {
      const place = world.stage.locate({ tensor, at });
      if (!place) throw new Error("picking: the picture does not show the cell");
      expect(world.stage.pick(place.x + place.width / 2, place.y + place.height / 2, still)).toEqual({ tensor, at });
    }
    expect(world.stage.pick(-1000, -1000, still)).toBeUndefined();
  });
});

/** A picture of a plate block and a voxel block, on a program of its own. */
async function showOne(): Promise<Readonly<Record<string, number>>> {
  const graph = new Graph();
  const tensors = [graph.given("a", [2, 3]), graph.given("b", [3, 2])];
  const program = new FakeProgram(world.device);
  for (const tensor of tensors) program.set(tensor, [1, 2, 3, 4, 5, 6]);
  const voxel: Body = { kind: "voxel", size: 0.5 };
  await world.stage.show(program, pictureOf([blockOf(tensors[0]), blockOf(tensors[1], { body: voxel })]), false);
  world.stage.draw(still, now, view);
  return world.stage.memory();
}

test("pictures that come and go leave nothing behind on the device", async () => {
  await showOne();
  await showOne();
  const settled = await showOne();
  for (let i = 0; i < 20; i++) await showOne();
  expect(await showOne()).toEqual(settled);
});
