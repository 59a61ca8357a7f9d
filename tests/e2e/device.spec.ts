/** Time is a value, a lost device comes back to the same picture, and a browser without WebGPU is told so. */
import type { Browser, Page } from "@playwright/test";
import { call, drawing, expect, labels, openStation, parts, picture, read, ready, same, sizes, test } from "./page";

/** A moment shortly before and the earliest to stop at, in seconds. */
const moments = {
  backprop: async () => [1, 1.5],
  jacobian: async (page: Page) => {
    const backward = (await call(page, "lanes")).find(({ name }) => /backward/i.test(name));
    const start = backward?.start ?? Number.NaN;
    return [start + 0.5, start + 1];
  },
} satisfies Record<string, (page: Page) => Promise<[number, number]>>;

for (const [station, find] of Object.entries(moments)) {
  test(`${station}: playing to a moment and jumping there give the same picture`, async ({ page }) => {
    await openStation(page, station);
    const [before, after] = await find(page);
    await call(page, "seek", before);
    await call(page, "play");
    await expect.poll(() => read(page, "time")).toBeGreaterThan(after);
    await call(page, "pause");
    const time = await read(page, "time");
    const played = await picture(page);
    await call(page, "seek", time > 3 ? 0 : await read(page, "duration"));
    expect(same(played, await picture(page)), "elsewhere it looks different").toBe(false);
    await call(page, "seek", time);
    expect(same(played, await picture(page))).toBe(true);
  });
}

for (const [station, knobs, other] of [
  ["backprop", {}, { x: -1 }],
  ["jacobian", { layout: "cube" }, { of: "B" }],
] as const) {
  test(`${station}: after the device is lost, the same picture comes back`, async ({ page, browser, complaints }) => {
    await openStation(page, station, knobs);
    await call(page, "seek", (await read(page, "duration")) / 2);
    const before = await drawing(page);
    const said = await labels(page);
    await crash(page, browser);
    await expect.poll(async () => same(before, await drawing(page)), { timeout: 30_000 }).toBe(true);
    expect(await labels(page)).toEqual(said);
    await call(page, "set", other);
    await expect.poll(async () => same(before, await drawing(page))).toBe(false);
    await expect(parts.badge(page)).toContainText("holds");
    forgive(complaints);
  });
}

test("where no other device comes back, the numbers stay, and a click tries again", async ({
  page,
  browser,
  complaints,
}) => {
  await openStation(page, "backprop");
  const before = await drawing(page);
  await crash(page, browser, () => Reflect.set(navigator.gpu, "requestAdapter", () => Promise.resolve(null)));
  const again = page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await expect(parts.message(page).first()).not.toContainText("acceleration");
  await call(page, "set", { x: 1 });
  await expect(page.locator(".stage-area").getByRole("table").first()).toBeVisible();
  await page.evaluate(() => Reflect.deleteProperty(navigator.gpu, "requestAdapter"));
  await again.click();
  await expect(parts.badge(page)).toContainText("holds");
  await call(page, "open", "backprop");
  expect(same(before, await drawing(page))).toBe(true);
  forgive(complaints);
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
  for (const [name, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await expect(page.getByRole("table", { name: "y", exact: true }).first(), name).toBeVisible();
  }
});

/** Crashes the GPU process, after something was done on the page; the browser may lose the very connection that asked for it. */
async function crash(page: Page, browser: Browser, before: () => unknown = () => {}): Promise<void> {
  await holdWitness(page);
  await page.evaluate(before);
  const control = await browser.newBrowserCDPSession();
  await control.send("Browser.crashGpuProcess").catch(() => undefined);
  await witnessLost(page);
}

/** Takes out what a lost device makes the browser complain about. */
function forgive(complaints: string[]): void {
  const others = complaints.filter((complaint) => !/device|gpu|context/i.test(complaint));
  complaints.splice(0, complaints.length, ...others);
}

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
