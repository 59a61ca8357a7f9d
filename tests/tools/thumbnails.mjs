/**
 * `npm run thumbnails`: photographs every station as it opens, light and dark, for the menu: `thumbnail-light.webp` and
 * `thumbnail-dark.webp` in its folder. `--station backprop` does one.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright";
import { readArguments } from "./arguments.mjs";
import { browserFlags, provideBrowser } from "./browser.mjs";
import { root, run, say } from "./run.mjs";
import { serve } from "./serve.mjs";

const themes = /** @type {const} */ (["light", "dark"]);
const size = { width: 320, height: 200 };
const onlyPicture = ".stage-area > :not(.stage) { visibility: hidden !important; }";

/**
 * Where something stands on the page.
 * @param {import("playwright").Page} page
 * @param {string} selector
 */
async function boxOf(page, selector) {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`thumbnails: ${selector} is not shown`);
  return box;
}

/** Of the stage's height, for what stands over its top. @type {number} */
const caption = 60;

/**
 * The part of the stage that no card covers, as it is framed.
 * @param {import("playwright").Page} page
 */
async function framed(page) {
  const stage = await boxOf(page, ".stage");
  const panel = await boxOf(page, ".slot-parameters");
  const reading = await boxOf(page, ".slot-reading");
  const y = stage.y + caption;
  return { x: stage.x, y, width: panel.x - stage.x, height: reading.y - y };
}

/**
 * A picture made small, as WebP.
 * @param {import("playwright").Page} page
 * @param {Buffer} png
 */
async function shrunk(page, png) {
  const address = await page.evaluate(
    async ([source, { width, height }]) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const scale = Math.min(width / image.width, height / image.height);
      const [w, h] = [image.width * scale, image.height * scale];
      const brush = canvas.getContext("2d");
      if (!brush) throw new Error("thumbnails: there is no canvas");
      brush.imageSmoothingQuality = "high";
      brush.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--surface-canvas");
      brush.fillRect(0, 0, width, height);
      brush.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
      return canvas.toDataURL("image/webp", 0.85);
    },
    /** @type {const} */ ([`data:image/png;base64,${png.toString("base64")}`, size]),
  );
  return Buffer.from(address.slice(address.indexOf(",") + 1), "base64");
}

/**
 * The ids of the stations of the page.
 * @param {import("playwright").Page} page
 * @returns {Promise<string[]>}
 */
const idsOf = (page) =>
  page.evaluate(async () => {
    const { backflow } = /** @type {any} */ (globalThis);
    await backflow.ready;
    return backflow.stations().map((/** @type {{ id: string }} */ { id }) => id);
  });

const { station: only } = readArguments(["station"]);
const executablePath = provideBrowser();
await run("vite", ["build"]);
const { address, close } = await serve({ base: "/backflow/" });
const browser = await chromium.launch({ executablePath, args: browserFlags });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(address);
await page.waitForFunction(() => "backflow" in globalThis);
const ids = (await idsOf(page)).filter((id) => only === undefined || id === only);
if (ids.length === 0) throw new Error(`thumbnails: there is no station ${only ?? ""}`);
for (const id of ids)
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(async (station) => {
      const { backflow } = /** @type {any} */ (globalThis);
      await backflow.open(station);
      await backflow.verify();
    }, id);
    const png = await page.screenshot({ clip: await framed(page), style: onlyPicture });
    await writeFile(join(root, "src", "stations", id, `thumbnail-${colorScheme}.webp`), await shrunk(page, png));
    say(`${id}, ${colorScheme}`);
  }
await browser.close();
close();
