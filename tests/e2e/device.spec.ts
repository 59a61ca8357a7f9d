/** Time is a value, a lost device comes back to the same picture, and a browser without WebGPU is told so. */
import type { Page } from "@playwright/test";
import { call, expect, openStation, parts, picture, read, ready, same, test } from "./page";

test("playing to a moment and jumping there give the same picture", async ({ page }) => {
  await openStation(page, "backprop");
  await call(page, "seek", 1);
  await call(page, "play");
  await expect.poll(() => read(page, "time")).toBeGreaterThan(1.5);
  await call(page, "pause");
  const time = await read(page, "time");
  const played = await picture(page);
  await call(page, "seek", await read(page, "duration"));
  expect(same(played, await picture(page)), "the end looks different").toBe(false);
  await call(page, "seek", time);
  expect(same(played, await picture(page))).toBe(true);
});

test("after the device is lost, the same picture comes back", async ({ page, browser, complaints }) => {
  await openStation(page, "backprop");
  await call(page, "seek", (await read(page, "duration")) / 2);
  const before = await picture(page);
  await holdWitness(page);
  const control = await browser.newBrowserCDPSession();
  // The browser may lose the very connection that asked for the crash.
  await control.send("Browser.crashGpuProcess").catch(() => undefined);
  await witnessLost(page);
  await expect.poll(async () => same(before, await picture(page)), { timeout: 30_000 }).toBe(true);
  await call(page, "set", { x: -1 });
  await expect.poll(async () => same(before, await picture(page))).toBe(false);
  await expect(parts.badge(page)).toContainText("holds");
  const others = complaints.filter((complaint) => !/device|gpu|context/i.test(complaint));
  complaints.splice(0, complaints.length, ...others);
});

test("without WebGPU the page says so, and the numbers are still there", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "gpu"));
  await page.goto("");
  await ready(page);
  await expect(page.getByText("WebGPU").first()).toBeVisible();
  await call(page, "open", "backprop");
  const claims = await call(page, "claims");
  expect(claims.find(({ slide }) => slide === 3.125)?.answer).toBeCloseTo(3.125, 6);
  await expect(parts.claims(page).filter({ hasText: "3.125" }).first()).toBeVisible();
  await expect(page.getByRole("table").first()).toContainText("4.5");
});

/** A device of the test's own in the same GPU process, whose loss proves that the crash was real. */
const holdWitness = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const device = await adapter?.requestDevice();
    Reflect.set(globalThis, "witness", device?.lost);
  });

/** Waits until the witness's device is lost. */
const witnessLost = (page: Page): Promise<unknown> =>
  page.waitForFunction(async () => (await Reflect.get(globalThis, "witness")) !== undefined);
