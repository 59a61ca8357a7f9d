/** The address holds the whole state; a wrong one is explained, a hostile one is only text. */
import type { Page } from "@playwright/test";
import { call, expect, openStation, parts, picture, read, ready, same, test } from "./page";

test.use({ fresh: true });

/** The address once it has stopped changing. */
async function settled(page: Page): Promise<string> {
  let last = "";
  await expect
    .poll(async () => {
      const before = last;
      last = page.url();
      await page.waitForTimeout(300);
      return before === last && last === page.url();
    })
    .toBe(true);
  return last;
}

/** What a reload must bring back. */
const state = async (page: Page): Promise<unknown> => ({
  station: await read(page, "station"),
  knobs: await call(page, "knobs"),
  edits: await call(page, "edits"),
  time: await read(page, "time"),
});

test("a reload brings back knobs, edits, time and picture", async ({ page }) => {
  await openStation(page, "jacobian", { M: 3, of: "B" });
  await call(page, "edit", "A", 1, -7.5);
  await call(page, "seek", (await read(page, "duration")) / 3);
  const before = await state(page);
  const shown = await picture(page);
  const address = await settled(page);
  await page.reload();
  await ready(page);
  expect(await state(page)).toEqual(before);
  expect(same(shown, await picture(page))).toBe(true);
  expect(page.url()).toBe(address);
});

test("back and forward walk the stations", async ({ page }) => {
  await openStation(page, "jacobian");
  await settled(page);
  await call(page, "open", "backprop");
  await settled(page);
  await page.goBack();
  await expect.poll(() => read(page, "station")).toBe("jacobian");
  await page.goForward();
  await expect.poll(() => read(page, "station")).toBe("backprop");
});

test("an address with a wrong station, knob or part opens and names what is wrong", async ({ page }) => {
  for (const [address, ...named] of [
    ["?station=jacobiam", "jacobiam"],
    ["?station=jacobian&M=banana&bananas=3&t=9999", "banana", "bananas", "beyond the end"],
    ["?station=jacobian&M=2&M=3", "more than once"],
  ]) {
    await page.goto(address);
    await ready(page);
    for (const word of named) await expect(parts.message(page).filter({ hasText: word }).first()).toBeVisible();
    await expect(parts.stage(page)).toBeVisible();
  }
});

test("hostile text in the address stays text", async ({ page }) => {
  const hostile = encodeURIComponent(
    `<img src="data:," onerror="globalThis.taken=1"><script>globalThis.taken=1</script>`,
  );
  for (const address of [`?station=${hostile}`, `?station=jacobian&of=${hostile}&${hostile}=1&cells=${hostile}`]) {
    await page.goto(address);
    await ready(page);
    await expect(parts.message(page).filter({ hasText: "<img" }).first()).toBeVisible();
    expect(await page.evaluate(() => Reflect.has(globalThis, "taken"))).toBe(false);
    await expect(page.locator("img[onerror]")).toHaveCount(0);
  }
});
