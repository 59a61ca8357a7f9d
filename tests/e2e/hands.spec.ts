/** Keyboard and mouse: time, camera, sliders. */
import type { Page } from "@playwright/test";
import type { Knobs } from "./backflow";
import { call, drag, expect, openStation, parts, picture, read, same, test } from "./page";

test("on the stage, keys move time", async ({ page }) => {
  await openStation(page, "backprop");
  const duration = await read(page, "duration");
  await parts.focus(page).focus();
  await page.keyboard.press("End");
  await expect.poll(() => read(page, "time")).toBeCloseTo(duration, 6);
  await page.keyboard.press("Home");
  await expect.poll(() => read(page, "time")).toBe(0);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => read(page, "time")).toBeGreaterThan(0);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => read(page, "time")).toBe(0);
  await page.keyboard.press("Shift+ArrowRight");
  await expect(page.locator(".reading-name")).toBeVisible();
  expect(await read(page, "time"), "with Shift, arrows walk from cell to cell").toBe(0);
  await page.keyboard.press("Space");
  await expect.poll(() => read(page, "time")).toBeGreaterThan(0);
  await page.keyboard.press("Space");
  await expect(parts.play(page)).toHaveAccessibleName(/play/i);
  const stopped = await read(page, "time");
  await page.waitForTimeout(500);
  expect(await read(page, "time")).toBe(stopped);
});

test("away from the stage, arrows step too, and a control keeps the keys that it uses", async ({ page }) => {
  await openStation(page, "backprop");
  await call(page, "seek", 0);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => read(page, "time")).toBeGreaterThan(0);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => read(page, "time")).toBe(0);
  await page.locator(".lil-controller.lil-number input").first().focus();
  await page.keyboard.press("End");
  expect(await read(page, "time")).toBe(0);
});

test("R frames everything and F the pinned tensor, only while the stage has the focus", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openStation(page, "backprop");
  const first = await picture(page);
  await zoom(page);
  await expect.poll(async () => same(first, await picture(page))).toBe(false);
  const zoomed = await picture(page);
  await parts.play(page).focus();
  await page.keyboard.press("r");
  await page.keyboard.press("f");
  expect(same(zoomed, await picture(page)), "the keys belong to the stage").toBe(true);
  await parts.focus(page).focus();
  const focused = await picture(page);
  await page.keyboard.press("r");
  await expect.poll(async () => same(focused, await picture(page))).toBe(false);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await expect.poll(async () => same(first, await picture(page))).toBe(true);
});

test("ten seconds of dragging build nothing new and end with the picture of the last value", async ({ page }) => {
  await openStation(page, "backprop");
  const slider = parts.sliders(page).first();
  await drag(page, slider, [0.2, 0.8]);
  const before = await turnedStats(page);
  const end = Date.now() + 10_000;
  while (Date.now() < end) await drag(page, slider, [0.2, 0.9, 0.3, 0.7, 0.5]);
  expect(await turnedStats(page)).toEqual(before);
  const dragged = await picture(page);
  const { x } = await turned(page);
  await call(page, "set", { x: -2.9 });
  expect(same(dragged, await picture(page))).toBe(false);
  await call(page, "set", { x });
  expect(same(dragged, await picture(page))).toBe(true);
});

/** The knobs, once the frame that shows them is drawn. */
async function turned(page: Page): Promise<Knobs> {
  await call(page, "set", {});
  return call(page, "knobs");
}

async function turnedStats(page: Page): Promise<{ pipelines: number; buffers: number }> {
  await turned(page);
  const { pipelines, buffers } = await call(page, "stats");
  return { pipelines, buffers };
}

async function zoom(page: Page): Promise<void> {
  await parts.stage(page).hover();
  await page.mouse.wheel(0, -400);
}
