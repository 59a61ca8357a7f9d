/** Station 8 on the reference: the recitation's numbers, gradients that add where windows overlap, ties only where numbers are equal. */
import { describe, expect, test } from "vitest";
import { reader } from "../../src/core/reader";
import { runReference } from "../../src/core/reference";
import { size } from "../../src/core/shape";
import type { Tensor } from "../../src/core/graph";
import { station } from "../../src/stations/pooling";
import { initialKnobs, type Edits, type Knobs, type Lesson } from "../../src/story/station";
import type { Results } from "../../src/story/results";
import type { FlowPath, Now } from "../../src/story/picture";

interface Opened {
  readonly lesson: Lesson;
  readonly results: Results;
  readonly tensor: (name: string) => Tensor;
  readonly numbers: (name: string) => readonly number[];
}

function open(turned: Knobs = {}, edits: Edits = {}): Opened {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const value = reader(runReference(lesson.tape, station.feed(lesson, knobs, edits)));
  const shown = lesson.shown(0).flatMap(({ tensor, gradient }) => (gradient ? [tensor, gradient] : [tensor]));
  const tensor = (name: string): Tensor =>
    [...shown, ...lesson.tape.graph.tensors].find((candidate) => candidate.name === name)!;
  const numbers = (name: string): number[] =>
    Array.from({ length: size(tensor(name).shape) }, (_, at) => value(tensor(name), at));
  return { lesson, results: { value, ready: true }, tensor, numbers };
}

/** The picture's moment once the forward pass is over. */
const after = ({ lesson, results }: Opened): Now => ({
  results,
  iteration: 0,
  progress: (step) => (step.index <= lesson.opens.index ? 1 : 0),
});

const fates = (opened: Opened, state: string): readonly number[] => {
  const all = opened.lesson.picture({}).fates?.(after(opened)) ?? [];
  return all.filter((fate) => fate.state === state && fate.cell.tensor.name === "I").map(({ cell }) => cell.at);
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);

describe("the recitation", () => {
  const recitation = open();

  test("outputs, winners and the gradient of an upstream of ones", () => {
    expect(recitation.numbers("I")).toEqual([1, 0, 2, 1, 2, 1, 0, 0, 1, 2, 1, 2, 0, 1, 2, 1]);
    expect(recitation.numbers("O")).toEqual([2, 2, 2, 2]);
    expect(recitation.numbers("indices")).toEqual([4, 2, 9, 11]);
    const gradient = [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
    expect(recitation.numbers("dI")).toEqual(gradient);
    expect(recitation.numbers("mask")).toEqual(gradient);
  });

  test("moved right by one pixel it pools to other numbers", () => {
    expect(recitation.numbers("I′")).toEqual([0, 1, 0, 2, 0, 2, 1, 0, 0, 1, 2, 1, 0, 0, 1, 2]);
    expect(recitation.numbers("O′")).toEqual([2, 2, 1, 2]);
  });

  test("the one tie is named, and only there", () => {
    expect(fates(recitation, "tied")).toEqual([14]);
    const told = recitation.lesson.picture({}).labels.flatMap(({ text }) => {
      const written = typeof text === "string" ? text : text(after(recitation));
      return written?.startsWith("tie") ? [written] : [];
    });
    expect(told).toEqual(["tie: flat 11 and 14 both hold 2; the first wins, by convention"]);
    const untied = open({}, { I: { 14: 1 } });
    expect(fates(untied, "tied")).toEqual([]);
  });

  test("the reading says who won, who lost and who was as large", () => {
    const { lesson, results, tensor } = recitation;
    expect(lesson.remark?.(tensor("I"), 11, results)).toBe(
      "Won window [1, 1]: max(1, 2, 2, 1) = 2, found first at flat 11. Flat 14 gets 0.",
    );
    expect(lesson.remark?.(tensor("dI"), 0, results)).toBe("Lost every window that reads it: its gradient is 0.");
  });

  test("other sizes keep it in the upper left corner", () => {
    const wide = open({ height: 3, width: 6 }).numbers("I");
    expect([0, 1, 2, 3].map((column) => wide[6 + column])).toEqual([2, 1, 0, 0]);
  });
});

describe("windows that overlap", () => {
  const overlapping = open({ height: 5, width: 5, kernel_size: 3, stride: 1, upstream: "random" });

  test("a cell is given the gradients of all windows that it won", () => {
    const [indices, upstream] = [overlapping.numbers("indices"), overlapping.numbers("dO")];
    const expected = overlapping
      .numbers("dI")
      .map((_, at) => sum(upstream.filter((__, window) => indices[window] === at)));
    expect(new Set(indices).size).toBeLessThan(indices.length);
    expect(overlapping.numbers("dI")).toEqual(expected);
  });

  test("what the windows send, one after the other, ends as the gradient", () => {
    const sums = overlapping.numbers("dI so far");
    expect(sums.slice(-25)).toEqual(overlapping.numbers("dI"));
    const sent = overlapping.numbers("sent");
    expect(sum(sent)).toBe(sum(overlapping.numbers("dO")));
    expect(overlapping.numbers("I, won so far").slice(-25)).toEqual(overlapping.numbers("mask"));
  });

  test("tied cells hold what their window's winner holds, and won nothing", () => {
    const [I, O, indices] = ["I", "O", "indices"].map((name) => overlapping.numbers(name));
    const tied = fates(overlapping, "tied");
    expect(tied.length).toBeGreaterThan(0);
    for (const at of tied) {
      const [row, column] = [Math.floor(at / 5), at % 5];
      const readers = [...O.keys()].filter((window) => {
        const [down, across] = [row - Math.floor(window / 3), column - (window % 3)];
        return down >= 0 && down < 3 && across >= 0 && across < 3;
      });
      expect(readers.some((window) => O[window] === I[at])).toBe(true);
      expect(indices).not.toContain(at);
    }
  });
});

describe("the mean", () => {
  test.each([
    { padding: 0, count_include_pad: true },
    { padding: 1, count_include_pad: false },
  ])("shares add up to the upstream gradient: $padding, $count_include_pad", (knobs) => {
    const mean = open({ pool: "average", kernel_size: 2, upstream: "random", ...knobs });
    expect(sum(mean.numbers("dI"))).toBe(sum(mean.numbers("dO")));
    expect(mean.numbers("dI so far").slice(-16)).toEqual(mean.numbers("dI"));
  });

  test("the zeros of the padding take their share with them, where they are counted", () => {
    const counted = open({ pool: "average", padding: 1 });
    expect(counted.numbers("O")[0]).toBe(0.25);
    expect(sum(counted.numbers("dI"))).toBe(4);
    expect(open({ pool: "average", padding: 1, count_include_pad: false }).numbers("O")[0]).toBe(1);
  });

  test("every way is open", () => {
    const acts = open({ pool: "average" })
      .lesson.phases({})
      .flatMap((phase) => phase.acts);
    const flows = acts.slice(0, 2).flatMap((act) => act.flows(0));
    expect(flows.filter(({ gate }) => gate !== undefined)).toEqual([]);
    expect(flows.length).toBe(10);
  });
});

const answerOf = ({ lesson, results }: Opened, id: string): unknown =>
  lesson.claims.find((claim) => claim.id === id)?.answer(results);

describe("the gradient as a sum of its own", () => {
  test.each<Knobs>([
    { kernel_size: 2, stride: 2 },
    { height: 6, width: 5, kernel_size: 4, stride: 1, padding: 2 },
  ])("the mean's is a constant filter sent back: %j", (knobs) => {
    // Shares of 1/4 and 1/16 are exact.
    const mean = open({ pool: "average", upstream: "random", seed: 5, ...knobs });
    expect(mean.numbers("dI").some((n) => n !== 0)).toBe(true);
    expect(mean.numbers("O as a convolution")).toEqual(mean.numbers("O"));
    expect(mean.numbers("dI as a transposed convolution")).toEqual(mean.numbers("dI"));
    expect([answerOf(mean, "same-output"), answerOf(mean, "same-gradient")]).toEqual([0, 0]);
  });

  test("of windows that divide by different numbers it is none", () => {
    const apart = open({ pool: "average", padding: 1, count_include_pad: false });
    expect(answerOf(apart, "same-gradient")).toBeUndefined();
  });

  test.each<Knobs>([{}, { height: 6, width: 5, kernel_size: 3, stride: 1, padding: 1 }])(
    "the largest's is a selection turned round: %j",
    (knobs) => {
      const largest = open({ upstream: "random", seed: 5, ...knobs });
      const [windows, cells] = [largest.numbers("O").length, largest.numbers("I").length];
      const rows = largest.numbers("routes of I");
      for (let window = 0; window < windows; window++)
        expect(rows.slice(window * cells, (window + 1) * cells).filter((n) => n !== 0)).toEqual([1]);
      expect(largest.numbers("dI by the selection")).toEqual(largest.numbers("dI"));
      expect(answerOf(largest, "selection")).toBe(`${windows} × ${cells}`);
      expect(answerOf(largest, "same-gradient")).toBe(0);
    },
  );
});

/** The ways that are seen at rest, and the directions in which one runs. */
const atRest = (flows: readonly FlowPath[]): readonly FlowPath[] => flows.filter(({ seen }) => seen === "resting");
const course = ({ points }: FlowPath): readonly string[] =>
  points.slice(1).map(([x, y], i) => `${(x - points[i][0]).toFixed(6)},${(y - points[i][1]).toFixed(6)}`);

describe("the picture", () => {
  test("of a window's ways, whole from the input to the output, one is open, and it carries the output", () => {
    const opened = open({ height: 6, width: 6, kernel_size: 3, stride: 3 });
    const [forward] = opened.lesson.phases({})[0].acts;
    for (let window = 0; window < forward.moments; window++) {
      const whole = forward.flows(window).filter(({ seen, gate }) => seen === "resting" && gate?.stop === 0);
      const through = whole.filter(({ gate }) => opened.results.value(gate!.by.tensor, gate!.by.at) !== 0);
      expect(whole.length).toBe(9);
      expect(through.map(({ carries }) => [carries.tensor.name, carries.at])).toEqual([["O", window]]);
    }
  });

  test("the way back is the way forward, the other way round", () => {
    const { lesson } = open();
    const [forward, backward] = lesson.phases({}).map(({ acts: [act] }) => act.flows(3));
    const turned = atRest(backward).map((flow) => ({ ...flow, points: flow.points.toReversed() }));
    expect(turned.map(course)).toEqual(atRest(forward).map(course));
  });

  test("cells that no window reads say so, and nothing else does", () => {
    const rest = open({ height: 5, width: 4 });
    expect(fates(rest, "unread")).toEqual([16, 17, 18, 19]);
    expect(rest.lesson.remark?.(rest.tensor("I"), 17, rest.results)).toBe("No window reads it: its gradient is 0.");
    expect(fates(open(), "unread")).toEqual([]);
  });

  test("a large input has one flow for each window", () => {
    const large = station.build({ ...initialKnobs(station), height: 64, width: 64, kernel_size: 3 });
    for (const { acts } of large.phases({})) for (const act of acts) expect(act.flows(act.moments - 1).length).toBe(1);
  });
});

test("NaN wins, and its window says so", () => {
  const opened = open({}, { I: { 5: Number.NaN } });
  expect(opened.numbers("O")[0]).toBeNaN();
  expect(opened.numbers("indices")[0]).toBe(5);
  expect(opened.lesson.remark?.(opened.tensor("I"), 5, opened.results)).toBe("Won window [0, 0]: NaN wins.");
});

test("what an edit changes moves along with the shifted input", () => {
  expect(
    open({}, { I: { 0: 7 } })
      .numbers("I′")
      .slice(0, 2),
  ).toEqual([0, 7]);
});

test.each([
  [{ kernel_size: 2, padding: 2 }, /more than half/],
  [{ height: 2, kernel_size: 3 }, /does not fit/],
])("what does not fit is refused by the op: %o", (knobs, message) => {
  expect(() => station.build({ ...initialKnobs(station), ...knobs })).toThrow(message);
});

// ── a batch ─────────────────────────────────────────────────────────────────

const claimed = (opened: Opened, id: string) => opened.lesson.claims.find((claim) => claim.id === id)!;

/** One sample's part of a tensor, as an edit of a lesson with that sample alone. */
const asEdit = (numbers: readonly number[]): Readonly<Record<number, number>> => Object.fromEntries(numbers.entries());

const pools: readonly Knobs[] = [
  { kernel_size: 2, stride: 2 },
  { height: 5, width: 6, kernel_size: 3, stride: 2, padding: 1 },
  { height: 5, width: 5, kernel_size: 3, stride: 1 },
  { pool: "average", height: 4, width: 6, kernel_size: 2, stride: 2 },
  { pool: "average", height: 5, width: 4, kernel_size: 3, stride: 2, padding: 1 },
  { pool: "average", height: 5, width: 4, kernel_size: 3, stride: 2, padding: 1, count_include_pad: false },
];

/** The cells of a window of 2 × 2 in samples of 4 × 4. */
const inWindow = (window: number): readonly number[] => {
  const first = 16 * Math.floor(window / 4) + 8 * (Math.floor(window / 2) % 2) + 2 * (window % 2);
  return [0, 1, 4, 5].map((step) => first + step);
};

describe("a batch of three", () => {
  test.each(pools)("pools every sample as if it were alone: %j", (knobs) => {
    const turned = { ...knobs, upstream: "random", seed: 7 };
    const whole = open({ ...turned, batch: 3 });
    const part = (name: string, sample: number): readonly number[] => {
      const all = whole.numbers(name);
      return all.slice((sample * all.length) / 3, ((sample + 1) * all.length) / 3);
    };
    expect(part("I", 0)).not.toEqual(part("I", 1));
    expect(part("dO", 0)).not.toEqual(part("dO", 1));
    for (const sample of [0, 1, 2]) {
      const edits = { I: asEdit(part("I", sample)), dO: asEdit(part("dO", sample)) };
      const alone = open(turned, edits);
      const same = [
        "I",
        "O",
        "dO",
        "dI",
        "I′",
        "O′",
        ...(knobs["pool"] === "average" ? ["shares"] : ["indices", "mask"]),
      ];
      for (const name of same) expect([name, part(name, sample)]).toEqual([name, alone.numbers(name)]);
    }
  });

  test.each(pools)("is drawn with the gradient of all windows at the end: %j", (knobs) => {
    const whole = open({ ...knobs, upstream: "random", seed: 7, batch: 3 });
    const [I, dI] = [whole.tensor("I"), whole.numbers("dI")];
    expect(I.shape).toEqual([3, 1, knobs["height"] ?? 4, knobs["width"] ?? 4]);
    expect(whole.numbers("dI so far").slice(-dI.length)).toEqual(dI);
    expect(answerOf(whole, "crossing")).toBe(0);
    expect(dI.slice(dI.length / 3).some((n) => n !== 0)).toBe(true);
  });

  test("the first sample stays what it is, and the recitation's", () => {
    const [one, four] = [open({ upstream: "random" }), open({ upstream: "random", batch: 4 })];
    for (const name of ["I", "O", "dO", "dI", "indices", "mask"])
      expect([name, four.numbers(name).slice(0, one.numbers(name).length)]).toEqual([name, one.numbers(name)]);
    const edited = open({ batch: 4 }, { I: { 5: 9 } });
    expect(edited.numbers("dI").slice(16)).toEqual(open({ batch: 4 }).numbers("dI").slice(16));
    expect(edited.numbers("indices")[0]).toBe(5);
  });

  test("a selection for each sample sends the gradient back", () => {
    const whole = open({ batch: 3, upstream: "random", seed: 5 });
    expect(whole.tensor("selection, sample by sample").shape).toEqual([3, 4, 16]);
    const rows = whole.numbers("selection, sample by sample");
    for (let row = 0; row < 12; row++)
      expect(rows.slice(16 * row, 16 * row + 16).indexOf(1)).toBe(whole.numbers("indices")[row]);
    expect(answerOf(whole, "same-gradient")).toBe(0);
    expect([answerOf(whole, "selection"), answerOf(whole, "blocks")]).toEqual(["4 × 16", 3 * 4 * 16]);
    const mean = open({ batch: 3, pool: "average", upstream: "random", seed: 5 });
    expect([answerOf(mean, "same-output"), answerOf(mean, "same-gradient")]).toEqual([0, 0]);
  });

  test("what crosses from sample to sample would be counted", () => {
    const whole = open({ batch: 2 });
    const leaking: Results = {
      ready: true,
      value: (tensor, at) =>
        tensor.name === "dI by sample 0 alone" ? Number(at < 18) : whole.results.value(tensor, at),
    };
    expect(claimed(whole, "crossing").answer(leaking)).toBe(2);
  });

  test("ties, winners and moved outputs are counted over all samples", () => {
    const whole = open({ batch: 3, seed: 4 });
    const [I, O, indices] = ["I", "O", "indices"].map((name) => whole.numbers(name));
    expect(answerOf(whole, "winners")).toEqual(indices.map((flat, window) => 16 * Math.floor(window / 4) + flat));
    const tied = O.map((value, window) => inWindow(window).filter((at) => I[at] === value)).filter(
      (at) => at.length > 1,
    );
    expect(tied.length).toBeGreaterThan(0);
    expect(answerOf(whole, "ties")).toBe(tied.length);
    expect(fates(whole, "tied")).toEqual(tied.flatMap((at) => at.slice(1)));
    const [before, moved] = [whole.numbers("O"), whole.numbers("O′")];
    expect(answerOf(whole, "shift")).toBe(before.filter((value, at) => value !== moved[at]).length);
  });

  test("the reading names the sample", () => {
    const { lesson, results, tensor } = open({ batch: 3 }, { I: { 21: 9 } });
    expect(lesson.remark?.(tensor("I"), 11, results)).toBe(
      "Sample 0. Won window [1, 1]: max(1, 2, 2, 1) = 2, found first at flat 11. Flat 14 gets 0.",
    );
    expect(lesson.remark?.(tensor("dI"), 21, results)).toContain("Sample 1. Won window [0, 0]: max(");
    expect(lesson.remark?.(tensor("O"), 4, results)).toContain("Sample 1, window [0, 0]: max(");
    expect(lesson.remark?.(tensor("indices"), 4, results)).toContain("found its largest number at I[1, 0, 1, 1].");
  });
});

const [one, four] = [open(), open({ batch: 4 })];
const acts = ({ lesson }: Opened) => lesson.phases({}).flatMap((phase) => phase.acts);

/** The sample that a cell belongs to, where samples are the axis before rows and columns. */
const sampleIn = ({ shape }: Tensor, at: number): number => Math.floor(at / size(shape.slice(-2))) % 4;

/** The names of the tensors that are seen in an act. */
function seenIn(act: number): readonly string[] {
  const now: Now = { ...after(four), act: { step: acts(four)[act].step, moment: 0 } };
  const shown = four.lesson.picture({}).blocks.filter((block) => block.shown?.(now) ?? true);
  return [...new Set(shown.map(({ tensors }) => tensors[0].name))].toSorted();
}

describe("the picture of a batch", () => {
  test("takes no longer: a moment is the same window in every sample", () => {
    expect(acts(four).map(({ moments }) => moments)).toEqual(acts(one).map(({ moments }) => moments));
    acts(four).forEach((act, i) => {
      const alone = acts(one)[i];
      for (let moment = 0; moment < act.moments; moment++) {
        expect(act.flows(moment).length).toBe(4 * alone.flows(moment).length);
        expect(act.writes(moment).length).toBe(4 * alone.writes(moment).length);
      }
    });
  });

  test("samples stand one below the other, each laid out like one alone, and no flow leaves its own", () => {
    for (const [i, act] of acts(four).entries()) {
      const [all, alone] = [act.flows(3), acts(one)[i].flows(3)];
      const places = [0, 1, 2, 3].map((sample) => {
        const own = all.slice(sample * alone.length, (sample + 1) * alone.length);
        expect(own.map(course)).toEqual(alone.map(course));
        expect(new Set(own.map(({ carries: { tensor, at } }) => sampleIn(tensor, at)))).toEqual(new Set([sample]));
        return own[0].points[0][1];
      });
      const steps = places.slice(1).map((y, sample) => Number((places[sample] - y).toFixed(6)));
      expect(new Set(steps).size).toBe(1);
      expect(steps[0]).toBeGreaterThan(4);
    }
  });

  test("every cell is drawn once, by the part that holds it", () => {
    const { blocks } = four.lesson.picture({});
    for (const name of ["I", "O", "dI", "dO", "indices", "mask"]) {
      const parts = blocks.filter(({ tensors }) => tensors[0].name === name);
      const drawn = parts.flatMap(({ from = 0, place }) =>
        Array.from({ length: size(place.extents ?? []) }, (_, at) => from + at),
      );
      expect([name, drawn]).toEqual([name, [...four.numbers(name).keys()]]);
      expect(new Set(parts.map(({ id }) => id)).size).toBe(4);
    }
  });

  test("forward, backward and one pixel on take turns", () => {
    expect([0, 1, 2].map(seenIn)).toEqual([
      ["I", "O", "indices"],
      ["dI", "dO", "mask"],
      ["I′", "O′"],
    ]);
  });

  test("a large batch has one flow for each window, and no routes", () => {
    const large = station.build({ ...initialKnobs(station), height: 64, width: 64, batch: 4 });
    for (const { acts: played } of large.phases({}))
      for (const act of played) expect([act.moments, act.flows(act.moments - 1).length]).toEqual([1024, 4]);
  });
});
