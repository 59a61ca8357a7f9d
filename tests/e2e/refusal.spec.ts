/** What does not fit: said over the last good picture and at the slider, put right by a click or by turning back. */
import type { Page } from "@playwright/test";
import { call, drag, expect, openStation, parts, read, ready, shows, test, view } from "./page";

const card = (page: Page): ReturnType<Page["locator"]> => page.locator(".errors .message");

test("a kernel that does not fit: the picture stays, the card says why, and its button puts it right", async ({
  page,
}) => {
  await openStation(page, "convolution");
  const good = await view(page);
  await parts.slider(page, "kernel").press("End");
  await expect(card(page)).toContainText("7 × 7 does not fit into 4 × 4");
  expect(await call(page, "knobs")).toMatchObject({ kernel_size: 7 });
  await expect(page).toHaveURL(/kernel_size=7/);
  await expect(parts.slider(page, "kernel")).toHaveAccessibleDescription(/7 × 7 does not fit into 4 × 4/);
  await expect(parts.slider(page, "stride")).not.toHaveAttribute("aria-invalid");
  await call(page, "step", -1);
  await call(page, "step", 1);
  await page.mouse.move(1, 1);
  expect(await call(page, "knobs"), "time and numbers can be used").toMatchObject({ kernel_size: 7 });
  await call(page, "set", { seed: 2 });
  await call(page, "set", { seed: 1 });
  await expect(card(page), "another number mends nothing").toHaveCount(1);
  await call(page, "seek", await read(page, "time"));
  expect(await shows(page, good), "the last good picture stays").toBe(true);
  await card(page)
    .getByRole("button", { name: /^Set padding to \d$/ })
    .click();
  await expect(card(page)).toHaveCount(0);
  const { padding } = await call(page, "knobs");
  expect(Number(padding)).toBeGreaterThanOrEqual(2);
  expect((await call(page, "verify")).length).toBeGreaterThan(0);
  await expect(parts.slider(page, "kernel")).not.toHaveAttribute("aria-invalid");
  expect(await shows(page, good)).toBe(false);
});

test("turning back heals, and a reload finds the same words and the way out", async ({ page }) => {
  await openStation(page, "pooling");
  const good = await view(page);
  await drag(page, parts.slider(page, "padding"), [0.1, 1.2]);
  await expect(card(page)).toContainText("padding 3");
  const said = await card(page).innerText();
  await expect(page).toHaveURL(/padding=3/);
  await page.reload();
  await ready(page);
  await expect(card(page)).toHaveText(said, { useInnerText: true });
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(parts.badge(page)).toContainText("not run");
  await drag(page, parts.slider(page, "padding"), [0.9, -0.2]);
  await expect(card(page)).toHaveCount(0);
  await expect(parts.badge(page)).toContainText("holds");
  expect(await shows(page, good)).toBe(true);
});

test("a station that opens with what does not fit shows nothing of another, and a script hears why", async ({
  page,
}) => {
  await openStation(page, "jacobian");
  const opened = call(page, "open", "convolution", { kernel_size: 5, padding: 0 });
  await expect(opened).rejects.toThrow(/5 × 5 does not fit into 4 × 4/);
  await expect(page.getByRole("heading", { level: 1 }).first()).not.toContainText("Jacobian");
  await expect(page.getByRole("table")).toHaveCount(0);
  await expect(call(page, "set", { groups: 2 })).rejects.toThrow(/would fit/);
  await call(page, "set", { kernel_size: 3, groups: 1 });
  await expect(card(page)).toHaveCount(0);
  await expect(parts.badge(page)).toContainText("holds");
});
