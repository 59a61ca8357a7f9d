/** By script: whatever is called in whatever order, the newest opening wins, nothing is lost, and a wrong call is answered. */
import type { Page } from "@playwright/test";
import { expect, openStation, read, ready, call, test } from "./page";

test.use({ fresh: true });

/** What `window.backflow` has, as untyped as a script from outside. */
type Script = Record<string, (...words: unknown[]) => Promise<unknown>>;

/** Calls methods all at once, without waiting for one before the next. */
const atOnce = (page: Page, ...calls: readonly (readonly [method: string, ...words: unknown[]])[]): Promise<void> =>
  page.evaluate(async (all) => {
    const { backflow } = globalThis as unknown as { backflow: Script };
    await Promise.all(all.map(([method, ...words]) => backflow[method](...words)));
  }, calls);

test("of several openings the newest wins", async ({ page }) => {
  await page.goto("");
  await ready(page);
  await atOnce(page, ["open", "backprop"], ["set", {}], ["open", "jacobian", { M: 3 }]);
  expect(await read(page, "station")).toBe("jacobian");
  expect(await call(page, "knobs")).toMatchObject({ M: 3 });
  await atOnce(page, ["open", "jacobian"], ["set", { M: 1 }], ["open", "backprop"]);
  expect(await read(page, "station")).toBe("backprop");
});

test("what is called while a station opens is not lost", async ({ page }) => {
  await page.goto("");
  await ready(page);
  await atOnce(page, ["open", "backprop"], ["seek", 5]);
  expect(await read(page, "time")).toBe(5);
  await atOnce(page, ["open", "backprop"], ["set", { x: -1 }]);
  expect(await call(page, "knobs")).toMatchObject({ x: -1 });
  await atOnce(page, ["open", "jacobian"], ["edit", "A", 1, -7.5], ["seek", 0], ["step", 1]);
  expect((await call(page, "edits"))["A"]?.[1]).toBe(-7.5);
  expect(await read(page, "time")).toBeGreaterThan(0);
});

const wrong: readonly (readonly [said: RegExp, method: string, ...words: unknown[]])[] = [
  [/there is no 5; .*backprop.* would fit/, "open", 5],
  [/there is no “nowhere”/, "open", "nowhere"],
  [/there is no knob “q”/, "open", "backprop", { q: 1 }],
  [/there is no knob “q”/, "set", { q: 1 }],
  [/set: no knobs; /, "set"],
  [/set: no knobs; /, "set", null],
  [/run: no request; \{op: "matmul", inputs: /, "run"],
  [/run: no request; /, "run", null],
  [/run: op is undefined; /, "run", {}],
  [/matmul: the input a is missing; it reads a, b/, "run", { op: "matmul" }],
  [
    /relu: input is 100000 × 100000, 40 GB: run /,
    "run",
    { op: "relu", inputs: { input: { shape: [1e5, 1e5], data: [] } } },
  ],
  [/run: attrs is 5; /, "run", { op: "matmul", inputs: {}, attrs: 5 }],
  [/step: 1.5; a whole number/, "step", 1.5],
  [/step: “two”; a whole number/, "step", "two"],
  [/seek: “5”; a number of seconds/, "seek", "5"],
  [/edit: “2” is no number/, "edit", "A", 0, "2"],
  [/edit: there is no tensor “Q”/, "edit", "Q", 0, 2],
  [/edit: A has no cell 999; /, "edit", "A", 999, 2],
];

test("a wrong call is refused with a sentence", async ({ page }) => {
  await openStation(page, "jacobian");
  for (const [said, method, ...words] of wrong)
    await expect(atOnce(page, [method, ...words]), `${method} ${JSON.stringify(words)}`).rejects.toThrow(said);
  expect(await read(page, "station")).toBe("jacobian");
});
