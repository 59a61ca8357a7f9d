/** What every test starts from: a page that may talk to its own server only, and that must not complain. */
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { call, type Knobs } from "./backflow";

export { expect } from "@playwright/test";
export { call, read } from "./backflow";

/** The two sizes that the design is drawn for. */
export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

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
  play: (page: Page): Locator => page.getByRole("button", { name: /^(play|pause)/i }),
};

interface Watch {
  /** What went wrong on the page; a test that provokes an error takes it out again. */
  readonly complaints: string[];
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

/** Playwright's test, whose page fails the test on any complaint that the test did not expect. */
export const test = base.extend<Watch>({
  complaints: [
    async ({ page, baseURL }, use) => {
      const complaints: string[] = [];
      await watch(page, baseURL ?? "", complaints);
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

/** Loads the page and opens a station. */
export async function openStation(page: Page, station: string, knobs: Knobs = {}): Promise<void> {
  await page.goto("");
  await ready(page);
  await call(page, "open", station, knobs);
}

/** Only the picture: the cards over it are the page's, and text that is laid out anew may differ by a pixel's shade. */
const bare = ".stage-area > :not(.stage) { visibility: hidden !important; }";

/** The picture on the stage, as PNG bytes, once nothing is under way and the pointer is out of the way. */
export async function picture(page: Page, style = bare): Promise<Buffer> {
  await page.mouse.move(1, 1);
  await call(page, "verify");
  return parts.stage(page).screenshot({ animations: "disabled", caret: "hide", style });
}

/** What the GPU drew, without the labels over it: their text may differ by a pixel's shade once the browser draws it anew. */
export const drawing = (page: Page): Promise<Buffer> =>
  picture(page, `${bare} .stage-overlay * { visibility: hidden !important; }`);

/** The labels that are seen over the picture: what they say and where they stand. */
export const labels = (page: Page): Promise<readonly string[]> =>
  page
    .locator(".label:not([hidden])")
    .evaluateAll((all) => all.map((label) => `${label.textContent} ${label.getAttribute("style")}`));

/** Two pictures are the same to the last pixel. */
export const same = (one: Buffer, other: Buffer): boolean => one.equals(other);
