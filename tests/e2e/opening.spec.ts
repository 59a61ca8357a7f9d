/** The page opens: at both sizes, without a complaint, readable by everyone, and for those who want less motion. */
import { AxeBuilder } from "@axe-core/playwright";
import { call, everyStation, expect, openStation, parts, picture, read, same, sizes, test } from "./page";

for (const [name, viewport] of Object.entries(sizes)) {
  test(`opens on a ${name} screen and says that every number holds`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await openStation(page, "backprop");
    await expect(parts.stage(page)).toBeVisible();
    await expect(parts.badge(page)).toContainText("holds");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, "the page scrolls sideways").toBeLessThanOrEqual(0);
  });
}

// Each station on one screen in one theme, the four in turns: what all share is met in all of them.
const looks = Object.values(sizes).flatMap((viewport) =>
  (["light", "dark"] as const).map((theme) => ({ viewport, theme })),
);
for (const [number, station] of everyStation.entries()) {
  const { viewport, theme } = looks[number % looks.length];
  test(`${station} has no accessibility violation, ${viewport.width} wide and ${theme}`, async ({ page }) => {
    await openStation(page, station);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: theme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
    expect(found).toEqual([]);
  });
}

test("with reduced motion, play advances in whole steps and nothing is animated", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openStation(page, "backprop");
  await call(page, "seek", 0);
  await call(page, "play");
  await expect.poll(() => read(page, "time")).toBeGreaterThan(0);
  await call(page, "pause");
  const time = await read(page, "time");
  await call(page, "step", -1);
  await call(page, "step", 1);
  expect(await read(page, "time"), "it stood on a step").toBeCloseTo(time, 6);
  const durations = await page.evaluate(() =>
    document.getAnimations().map((animation) => Number(animation.effect?.getComputedTiming().duration ?? 0)),
  );
  expect(durations.filter((duration) => duration > 0)).toEqual([]);
});

test("the theme follows the system", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await openStation(page, "backprop");
  const light = await picture(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(async () => same(light, await picture(page))).toBe(false);
});
