import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import { outcomeTokens, type Rgba } from "../../src/scene/theme";
import { labOf } from "../../src/scene/value";
import { Legend } from "../../src/ui/legend";
import { blockOf, now, pictureOf, seenAs, Seen, still, view, type World } from "./scene-picture";
import { FakeProgram, openStage } from "./scene-world";

let world: World;
beforeAll(async () => {
  world = await openStage();
});
afterAll(() => world.close());

const classes = outcomeTokens.map((_, i) => i);

async function drawn(stage: World, tensor: Tensor, program: FakeProgram): Promise<Seen> {
  await stage.stage.show(program, pictureOf([blockOf(tensor, { group: "outcomes" })]), false);
  stage.stage.draw(still, now, view);
  return new Seen(stage);
}

function expectClass(seen: Seen, stage: World, tensor: Tensor, at: number, shown: number): void {
  const wanted = seenAs(stage.theme[outcomeTokens[shown]]);
  const { x, y, width, height } = seen.rectangle(tensor, at);
  seen
    .at(x + width / 2, y + height / 2)
    .forEach((channel, i) => expect(Math.abs(channel - wanted[i])).toBeLessThanOrEqual(1));
}

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  let stage: World;
  beforeAll(async () => {
    stage = await openStage(400, 300, theme);
  });
  afterAll(() => stage.close());

  test("classes have the colours of their tokens and no numbers", async () => {
    const tensor = new Graph().given("outcome", [2, 3]);
    const seen = await drawn(stage, tensor, new FakeProgram(stage.device).set(tensor, classes));
    for (const at of classes) expectClass(seen, stage, tensor, at, at);
    expect(new Set(classes.map((at) => seen.in(tensor, at).join())).size).toBe(classes.length);
  });

  test("every class stands as far from the others and from the canvas as a step of the value map, colour-blind too", () => {
    const colours = [...outcomeTokens, "surface-canvas" as const].map((token) => stage.theme[token]);
    for (const eyes of Object.values(visions)) {
      const step = apart(stage.theme["value-zero"], stage.theme["value-plus-5"], visions.full) / 5;
      for (const [i, a] of colours.entries())
        for (const b of colours.slice(i + 1)) expect(apart(a, b, eyes)).toBeGreaterThan(step);
    }
  });
});

test("whole numbers are classes too, and what lies beyond the last has its colour", async () => {
  const graph = new Graph();
  const tensor: Tensor = { ...graph.given("outcome", [1, 4]), type: "index" };
  const bits = new Float32Array(Int32Array.from([0, 4, 99, -1]).buffer);
  const program = new FakeProgram(world.device).set(tensor, [0, 0, 0, 0]);
  world.device.queue.writeBuffer(program.buffer(tensor), 0, bits);
  const seen = await drawn(world, tensor, program);
  [0, 4, 5, 0].forEach((shown, at) => expectClass(seen, world, tensor, at, shown));
});

test("a class that is no number looks like no class", async () => {
  const tensor = new Graph().given("outcome", [1, 2]);
  const seen = await drawn(world, tensor, new FakeProgram(world.device).set(tensor, [NaN, Infinity]));
  const known = outcomeTokens.map((token) => seenAs(world.theme[token]).map(Math.round).join());
  for (const at of [0, 1]) expect(known).not.toContain(seen.in(tensor, at, 0.5, 0.3).join());
});

/** Blocks of 64 cells in two directions, so that what is seen of several cells at once is of one class. */
const classAt = (row: number, column: number): number => (Math.floor(row / 64) + 2 * Math.floor(column / 64)) % 6;

test("a map of 512 × 512 is one surface that shows each pixel's own class", async () => {
  const side = 512;
  const tensor = new Graph().given("outcome", [side, side]);
  const numbers = Array.from({ length: side * side }, (_, i) => classAt(Math.floor(i / side), i % side));
  const program = new FakeProgram(world.device).set(tensor, numbers);
  const pitch = 8 / side;
  const place = { origin: [0, 0, 0] as const, pitch: [[0, -pitch, 0] as const, [pitch, 0, 0] as const] };
  const body = { kind: "plate", right: [1, 0, 0], up: [0, 1, 0], width: pitch, height: pitch } as const;
  await world.stage.show(program, pictureOf([blockOf(tensor, { group: "outcomes", place, body })]), false);
  world.stage.draw(still, now, view);
  const seen = new Seen(world);
  for (let row = 32; row < side; row += 64)
    for (let column = 32; column < side; column += 64)
      expectClass(seen, world, tensor, row * side + column, classAt(row, column));
  const at = 100 * side + 300;
  const { x, y, width, height } = seen.rectangle(tensor, at);
  expect(world.stage.pick(x + width / 2, y + height / 2, still)).toEqual({ tensor, at });
});

test("the legend lists the classes, each with its colour", () => {
  const slot = document.createElement("div");
  const legend = new Legend(slot);
  const props = { groups: [], marks: ["data" as const], hasNaN: false, hasInfinite: false };
  legend.update({ ...props, outcomes: ["converged", "diverged"] });
  const items = [...slot.querySelectorAll("li")];
  expect(items.map(({ textContent }) => textContent)).toEqual(["converged", "diverged", "data"]);
  expect(items.map((item) => item.querySelector("rect")?.getAttribute("fill"))).toEqual([
    "var(--outcome-0)",
    "var(--outcome-1)",
    undefined,
  ]);
  legend.update(props);
  expect(slot.querySelectorAll("li").length).toBe(1);
});

/** How far two colours are from each other, in OKLab. */
function apart(a: Rgba, b: Rgba, eyes: Rows): number {
  const [one, other] = [a, b].map((colour) => labOf(seenBy(eyes, colour)));
  return Math.hypot(...one.map((part, axis) => part - other[axis]));
}

function seenBy(eyes: Rows, colour: Rgba): Rgba {
  const linear = colour.slice(0, 3).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
  const [r, g, b] = eyes.map((row) => row.reduce((sum, share, i) => sum + share * linear[i], 0));
  const encoded = [r, g, b].map((x) => (x <= 0.0031308 ? 12.92 * Math.max(0, x) : 1.055 * x ** (1 / 2.4) - 0.055));
  return [encoded[0], encoded[1], encoded[2], 1];
}

type Rows = readonly (readonly [number, number, number])[];
/** How eyes see linear colours: in full, and without one of the three cones (Machado 2009, severity 1). */
const visions = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const satisfies Readonly<Record<string, Rows>>;
