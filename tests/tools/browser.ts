/** Finds a Chromium for the tests, and the flags with which it has WebGPU on a machine without a GPU. */
import { existsSync } from "node:fs";

const places = [
  process.env["CHROME_BIN"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser's path; undefined lets Playwright look for its own. */
export const findBrowser = (): string | undefined => places.find((place) => place !== undefined && existsSync(place));

/** WebGPU on SwiftShader, and no traffic of the browser's own. */
export const browserFlags = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
