/** What a slider takes: any number in its range, whole ones where it counts; its keys go from step to step. */
import { expect, test } from "vitest";
import { slider } from "../../src/story/knob";
import { readSlider, stepped } from "../../src/ui/knob";

const rate = slider("lr", "rate", [0, 2.5, 0.01, 1.5]);
const steps = slider("steps", "steps", [1, 50, 1, 10]);

test("a number between two steps is taken as it is, but for a count", () => {
  expect(readSlider(rate, "2.4882812")).toEqual({ value: 2.4882812 });
  expect(readSlider(steps, "2.5")).toHaveProperty("problem");
  expect(readSlider(rate, "2.6")).toHaveProperty("problem");
});

test.each([
  [1.5, 1, 1.51],
  [1.5, -1, 1.49],
  [0.07, 1, 0.08],
  [2.4882812, 1, 2.49],
  [2.4882812, -1, 2.48],
  [2.4812, 1, 2.49],
  [2.4882812, 0, 2.49],
  [2.4812, 10, 2.5],
  [0.004, -1, 0],
  [1.2, -Infinity, 0],
  [1.2, Infinity, 2.5],
])("from %d, %d steps on, it stands at %d", (from, by, to) => {
  expect(stepped(rate, from, by)).toBe(to);
});
