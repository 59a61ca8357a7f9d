/** Station 4 on the reference: exact counts past 2⁵³, true scale, and the matrix in which a few weights repeat. */
import { describe, expect, test } from "vitest";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import { station } from "../../src/stations/conv-vs-fc";
import { lengthText } from "../../src/stations/conv-vs-fc/zoom";
import { initialKnobs, type Edits, type Knobs } from "../../src/story/station";
import type { Now } from "../../src/story/picture";

function open(turned: Knobs = {}, edits: Edits = {}) {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const value = reader(runReference(lesson.tape, station.feed(lesson, knobs, edits)));
  const results = { value, ready: true };
  const shown = lesson.shown(0).map(({ tensor }) => tensor);
  const tensor = (name: string) => [...shown, ...lesson.tape.graph.tensors].find((each) => each.name === name)!;
  const numbers = (name: string): number[] =>
    Array.from({ length: size(tensor(name).shape) }, (_, at) => value(tensor(name), at));
  const answer = (id: string) => lesson.claims.find((claim) => claim.id === id)!.answer(results);
  const related = (name: string, at: number) => lesson.related!({ tensor: tensor(name), at });
  return { knobs, lesson, results, numbers, answer, related, tensor };
}

/** The picture's moment when every look has been taken. */
const after = ({ results, lesson }: ReturnType<typeof open>): Now => ({
  results,
  iteration: 0,
  progress: (step) => (step.index <= lesson.opens.index ? 1 : 0),
});

/** The looks in which the convolution is drawn, and how much of each side it takes. */
function seen(opened: ReturnType<typeof open>): { readonly look: number; readonly share: number }[] {
  const now = after(opened);
  return (opened.lesson.picture(opened.knobs).traces ?? []).flatMap((trace, look) => {
    if (!trace.shown?.(now)) return [];
    const read = (at: number): number => opened.results.value(trace.frame.limits, at);
    const xs = opened.numbers("strokes across");
    return [{ look, share: (Math.max(...xs) - Math.min(...xs)) / Math.abs(read(0) - read(1)) }];
  });
}

describe("the counts", () => {
  test("are the recitation's", () => {
    const { answer } = open();
    expect(["conv", "conv-bias", "dense", "reason"].map(answer)).toEqual([36_864n, 36_928n, 10_312_216_477_696n, "B"]);
    expect(Number(answer("dense")).toPrecision(3)).toBe("1.03e+13");
  });
  test("are exact where a float64 is not", () => {
    const { answer, numbers } = open({ inputs: 1023, outputs: 1021, height: 1019, width: 1013 });
    const exact = (1019n * 1013n) ** 2n * 1023n * 1021n;
    expect(answer("dense")).toBe(exact);
    expect(BigInt(Number(exact))).not.toBe(exact);
    expect(Math.fround(numbers("dense weights")[0])).toBe(Math.fround(Number(exact)));
  });
  test("do not ask the image how large it is, or do so twice", () => {
    const [small, large] = [open({ height: 112 }), open()];
    expect(small.answer("conv")).toBe(large.answer("conv"));
    expect((small.answer("dense") as bigint) * 4n).toBe(large.answer("dense"));
  });
  test("a slide's number is claimed for the slide's sizes only", () => {
    const { lesson, results } = open({ width: 225 });
    const holds = (id: string) => lesson.claims.find((claim) => claim.id === id)!.slideHolds!(results);
    expect([holds("conv"), holds("dense")]).toEqual([true, false]);
  });
});

describe("the looks", () => {
  test("come closer until the convolution is in sight, to true scale", () => {
    const looks = seen(open());
    expect(looks.map(({ look }) => look)).toEqual([3, 4]);
    expect(looks[1].share.toPrecision(9)).toBe(((3 / 224 ** 2) * 1e4).toPrecision(9));
  });
  test.each([
    [{ kernel: 7, height: 8, width: 8 }, [0]],
    [{ kernel: 1, height: 1024, width: 1024 }, [5, 6]],
  ])("with %o", (turned, expected) => {
    const looks = seen(open(turned));
    expect(looks.map(({ look }) => look)).toEqual(expected);
    expect(looks.every(({ share }) => share > 0 && share <= 1)).toBe(true);
  });
  test("lengths in words", () => {
    expect([192, 3210.4, 3_211_264].map(lengthText)).toEqual(["192\u00a0mm", "3.21\u00a0m", "3.21\u00a0km"]);
  });
});

describe("the matrix", () => {
  test("times the image is the convolution, padded or not, at every size", () => {
    for (const side of [4, 5, 6])
      for (const window of [1, 2, 3])
        for (const padded of [false, true]) {
          const { numbers, lesson } = open({ side, window, padded });
          const y = lesson.shown(0).find(({ tensor }) => tensor.name === "y")!.tensor;
          expect(numbers("M·x")).toEqual(numbers("y"));
          expect(size(y.shape)).toBe(numbers("M·x").length);
        }
  }, 60_000);
  test("holds each weight where its repeats say, and 0 elsewhere", () => {
    for (const padded of [false, true]) {
      const { numbers, related } = open({ padded });
      const [matrix, weights] = [numbers("∂y/∂x"), numbers("w")];
      const found = weights.map((_, weight) => related("w", weight).map(({ at }) => at));
      found.forEach((entries, weight) => entries.forEach((at) => expect(matrix[at]).toBe(weights[weight])));
      const named = new Set(found.flat());
      expect(named.size).toBe(found.flat().length);
      expect(matrix.filter((entry, at) => !named.has(at) && entry !== 0)).toEqual([]);
      expect(matrix.filter((entry) => entry !== 0).length).toBe(named.size);
    }
  });
  test("5 × 5 by 3 × 3: 225 entries, 81 of them weights, each nine times", () => {
    const { answer, related, tensor } = open();
    expect(["matrix-shape", "not-always-zero", "always-zero", "repeats"].map(answer)).toEqual(["9 × 25", 81, 144, 9]);
    const [first, ...rest] = related("w", 4);
    const back = related("∂y/∂x", first.at);
    expect(back.filter((cell) => cell.tensor === tensor("w"))).toEqual([{ tensor: tensor("w"), at: 4 }]);
    expect(back.length).toBe(rest.length + 2);
  });
  test("weights are told apart by their numbers, whatever the seed", () => {
    for (let seed = 1; seed <= 99; seed++) {
      const weights = open({ seed, side: 4 }).numbers("w");
      expect([new Set(weights).size, weights.includes(0)]).toEqual([9, false]);
    }
  }, 60_000);
});

describe("questions", () => {
  test("are given the sizes that they are counted from, and no others", () => {
    const { lesson } = open();
    const needs = new Map(lesson.claims.map((claim) => [claim.id, claim.needs]));
    expect(needs.get("conv")).toEqual(["kernel", "inputs", "outputs"]);
    expect(needs.get("matrix-shape")).toEqual(["side", "window", "padded"]);
    const known = new Set(station.knobs.map(({ name }) => name));
    for (const names of needs.values()) expect((names ?? []).filter((name) => !known.has(name))).toEqual([]);
  });
  test("what stands around the image is said in words", () => {
    const givens = [{ padded: false }, { padded: true }].map((knobs) =>
      open(knobs).lesson.claims.find(({ id }) => id === "repeats"),
    );
    expect(givens[0]!.given).toContain("nothing around it");
    expect(givens[1]!.given).toContain("one row of zeros on every side");
  });
  test("padding can be turned where it does something, and nowhere else", () => {
    const padded = station.knobs.find(({ name }) => name === "padded")!;
    for (const window of [1, 2, 3]) {
      const [around, without] = [true, false].map((on) => open({ window, padded: on }).tensor("y").shape[0]);
      expect([window, padded.onlyWhile?.is === window]).toEqual([window, around !== without]);
    }
  });
});
