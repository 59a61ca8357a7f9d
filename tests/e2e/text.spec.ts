/** A text in the panel as a person writes it: taken after a pause, refused in words, kept in the address, its keys its own. */
import { call, expect, openStation, parts, read, ready, test } from "./page";

test("a vocabulary is written, the ids follow, and a reload returns to it", async ({ page }) => {
  await openStation(page, "tokenizer");
  const vocabulary = page.getByRole("textbox", { name: "vocabulary" });
  const time = await read(page, "time");
  await vocabulary.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  expect(await read(page, "time"), "keys belong to the text").toBe(time);
  await vocabulary.fill('"The "\n"dog"\n" "');
  await page.keyboard.press("Control+Enter");
  await call(page, "set", {});
  await expect(page.getByText("The scan stops at place 9", { exact: true })).toBeVisible();
  await vocabulary.fill("The");
  await vocabulary.blur();
  await expect(page.locator(".errors .message")).toContainText("an entry stands in quotation marks");
  await vocabulary.fill('"The"\n7: " dog"\n" that chased the"\n" was tired."\n');
  await vocabulary.blur();
  await call(page, "set", {});
  await expect(page.locator(".errors .message")).toHaveCount(0);
  await expect(parts.claims(page).first()).toContainText("1, 7, 3, 7, 4");
  await page.waitForTimeout(500);
  await page.reload();
  await ready(page);
  await expect(vocabulary).toHaveValue('"The"\n7: " dog"\n" that chased the"\n" was tired."\n');
  await expect(parts.claims(page).first()).toContainText("1, 7, 3, 7, 4");
});
