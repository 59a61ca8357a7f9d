/** Blocks that show a part of a tensor, one sample of a batch: its numbers, its states, and its cells under the pointer. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import type { Block, Fate, Picture } from "../../src/story/picture";
import {
  blockOf,
  frameOf,
  isColour,
  now,
  pictureOf,
  rowsAndColumns,
  Seen,
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

/** Three samples of one row of two cells each, the second sample on the left of the others. */
function parts(tensor: Tensor, more: Partial<Block> = {}): Picture {
  const part = (sample: number): Block => ({
    ...blockOf(tensor, more),
    id: `sample ${sample}`,
    from: 2 * sample,
    place: { origin: [[3, 0, 6][sample], 0, 0], pitch: rowsAndColumns, extents: [1, 2] },
  });
  return pictureOf([0, 1, 2].map(part));
}

const cells = [0, 1, 2, 3, 4, 5];

test("every part shows its own numbers, where it stands", async () => {
  const tensor = new Graph().given("a", [3, 1, 1, 2]);
  const numbers = [1, -1, 2, -2, 3, -3];
  await world.stage.show(new FakeProgram(world.device).set(tensor, numbers), parts(tensor), false);
  world.stage.draw(still, now, view);
  const seen = new Seen(world);
  const places = cells.map((at) => seen.rectangle(tensor, at));
  expect(cells.toSorted((a, b) => places[a].x - places[b].x)).toEqual([2, 3, 0, 1, 4, 5]);
  for (const at of cells) {
    const { x, y, width, height } = places[at];
    expect([at, isColour(seen.in(tensor, at), valueSeen(world, numbers[at]))]).toEqual([at, true]);
    expect(world.stage.pick(x + width / 2, y + height / 2, still)).toEqual({ tensor, at });
  }
});

test("moments and winners are read for the whole tensor, and each part takes its own", async () => {
  const graph = new Graph();
  const own = graph.given("own", [3, 1, 1, 2]);
  const series = graph.given("series", [2, 3, 1, 2]);
  const won = graph.given("won", [2, 3, 1, 2]);
  const program = new FakeProgram(world.device)
    .set(own, [0, 0, 0, 0, 0, 0])
    .set(series, [1, 1, 2, 2, 3, 3, -1, -1, -2, -2, -3, -3])
    .set(won, [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
  const more = { series: { tensor: series, step }, won: { tensor: won, step }, current: "data" } as const;
  await world.stage.show(program, parts(own, more), false);
  for (const [u, numbers, winners] of [
    [0.5, [1, 1, 2, 2, 3, 3], []],
    [0.99, [-1, -1, -2, -2, -3, -3], [0, 3]],
  ] as const) {
    world.stage.draw(frameOf(u, 2), now, view);
    const seen = new Seen(world);
    for (const at of cells)
      expect([u, at, isColour(seen.in(own, at, 0.5, 0.2), valueSeen(world, numbers[at]))]).toEqual([u, at, true]);
    // A winner has a corner of its own.
    const cornered = cells.filter((at) => !isColour(seen.in(own, at, 0.1, 0.1), valueSeen(world, numbers[at])));
    expect(cornered).toEqual(winners);
  }
});

test("a state, a ring and what is lit stay with their cell", async () => {
  const tensor = new Graph().given("a", [3, 1, 1, 2]);
  await world.stage.show(new FakeProgram(world.device).set(tensor, [2, 2, 2, 2, 2, 2]), parts(tensor), false);
  world.stage.draw(still, now, view);
  const before = new Seen(world);
  const changed = (after: Seen): readonly number[] =>
    cells.filter((at) => before.look(tensor, at) !== after.look(tensor, at));
  const fate: Fate = { cell: { tensor, at: 3 }, state: "dead", because: "" };
  await world.stage.show(
    new FakeProgram(world.device).set(tensor, [2, 2, 2, 2, 2, 2]),
    { ...parts(tensor), fates: () => [fate] },
    false,
  );
  world.stage.draw(still, now, view);
  expect(changed(new Seen(world))).toEqual([3]);
  await world.stage.show(new FakeProgram(world.device).set(tensor, [2, 2, 2, 2, 2, 2]), parts(tensor), false);
  world.stage.draw(still, now, { ...view, pinned: { tensor, at: 4 } });
  expect(changed(new Seen(world))).toContain(4);
  expect(changed(new Seen(world)).filter((at) => at < 4)).toEqual([]);
});
