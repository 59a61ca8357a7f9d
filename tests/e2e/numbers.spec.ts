/** Numbers: the slides' come out, the badge holds, ops run on both backends, and what is not finite is shown as such. */
import { call, everyStation, expect, openStation, parts, picture, same, test } from "./page";
import type { Call } from "./backflow";

const matmul: Call = {
  op: "matmul",
  inputs: { a: { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }, b: { shape: [3, 2], data: [1, 0, 2, 1, 0, -1] } },
  upstream: { output: { shape: [2, 2], data: [1, 0, 0, 2] } },
};

/** Equal numbers, up to what float32 can hold. */
function expectEqual(answer: unknown, slide: unknown, about: string): void {
  if (typeof slide === "string") return expect(answer, about).toBe(slide);
  const [said, written] = [[answer].flat().map(Number), [slide].flat().map(Number)];
  expect(said, about).toHaveLength(written.length);
  for (const [i, value] of written.entries()) {
    expect(Math.abs((said[i] ?? Number.NaN) - value), `${about}, ${i}`).toBeLessThanOrEqual(1e-5 * Math.abs(value));
  }
}

for (const station of everyStation) {
  test(`${station}: the slide's numbers come out and every tensor holds`, async ({ page }) => {
    await openStation(page, station);
    const claims = await call(page, "claims");
    const checked = claims.filter((claim) => claim.slide !== undefined && claim.erratum === undefined);
    expect(claims.length).toBeGreaterThan(0);
    for (const { id, answer, slide } of checked) expectEqual(answer, slide, id);
    await expect(parts.claims(page)).not.toHaveCount(0);
    const verified = await call(page, "verify");
    expect(verified.length).toBeGreaterThan(0);
    expect(verified.filter(({ verdict }) => verdict !== "holds")).toEqual([]);
    await expect(parts.badge(page)).toContainText("holds");
  });
}

/** Kernels broken on purpose, by what stands in the WGSL and what is put there instead. */
const faults = [
  { name: "a sign in the update", station: "backprop", text: "- block.rate", other: "+ block.rate", tensor: /w/ },
  {
    name: "a last term left out",
    station: "jacobian",
    text: "k < block.length; k++",
    other: "k + 1u < block.length; k++",
    tensor: /sums/,
  },
  {
    name: "the last maximum instead of the first",
    station: "pooling",
    text: "late.rank > min(",
    other: "late.rank >= min(",
    // The maximum itself is right; only where it stood, and what follows from that, is not.
    tensor: /^(?!O′?$)/,
  },
] as const;

test.describe("a fault planted before the page is loaded", () => {
  test.use({ fresh: true });
  for (const { name, station, text, other, tensor } of faults) {
    test(`${name} turns the badge red, and a click flies to it`, async ({ page }) => {
      await page.addInitScript(
        ([from = "", to = ""]) => {
          const make = Reflect.get(GPUDevice.prototype, "createShaderModule");
          GPUDevice.prototype.createShaderModule = function (descriptor) {
            return make.call(this, { ...descriptor, code: descriptor.code.replaceAll(from, to) });
          };
        },
        [text, other],
      );
      await openStation(page, station);
      await expect(parts.badge(page)).toContainText("fails");
      const failed = (await call(page, "verify")).filter(({ verdict }) => verdict === "fails");
      expect(failed.length).toBeGreaterThan(0);
      for (const verdict of failed) expect(verdict.tensor).toMatch(tensor);
      await parts.badge(page).click();
      await expect(page.locator(".reading-name")).toBeVisible();
    });
  }
});

test("an op runs on the GPU and in the reference, and wrong input is answered with a sentence", async ({ page }) => {
  await openStation(page, "jacobian");
  for (const backend of ["gpu", "reference"] as const) {
    const { outputs, grads } = await call(page, "run", { ...matmul, backend });
    expect(Object.values(outputs), backend).toEqual([{ shape: [2, 2], data: [5, -1, 14, -1] }]);
    expect(grads["a"], backend).toEqual({ shape: [2, 3], data: [1, 2, 0, 0, 2, -2] });
    expect(grads["b"], backend).toEqual({ shape: [3, 2], data: [1, 8, 2, 10, 3, 12] });
  }
  const wrong = { ...matmul, inputs: { ...matmul.inputs, b: { shape: [2, 2], data: [1, 0, 2, 1] } } };
  await expect(call(page, "run", wrong)).rejects.toThrow(/matmul.*\b[23]\b/);
  await expect(call(page, "run", { ...matmul, op: "matmull" })).rejects.toThrow(/matmull/);
});

const image = { shape: [1, 1, 4, 4], data: [1, 0, 2, 1, 2, 1, 0, 0, 1, 2, 1, 2, 0, 1, 2, 1] };
const ones = (...shape: number[]): { shape: number[]; data: number[] } => ({
  shape,
  data: Array.from({ length: shape.reduce((n, extent) => n * extent, 1) }, () => 1),
});
const convolution: Call = {
  op: "conv2d",
  inputs: { input: image, weight: { shape: [1, 1, 2, 2], data: [1, -1, 0, 1] }, bias: { shape: [1], data: [0] } },
  upstream: { output: ones(1, 1, 3, 3) },
};
const pooling: Call = {
  op: "max_pool2d",
  attrs: { kernel_size: 2 },
  inputs: { input: image },
  upstream: { output: ones(1, 1, 2, 2) },
};

test("windows slide by script as in the recitation, and what does not fit is refused in words", async ({ page }) => {
  await openStation(page, "jacobian");
  for (const backend of ["gpu", "reference"] as const) {
    const convolved = await call(page, "run", { ...convolution, backend });
    expect(convolved.outputs["output"], backend).toEqual({ shape: [1, 1, 3, 3], data: [2, -2, 1, 3, 2, 2, 0, 3, 0] });
    expect(convolved.grads["weight"]?.data, backend).toEqual([10, 9, 10, 10]);
    expect(convolved.grads["bias"]?.data, backend).toEqual([9]);
    const pooled = await call(page, "run", { ...pooling, backend });
    expect(pooled.outputs["output"]?.data, backend).toEqual([2, 2, 2, 2]);
    expect(pooled.outputs["indices"]?.data, backend).toEqual([4, 2, 9, 11]);
    expect(pooled.grads["input"]?.data, backend).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  }
  for (const [base, attrs, said] of [
    [convolution, { dilation: 5 }, /conv2d.* 4 × 4.*would fit/],
    [convolution, { stride: 0 }, /conv2d: stride.*would fit/],
    [convolution, { groups: 2 }, /conv2d: groups is 2.*would fit/],
    [pooling, { kernel_size: 5 }, /max_pool2d.*5 × 5.*would fit/],
    [pooling, { kernel_size: 2, padding: 2 }, /max_pool2d: padding.*would fit/],
    [pooling, {}, /max_pool2d: kernel_size is missing/],
  ] as const)
    await expect(call(page, "run", { ...base, attrs }), JSON.stringify(attrs)).rejects.toThrow(said);
  const other = { ...convolution, inputs: { ...convolution.inputs, weight: ones(1, 2, 2, 2) } };
  await expect(call(page, "run", other)).rejects.toThrow(/conv2d.*channels?.*would fit/);
});

test("a NaN in a cell spreads, is drawn as itself, and still holds", async ({ page }) => {
  // Where it opens, A and C are in the picture.
  await openStation(page, "jacobian");
  const before = await picture(page);
  await call(page, "edit", "A", 0, Number.NaN);
  expect((await call(page, "edits"))["A"]?.[0]).toBeNaN();
  expect(same(before, await picture(page))).toBe(false);
  await expect(parts.badge(page)).toContainText("holds");
  const verdicts = (await call(page, "verify")).map(({ verdict }) => verdict);
  expect(new Set(verdicts)).toEqual(new Set(["holds"]));
});

test("a click on a setting of the recitation brings its numbers back, and a slide speaks of no others", async ({
  page,
}) => {
  await openStation(page, "convolution");
  const slide = async () => (await call(page, "claims")).find(({ id }) => id === "output")?.slide;
  const recited = await slide();
  expect(recited).toBeDefined();
  await call(page, "set", { seed: 5, upstream: "random", height: 6 });
  await call(page, "set", { height: 4 });
  await call(page, "edit", "I", 0, 7);
  expect(await slide()).toBeUndefined();
  await page.getByRole("button", { name: "Padding 0, stride 1" }).click();
  await expect.poll(slide).toEqual(recited);
  expect(await call(page, "edits")).toEqual({});
});
