import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  axisOf,
  broadcast,
  broadcastIndex,
  checkShape,
  ravel,
  shapeText,
  ShapeError,
  size,
  strides,
  unravel,
} from "../../src/core/shape";
import { broadcastStrides, row, walk } from "../../src/ops/walk";

const extent = fc.integer({ min: 1, max: 4 });
const shapes = fc.array(extent, { maxLength: 5 });
/** A shape and two that broadcast to it. */
const broadcasting = fc.tuple(shapes, fc.infiniteStream(fc.boolean()), fc.nat(5), fc.nat(5)).map(([to, ones, a, b]) => {
  const from = (drop: number): number[] => to.slice(drop).map((n) => (ones.next().value ? 1 : n));
  return { a: from(a), b: from(b), to };
});

describe("indexing", () => {
  test("unravel and ravel are inverses", () => {
    fc.assert(
      fc.property(shapes, fc.nat(), (shape, n) => {
        const at = n % size(shape);
        const index = unravel(shape, at);
        expect(ravel(shape, index)).toBe(at);
        expect(index.reduce((sum, i, axis) => sum + i * strides(shape)[axis], 0)).toBe(at);
      }),
    );
  });
  test("a scalar has one cell and no axis", () => {
    expect(size([])).toBe(1);
    expect(unravel([], 0)).toEqual([]);
    expect(shapeText([])).toBe("scalar");
    expect(() => axisOf("sum", [], 0)).toThrow("sum: dim 0 does not exist in scalar; a scalar has none");
  });
  test("a negative axis counts from the end", () => {
    expect(axisOf("sum", [2, 3, 4], -1)).toBe(2);
    expect(() => axisOf("sum", [2, 3], 2)).toThrow("sum: dim 2 does not exist in 2 × 3; -2 to 1 would fit");
    expect(() => axisOf("sum", [2, 3], 0.5)).toThrow(ShapeError);
  });
});

describe("what is no shape", () => {
  test.each([[[0]], [[2, 0]], [[-1]], [[1.5]], [[Number.NaN]], [[Infinity]]])("[%s]", (shape) => {
    expect(() => checkShape("x", shape)).toThrow(/; whole numbers of 1 or more would fit$/);
  });
  test("text in place of an extent", () => {
    const words: unknown = ["2", 3];
    expect(() => checkShape("x", words as readonly number[])).toThrow(
      'x: the shape ["2", 3] has an extent of "2"; whole numbers of 1 or more would fit',
    );
  });
  test("nine dimensions", () => {
    expect(() =>
      checkShape(
        "x",
        Array.from({ length: 9 }, () => 1),
      ),
    ).toThrow("x: 9 dimensions; at most 8 fit");
  });
});

describe("broadcasting", () => {
  test("aligns at the last dimension", () => {
    expect(broadcast("add", [2, 1, 5], [3, 1])).toEqual([2, 3, 5]);
    expect(broadcast("add", [], [4])).toEqual([4]);
    expect(() => broadcast("add", [2, 3], [4, 3])).toThrow(/^add: 2 × 3 and 4 × 3 do not broadcast.*would fit$/);
  });
  test("each cell reads the cell of equal index, 0 where the operand has extent 1", () => {
    fc.assert(
      fc.property(broadcasting, ({ a, to }) => {
        for (let at = 0; at < size(to); at++) {
          const index = broadcastIndex(a, unravel(to, at));
          expect(index.every((i, axis) => i < a[axis])).toBe(true);
        }
      }),
    );
  });
  test("a kernel's walk with merged axes reaches the same cells", () => {
    fc.assert(
      fc.property(broadcasting, ({ a, b, to }) => {
        const { extents, strides: each } = walk(to, broadcastStrides(a, to), broadcastStrides(b, to));
        expect(size(extents)).toBe(size(to));
        expect(extents).not.toContain(1);
        for (let at = 0; at < size(to); at++) {
          const steps = unravel(extents, at);
          const reached = each.map((own) => own.reduce((sum, stride, axis) => sum + stride * steps[axis], 0));
          expect(reached).toEqual([a, b].map((shape) => ravel(shape, broadcastIndex(shape, unravel(to, at)))));
        }
      }),
    );
  });
  test("two operands of one shape are walked along one axis", () => {
    const shape = [2, 3, 4];
    expect(walk(shape, strides(shape), strides(shape))).toEqual({ extents: [24], strides: [[1], [1]] });
    expect(row([5])).toEqual([5, 0, 0, 0, 0, 0, 0, 0]);
  });
});
