/** Traces in time: points that come one by one, and the ball between them. */
import { expect, test } from "vitest";
import type { SceneView } from "../../src/scene/stage";
import type { Trace } from "../../src/story/picture";
import { staggered, type Frame } from "../../src/story/score";
import { openCurves } from "./scene-curves";
import { frameOf, now, step, view } from "./scene-picture";
import { Shot } from "./scene-shot";

const curves = await openCurves();
const { world } = curves;

const xs = [0, 0.25, 0.5, 0.75, 1];
/** Five points in a row, which come with the moments of a step. */
const arriving = (drawnAs: Trace["drawn"], width: number): Trace => ({
  id: drawnAs,
  x: { tensor: curves.given(xs), first: 0, stride: 1 },
  y: { tensor: curves.given(xs.map(() => 0.5)), first: 0, stride: 1 },
  points: xs.length,
  frame: { left: 0, bottom: 0, width: 8, height: 6, limits: curves.given([0, 1, 0, 1]) },
  drawn: drawnAs,
  token: "data",
  width,
  arrival: step,
});
const at = (u: number, rhythm?: Parameters<typeof frameOf>[2]): Frame => frameOf(u, 4, rhythm);

test("dots come one by one, the first being there before", async () => {
  const trace = arriving("dots", 12);
  const seen = async (u: number): Promise<boolean[]> => {
    const shot = await curves.drawn([trace], at(u));
    return xs.map((share) => shot.has(share, 0.5, "data"));
  };
  expect(await seen(0)).toEqual([true, false, false, false, false]);
  expect(await seen(0.24)).toEqual([true, true, false, false, false]);
  expect(await seen(0.6)).toEqual([true, true, true, false, false]);
  expect(await seen(1)).toEqual([true, true, true, true, true]);
});

test("a line grows with the moment that is under way", async () => {
  const shot = await curves.drawn([arriving("line", 4)], at(1.5 / 4));
  expect([0.1, 0.3, 0.36, 0.39, 0.6].map((share) => shot.has(share, 0.5, "data"))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("a ball glides to the next point and rests there", async () => {
  const trace = arriving("ball", 14);
  const ball = async (frame: Frame, seeing: Partial<SceneView> = {}): Promise<boolean[]> => {
    const shot = await curves.drawn([trace], frame, seeing);
    return [0, 0.125, 0.25, 0.375, 0.5, 1].map((share) => shot.has(share, 0.5, "data"));
  };
  expect(await ball(at(0))).toEqual([true, false, false, false, false, false]);
  expect(await ball(at(0.25))).toEqual([false, false, true, false, false, false]);
  expect(await ball(at(1.5 / 4))).toEqual([false, false, false, true, false, false]);
  expect(await ball(at(1.5 / 4), { reducedMotion: true })).toEqual([false, false, true, false, false, false]);
  expect(await ball(at(1))).toEqual([false, false, false, false, false, true]);
});

test("where moments overlap, a ball passes every point in turn without a leap", async () => {
  const trace = arriving("ball", 14);
  const places: number[] = [];
  for (let u = 0; u <= 1.0001; u += 0.02) {
    const shot = await curves.drawn([trace], at(Math.min(u, 1), staggered(4)));
    places.push(Array.from({ length: 201 }, (_, i) => i / 200).findIndex((share) => shot.has(share, 0.5, "data")));
  }
  const leaps = places.slice(1).map((place, i) => place - places[i]);
  expect(Math.min(...leaps)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...leaps)).toBeLessThan(25);
  expect(places.at(-1)).toBeGreaterThan(180);
});

test("jumping to a moment draws what playing there draws", async () => {
  await curves.drawn([arriving("steps", 3), arriving("ball", 12)], at(0.4));
  const jumped = new Shot(world).image.data;
  expect(new Shot(world).count("data")).toBeGreaterThan(100);
  for (const u of [0, 0.9, 1, 0.2, 0.4]) world.stage.draw(at(u), now, view);
  expect(new Shot(world).image.data).toEqual(jumped);
});

/** How high the ball stands half way to the third point. */
async function heightOf(traces: readonly Trace[]): Promise<number> {
  const shot = await curves.drawn(traces, at(1.5 / 4));
  return Array.from({ length: 301 }, (_, i) => i / 300).findLast((up) => shot.has(0.375, up, "gradient")) ?? 0;
}

test("a ball goes the way of the arcs where steps are drawn between the same points", async () => {
  const steps = arriving("steps", 2);
  const ball: Trace = { ...arriving("ball", 14), x: steps.x, y: steps.y, token: "gradient" };
  expect(await heightOf([steps, ball])).toBeGreaterThan((await heightOf([ball])) + 0.02);
});
