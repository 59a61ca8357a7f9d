/** The built site in a real Chromium, served from a folder in the middle of a site to show that any address will do. */
import { defineConfig } from "@playwright/test";
import { browserFlags, findBrowser } from "../tools/browser.mjs";
import { working } from "./sizes";

// Chosen once, in the first process; the workers inherit it. Two runs at a time do not meet.
const port = (process.env["BACKFLOW_PORT"] ??= String(20_000 + (process.pid % 10_000)));
const base = "/some/base/";
const address = `http://127.0.0.1:${port}${base}`;
const browserPath = findBrowser();

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results",
  reporter: [["list"]],
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: address,
    viewport: working,
    actionTimeout: 20_000,
    launchOptions: { args: browserFlags, ...(browserPath !== undefined && { executablePath: browserPath }) },
  },
  webServer: {
    command: `node tests/tools/serve.mjs --base ${base} --port ${port}`,
    cwd: "../..",
    url: address,
    reuseExistingServer: false,
  },
});
