import { describe, expect, test } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import type { Frame as Range, Trace } from "../../src/story/picture";
import { openCurves } from "./scene-curves";
import { now, pictureOf, seenAs, still, view } from "./scene-picture";
import { isColour, Shot } from "./scene-shot";
import { FakeProgram, openStage } from "./scene-world";

const curves = await openCurves();
const { world } = curves;

/** A frame of 8 × 6 units around what its limits say. */
const frameFrom = (limits: readonly number[], rest: Partial<Range> = {}): Range => ({
  left: 0,
  bottom: 0,
  width: 8,
  height: 6,
  limits: curves.given(limits),
  ...rest,
});
const traceOf = (xs: readonly number[], ys: readonly number[], frame: Range, rest: Partial<Trace> = {}): Trace => ({
  id: "trace",
  x: { tensor: curves.given(xs), first: 0, stride: 1 },
  y: { tensor: curves.given(ys), first: 0, stride: 1 },
  points: xs.length,
  frame,
  drawn: "line",
  token: "data",
  width: 4,
  ...rest,
});

const unitFrame = (rest: Partial<Range> = {}): Range => frameFrom([0, 1, 0, 1], rest);

describe("a line", () => {
  test("goes through its points, read from the buffers at every stride", async () => {
    const frame = frameFrom([-1, 1, 10, 20]);
    const pairs = curves.given([99, -1, 10, 0, 20, 1, 10]);
    const runs = { x: { tensor: pairs, first: 1, stride: 2 }, y: { tensor: pairs, first: 2, stride: 2 } };
    const shot = await curves.drawn([{ ...traceOf([0], [0], frame), ...runs, points: 3 }]);
    for (const share of [0.05, 0.2, 0.45]) {
      expect(shot.has(share, 2 * share, "data")).toBe(true);
      expect(shot.has(1 - share, 2 * share, "data")).toBe(true);
      expect(shot.has(share, 2 * share - 0.08, "surface-canvas")).toBe(true);
    }
  });

  test("follows its buffers, and the limits of its frame", async () => {
    const frame = unitFrame();
    const trace = traceOf([0, 1], [0.5, 0.5], frame);
    expect((await curves.drawn([trace])).has(0.3, 0.5, "data")).toBe(true);
    curves.program.set(frame.limits, [0, 1, 0, 2]);
    world.stage.draw(still, now, view);
    expect(new Shot(world).has(0.3, 0.25, "data")).toBe(true);
    curves.program.set(trace.y.tensor, [1.5, 1.5]);
    world.stage.draw(still, now, view);
    const moved = new Shot(world);
    expect([moved.has(0.3, 0.25, "data"), moved.has(0.3, 0.75, "data")]).toEqual([false, true]);
  });

  test("is cut off at the edges of the frame, however far its points lie outside", async () => {
    const frame = unitFrame();
    const inner = { left: 2, bottom: 1.5, width: 4, height: 3 };
    const cross = [
      traceOf([-1e9, 1e9], [0.5, 0.5], { ...frame, ...inner }),
      traceOf([0.5, 0.5 + 1e-9], [0.5, 3e38], { ...frame, ...inner }),
    ];
    const shot = await curves.drawn([
      traceOf([0, 0], [0, 1], unitFrame({ ...frame }), { token: "gradient" }),
      ...cross,
      framing(),
    ]);
    for (const share of [0.26, 0.5, 0.74]) expect(shot.has(share, 0.5, "data")).toBe(true);
    for (const share of [0.1, 0.24, 0.76, 0.9]) expect(shot.has(share, 0.5, "data")).toBe(false);
    expect([0.6, 0.74, 0.76].map((share) => shot.has(0.5, share, "data"))).toEqual([true, true, false]);
  });

  test("lies whole on an edge of the frame", async () => {
    const shot = await curves.drawn([traceOf([0, 1], [0, 0], unitFrame())]);
    const [x, y] = shot.place(0.5, 0);
    const data = seenAs(world.theme.data);
    expect([y - 1, y + 1].map((row) => isColour(shot.at(x, row), data))).toEqual([true, true]);
  });

  test.each([NaN, Infinity, -Infinity])("leaves a gap at %s", async (hole) => {
    const shot = await curves.drawn([traceOf([0, 0.25, 0.5, 0.75, 1], [0.5, 0.5, hole, 0.5, 0.5], unitFrame())]);
    expect([0.1, 0.3, 0.5, 0.7, 0.9].map((share) => shot.has(share, 0.5, "data"))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  test("of many short pieces is painted as evenly as one of a single piece", async () => {
    const many = Array.from({ length: 301 }, (_, i) => i / 300);
    const frame = unitFrame();
    const pieces = await curves.drawn([traceOf(many, many, frame)]);
    const whole = await curves.drawn([traceOf([0, 1], [0, 1], frame)]);
    expect(whole.count("data")).toBeGreaterThan(500);
    const off = pieces.image.data.map((channel, i) => Math.abs(channel - whole.image.data[i]));
    // A joint that were painted twice would be darker by up to a quarter of the contrast at its soft edge.
    expect(off.reduce((most, each) => Math.max(most, each), 0)).toBeLessThanOrEqual(255 / 16);
  });

  test("has dashes as long as on a still line, whatever the points along it", async () => {
    const many = Array.from({ length: 41 }, (_, i) => i / 40);
    const frame = unitFrame();
    const dashesOf = async (xs: readonly number[]): Promise<boolean[]> => {
      const ys = xs.map(() => 0.5);
      const shot = await curves.drawn([traceOf(xs, ys, frame, { dash: "dashed" })]);
      return Array.from({ length: 350 }, (_, i) => shot.has(0.02 + i / 365, 0.5, "data"));
    };
    const [pieces, whole] = [await dashesOf(many), await dashesOf([0, 1])];
    expect(whole.filter(Boolean).length).toBeGreaterThan(100);
    expect(whole.filter((on) => !on).length).toBeGreaterThan(60);
    expect(pieces.filter((on, i) => on !== whole[i]).length).toBeLessThan(8);
  });
});

/** A frame as large as the picture, for shots whose traces stand in smaller ones. */
const framing = (): Trace => traceOf([0], [0], unitFrame());

test("axes go by the logarithm of plain limits", async () => {
  const frame = frameFrom([1, 1e4, 1e-6, 1], { across: "logarithm", up: "logarithm" });
  const shot = await curves.drawn([
    traceOf([1, 10, 100, 1e3, 1e4], [1e-6, 1e-6, 1e-3, 0, 1], frame, { drawn: "dots", width: 10 }),
  ]);
  const seen = [0.25, 0.5, 0.75].map((across, i) => shot.has(across, [0, 0.5, 0][i], "data"));
  // A point at 0 has no place on a logarithmic axis.
  expect(seen).toEqual([true, true, false]);
  expect(shot.has(1, 1, "data")).toBe(true);
});

test("dots stand at the points inside the frame, whole, and are no larger than they are wide", async () => {
  const shot = await curves.drawn([traceOf([0, 0.5, 1.2], [0.5, 0.5, 0.5], unitFrame(), { drawn: "dots", width: 12 })]);
  const [x, y] = shot.place(0.5, 0.5);
  const data = seenAs(world.theme.data);
  expect([-7, -4, 0, 4, 7].map((off) => isColour(shot.at(x + off, y), data))).toEqual([false, true, true, true, false]);
  expect([-4, 4].map((off) => isColour(shot.at(shot.place(0, 0)[0] + off, y), data))).toEqual([true, true]);
  expect(shot.has(1.1, 0.5, "data")).toBe(false);
  expect(shot.count("data")).toBeLessThan(2 * Math.PI * 36);
});

test("steps are arcs with a head, between their points and above the straight way", async () => {
  const shot = await curves.drawn([traceOf([0.1, 0.9], [0.5, 0.5], unitFrame(), { drawn: "steps", width: 3 })]);
  expect(shot.has(0.5, 0.5, "data")).toBe(false);
  const column = Array.from({ length: 100 }, (_, i) => shot.has(0.5, 0.5 + i / 200, "data"));
  expect(column.filter(Boolean).length).toBeGreaterThan(0);
  expect(shot.count("data")).toBeGreaterThan(300);
  // The head is wider than the arc.
  const wide = (across: number): number =>
    Array.from({ length: 200 }, (_, i) => i / 200).filter((up) => shot.has(across, up, "data")).length;
  expect(Math.max(...[0.85, 0.86, 0.87, 0.88].map(wide))).toBeGreaterThan(wide(0.15));
});

test("the two themes draw them in their own colours", async () => {
  const dark = await openStage(400, 300, "dark");
  const numbers = new FakeProgram(dark.device);
  const [x, y, limits] = [0, 1, 2].map(() => new Graph().given("n", [4]));
  numbers.set(x, [0, 1, 1, 1]).set(y, [0.5, 0.5, 0.5, 0.5]).set(limits, [0, 1, 0, 1]);
  const trace = { ...traceOf([0, 1], [0, 0], unitFrame()), x: run(x), y: run(y) };
  await dark.stage.show(numbers, pictureOf([], { traces: [{ ...trace, frame: { ...trace.frame, limits } }] }), false);
  dark.stage.draw(still, now, view);
  expect(isColour(new Shot(dark).share(0.5, 0.5), seenAs(dark.theme.data))).toBe(true);
  dark.close();
});
const run = (tensor: Tensor): Trace["x"] => ({ tensor, first: 0, stride: 1 });

/** A picture of all kinds on a program of its own, and what is held then. */
async function rebuilt(): Promise<unknown> {
  curves.begin();
  const frame = unitFrame();
  const kinds = ["line", "dots", "steps", "ball"] as const;
  await curves.drawn(kinds.map((kind) => traceOf([0, 0.5, 1], [0, 1, 0], frame, { id: kind, drawn: kind })));
  return { ...world.stage.memory(), ...world.stage.held() };
}

test("traces that come and go leave nothing behind on the device", async () => {
  await rebuilt();
  const settled = await rebuilt();
  for (let i = 0; i < 10; i++) await rebuilt();
  expect(await rebuilt()).toEqual(settled);
});
