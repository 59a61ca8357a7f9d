/** Finds a Chromium for the tests, installs one where that is possible, and knows the flags that give it WebGPU without a GPU. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright";

const systemPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** WebGPU on SwiftShader, as many crashes of its process as a test wants, and no traffic of the browser's own. */
export const browserFlags = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--disable-gpu-process-crash-limit",
  "--disable-domain-blocking-for-3d-apis",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The browser's path: what CHROME_BIN names, else the system's Chromium or Chrome, else Playwright's own; undefined where
 * there is none. It never throws, so that a configuration can load without a browser.
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env["CHROME_BIN"];
  if (named) return named;
  return [...systemPlaces, chromium.executablePath()].find((place) => existsSync(place));
}

/** Whether this is Debian or one of its children, where apt has a package named chromium. */
function isDebian() {
  return (
    existsSync("/etc/os-release") && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"))
  );
}

/**
 * What runs a command as root: nothing when we are root, sudo when it asks for no password, undefined when neither holds.
 * @returns {string[] | undefined}
 */
function asRoot() {
  if (process.getuid?.() === 0) return [];
  const asked = spawnSync("sudo", ["--non-interactive", "true"], { stdio: "ignore" });
  return asked.status === 0 ? ["sudo", "--non-interactive"] : undefined;
}

const installSteps = [
  ["apt-get", "update"],
  ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
];

/**
 * Installs Debian's Chromium where apt may be used; tells in one command what to do where it may not.
 * @returns {void}
 */
function installBrowser() {
  const prefix = isDebian() ? asRoot() : undefined;
  if (!prefix) {
    const command = isDebian()
      ? "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium"
      : "npx playwright install chromium";
    throw new Error(`browser: no Chromium was found. Run: ${command}\n(or set CHROME_BIN to one that is elsewhere)`);
  }
  for (const step of installSteps) {
    const [command = "", ...rest] = [...prefix, ...step];
    const done = spawnSync(command, rest, {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (done.status !== 0) throw new Error(`browser: "${step.join(" ")}" failed; run it by hand to see why`);
  }
}

/**
 * The path of a browser that exists, installing one if there is none.
 * @returns {string}
 */
export function provideBrowser() {
  if (findBrowser() === undefined) installBrowser();
  const path = findBrowser();
  if (path === undefined) throw new Error("browser: the installation left no Chromium in any of the usual places");
  if (!existsSync(path)) throw new Error(`browser: CHROME_BIN is ${path}, where there is no file`);
  return path;
}
