/** Predict, then see: nothing is told before it is answered, answers are graded, and a wrong one sees why. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { call, expect, openStation, parts, read, ready, sizes, test } from "./page";

const card = (page: Page): Locator => page.locator(".ask");
const field = (page: Page): Locator => card(page).locator(".ask-input");
const verdict = (page: Page): Locator => card(page).getByRole("status");
const curtain = (page: Page): Locator => page.getByRole("region", { name: "What is given" });

/** Everything that can be read on the page or heard from it. */
const said = async (page: Page): Promise<string> =>
  `${await page.locator("body").innerText()}\n${await page.locator("body").ariaSnapshot()}`;

async function expectAccessible(page: Page, about: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  expect(found, about).toEqual([]);
}

test("a question is asked, nothing tells its answer, and a right one opens the picture", async ({ page }) => {
  await openStation(page, "jacobian", { M: 3, K: 4, N: 7 });
  await page.getByRole("button", { name: "Answer first" }).click();
  await expect(curtain(page)).toContainText("3 × 4");
  await expect(parts.stage(page)).toBeHidden();
  await expect(
    page.locator(".slot-tables, .slot-legend, .slot-reading, .claims").filter({ visible: true }),
  ).toHaveCount(0);
  // 21 outputs by 12 inputs.
  expect(await said(page)).not.toMatch(/\b252\b/);
  for (const claim of await call(page, "claims")) expect(claim).not.toHaveProperty("answer");
  await field(page).fill("252");
  await page.keyboard.press("Enter");
  await expect(verdict(page)).toContainText("Right: 252");
  await expect(parts.stage(page)).toBeVisible();
  await expect(card(page)).toContainText("1 of 1 right");
  expect((await call(page, "claims"))[0].answer).toBe(252);
});

test("what cannot be read is told and asked again; a wrong answer plays the moment that shows why", async ({
  page,
}) => {
  await openStation(page, "backprop");
  await call(page, "ask", "loss");
  await field(page).fill("three");
  await page.keyboard.press("Enter");
  await expect(card(page).getByRole("alert")).toContainText("“three” is not a number");
  await expect(field(page)).toBeFocused();
  await expect(parts.stage(page)).toBeHidden();
  await field(page).fill("4.5");
  await page.keyboard.press("Enter");
  await expect(verdict(page)).toContainText("3.125");
  const [start, end] = await act(page);
  await expect.poll(() => read(page, "time"), "it plays to the end of the act").toBeCloseTo(end, 6);
  await card(page).getByRole("button", { name: "Show me again" }).click();
  await expect.poll(() => read(page, "time")).toBeLessThan(end);
  expect(await read(page, "time")).toBeGreaterThanOrEqual(start);
});

/** When the forward pass's last act, the loss, is played: it begins where the one before it ends. */
async function act(page: Page): Promise<readonly [start: number, end: number]> {
  const lane = (await call(page, "lanes")).find(({ name }) => name === "loss") ?? (await call(page, "lanes"))[0];
  return [lane.start, lane.end];
}

test("with reduced motion a wrong answer stands at its moment at once", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await openStation(page, "backprop");
  await call(page, "ask", "loss");
  expect((await call(page, "answer", "1")).verdict).toBe("wrong");
  const time = await read(page, "time");
  expect(time).toBeGreaterThan(0);
  await page.waitForTimeout(300);
  expect(await read(page, "time")).toBe(time);
});

test("another one has other numbers, and its address asks it again", async ({ page }) => {
  await openStation(page, "convolution");
  await call(page, "ask", "output", 17);
  const knobs = await call(page, "knobs");
  const shown = await curtain(page).innerText();
  await page.waitForTimeout(500);
  expect(new URL(page.url()).searchParams.get("practice")).toBe("17");
  await page.reload();
  await ready(page);
  expect(await call(page, "knobs")).toEqual(knobs);
  expect(await curtain(page).innerText()).toBe(shown);
  expect((await call(page, "claims")).find(({ id }) => id === "output")?.answer).toBeUndefined();
  await card(page).getByRole("button", { name: "Show me" }).click();
  await card(page).getByRole("button", { name: "Another one" }).click();
  await expect(curtain(page)).toBeVisible();
  await expect(card(page)).toContainText("set 18");
  expect(await call(page, "knobs")).not.toEqual(knobs);
});

test("turning a knob turns the question with it, and empties its fields", async ({ page }) => {
  await openStation(page, "jacobian");
  await call(page, "ask", "entries-A");
  await field(page).fill("60");
  await call(page, "set", { M: 3 });
  await expect(field(page)).toHaveValue("");
  await expect(curtain(page)).toContainText("3 × 3");
  expect(await call(page, "answer", "60")).toMatchObject({ verdict: "wrong", truth: 135 });
});

test("by keyboard: cells are walked and marked, Enter checks, N asks the next", async ({ page }) => {
  await openStation(page, "pooling");
  await call(page, "ask", "winners");
  await card(page).locator(".ask-cell").first().focus();
  for (const key of ["ArrowRight", "ArrowRight", "Space", "ArrowDown", "ArrowLeft", "ArrowLeft", "Space"])
    await page.keyboard.press(key);
  for (const key of ["ArrowDown", "ArrowRight", "Space", "ArrowRight", "ArrowRight", "Space", "Enter"])
    await page.keyboard.press(key);
  await expect(verdict(page)).toContainText("Right");
  await expect(card(page).getByRole("button", { name: "Next question" })).toBeFocused();
  const before = await card(page).locator(".ask-prompt").innerText();
  await page.keyboard.press("n");
  await expect(card(page).locator(".ask-prompt")).not.toHaveText(before, { useInnerText: true });
  await expect(field(page).first()).toBeFocused();
});

test("whoever gives the slide's value is told that it is the slide's", async ({ page }) => {
  await openStation(page, "pooling");
  await call(page, "ask", "shift");
  expect(await call(page, "answer", "0")).toMatchObject({ verdict: "wrong" });
  await expect(verdict(page)).toContainText("That is what the slide says");
});

test("wrong parts of the address are named", async ({ page }) => {
  await openStation(page, "jacobian");
  await page.goto("?station=jacobian&ask=nothing&practice=-3");
  await ready(page);
  await expect(parts.message(page).filter({ visible: true }).last()).toContainText(
    "there is no question “nothing” here",
  );
  await expect(parts.message(page).filter({ visible: true }).last()).toContainText("practice: “-3”");
  await expect(curtain(page)).toBeVisible();
  await expect(call(page, "ask", "nothing")).rejects.toThrow("would fit");
});

test("the key answers what the exercise asks", async ({ page }) => {
  await openStation(page, "pooling");
  await call(page, "ask", "not-zero", 17);
  await page.waitForTimeout(500);
  const address = page.url();
  const { truth } = await call(page, "answer", "−1");
  await page.goto(`${address}&answers`);
  await expect(page.locator("[data-done]")).toBeVisible();
  await expect(page.getByRole("listitem")).toHaveCount(1);
  await expect(page.locator(".key-answer")).toHaveText(String(truth));
  await expectAccessible(page, "the key");
  await page.goto("?answers&station=pooling&practice=17");
  await expect(page.locator("[data-done]")).toBeVisible();
  expect(await page.getByRole("listitem").count()).toBeGreaterThan(5);
  await page.getByRole("link", { name: "Answer these questions" }).click();
  await ready(page);
  await expect(curtain(page)).toBeVisible();
});

for (const [name, viewport] of Object.entries(sizes)) {
  test(`on a ${name} screen everything is within reach, open and answered`, async ({ page }) => {
    await openStation(page, "convolution");
    await page.setViewportSize(viewport);
    for (const [claim, colorScheme] of [
      ["output", "light"],
      ["unread", "dark"],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await call(page, "ask", claim);
      await expectAccessible(page, `${claim}, open`);
      await card(page).getByRole("button", { name: "Show me" }).click();
      await expect(verdict(page)).not.toBeEmpty();
      await expectAccessible(page, `${claim}, answered`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, "the page scrolls sideways").toBeLessThanOrEqual(0);
    }
  });
}
