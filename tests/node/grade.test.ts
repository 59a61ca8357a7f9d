/** Grading: what is read, what is right, and what is told instead of graded. */
import { describe, expect, test } from "vitest";
import { Graph } from "../../src/core/graph";
import type { Answer, Ask, Claim } from "../../src/story/claim";
import { formOf, grade, readShape, textsOf } from "../../src/story/grade";
import { noResults } from "../../src/story/results";
import { answerText } from "../../src/ui/claims";
import { isUnread, readNumber } from "../../src/story/written";

const claim = (answer: Answer, more: Partial<Claim> = {}): Claim => ({
  id: "it",
  prompt: "It",
  answer: () => answer,
  source: "here",
  shows: { cells: [] },
  ...more,
});
const judge = (answer: Answer, text: string | readonly string[], asks?: Ask, more: Partial<Claim> = {}): string =>
  grade(claim(answer, { ...(asks && { asks }), ...more }), noResults, typeof text === "string" ? [text] : text).verdict;

const graph = new Graph();
const I = graph.given("I", [2, 3]);

describe("a number as it is written", () => {
  test.each<[text: string, value: number]>([
    ["60", 60],
    [" -2 ", -2],
    ["−2", -2],
    ["+.5", 0.5],
    ["3/4", 0.75],
    ["−1/3", -1 / 3],
    ["1e-3", 0.001],
    ["1e−3", 0.001],
    ["1.03 × 10^13", 1.03e13],
    ["1.03·10¹³", 1.03e13],
    ["10⁻²", 0.01],
    ["10,312,216", 10312216],
    ["10\u2009312\u2009216", 10312216],
    ["10 312 216", 10312216],
    ["1,234.5", 1234.5],
    ["NaN", Number.NaN],
    ["∞", Infinity],
    ["−inf", -Infinity],
    ["+Infinity", Infinity],
  ])("%s", (text, value) => {
    const reading = readNumber(text, false);
    expect(isUnread(reading) ? reading.problem : reading.value).toBe(value);
  });

  test.each([
    "",
    "three",
    "1,5",
    "0,5",
    "1,234",
    "12,34",
    "1/0",
    "1/2/3",
    "∞/2",
    "1 2",
    "--1",
    "1e",
    ".",
    "0x10",
    "1,23,456",
    "1 234,567",
  ])("“%s” is told, not graded", (text) => {
    expect(isUnread(readNumber(text, false))).toBe(true);
    expect(judge(0.75, text)).toBe("unread");
  });

  test("one comma parts thousands where only a whole number can be meant", () => {
    expect(judge(36864, "36,864")).toBe("right");
    expect(judge(36864, "36,865")).toBe("wrong");
    expect(judge(36.864, "36,864")).toBe("unread");
  });

  test("what does not fit is told in words that say what would", () => {
    const reading = readNumber("1,5", false);
    expect(isUnread(reading) && reading.problem).toContain("1.5");
  });
});

describe("counts are exact", () => {
  test.each<[truth: Answer, text: string, verdict: string]>([
    [60, "60", "right"],
    [60, "60.0", "right"],
    [60, "120/2", "right"],
    [60, "60.0001", "wrong"],
    [60, "59", "wrong"],
    [10312216477696n, "10 312 216 477 696", "right"],
    [10312216477696n, "10,312,216,477,696", "right"],
    [10312216477696n, "10312216477697", "wrong"],
    [10312216477696n, "1.03e13", "wrong"],
    [10312216477696, "1.03 × 10¹³", "wrong"],
    [9007199254740993n, "9007199254740993", "right"],
    [9007199254740993n, "9007199254740992", "wrong"],
    [1000n, "1e3", "right"],
    [-3n, "−3", "right"],
    [123456792, "123456789", "right"],
    [123456792, "123456700", "wrong"],
  ])("%s by %s", (truth, text, verdict) => expect(judge(truth, text)).toBe(verdict));
});

describe("other numbers are right in all their digits, or rounded to three and more", () => {
  test.each<[truth: number, text: string, verdict: string]>([
    [1 / 3, "1/3", "right"],
    [Math.fround(1 / 3), "1/3", "right"],
    [1 / 3, "0.333", "right"],
    [1 / 3, "0.33", "wrong"],
    [1 / 3, "0.334", "wrong"],
    [1 / 3, "0.33333", "right"],
    [1 / 3, "0.33334", "wrong"],
    [0.5, ".5", "right"],
    [Math.fround(0.3), "0.3", "right"],
    [2.9999998, "3", "right"],
    [0.0125, "0.0125", "right"],
    [0.0125, "0.013", "wrong"],
    [3.0690031, "3.07", "right"],
    [3.0690031, "3.06", "wrong"],
    [149.7, "150", "right"],
    [-0.125, "0.125", "wrong"],
    [1.2e-9, "0", "wrong"],
    [1.2e-9, "0.000", "wrong"],
    [0, "0", "right"],
    [0, "-0", "right"],
    [0, "1e-9", "wrong"],
    [Number.NaN, "nan", "right"],
    [Number.NaN, "0", "wrong"],
    [Infinity, "∞", "right"],
    [Infinity, "-∞", "wrong"],
    [Infinity, "1e400", "right"],
    [5, "NaN", "wrong"],
    [1.2e9 + 0.5, "1.20e9", "right"],
    // What float32 lost on the way to the truth.
    [-0.0999999046, "−0.1", "right"],
    [-0.0999999046, "-1/10", "right"],
    [-0.0999999046, "−0.100000000", "right"],
    [-0.0999999046, "−0.11", "wrong"],
    [-0.0999999046, "−0.0995", "wrong"],
    [0.00499999, "0.005", "right"],
    [-0.000249999285, "−0.00025", "right"],
    [-0.000249999285, "-1/4000", "right"],
    [0.9999978, "1", "right"],
    [0.9999978, "0.999", "wrong"],
    [0.9999978, "1.01", "wrong"],
    // Rounded to three digits where fewer are written: 1.004 is 1.00, 1.006 is 1.01.
    [1.004, "1", "right"],
    [1.006, "1", "wrong"],
    [1.006, "1.01", "right"],
    [0.0996, "0.1", "wrong"],
    [0.09996, "0.1", "right"],
    // Of a tie both roundings count.
    [0.12345, "0.1235", "right"],
    [0.12345, "0.1234", "right"],
    [Math.fround(0.12345), "0.1235", "right"],
    [0.12345, "0.1236", "wrong"],
    [9.5367e-7, "9.54e-7", "right"],
    [9.5367e-7, "9.5e-7", "wrong"],
    [0.00123456, "1.23 × 10^-3", "right"],
  ])("%s by %s", (truth, text, verdict) => expect(judge(truth, text)).toBe(verdict));
});

/** Several numbers of a tensor, in fields of their own. */
const many = (answer: readonly number[], texts: readonly string[]): string => {
  const pair = graph.given("pair", [answer.length]);
  const cells = answer.map((_, at) => ({ tensor: pair, at }));
  return judge(answer, texts, undefined, { shows: { cells } });
};

describe("several numbers", () => {
  test("in a list of its own, how many there are is part of the answer", () => {
    expect(formOf(claim([1, 2]), noResults)).toEqual({ kind: "list" });
    expect(["1 2", "1, 2", "[1, 2]", "1", "1 2 3", "2 1", "", "1 x"].map((text) => judge([1, 2], text))).toEqual([
      "right",
      "right",
      "right",
      "wrong",
      "wrong",
      "wrong",
      "unread",
      "unread",
    ]);
  });
  test("a field each, or all in one text", () => {
    expect([many([1.5, -0.75], ["1.5", "−3/4"]), many([1.5, -0.75], ["1.5, -0.75"])]).toEqual(["right", "right"]);
    expect([many([1, 2, 3], ["1", "2"]), many([1, 2], ["1", ""])]).toEqual(["unread", "unread"]);
    expect(judge([1.5, -0.75], ["1.5", "−3/4"])).toBe("right");
    expect(judge([1.5, -0.75], "1.5, -0.75")).toBe("right");
    expect(judge([2, 2, 1, 2], "[2 2; 1 2]")).toBe("right");
    expect(grade(claim([1, 2, 3]), noResults, ["1", "0", "0"])).toMatchObject({ verdict: "wrong", at: [1, 2] });
  });
  test("one that is no number is told with its place", () => {
    expect(grade(claim([1, 2]), noResults, ["1", ""])).toMatchObject({ verdict: "unread", at: 1 });
    expect(judge([1, 2], [])).toBe("unread");
  });
  test("they stand as in their tensor", () => {
    const cells = Array.from({ length: 6 }, (_, at) => ({ tensor: I, at }));
    const form = formOf(claim([1, 2, 3, 4, 5, 6], { shows: { cells } }), noResults);
    expect(form).toMatchObject({ kind: "numbers", columns: 3 });
    expect(form.kind === "numbers" && form.fields.map(({ name }) => name)).toEqual(
      ["0, 0", "0, 1", "0, 2", "1, 0", "1, 1", "1, 2"].map((index) => `I[${index}]`),
    );
  });
});

test.each<[text: string, shape: readonly number[] | undefined]>([
  ["3 × 3", [3, 3]],
  ["3×3", [3, 3]],
  ["3 x 3", [3, 3]],
  ["3X3", [3, 3]],
  ["3,3", [3, 3]],
  ["(3, 3)", [3, 3]],
  ["[3, 3]", [3, 3]],
  ["(5,)", [5]],
  ["3 by 3", [3, 3]],
  ["64 112 112", [64, 112, 112]],
  ["scalar", []],
  ["()", []],
  ["3 × ", undefined],
  ["3.5 × 2", undefined],
  ["−3 × 3", undefined],
  ["(3, 3", undefined],
  ["", undefined],
])("the shape %s", (text, shape) => {
  expect(readShape(text)).toEqual(shape);
  if (shape?.length === 2) expect(judge("3 × 3", text, { kind: "shape" })).toBe(shape[0] === 3 ? "right" : "wrong");
  if (!shape) expect(judge("3 × 3", text, { kind: "shape" })).toBe("unread");
});

test("the order of a shape counts", () => expect(judge("10 × 6", "6 × 10", { kind: "shape" })).toBe("wrong"));

test("a choice is one of its options", () => {
  const asks: Ask = { kind: "choice", options: ["yes", "no"] };
  expect(["yes", "no", "maybe", ""].map((text) => judge("yes", text, asks))).toEqual([
    "right",
    "wrong",
    "unread",
    "unread",
  ]);
});

test("cells count as a set", () => {
  const asks: Ask = { kind: "cells", of: I };
  expect(judge([4, 2, 2], ["2", "4"], asks)).toBe("right");
  expect(judge([4, 2], "4, 2", asks)).toBe("right");
  expect(grade(claim([4, 2], { asks }), noResults, ["4", "1"])).toMatchObject({ verdict: "wrong", at: [1, 2] });
  expect(judge([], [], asks)).toBe("right");
  expect(judge([4], [], asks)).toBe("wrong");
  expect(judge([4], ["6"], asks)).toBe("unread");
  expect(judge([4], ["x"], asks)).toBe("unread");
});

test("words are met apart from capitals and spaces", () => {
  expect(judge("1/4 to 1/2", " 1/4  To 1/2")).toBe("right");
  expect(judge("1/4 to 1/2", "1/4")).toBe("wrong");
  expect(judge("1/4 to 1/2", " ")).toBe("unread");
});

test("the slide's reading is known where it errs, and only there", () => {
  const slide = { slide: 11.25 };
  const erratum = { ...slide, erratum: "It keeps what changes." };
  expect(grade(claim(1.125, erratum), noResults, ["11.25"])).toMatchObject({ verdict: "wrong", slides: true });
  expect(grade(claim(1.125, erratum), noResults, ["11"])).toMatchObject({ verdict: "wrong", slides: false });
  expect(grade(claim(1.125, slide), noResults, ["11.25"])).toMatchObject({ verdict: "wrong", slides: false });
  expect(grade(claim(1.125, { ...erratum, slideHolds: () => false }), noResults, ["11.25"])).toMatchObject({
    slides: false,
  });
  expect(grade(claim([1, 2], { slide: [1, 2, 3], erratum: "." }), noResults, ["1", "3"])).toMatchObject({
    slides: false,
  });
});

test.each<[Answer]>([
  [60],
  [-0.75],
  [1 / 3],
  [1.2e-9],
  [Number.NaN],
  [-Infinity],
  [10312216477696n],
  [[1.5, -0.75]],
  ["3 × 3"],
])("an answer's own text is right: %s", (answer) =>
  expect(judge(answer, textsOf(answer), typeof answer === "string" ? { kind: "shape" } : undefined)).toBe("right"),
);

test("what the page writes of an answer is right, and no longer than it need be", () => {
  const numbers = [
    -0.0999999046,
    0.00499999,
    0.9999978,
    9.5367431640625e-7,
    1 / 3,
    2 / 3,
    123456.789,
    1.5 ** 50,
    1e-30,
  ];
  for (const number of numbers) expect([number, judge(number, answerText(number))]).toEqual([number, "right"]);
  expect(numbers.map((number) => answerText(number)).slice(0, 5)).toEqual([
    "−0.1",
    "0.005",
    "1",
    "9.5367e−7",
    "0.333333",
  ]);
});
