/** Every station as a person uses it: sliders to their ends, time both ways, cells, claims, presets, tables, keys. */
import type { Locator, Page } from "@playwright/test";
import {
  call,
  drag,
  everyStation,
  expect,
  glimpse,
  grab,
  openStation,
  parts,
  picture,
  read,
  ready,
  shows,
  sizes,
  test,
  view,
} from "./page";

/** A picture of nothing is a canvas of one colour, which packs into next to no bytes. */
const nothing = 6000;

/** There is a picture, and no number in it is wrong. */
async function expectPicture(page: Page, about: string): Promise<void> {
  expect((await picture(page)).length, `${about}: the picture is there`).toBeGreaterThan(nothing);
  await expect(parts.badge(page), about).not.toContainText("fails");
}

const nameOf = (slider: Locator): Promise<string> =>
  slider.evaluate((element) => document.getElementById(element.getAttribute("aria-labelledby") ?? "")?.innerText ?? "");

/** Where a slider is dragged to, beyond its track, and the end that it reaches there. */
const ends = [
  [1.3, "aria-valuemax"],
  [-0.3, "aria-valuemin"],
] as const;

for (const [number, station] of everyStation.entries()) {
  test(`${station}: every slider goes to its end, and the picture never leaves`, async ({ page }) => {
    test.setTimeout(240_000);
    await openStation(page, station);
    const count = await parts.sliders(page).count();
    expect(count).toBeGreaterThan(0);
    for (let at = 0; at < count; at++) {
      const slider = parts.sliders(page).nth(at);
      // One that means nothing now is turned elsewhere, with the knob that it follows.
      if ((await slider.getAttribute("aria-disabled")) === "true") continue;
      const name = await nameOf(slider);
      const before = await call(page, "knobs");
      // One end each, in turns: each takes a software GPU seconds.
      const [place, end] = ends[at % ends.length];
      await grab(page, slider, [0.5, place]);
      if (place > 1) expect((await glimpse(page)).length, `${name}, on the way`).toBeGreaterThan(nothing);
      await page.mouse.up();
      expect(await slider.getAttribute("aria-valuenow"), name).toBe(await slider.getAttribute(end));
      await expect(parts.badge(page), name).not.toContainText("fails");
      await call(page, "set", before);
      await expect(page.locator(".errors .message"), `${name} turned back`).toHaveCount(0);
    }
    await expectPicture(page, "all turned back");
  });

  test(`${station}: time goes both ways, cells tell and change, a question is answered, claims and presets lead somewhere`, async ({
    page,
  }) => {
    test.setTimeout(240_000);
    await openStation(page, station);
    await scrub(page);
    await lookAt(page);
    await showClaims(page, station);
    await choosePresets(page);
    await call(page, "open", station);
    await changeCell(page);
    await answer(page);
    await turnByKeys(page);
    if (number % 3 === 0) await reload(page);
  });

  test(`${station}: on a phone the picture fits, and every part is within reach`, async ({ page }) => {
    await page.setViewportSize(sizes.phone);
    await openStation(page, station);
    await expectPicture(page, "phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.getByRole("tab", { name: "Parameters" }).click();
    await drag(page, parts.sliders(page).last(), [0.2, 1.3]);
    await page.getByRole("tab", { name: "Lesson" }).click();
    await parts.claims(page).getByRole("button").first().click();
    await expectPicture(page, "after a claim");
  });
}

/** Drags the handle to the end and back; at the same time stands the same picture, wherever one came from. */
async function scrub(page: Page): Promise<void> {
  const lanes = page.locator(".scrubber");
  const middle = (await read(page, "duration")) / 2;
  await call(page, "seek", middle);
  const before = await view(page);
  await drag(page, lanes, [0.4, 1.1]);
  expect(await read(page, "time")).toBeCloseTo(await read(page, "duration"), 6);
  await drag(page, lanes, [0.3, -0.1]);
  expect(await read(page, "time")).toBe(0);
  await call(page, "seek", middle);
  expect(await shows(page, before), "the same moment, the same picture").toBe(true);
}

/** Points at cells until one answers, pins it, and lets it go. */
async function lookAt(page: Page): Promise<void> {
  await call(page, "seek", await read(page, "duration"));
  const name = page.locator(".reading-name");
  const box = await parts.stage(page).boundingBox();
  if (!box) throw new Error("lookAt: there is no picture");
  const places = [0.45, 0.3, 0.6, 0.5].flatMap((y) => [0.15, 0.25, 0.35, 0.45, 0.55].map((x) => [x, y] as const));
  for (const [x, y] of places) {
    if (await name.isVisible()) break;
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await page.waitForTimeout(50);
  }
  await expect(name).toBeVisible();
  const cell = await name.innerText();
  await page.mouse.down();
  await page.mouse.up();
  await page.mouse.move(1, 1);
  await expect(name, "pinned, it stays").toHaveText(cell, { useInnerText: true });
  await expect(page.getByRole("button", { name: "Unpin" })).toBeVisible();
  await parts.focus(page).focus();
  await page.keyboard.press("Escape");
  await expect(name).toBeHidden();
}

/** As many of the claims and presets are tried: what each of them leads to is held elsewhere. */
const few = 2;

/** Asks to be shown the first claims; one that turns knobs may leave other claims behind, so that the station is opened again. */
async function showClaims(page: Page, station: string): Promise<void> {
  const buttons = parts.claims(page).getByRole("button", { name: /^show me/ });
  const count = await buttons.count();
  expect(count).toBeGreaterThan(0);
  for (let at = 0; at < Math.min(few, count); at++) {
    await buttons.nth(at).click();
    await call(page, "set", {});
    await expect(page.locator(".errors .message")).toHaveCount(0);
    if ((await buttons.count()) !== count) await call(page, "open", station);
  }
}

async function choosePresets(page: Page): Promise<void> {
  const presets = page.locator(".preset-button");
  const labels = await presets.allInnerTexts();
  for (const label of labels.slice(0, few)) {
    await presets.filter({ hasText: label }).first().click();
    await call(page, "set", {});
    await expect(page.locator(".errors .message"), label).toHaveCount(0);
    await expect(parts.badge(page), label).not.toContainText("fails");
  }
  await expectPicture(page, "after the presets");
}

/** Answers the first question with what comes first, and is told how that stands. */
async function answer(page: Page): Promise<void> {
  const card = page.locator(".ask");
  await page.getByRole("button", { name: "Answer first" }).click();
  await expect(parts.stage(page)).toBeHidden();
  for (const field of await card.locator(".ask-input").all()) await field.fill("1");
  const [choice] = await card.locator("input[type=radio], .ask-cell").all();
  await choice?.click();
  await card.getByRole("button", { name: "Check" }).click();
  await expect(card.getByRole("status").or(card.getByRole("alert")).filter({ hasText: /./ }).first()).toBeVisible();
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await call(page, "pause");
  await expect(parts.stage(page)).toBeVisible();
}

/** Types a number into the first given cell of the tables. */
async function changeCell(page: Page): Promise<void> {
  const summary = page.locator(".tables summary");
  await summary.focus();
  await page.keyboard.press("Enter");
  // The tables are written anew when they are opened.
  await call(page, "set", {});
  const input = page.locator(".tables input").first();
  // Where all that is given are knobs, no cell is changed by itself.
  if ((await input.count()) === 0) return summary.press("Enter");
  await input.focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("2.5");
  await page.keyboard.press("Tab");
  await call(page, "set", {});
  expect(Object.values(await call(page, "edits")).flatMap((cells) => Object.values(cells))).toContain(2.5);
  await summary.focus();
  await page.keyboard.press("Enter");
  await expect(parts.badge(page)).toContainText("holds");
}

/** A slider by its own keys, then a cell on the stage. */
async function turnByKeys(page: Page): Promise<void> {
  const slider = parts.sliders(page).first();
  const before = Number(await slider.getAttribute("aria-valuenow"));
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await call(page, "set", {});
  expect(Number(await slider.getAttribute("aria-valuenow"))).toBeGreaterThan(before);
  await parts.focus(page).focus();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Unpin" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
}

/** The address holds all of it, at some stations since a page takes seconds to load; it is written a moment after the last change. */
async function reload(page: Page): Promise<void> {
  const state = async (): Promise<unknown> => [
    await call(page, "knobs"),
    await call(page, "edits"),
    await read(page, "time"),
  ];
  const [before, seen] = [await state(), await view(page)];
  await page.waitForTimeout(500);
  await page.reload();
  await ready(page);
  expect(await state()).toEqual(before);
  expect(await shows(page, seen)).toBe(true);
}
