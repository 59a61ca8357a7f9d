/**
 * `npm run shots`: pictures of every station, at both sizes, in both themes, at the start, in three moments of the forward
 * pass, three of the backward pass, one of every phase with another name, and at the end; of some with other knobs, too, halfway through both passes, in light;
 * with contact sheets and an index, in the ignored folder shots/.
 *
 * Filters: `--station backprop --size desktop --theme dark --moment backward-2 --variant plain`. One picture to a place
 * of its own: `--picture docs/backprop.png`, by default of backprop halfway through its backward pass, wide and light.
 */
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { chromium } from "playwright";
import { readArguments } from "./arguments.mjs";
import { browserFlags, provideBrowser } from "./browser.mjs";
import { root, run, say } from "./run.mjs";
import { serve } from "./serve.mjs";

/** @typedef {{ name: string, start: number, end: number, iteration: number }} Lane */
/** @typedef {{ name: string, time: number }} Moment */
/** @typedef {{ station: string, size: string, theme: string, variant: string, moment: string, file: string }} Shot */
/** @typedef {{ name: string, knobs: Readonly<Record<string, number | string | boolean>> }} Variant */
/**
 * The part of `window.backflow` that pictures need.
 * @typedef {object} Backflow
 * @property {Promise<unknown>} ready
 * @property {number | Promise<number>} duration
 * @property {() => Promise<readonly { id: string, looks: readonly Variant[] }[]>} stations
 * @property {() => Promise<readonly Lane[]>} lanes
 * @property {(station: string, knobs: Variant["knobs"]) => Promise<void>} open
 * @property {(seconds: number) => Promise<void>} seek
 * @property {() => Promise<unknown>} verify
 */

const folder = join(root, "shots");
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const themes = /** @type {const} */ (["light", "dark"]);
/** @type {Variant} */
const plain = { name: "plain", knobs: {} };
/** The phases that most stations have, each with the shares of it that are shown. */
const passes = new Set(["forward", "backward"]);
const shares = [1 / 4, 1 / 2, 1];
/** Of a variant only what is halfway is shown: not these. */
const beside = /^(start|end|(forward|backward)-[13])$/;
const thumbnail = { desktop: 300, phone: 130 };
const wanted = readArguments(["station", "size", "theme", "variant", "moment", "picture"]);
const one =
  wanted.picture === undefined
    ? {}
    : { station: "backprop", size: "desktop", theme: "light", variant: "plain", moment: "backward-2" };
const filter = { ...one, ...wanted };

/**
 * The names that the filter lets through.
 * @template {string} Name
 * @param {keyof typeof filter} kind
 * @param {readonly Name[]} names
 */
function chosen(kind, names) {
  const only = filter[kind];
  const kept = names.filter((name) => only === undefined || name === only);
  if (kept.length === 0) throw new Error(`shots: there is no ${kind} ${only ?? ""}; there are ${names.join(", ")}`);
  return kept;
}

/**
 * Whether the filter lets a name through.
 * @param {keyof typeof filter} kind
 * @param {string} name
 */
const matches = (kind, name) => filter[kind] === undefined || filter[kind] === name;

/**
 * A station as it opens, and in light with other knobs.
 * @param {readonly Variant[]} looks
 * @param {"light" | "dark"} theme
 * @returns {readonly Variant[]}
 */
const variantsOf = (looks, theme) =>
  [plain, ...(theme === "light" ? looks : [])].filter(({ name }) => matches("variant", name));

/**
 * When a file or anything in a folder was last changed, in milliseconds; 0 where it does not exist.
 * @param {string} path
 * @returns {Promise<number>}
 */
async function changed(path) {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await readdir(path);
  return Math.max(0, ...(await Promise.all(inside.map((name) => changed(join(path, name))))));
}

/** Builds the site unless what is built is newer than everything it is built from. */
async function buildUnlessFresh() {
  const sources = ["src", "shaders", "index.html", "package-lock.json", "vite.config.ts"];
  const newest = Math.max(...(await Promise.all(sources.map((path) => changed(join(root, path))))));
  if ((await changed(join(root, "dist", "index.html"))) <= newest) await run("vite", ["build"]);
}

/**
 * The moments to show of the station that is open: shares of its first forward and its first backward phase, and the
 * middle of the first of each other name.
 * @param {import("playwright").Page} page
 * @returns {Promise<Moment[]>}
 */
async function momentsOf(page) {
  const { lanes, duration } = await page.evaluate(async () => {
    const { backflow } = /** @type {{ backflow: Backflow }} */ (/** @type {unknown} */ (globalThis));
    return { lanes: await backflow.lanes(), duration: await backflow.duration };
  });
  const first = lanes.filter(({ name }, i) => lanes.findIndex((lane) => lane.name === name) === i);
  const inside = first.flatMap(({ name, start, end }) =>
    passes.has(name)
      ? shares.map((share, i) => ({ name: `${name}-${i + 1}`, time: start + (end - start) * share }))
      : [{ name: name.replaceAll(/[^\p{L}\p{N}]+/gu, "-"), time: (start + end) / 2 }],
  );
  return [{ name: "start", time: 0 }, ...inside, { name: "end", time: duration }];
}

/**
 * Takes the pictures of one station in one size and theme, with the knobs of a variant.
 * @param {import("playwright").Page} page
 * @param {{ station: string, size: string, theme: "light" | "dark", variant: Variant }} view
 * @returns {Promise<Shot[]>}
 */
async function shoot(page, { station, size, theme, variant }) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.evaluate(async ([id, knobs]) => {
    const { backflow } = /** @type {{ backflow: Backflow }} */ (/** @type {unknown} */ (globalThis));
    await backflow.open(id, knobs);
  }, /** @type {const} */ ([station, variant.knobs]));
  const moments = await momentsOf(page);
  const known = moments.map(({ name }) => name).filter((name) => variant === plain || !beside.test(name));
  const names = variant === plain ? chosen("moment", known) : known.filter((name) => matches("moment", name));
  /** @type {Shot[]} */
  const shots = [];
  for (const [order, { name, time }] of moments.entries()) {
    if (!names.includes(name)) continue;
    await page.evaluate(async (seconds) => {
      const { backflow } = /** @type {{ backflow: Backflow }} */ (/** @type {unknown} */ (globalThis));
      await backflow.seek(seconds);
      // The badge belongs to the picture, and the check may take longer than the frame.
      await backflow.verify();
    }, time);
    const title = variant === plain ? station : `${station}-${variant.name}`;
    const place = join(folder, size, theme, `${title}-${order}-${name}.png`);
    const file = wanted.picture === undefined ? place : join(root, wanted.picture);
    await mkdir(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    shots.push({ station, size, theme, variant: variant.name, moment: name, file });
  }
  say(`${station}, ${variant.name}, ${size}, ${theme}: ${shots.length}`);
  return shots;
}

/**
 * Shots by what they have in common, in the order of the first of each.
 * @param {readonly Shot[]} shots
 * @param {(shot: Shot) => string} key
 * @returns {Map<string, Shot[]>}
 */
function grouped(shots, key) {
  /** @type {Map<string, Shot[]>} */
  const groups = new Map();
  for (const shot of shots) groups.set(key(shot), [...(groups.get(key(shot)) ?? []), shot]);
  return groups;
}

/**
 * One thumbnail, which leads to its picture.
 * @param {Shot} shot
 */
function figure({ file, variant, moment, size }) {
  const address = relative(folder, file).replaceAll("\\", "/");
  const width = size === "phone" ? thumbnail.phone : thumbnail.desktop;
  return `<figure><a href="${address}"><img src="${address}" width="${width}" alt=""></a><figcaption>${variant === plain.name ? "" : `${variant} `}${moment}</figcaption></figure>`;
}

const sheetStyle =
  "body{font:13px sans-serif;background:#888;margin:12px}h2{font-size:14px;margin:12px 0 4px}div{display:flex;flex-wrap:wrap;gap:8px}figure{margin:0}img{display:block}";

/**
 * The row of a shot: one for the station as it opens, one for all that it can look like besides.
 * @param {Shot} shot
 */
const rowOf = ({ station, variant, size, theme }) =>
  `${station}${variant === plain.name ? "" : " with other knobs"}, ${size}, ${theme}`;

/**
 * A page of thumbnails, in rows.
 * @param {readonly Shot[]} shots
 */
function sheet(shots) {
  const rows = grouped(shots, rowOf);
  const body = [...rows].map(([title, row]) => `<h2>${title}</h2><div>${row.map(figure).join("")}</div>`);
  return `<!doctype html><meta charset="utf-8"><title>Backflow, all stations</title><style>${sheetStyle}</style>${body.join("")}`;
}

/**
 * Writes the index, and one contact sheet per size.
 * @param {import("playwright").Browser} browser
 * @param {readonly Shot[]} shots
 */
async function writeSheets(browser, shots) {
  await writeFile(join(folder, "index.html"), sheet(shots));
  const { address, close } = await serve({ folder });
  for (const [size, taken] of grouped(shots, (shot) => shot.size)) {
    const name = `contact-${size}`;
    await writeFile(join(folder, `${name}.html`), sheet(taken));
    const page = await browser.newPage({ viewport: { width: size === "phone" ? 1160 : 2520, height: 800 } });
    await page.goto(`${address}${name}.html`, { waitUntil: "load" });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    await page.close();
    await rm(join(folder, `${name}.html`));
  }
  close();
}

/**
 * Opens the built site in one size and shoots the stations that are asked for.
 * @param {import("playwright").Browser} browser
 * @param {string} address
 * @param {"desktop" | "phone"} size
 * @returns {Promise<Shot[]>}
 */
async function shootSize(browser, address, size) {
  const page = await browser.newPage({ viewport: sizes[size] });
  page.on("pageerror", (error) => complain(`the page complained, uncaught: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && complain(`the page complained: ${message.text()}`));
  await page.goto(address);
  await page.waitForFunction(() => "backflow" in globalThis);
  const stations = await page.evaluate(async () => {
    const { backflow } = /** @type {{ backflow: Backflow }} */ (/** @type {unknown} */ (globalThis));
    await backflow.ready;
    return await backflow.stations();
  });
  const ids = stations.map(({ id }) => id);
  const shots = [];
  for (const station of chosen("station", ids)) {
    const looks = stations.find(({ id }) => id === station)?.looks ?? [];
    for (const theme of chosen("theme", themes)) {
      for (const variant of variantsOf(looks, theme))
        shots.push(...(await shoot(page, { station, size, theme, variant })));
    }
  }
  await page.close();
  return shots;
}

/** @param {string} text */
function complain(text) {
  say(`✗ ${text}`);
  process.exitCode = 1;
}

const executablePath = provideBrowser();
await buildUnlessFresh();
const { address, close } = await serve({ base: "/backflow/" });
const browser = await chromium.launch({ executablePath, args: browserFlags });
/** @type {Shot[]} */
const shots = [];
for (const size of chosen("size", /** @type {const} */ (["desktop", "phone"]))) {
  shots.push(...(await shootSize(browser, address, size)));
}
if (shots.length === 0) complain(`nothing is both ${JSON.stringify(filter)}`);
else if (wanted.picture === undefined) await writeSheets(browser, shots);
await browser.close();
close();
say(wanted.picture === undefined ? `${shots.length} pictures; open shots/index.html` : `wrote ${wanted.picture}`);
