/** The largest convolution: the picture before the check, a check that gives way and can be stopped, and memory that returns. */
import type { Page } from "@playwright/test";
import type { Stats } from "./backflow";
import { call, expect, openStation, parts, shows, test, view } from "./page";

test.use({ fresh: true });

const largest = { height: 64, width: 64, kernel_size: 7, in_channels: 8, out_channels: 8 };
const small = { height: 4, width: 4, kernel_size: 2, in_channels: 1, out_channels: 1 };

const stats = (page: Page): Promise<Stats> => call(page, "stats");

test("what a large size held on the device comes back when it is left", async ({ page }) => {
  test.setTimeout(240_000);
  await openStation(page, "convolution");
  const home = await view(page);
  const first = await stats(page);
  await call(page, "set", largest);
  const there = await stats(page);
  await call(page, "set", small);
  const back = await stats(page);
  // Drawings stay, as many as sheets were ever shown at once: some kilobytes each, however many cells a sheet has.
  expect(back.bytes - first.bytes, "bytes").toBeLessThan((there.bytes - first.bytes) / 5);
  // Kernels for large shapes are compiled when the first comes, and none on the way back.
  expect(back.pipelines, "pipelines").toBe(there.pipelines);
  await call(page, "set", largest);
  await call(page, "set", small);
  const again = await stats(page);
  expect([again.bytes, again.buffers, again.pipelines]).toEqual([back.bytes, back.buffers, back.pipelines]);
  expect(await shows(page, home)).toBe(true);
});

test("the picture does not wait for a long check, a reading overtakes it, and a click stops it", async ({ page }) => {
  test.setTimeout(240_000);
  const knobs = new URLSearchParams(Object.entries(largest).map(([name, value]) => [name, String(value)]));
  await page.goto(`?station=convolution&${knobs.toString()}&pin=dI:0`);
  // The first numbers of a large size take a software GPU a while.
  await expect(page.locator(".reading-equation").first()).not.toBeEmpty({ timeout: 120_000 });
  await expect(parts.badge(page), "the reading did not wait for the check").toContainText("checking");
  await parts.badge(page).click();
  await expect(parts.badge(page)).toContainText("stopped");
  await parts.badge(page).click();
  await expect(parts.badge(page)).toContainText("checking");
  await call(page, "set", small);
  await expect(parts.badge(page), "nor does a newer lesson").toContainText("holds");
});
