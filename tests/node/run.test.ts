/** What the page's `run` takes and gives: tensors in and out of JSON in slices, and how large they may be. */
import { describe, expect, test } from "vitest";
import { size, type Shape } from "../../src/core/shape";
import { checkSize, SizeError } from "../../src/gpu/errors";
import { fromJson, toJson, type GivenTensor } from "../../src/ui/json-tensor";
import { checkGiven, recordWithin } from "../../src/ui/run-limit";

const zeros = (...shape: Shape) => ({ shape, data: new Float32Array(size(shape)) });
const read = (tensor: unknown) => fromJson({ x: tensor as GivenTensor }, (name) => `op: ${name}`);
const { NaN: nan } = Number;

describe("numbers", () => {
  test("that JSON lacks come and go as words", async () => {
    const words = ["nan", "inf", "-inf", -0, 0.5] as const;
    const { x } = await read({ shape: [5], data: words });
    expect(x).toEqual({ shape: [5], data: Float32Array.of(nan, Infinity, -Infinity, -0, 0.5) });
    expect(await toJson({ x })).toEqual({ x: { shape: [5], data: words } });
  });
  test.each([Float32Array, Float64Array, Int32Array, Uint8Array])("come as a typed array too: %o", async (Typed) => {
    expect((await read({ shape: [2], data: Typed.of(3, 7) })).x.data).toEqual(Float32Array.of(3, 7));
  });
  test("are all there, and in order, where they take several slices", async () => {
    const data = Float32Array.from({ length: 2 ** 17 + 3 }, (_, at) => at);
    const last = data.length - 1;
    const { x } = await read({ shape: [data.length], data: Array.from(data) });
    expect(x.data).toHaveLength(data.length);
    expect(data.findIndex((value, at) => x.data[at] !== value)).toBe(-1);
    const { x: back } = await toJson({ x });
    expect(back.data).toHaveLength(data.length);
    expect(data.findIndex((value, at) => back.data[at] !== value)).toBe(-1);
    data[last] = nan;
    const { x: spoilt } = await toJson({ x: { shape: x.shape, data } });
    expect(spoilt.data).toHaveLength(data.length);
    expect(spoilt.data.findIndex((value, at) => data[at] !== value)).toBe(last);
    expect(spoilt.data[last]).toBe("nan");
  });
  test("give way to others between two slices", async () => {
    let turns = 0;
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      turns++;
      port2.postMessage(undefined);
    });
    port1.start();
    port2.postMessage(undefined);
    await toJson({ x: zeros(2 ** 18) });
    port1.close();
    expect(turns).toBeGreaterThanOrEqual(3);
  });
  test.each([
    ["one", 'op: x holds "one" at position 1; numbers would fit'],
    [true, "op: x holds true at position 1; numbers would fit"],
    [1n, "op: x holds 1n at position 1; numbers would fit"],
    [undefined, "op: x holds undefined at position 1; numbers would fit"],
  ])("are numbers: not %s", async (stranger, message) => {
    await expect(read({ shape: [2], data: [0, stranger] })).rejects.toThrow(message);
  });
  test.each([[undefined], [null], [{ shape: [1] }], [{ shape: [1], data: "1" }], [{ shape: 1, data: [1] }]])(
    "are those of a tensor: not %j",
    async (tensor) => {
      await expect(read(tensor)).rejects.toThrow("x: no tensor; {shape: [2, 3], data: [six numbers]} would fit");
    },
  );
  test("are not those of a DataView", async () => {
    await expect(read({ shape: [1], data: new DataView(new ArrayBuffer(4)) })).rejects.toThrow("x: no tensor;");
  });
});

describe("a tensor that is too large is refused", () => {
  test("before one of its numbers is read", async () => {
    const data = new Proxy([], {
      get: (_, key) => {
        throw new Error(`${String(key)} was read`);
      },
    });
    await expect(read({ shape: [1e5, 1e5], data })).rejects.toThrow(
      "op: x is 100000 × 100000, 40 GB: run hands numbers over as JavaScript arrays, at most 64 MiB per tensor " +
        "(16,777,216 cells); 4096 × 4096 would fit",
    );
  });
  test("whether it is given or arrives", () => {
    const [one, large] = [
      { shape: [1], data: [1] },
      { shape: [2 ** 24 + 1], data: [] },
    ];
    expect(() => checkGiven({ op: "relu", inputs: { input: large } })).toThrow(SizeError);
    expect(() => checkGiven({ op: "relu", inputs: { input: one }, upstream: { output: large } })).toThrow(
      "relu: the upstream of output is 16777217, 67.1 MB: run",
    );
    expect(() => checkGiven({ op: "relu", inputs: { input: { shape: [2 ** 24], data: [] } } })).not.toThrow();
  });
  test("where it would be computed", () => {
    const wide = { op: "add", inputs: { a: zeros(4096, 1), b: zeros(4097) } };
    expect(() => recordWithin(wide)).toThrow("add: output is 4096 × 4097, 67.1 MB: run");
    expect(() => recordWithin({ ...wide, inputs: { ...wide.inputs, b: zeros(4096) } })).not.toThrow();
  });
  test.each([[[15_000, 15_000]], [[2, 1e9]], [[1, 1, 2 ** 32 + 1, 2 ** 32 + 1]], [[3, 5, 7, 1e12]], [[1e200, 1e200]]])(
    "and what would fit does: %j",
    (shape) => {
      const said = caught(() => checkSize("x", shape, 2 ** 26));
      const fitting = (/; ([\d × ]+) would fit$/.exec(said)?.[1] ?? "").split(" × ").map(Number);
      expect(fitting).toHaveLength(shape.length);
      expect(size(fitting)).toBeLessThanOrEqual(2 ** 24);
      expect(fitting.every((extent, axis) => extent >= 1 && extent <= shape[axis])).toBe(true);
    },
  );
});

function caught(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof SizeError ? error.message : "";
  }
  throw new Error("nothing was thrown");
}
