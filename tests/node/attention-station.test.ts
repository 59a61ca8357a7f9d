/** Station 11 on the reference: equal tokens, shuffled tokens, PyTorch's attention through the station's own ops. */
import { describe, expect, test } from "vitest";
import { float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import type { Tensor } from "../../src/core/graph";
import { callableNamed } from "../../src/ops";
import type { AnyComposition } from "../../src/ops/compositions/composition";
import { station } from "../../src/stations/attention";
import { attend } from "../../src/stations/attention/attend";
import { shuffle } from "../../src/stations/attention/feed";
import { sentenceOf, type Vocabulary } from "../../src/stations/attention/sentence";
import { turnedFor } from "../../src/story/claim";
import { initialKnobs, type Knobs, type Lesson } from "../../src/story/station";
import { noResults, type Results } from "../../src/story/results";
import { goldenCases, runGolden } from "../tools/golden";

interface Opened {
  readonly lesson: Lesson;
  readonly results: Results;
}

function opened(turned: Knobs = {}): Opened {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const values = runReference(lesson.tape, station.feed(lesson, knobs, {}));
  return { lesson, results: { value: reader(values), ready: true } };
}

const answer = ({ lesson, results }: Opened, id: string): unknown =>
  lesson.claims.find((claim) => claim.id === id)!.answer(results);

const tensorNamed = ({ lesson }: Opened, name: string): Tensor =>
  lesson
    .shown(0)
    .flatMap(({ tensor, gradient }) => [tensor, gradient])
    .find((tensor) => tensor?.name === name)!;

const numbersOf = (there: Opened, name: string): number[] => {
  const tensor = tensorNamed(there, name);
  return Array.from({ length: size(tensor.shape) }, (_, at) => there.results.value(tensor, at));
};

/** Section 10 of the recitation's facts. */
const facts: readonly (readonly [Vocabulary, readonly number[], readonly [number, number]])[] = [
  ["plain", [2, 3, 5, 1, 6, 1, 7, 1, 3, 9, 1, 10, 11], [1, 8]],
  ["before", [2, 3, 5, 1, 6, 1, 7, 4, 1, 9, 1, 10, 11], [1, 7]],
  ["around", [2, 3, 5, 1, 6, 1, 7, 4, 9, 1, 10, 11], [1, 7]],
];

describe("the sentence", () => {
  test.each(facts)("under the vocabulary %s: its ids, its dogs, and every letter of it", (vocabulary, ids, dogs) => {
    const sentence = sentenceOf(vocabulary);
    expect(sentence.ids).toEqual(ids);
    expect(sentence.dogs).toEqual(dogs);
    expect(sentence.ids.map((id) => sentence.texts[id]).join("")).toBe("The dog that chased the dog was tired.");
    expect(numbersOf(opened({ vocabulary }), "ids")).toEqual(ids);
  });
});

describe("two equal tokens", () => {
  test("without positions they are one: queries, weights, outputs, a difference of exactly 0", () => {
    const there = opened();
    for (const id of ["qkv", "weights", "outputs"]) expect([id, answer(there, id)]).toEqual([id, "the same"]);
    expect(answer(there, "difference")).toBe(0);
    expect(answer(there, "distinct")).toBe(new Set(sentenceOf("plain").ids).size);
  });
  const telling: readonly Knobs[] = [
    { positions: "sinusoidal" },
    { causal: true },
    { vocabulary: "before" },
    { vocabulary: "around" },
  ];
  test.each(telling)("differ with %j", (turned) => {
    const there = opened(turned);
    expect(answer(there, "outputs")).toBe("different");
    expect(answer(there, "difference")).toBeGreaterThan(0.01);
  });
  test("what a claim says of another setting is what that setting says of itself", () => {
    const there = opened();
    for (const [id, here] of [
      ["with-positions", "outputs"],
      ["with-mask", "outputs"],
      ["shuffled-mask", "shuffled"],
    ]) {
      const claim = there.lesson.claims.find((candidate) => candidate.id === id)!;
      expect([id, answer(there, id)]).toEqual([id, answer(opened(turnedFor(claim, {})), here)]);
    }
  });
});

describe("a shuffle", () => {
  test.each([
    [{}, "equivariant", "the same"],
    [{ vocabulary: "around", heads: "2", dim: "8" }, "equivariant", "the same"],
    [{ positions: "sinusoidal" }, "neither", "different"],
    [{ causal: true }, "neither", "different"],
    [{ causal: true, positions: "sinusoidal", heads: "4" }, "neither", "different"],
  ] satisfies [Knobs, string, string][])("with %j is %s, and the mean is %s", (turned, effect, mean) => {
    for (const order of [1, 2, 99]) {
      const there = opened({ ...turned, order });
      expect([order, answer(there, "shuffled"), answer(there, "pooled")]).toEqual([order, effect, mean]);
    }
  });
  test("the comparison says so of all four settings at once", () => {
    const { lesson, results } = opened();
    const table = lesson.passages.find((passage) => passage.kind === "comparison")!;
    expect(table.rows(results).map((row) => row.at(-1))).toEqual(["equivariant", "neither", "neither", "neither"]);
    expect(table.rows(noResults).flat().every(Boolean)).toBe(true);
  });
  test("moves at least one token, whatever the seed, and loses none", () => {
    for (let seed = 1; seed <= 99; seed++) {
      const order = shuffle(seed, 13);
      expect(order.some((token, at) => token !== at)).toBe(true);
      expect(order.toSorted((a, b) => a - b)).toEqual([...order.keys()]);
    }
  });
  test("says equivariant also where float32 leaves a rest, and not where a rest is more than rounding", () => {
    const { lesson, results } = opened();
    const moved = tensorNamed({ lesson, results }, "M");
    const off = (by: number): Results => ({
      ...results,
      value: (tensor, at) => results.value(tensor, at) + (tensor === moved && at === 7 ? by : 0),
    });
    expect(answer({ lesson, results: off(1e-7) }, "shuffled")).toBe("equivariant");
    expect(answer({ lesson, results: off(1e-3) }, "shuffled")).toBe("neither");
  });
});

describe("the encoding", () => {
  test.each(["4", "8"])("of width %s is the formula, and position 0 is 0, 1, 0, 1 …", (dim) => {
    const there = opened({ dim });
    const d = Number(dim);
    const wanted = Array.from({ length: 13 * d }, (_, at) => {
      const [position, column] = [Math.floor(at / d), at % d];
      const angle = position / 10_000 ** ((column - (column % 2)) / d);
      return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    });
    numbersOf(there, "P").forEach((number, at) => expect(number).toBeCloseTo(wanted[at], 12));
    expect(answer(there, "first-position")).toEqual(Array.from({ length: d }, (_, column) => column % 2));
  });
});

describe("counts", () => {
  test.each([
    ["1", false, 169, 0, "13 × 13"],
    ["2", true, 338, 156, "2 × 13 × 13"],
    ["4", true, 676, 312, "4 × 13 × 13"],
  ])("with %s heads, mask %s: %d scores, %d weights of 0", (heads, causal, scores, zeros, shape) => {
    const there = opened({ heads, causal });
    expect([answer(there, "scores"), answer(there, "zeros"), answer(there, "shape")]).toEqual([scores, zeros, shape]);
  });
  test("a weight that is too small for a float32 is none that the mask made 0", () => {
    const { lesson, results } = opened({ heads: "4", dim: "8" });
    const { writes } = lesson.claims.find(({ id }) => id === "zeros")!.shows.step!;
    const value = (tensor: Tensor, at: number): number => (writes.includes(tensor) ? 0 : results.value(tensor, at));
    const vanished = { ...results, value };
    expect(lesson.claims.find(({ id }) => id === "zeros")!.answer(vanished)).toBe(0);
  });
  test.each(["0.25", "4"])("at temperature %s no weight vanishes, and rows add up to 1", (temperature) => {
    const there = opened({ temperature: Number(temperature), seed: 3 });
    const weights = numbersOf(there, "A");
    expect(Math.min(...weights)).toBeGreaterThan(0);
    const sums = Array.from({ length: 13 }, (_, q) => weights.slice(q * 13, q * 13 + 13).reduce((a, b) => a + b));
    sums.forEach((sum) => expect(sum).toBeCloseTo(1, 12));
  });
});

describe("the way back", () => {
  test("rows of dS add up to 0, and a row of the table gathers what its tokens send back", () => {
    const there = opened({ upstream: "random", positions: "sinusoidal" });
    const dS = numbersOf(there, "dS");
    for (let query = 0; query < 13; query++)
      expect(dS.slice(query * 13, query * 13 + 13).reduce((a, b) => a + b)).toBeCloseTo(0, 12);
    const [dE, dX] = [numbersOf(there, "dE"), numbersOf(there, "dX")];
    const { ids } = sentenceOf("plain");
    const wanted = new Float64Array(dE.length);
    ids.forEach((id, token) => {
      for (let column = 0; column < 4; column++) wanted[id * 4 + column] += dX[token * 4 + column];
    });
    dE.forEach((number, at) => expect(number).toBeCloseTo(wanted[at], 12));
  });
  test("under the mask the first dog's output sends nothing to what comes after it", () => {
    const dX = numbersOf(opened({ causal: true }), "dX");
    expect(dX.slice(0, 8).some((number) => number !== 0)).toBe(true);
    expect(dX.slice(8).every((number) => number === 0)).toBe(true);
  });
  test("with several heads too, every tensor has a gradient", () => {
    for (const { tensor, gradient } of opened({ heads: "2" }).lesson.shown(0))
      if (gradient) expect([tensor.name, gradient.shape]).toEqual([tensor.name, tensor.shape]);
  });
});

describe("every practice", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("of seed %d has an answer to every question", (seed) => {
    const there = opened(station.practice(seed, initialKnobs(station)).knobs);
    for (const claim of there.lesson.claims) {
      const given = claim.answer(there.results);
      expect([claim.id, [given].flat().every((one) => typeof one === "string" || Number.isFinite(one))]).toEqual([
        claim.id,
        true,
      ]);
      if (typeof claim.asks === "object" && claim.asks.kind === "choice") expect(claim.asks.options).toContain(given);
    }
  });
});

/** The composition under the name of the goldens, made of the station's own ops. */
const stationed: AnyComposition = {
  ...(callableNamed("scaled_dot_product_attention") as AnyComposition),
  apply({ graph }, { q, k, v }, attributes) {
    const temperature = graph.filled("τ", [], 1);
    const { output, weights } = attend(
      graph,
      { q, k, v },
      { heads: 1, causal: attributes["causal"] === true, temperature },
      (letter) => letter,
    );
    return { output, weights };
  },
};

const goldens = goldenCases(["scaled_dot_product_attention"]);

describe("PyTorch's attention through the station's ops", () => {
  test.each(goldens.filter((golden) => golden.kind === "values"))("$name", async (golden) => {
    const found = await runGolden(golden, ({ tape, exact }) => runReference(tape, exact), float64, stationed);
    expect(found.length).toBeGreaterThan(3);
    for (const { what, comparison } of found) expect({ what, ...comparison }).toMatchObject({ what, verdict: "holds" });
  });
});
