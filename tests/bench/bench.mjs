/**
 * `npm run bench`: times Backflow beside the libraries that people would use instead, in one browser, in turns, every
 * output checked before it is timed. `npm run bench -- --help` tells the options.
 */
import { chromium } from "playwright";
import { browserFlags, provideBrowser } from "../tools/browser.mjs";
import { say } from "../tools/run.mjs";
import { asked, help, options, progress, tell } from "./options.mjs";
import { serve } from "./server.mjs";

/** @param {import("playwright").Page} page */
async function measure(page) {
  await page.exposeFunction("benchSay", progress);
  return await page.evaluate(async (wanted) => {
    const { benchSay } = /** @type {{ benchSay: (line: string) => void }} */ (/** @type {unknown} */ (window));
    return await window.bench.run(wanted, benchSay);
  }, asked());
}

/**
 * Rejects with the first error that the page does not catch.
 * @param {import("playwright").Page} page
 * @returns {Promise<never>}
 */
const failed = (page) => new Promise((_, reject) => page.on("pageerror", reject));

/**
 * A page that has `window.bench`.
 * @param {import("playwright").Browser} browser
 * @param {string} address
 */
async function open(browser, address) {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") progress(`page: ${message.text()}`);
  });
  await page.goto(address);
  await Promise.race([page.waitForFunction(() => "bench" in window), failed(page)]);
  return page;
}

async function main() {
  const server = await serve();
  const browser = await chromium.launch({ executablePath: provideBrowser(), args: browserFlags });
  try {
    const page = await open(browser, `${server.resolvedUrls?.local[0]}tests/bench/page.html`);
    if (options.list) say((await page.evaluate(() => window.bench.rows())).join("\n"));
    else await tell(await measure(page));
  } finally {
    await browser.close();
    await server.close();
  }
}

if (options.help) say(help);
else await main();
