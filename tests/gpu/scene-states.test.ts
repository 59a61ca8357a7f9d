import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import type { Fate } from "../../src/story/picture";
import { inTurn, momentProgress, staggered, type Rhythm } from "../../src/story/score";
import {
  blockOf,
  frameOf,
  isColour,
  now,
  pictureOf,
  plate,
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

const expectColour = (seen: readonly number[], wanted: readonly number[]): void =>
  expect([seen, wanted, isColour(seen, wanted)]).toEqual([seen, wanted, true]);
const canvas = (): number[] => seenAs(world.theme["surface-canvas"]);
/** What has lost keeps 35 % of its colour. */
const lost = (value: number): number[] =>
  valueSeen(world, value).map((channel, i) => 0.35 * channel + 0.65 * canvas()[i]);

test("every state of a cell has a look of its own", async () => {
  const graph = new Graph();
  const values = graph.given("a", [1, 6]);
  const others = ["won", "read", "never wins", "positions"].map((name) => graph.given(name, [1, 2]));
  const [contest, read, never, positions] = others;
  const won = graph.given("winners", [1, 2]);
  const program = new FakeProgram(world.device).set(values, [2, 2, 2, 2, 0, NaN]).set(won, [1, 0]);
  for (const tensor of others) program.set(tensor, [2, 2]);
  const fate = (at: number, state: Fate["state"]): Fate => ({ cell: { tensor: values, at }, state, because: "" });
  const picture = pictureOf(
    [
      blockOf(values),
      blockOf(contest, { won: { tensor: won, step }, current: "data" }, [0, -1.5, 0]),
      blockOf(read, { padding: "read" }, [3, -1.5, 0]),
      blockOf(never, { padding: "never wins" }, [0, -3, 0]),
      blockOf(positions, { group: "positions" }, [3, -3, 0]),
    ],
    { fates: () => [fate(1, "dead"), fate(2, "tied"), fate(3, "unread")] },
  );
  await world.stage.show(program, picture, false);
  world.stage.draw(frameOf(1, 1), now, view);
  const seen = new Seen(world);
  const looks = [
    ...[0, 1, 2, 4, 5].map((at) => seen.look(values, at)),
    seen.look(contest, 0),
    seen.look(contest, 1),
    ...[read, never, positions].map((tensor) => seen.look(tensor, 0)),
  ];
  expect(new Set(looks).size).toBe(looks.length);
  expectColour(seen.in(values, 2), valueSeen(world, 2));
  for (const colour of [seen.in(values, 3), seen.in(contest, 1)]) expectColour(colour, lost(2));
  for (const tensor of [read, never]) expectColour(seen.in(tensor, 0), canvas());
  expectColour(seen.in(never, 0, 0.5, 0.5), canvas());
  expectColour(seen.in(positions, 0), seenAs(world.theme["surface-raised"]));
  for (const tensor of [values, read, never, positions]) {
    const { x, y, width, height } = seen.rectangle(tensor, 1);
    expect(world.stage.pick(x + width / 2, y + height / 2, still)).toEqual({ tensor, at: 1 });
  }
});

test.each([
  [4, false],
  [13, true],
])("of %i cells in a row the digits are as many as can be read", async (count, few) => {
  const tensor = new Graph().given("a", [1, count]);
  const looks: string[] = [];
  // The scale is so wide that only the figures tell the two apart.
  for (const number of [1 / 3, 0.33]) {
    const numbers = new FakeProgram(world.device, { values: 1e6, gradients: 1 });
    await world.stage.show(numbers.set(tensor, Array<number>(count).fill(number)), pictureOf([blockOf(tensor)]), false);
    world.stage.draw(still, now, view);
    looks.push(new Seen(world).look(tensor, 1));
  }
  expect(looks[0] === looks[1]).toBe(few);
});

/** How many moments have come to nine tenths, counted one by one. */
const finished = (rhythm: Rhythm, moments: number, u: number): number =>
  Array.from({ length: moments }, (_, m) => momentProgress(rhythm, m, u)).filter((v) => v >= 0.9).length;

const moments = 4;
const rhythms = [
  { name: "in turn", rhythm: inTurn(moments) },
  { name: "all at once", rhythm: staggered(moments) },
];
/** To the end and back, with no share on the edge of a moment. */
const shares = [0, 0.11, 0.24, 0.35, 0.52, 0.66, 0.81, 0.97, 1];
const thereAndBack = [...shares, ...shares.toReversed()];

describe.each(rhythms)("of a step whose moments play $name", ({ rhythm }) => {
  test("a series shows what each moment left, and its own numbers once all are over", async () => {
    const graph = new Graph();
    const own = graph.given("own", [1, 2]);
    const series = graph.given("series", [moments, 1, 2]);
    const slices = [
      [1, -1],
      [2, -2],
      [3, -3],
      [4, -4],
    ];
    const program = new FakeProgram(world.device).set(own, [5, -5]).set(series, slices.flat());
    await world.stage.show(program, pictureOf([blockOf(own, { series: { tensor: series, step } })]), false);
    for (const u of thereAndBack) {
      world.stage.draw(frameOf(u, moments, rhythm), now, view);
      const seen = new Seen(world);
      const slice = u === 1 ? [5, -5] : slices[finished(rhythm, moments, u) - 1];
      [0, 1].forEach((at) => expectColour(seen.in(own, at), slice ? valueSeen(world, slice[at]) : canvas()));
    }
  });

  test("winners follow the moments, and nobody has lost before the end", async () => {
    const graph = new Graph();
    const own = graph.given("own", [1, 5]);
    const won = graph.given("won", [moments, 1, 5]);
    const after = [
      [0, 1, 0, 0, 0],
      [0, 2, 0, 0, 0],
      [0, 2, 1, 0, 0],
      [1, 2, 1, 0, 0],
    ];
    const program = new FakeProgram(world.device).set(own, [3, 3, 3, 3, 3]).set(won, after.flat());
    const block = blockOf(own, { won: { tensor: won, step }, current: "data" });
    await world.stage.show(program, pictureOf([block]), false);
    for (const u of thereAndBack) {
      world.stage.draw(frameOf(u, moments, rhythm), now, view);
      const seen = new Seen(world);
      const winners = after[finished(rhythm, moments, u) - 1] ?? [0, 0, 0, 0, 0];
      winners.forEach((count, at) => {
        expectColour(
          seen.in(own, at, 0.1, 0.1),
          count > 0 ? seenAs(world.theme.text) : u < 1 ? valueSeen(world, 3) : lost(3),
        );
        expectColour(seen.in(own, at, 0.5, 0.2), count > 0 || u < 1 ? valueSeen(world, 3) : lost(3));
      });
    }
  });
});

test("winners without moments are seen once the step is over", async () => {
  const graph = new Graph();
  const [own, won] = [graph.given("own", [1, 2]), graph.given("won", [1, 2])];
  const program = new FakeProgram(world.device).set(own, [3, 3]).set(won, [1, 0]);
  await world.stage.show(program, pictureOf([blockOf(own, { won: { tensor: won, step } })]), false);
  world.stage.draw(frameOf(0.99, 3), now, view);
  const before = new Seen(world);
  [0, 1].forEach((at) => expectColour(before.in(own, at, 0.1, 0.1), valueSeen(world, 3)));
  world.stage.draw(frameOf(1, 3), now, view);
  const seen = new Seen(world);
  expectColour(seen.in(own, 0, 0.1, 0.1), seenAs(world.theme.text));
  expectColour(seen.in(own, 1, 0.1, 0.1), lost(3));
});

/** Where the frame's left edge is seen: the columns of cells at whose left it may stand. */
async function edges(u: number, reducedMotion = false): Promise<boolean[]> {
  const tensor = new Graph().given("a", [1, 8]);
  const program = new FakeProgram(world.device).set(tensor, [0, 0, 0, 0, 0, 0, 0, 0]);
  const slides = { step, centre: (moment: number) => [2 * moment + 0.5, 0, 0] as const };
  const box = {
    centre: [0.5, 0, 0],
    width: 2,
    height: 1,
    radius: 0,
    stroke: "data",
    strokeWidth: 2,
    slides,
  } as const;
  await world.stage.show(program, pictureOf([blockOf(tensor)], { boxes: [box] }), false);
  world.stage.draw(frameOf(u, 4), now, { ...view, reducedMotion });
  const seen = new Seen(world);
  const [first, second] = [0, 1].map((at) => seen.rectangle(tensor, at));
  const pitch = second.x - first.x;
  const middle = first.x + first.width / 2;
  const blue = seenAs(world.theme.data);
  return [0, 1, 2, 3, 4, 5, 6].map((at) => {
    const [r, g, b] = seen.at(middle + (at - 0.5) * pitch, first.y + first.height * 0.2);
    return Math.hypot(r - blue[0], g - blue[1], b - blue[2]) < 120;
  });
}
const standing = (...at: number[]): boolean[] => [0, 1, 2, 3, 4, 5, 6].map((i) => at.includes(i));

describe("a frame that slides", () => {
  test("stands around its moment, and comes from the moment before while the sources light up", async () => {
    expect(await edges(0.2)).toEqual(standing(0, 2));
    expect(await edges(0.25 + 1e-6)).toEqual(standing(0, 2));
    // Halfway of its slide it is halfway between the two.
    expect(await edges(0.25 + 0.25 * 0.075)).toEqual(standing(1, 3));
    expect(await edges(0.25 + 0.25 * 0.16)).toEqual(standing(2, 4));
    expect(await edges(1)).toEqual(standing(6));
  });
  test("jumps where motion is reduced", async () => {
    expect(await edges(0.25 + 0.25 * 0.075, true)).toEqual(standing(2, 4));
  });
  test("is gone while another step plays", async () => {
    expect(await edges(0)).toEqual(standing());
  });
});

/** Whether a point lies so far inside a slanted cell that its edge does not colour it. */
const isInside = (r: { x: number; y: number; width: number; height: number }, x: number, y: number): boolean =>
  Math.abs(x - r.x - r.width / 2) < 0.25 * r.width && Math.abs(y - r.y - r.height / 2) < 0.25 * r.height;
/** Halfway between the least and the largest. */
const middle = (list: readonly number[]): number => (Math.min(...list) + Math.max(...list)) / 2;

describe("slanted without perspective", () => {
  const pitch = [
    [0, 0, -1.4],
    [0, -1, 0],
    [1, 0, 0],
  ] as const;
  const place = (x: number, y: number) => ({ origin: [x, y, 0], pitch }) as const;

  test("what is picked is what is seen, also where sheets of two tensors stand between one another", async () => {
    const graph = new Graph();
    const [sheets, strip] = [graph.given("sheets", [3, 6, 6]), graph.given("strip", [3, 1, 6])];
    const values = new Map<Tensor, number[]>([
      [sheets, Array.from({ length: 108 }, (_, i) => ((i * 7) % 11) - 5)],
      [strip, Array.from({ length: 18 }, (_, i) => ((i * 3) % 11) - 5)],
    ]);
    const program = new FakeProgram(world.device);
    for (const [tensor, numbers] of values) program.set(tensor, numbers);
    const body = { ...plate, width: 1, height: 1 };
    const blocks = [blockOf(sheets, { place: place(0, 0), body }), blockOf(strip, { place: place(0, 1), body })];
    await world.stage.show(program, pictureOf(blocks, { opening: slanted }), false);
    // Seen so small that cells are nothing but colour.
    const state = world.stage.camera.state();
    world.stage.camera.restore({ ...state, span: state.span * 4 });
    world.stage.draw(still, now, view);
    const seen = new Seen(world);
    for (const [tensor, numbers] of values)
      numbers.forEach((_, at) => {
        const { x, y, width, height } = seen.rectangle(tensor, at);
        const [cx, cy] = [Math.floor(x + width / 2) + 0.5, Math.floor(y + height / 2) + 0.5];
        const cell = world.stage.pick(cx, cy, still);
        const perSheet = numbers.length / 3;
        if (cell?.tensor === tensor && Math.floor(cell.at / perSheet) === Math.floor(at / perSheet))
          expect(cell.at).toBe(at);
        if (at < perSheet && tensor === sheets) expect(cell).toEqual({ tensor, at });
        const { tensor: found, at: where } = cell ?? { tensor, at };
        if (isInside(seen.rectangle(found, where), cx, cy))
          expectColour(seen.at(cx, cy), valueSeen(world, values.get(found)?.[where] ?? 0));
      });
  });

  test("numbers are centred on their cells and no larger than these", async () => {
    const tensor = new Graph().given("a", [1, 2, 2]);
    const program = new FakeProgram(world.device).set(tensor, [8888, 8, 8, 88]);
    const picture = pictureOf([blockOf(tensor, { place: place(0, 0), group: "positions" })], { opening: slanted });
    await world.stage.show(program, picture, false);
    world.stage.draw(still, now, view);
    const seen = new Seen(world);
    for (const at of [0, 1, 2, 3]) {
      const { x, y, width, height } = seen.rectangle(tensor, at);
      const dark: (readonly [number, number])[] = [];
      for (let py = Math.ceil(y); py < y + height; py++)
        for (let px = Math.ceil(x); px < x + width; px++) if (seen.at(px, py)[0] < 100) dark.push([px + 0.5, py + 0.5]);
      const [xs, ys] = [dark.map(([px]) => px), dark.map(([, py]) => py)];
      expect(Math.abs(middle(xs) - x - width / 2)).toBeLessThan(2);
      expect(Math.abs(middle(ys) - y - height / 2)).toBeLessThan(2);
      expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(width);
    }
  });
});
