/** Station 9 on the reference: what both branches cost and look at, what is left of stripes, shifts, gradients, flat images. */
import { describe, expect, test } from "vitest";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import type { Tensor } from "../../src/core/graph";
import { isErratum } from "../../src/story/claim";
import { ownImage } from "../../src/story/image";
import { imageOf } from "../../src/stations/downsampling/images";
import { side } from "../../src/stations/downsampling/sizes";
import { hasFineWaves } from "../../src/stations/downsampling/waves";
import type { Knobs } from "../../src/story/station";
import { open, type Opened } from "../tools/station";

const station = "downsampling";
const pools = ["max", "average", "blur"] as const;

const named = ({ lesson }: Opened, name: string): Tensor =>
  lesson.tape.graph.tensors.findLast((tensor) => tensor.name === name)!;
const numbers = (opened: Opened, name: string): readonly number[] => {
  const tensor = named(opened, name);
  return Array.from({ length: size(tensor.shape) }, (_, at) => opened.results.value(tensor, at));
};
const answer = ({ lesson, results }: Opened, id: string): unknown =>
  lesson.claims.find((claim) => claim.id === id)!.answer(results);
const rounded = (value: number): number => Number(value.toPrecision(4));

describe.each(pools)("with %s", (pool) => {
  test("costs are the formulas', an even shift changes nothing, an odd one as much as the definition says", async () => {
    const opened = await open(station, { pool, image: "zone plate" });
    expect(answer(opened, "multiply-adds-strided")).toBe(20 * 20 * 9);
    expect(answer(opened, "multiply-adds-pooled")).toBe(40 * 40 * 9);
    expect([answer(opened, "learned"), answer(opened, "learned-by-the-pool")]).toEqual([9, 0]);
    expect(answer(opened, "field-A")).toBe("3 × 3");
    expect(answer(opened, "field-B")).toBe(pool === "blur" ? "5 × 5" : "4 × 4");
    for (const which of ["yA", "yB"]) {
      const change = numbers(opened, `change of ${which}`);
      expect(change.filter((_, shift) => shift % 2 === 0)).toEqual([0, 0, 0, 0]);
      expect(change.map(rounded)).toEqual(change.map((_, shift) => rounded(changed(opened, which, shift))));
      expect(change.filter((each) => each > 0)).toHaveLength(3);
    }
  });
});

/** ‖y(s) − y(0) moved by ⌊s/2⌋‖ / ‖y(0)‖ over the columns 4 to 18. */
function changed(opened: Opened, which: string, shift: number): number {
  const y = numbers(opened, `${which}(s)`);
  const at = (s: number, row: number, column: number): number => y[(s * 20 + row) * 20 + column];
  const sums = [0, 0];
  for (let row = 0; row < 20; row++)
    for (let column = 4; column < 19; column++) {
      sums[0] += (at(shift, row, column) - at(0, row, column - Math.floor(shift / 2))) ** 2;
      sums[1] += at(0, row, column) ** 2;
    }
  return Math.sqrt(sums[0] / sums[1]);
}

test("of stripes that fit the image without a rest, each branch leaves what its weights say", async () => {
  // 16 whole stripes lie between the edges. Two neighbours' mean weakens a wave by cos(π/p), the binomial weights twice.
  const period = 2.25;
  const left = Math.abs(Math.cos(Math.PI / period));
  const contrast = async (pool: string, which: string, filter = "identity"): Promise<number> =>
    rounded(numbers(await open(station, { pool, period, filter }), `contrast of ${which} / contrast of x`)[0]);
  expect(await contrast("average", "yB")).toBe(rounded(left));
  expect(await contrast("blur", "yB")).toBe(rounded(left ** 2));
  expect(await contrast("max", "yA", "smooth")).toBe(rounded(left ** 2));
});

test("a strided convolution that has learned to blur does what the blur does", async () => {
  const learned = await open(station, { image: "house", filter: "smooth" });
  const blurred = await open(station, { image: "house", pool: "blur" });
  expect(numbers(learned, "yA")).toEqual(numbers(blurred, "yB"));
});

test("stripes of two pixels come out as one grey, which a shift turns over", async () => {
  const opened = await open(station, { period: 2, shift: 0 });
  expect(new Set(numbers(opened, "yA"))).toEqual(new Set([1]));
  expect(answer(opened, "one-pixel-A")).toBe("100 %");
  expect(new Set(numbers(await open(station, { period: 2, shift: 1 }), "yA"))).toEqual(new Set([0]));
});

/** What the claim says, which meets the slide's warning wherever there is something to alias. */
async function aliases(knobs: Knobs): Promise<boolean> {
  const { lesson, results } = await open(station, knobs);
  const claim = lesson.claims.find(({ id }) => id === "aliasing")!;
  const said = claim.answer(results);
  expect(claim.slideHolds?.(results)).toBe(said === claim.slide);
  return String(said).startsWith("yes");
}

test("it aliases exactly where what is fed to the grid has waves of fewer than 4 pixels", async () => {
  expect(await aliases({ period: 2.5 })).toBe(true);
  // Binomial weights take stripes of 2 pixels away altogether.
  expect(await aliases({ period: 2, filter: "smooth" })).toBe(false);
});

test.each([
  ["stripes", 2, true],
  ["stripes", 2.5, true],
  ["stripes", 3.75, true],
  ["stripes", 4, false],
  ["stripes", 4.25, false],
  ["stripes", 12, false],
  ["checkerboard", 2, true],
  ["checkerboard", 3.5, true],
  ["checkerboard", 4, false],
  ["checkerboard", 12, false],
  ["zone plate", 2, true],
  ["zone plate", 6, false],
  ["zone plate", 12, false],
  ["house", 2, true],
] as const)("waves of fewer than 4 pixels are found in the %s of %d: %s", (image, period, fine) => {
  expect(hasFineWaves([...imageOf(image, period)], side)).toBe(fine);
});

test("gradients: one pixel per window for a single weight and for the largest, all of them for the mean", async () => {
  const max = await open(station);
  expect([answer(max, "given-A"), answer(max, "given-B")]).toEqual([400, 400]);
  const reached = numbers(max, "dxA").flatMap((gradient, at) => (gradient === 0 ? [] : [at]));
  expect(reached.every((at) => Math.floor(at / 40) % 2 === 0 && (at % 40) % 2 === 0)).toBe(true);
  const average = await open(station, { pool: "average" });
  expect(new Set(numbers(average, "dxB"))).toEqual(new Set([1 / 4]));
});

test("the slide's claim about shifts is met with what is measured", async () => {
  const { lesson, results } = await open(station);
  const same = lesson.claims.find(({ id }) => id === "same")!;
  expect([same.answer(results), same.slide, same.slideHolds?.(results)]).toEqual(["not the same", "the same", true]);
  expect(same.erratum).toBeDefined();
  expect(lesson.claims.find(({ id }) => id === "steadier")!.answer(results)).toBe("strided convolution");
});

test("an image without anything in it is told in words, and nothing that is not finite stays unexplained", async () => {
  const opened = await open(station, { image: ownImage(new Uint8Array(46 * 46)) });
  const { lesson, results } = opened;
  expect([answer(opened, "one-pixel-B"), answer(opened, "steadier")]).toEqual(["none", "both as much"]);
  expect([answer(opened, "same"), answer(opened, "two-pixels-A")]).toEqual(["the same", "the same"]);
  expect(answer(opened, "contrast-A")).toBe("none goes in");
  expect(
    isErratum(
      lesson.claims.find(({ id }) => id === "same")!,
      results,
    ),
  ).toBe(false);
  for (const { tensor } of lesson.shown(0)) {
    const at = Array.from({ length: size(tensor.shape) }, (_, cell) => results.value(tensor, cell)).findIndex(
      (value) => !Number.isFinite(value),
    );
    if (at >= 0) expect(lesson.remark?.(tensor, at, results)).toContain("no number");
  }
});

test("outputs of 0 are the same, and a pixel that is no number is told as such", async () => {
  const flat = await open(station, { period: 2, image: "checkerboard" });
  expect([answer(flat, "same"), answer(flat, "two-pixels-A")]).toEqual(["the same", "the same"]);
  const { lesson, knobs } = flat;
  const fed = flat.station.feed(lesson, knobs, { image: { 1000: Number.NaN } });
  const broken = { ...flat, results: { value: reader(runReference(lesson.tape, fed)), ready: true } };
  expect(answer(broken, "contrast-A")).toBe("unknown: a number is not finite");
  expect(answer(broken, "same")).toBe("not the same");
});
