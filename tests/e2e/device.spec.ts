/** Time is a value, a lost device comes back to the same picture, and a browser without WebGPU is told so. */
import type { Browser, Page } from "@playwright/test";
import {
  call,
  drag,
  drawing,
  everyStation,
  expect,
  grab,
  openStation,
  parts,
  picture,
  read,
  ready,
  same,
  shows,
  sizes,
  test,
  view,
  type View,
} from "./page";

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

// What is lost and found again is the same for every station: some stand for all, since each loss takes seconds.
const some = everyStation.filter((_, at) => at % 6 === 0);
for (const station of some) {
  test(`${station}: whenever the device is lost, the same picture comes back`, async ({
    page,
    browser,
    complaints,
  }) => {
    test.setTimeout(180_000);
    await openStation(page, station);
    // A moment of its own for each station, since a lost device takes a while to come back.
    const times = await timesOf(page);
    const { name, time } = times[some.indexOf(station) % times.length];
    await call(page, "seek", time);
    const before = await view(page);
    await crash(page, browser);
    await expectBack(page, before, name);
    await expect(parts.badge(page)).toContainText("holds");
    forgive(complaints);
  });
}

for (const station of some.slice(0, 1)) {
  test(`${station}: lost while a slider is dragged or a lesson is built, it shows what was asked for`, async ({
    page,
    browser,
    complaints,
  }) => {
    test.setTimeout(180_000);
    await openStation(page, station);
    const slider = parts.sliders(page).first();
    await drag(page, slider, [0.5, 1.3]);
    const there = await view(page);
    const most = await call(page, "knobs");
    await call(page, "open", station);
    const home = await view(page);
    await grab(page, slider, [0.2, 0.6]);
    await crash(page, browser);
    await page.mouse.move(1098, 300, { steps: 8 });
    await page.mouse.up();
    await expectBack(page, there, "dragged");
    expect(await call(page, "knobs")).toEqual(most);
    await Promise.all([atOnce(page, "open", station), crash(page, browser)]);
    await expectBack(page, home, "built");
    await expect(parts.badge(page)).toContainText("holds");
    forgive(complaints);
  });
}

test.describe("a page without a device", () => {
  test.use({ fresh: true });
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
});

/** The start, the middle of the first forward and the first backward pass, and the end. */
async function timesOf(page: Page): Promise<{ name: string; time: number }[]> {
  const lanes = await call(page, "lanes");
  const middles = ["forward", "backward"].flatMap((name) => {
    const lane = lanes.find((candidate) => candidate.name === name);
    return lane ? [{ name, time: (lane.start + lane.end) / 2 }] : [];
  });
  return [{ name: "start", time: 0 }, ...middles, { name: "end", time: await read(page, "duration") }];
}

/** The view of before stands there again, without a word of anything being wrong. */
async function expectBack(page: Page, before: View, about: string): Promise<void> {
  await expect.poll(() => shows(page, before), { message: about, timeout: 40_000 }).toBe(true);
  await expect(page.locator(".errors .message"), about).toHaveCount(0);
}

/** Begins a call and leaves it to itself. */
const atOnce = (page: Page, method: "open", station: string): Promise<void> =>
  page.evaluate(
    ([name, id]) => {
      const { backflow } = globalThis as unknown as { backflow: Record<string, (id: string) => Promise<unknown>> };
      void backflow[name](id);
    },
    [method, station],
  );

/** Crashes the GPU process, after something was done on the page; the browser may lose the very connection that asked for it. */
async function crash(page: Page, browser: Browser, before: () => unknown = () => {}): Promise<void> {
  await holdWitness(page);
  await page.evaluate(before);
  const control = await browser.newBrowserCDPSession();
  await control.send("Browser.crashGpuProcess").catch(() => undefined);
  expect(await witnessLost(page), "the GPU process crashed").toBe(true);
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
    if (!device) throw new Error("witness: there is no device to lose");
    // The device itself: its loss alone would be forgotten with it.
    Reflect.set(globalThis, "witness", device);
  });

/** Whether the witness's device is lost within some seconds. */
const witnessLost = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const lost = (Reflect.get(globalThis, "witness") as GPUDevice).lost.then(() => true);
    const still = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 10_000));
    return Promise.race([lost, still]);
  });
