/** What every test starts from: a page that may talk to its own server only, and that must not complain. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test as base, expect, type Browser, type Locator, type Page } from "@playwright/test";
import { call, type Knobs } from "./backflow";
import { working } from "./sizes";

export { expect } from "@playwright/test";
export { call, read } from "./backflow";
export { sizes } from "./sizes";

const folder = join(import.meta.dirname, "../../src/stations");
/** Every station, by the name of its folder: what holds for one holds for all. */
export const everyStation = readdirSync(folder).filter((name) => existsSync(join(folder, name, "index.ts")));

/** The page's parts, in one place. */
export const parts = {
  stage: (page: Page): Locator => page.locator(".stage canvas"),
  /** What takes the keyboard's focus for the stage. */
  focus: (page: Page): Locator => page.locator(".stage"),
  badge: (page: Page): Locator => page.locator(".badge").first(),
  claims: (page: Page): Locator => page.locator(".claims li"),
  /** What is wrong with the address, or with what was asked for. */
  message: (page: Page): Locator => page.locator(".errors, .notices"),
  sliders: (page: Page): Locator => page.locator(".lil-controller .lil-slider"),
  /** A parameter's slider, by what stands before it. */
  slider: (page: Page, label: string): Locator => page.getByRole("slider", { name: label, exact: true }),
  play: (page: Page): Locator => page.getByRole("button", { name: /^(play|pause)/i }),
};

interface Watch {
  /** What went wrong on the page; a test that provokes an error takes it out again. */
  readonly complaints: string[];
  /** Whether the tests start on pages of their own: a page is loaded in seconds, a station is opened in less than one. */
  readonly fresh: boolean;
}

/** The page that tests share, one after the other, and what it complained about so far. */
interface Shared {
  readonly shared: { readonly page: () => Promise<Page>; readonly complaints: string[] };
}

/** Stops requests to any other host, and collects what the page complains about. */
async function watch(page: Page, address: string, complaints: string[]): Promise<void> {
  const { host } = new URL(address);
  await page.context().route(
    (url) => url.protocol.startsWith("http") && url.host !== host,
    (route) => {
      complaints.push(`request to another host: ${route.request().url()}`);
      return route.abort();
    },
  );
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
}

/** A page that is loaded when it is first asked for. */
function sharedPage(browser: Browser, address: string): Shared["shared"] {
  const complaints: string[] = [];
  const load = async (): Promise<Page> => {
    const context = await browser.newContext({ baseURL: address, viewport: working });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await watch(page, address, complaints);
    return page;
  };
  let page: Promise<Page> | undefined;
  return { page: () => (page ??= load()), complaints };
}

/** As a test finds it: the size and the look of a page that was just loaded, with nothing pressed or pointed at. */
async function asLoaded(page: Page): Promise<Page> {
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(working);
  await page.mouse.move(1, 1);
  return page;
}

/**
 * Playwright's test. Its page is shared by the tests of a worker, which each open the station that they need, unless
 * `fresh` is used; it fails the test on any complaint that the test did not expect. After a failure Playwright starts
 * another worker, and so another page.
 */
export const test = base.extend<Watch, Shared>({
  fresh: [false, { option: true }],
  shared: [
    async ({ browser }, use, { project }) => {
      const shared = sharedPage(browser, project.use.baseURL ?? "");
      await use(shared);
      const page = await shared.page();
      await page.context().close();
    },
    { scope: "worker" },
  ],
  page: async ({ page, fresh, shared }, use) => use(fresh ? page : await asLoaded(await shared.page())),
  complaints: [
    async ({ page, baseURL, fresh, shared }, use) => {
      const complaints = fresh ? [] : shared.complaints;
      complaints.length = 0;
      if (fresh) await watch(page, baseURL ?? "", complaints);
      await use(complaints);
      expect(complaints, "the page complained").toEqual([]);
    },
    { auto: true },
  ],
});

/** Waits until the page can be called and shows its first frame. */
export const ready = (page: Page): Promise<unknown> =>
  page.waitForFunction(async () => {
    const { backflow } = globalThis as unknown as { backflow?: { ready: Promise<unknown> } };
    await backflow?.ready;
    return backflow !== undefined;
  });

/** Opens a station, on a page that is loaded for it where it was not yet. */
export async function openStation(page: Page, station: string, knobs: Knobs = {}): Promise<void> {
  if (page.url() === "about:blank") await page.goto(`?station=${station}`);
  await ready(page);
  await call(page, "open", station, knobs);
}

/** Only the picture: the cards over it are the page's, and text that is laid out anew may differ by a pixel's shade. */
const bare = ".stage-area > :not(.stage) { visibility: hidden !important; }";

/** The picture on the stage as it is now, whatever is under way, as PNG bytes. */
export const glimpse = (page: Page, style = bare): Promise<Buffer> =>
  parts.stage(page).screenshot({ animations: "disabled", caret: "hide", style });

/** The picture on the stage, as PNG bytes, once nothing is under way and the pointer is out of the way. */
export async function picture(page: Page, style = bare): Promise<Buffer> {
  await page.mouse.move(1, 1);
  await call(page, "verify");
  return glimpse(page, style);
}

/** What the GPU drew, without the labels over it: their text may differ by a pixel's shade once the browser draws it anew. */
export const drawing = (page: Page): Promise<Buffer> =>
  picture(page, `${bare} .stage-overlay * { visibility: hidden !important; }`);

/** The labels that are seen over the picture: what they say and where they stand. */
export const labels = (page: Page): Promise<readonly string[]> =>
  page
    .locator(".label:not([hidden])")
    .evaluateAll((all) => all.map((label) => `${label.textContent} ${label.getAttribute("style")}`));

/** What is seen on the stage: what the GPU drew, and the labels over it by what they say and where they stand. */
export interface View {
  readonly drawing: Buffer;
  readonly labels: readonly string[];
}
export const view = async (page: Page): Promise<View> => ({ drawing: await drawing(page), labels: await labels(page) });

/** Whether the stage shows what it showed then. */
export async function shows(page: Page, then: View): Promise<boolean> {
  const now = await view(page);
  return same(then.drawing, now.drawing) && then.labels.join("\n") === now.labels.join("\n");
}

/** Two pictures are the same to the last pixel. */
export const same = (one: Buffer, other: Buffer): boolean => one.equals(other);

/** Drags inside an element through places given as shares of its width; beyond 0 and 1 lie the ends. */
export async function drag(page: Page, target: Locator, places: readonly number[]): Promise<void> {
  await grab(page, target, places);
  await page.mouse.up();
}

/** The same without letting go. */
export async function grab(page: Page, target: Locator, places: readonly number[]): Promise<void> {
  // Into the middle: the button at the panel's end stays over what scrolls below it.
  await target.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await target.boundingBox();
  if (!box) throw new Error("drag: the slider is not shown");
  const middle = box.y + box.height / 2;
  const [first = 0, ...rest] = places.map((place) => box.x + box.width * place);
  await page.mouse.move(first, middle);
  await page.mouse.down();
  for (const x of rest) await page.mouse.move(x, middle, { steps: 2 });
}
