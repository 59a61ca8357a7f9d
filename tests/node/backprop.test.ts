/** The station of question 2: its graph meets PyTorch, its map says what becomes of every start, its choices are computed. */
import { describe, expect, test } from "vitest";
import type { Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { verify } from "../../src/gpu/verify";
import { outcomeNames, outcomeOf } from "../../src/ops/outcomes/outcome";
import { station } from "../../src/stations/backprop";
import { model, type Activation } from "../../src/stations/backprop/model";
import { isErratum, slideOf, turnedFor } from "../../src/story/claim";
import { initialKnobs, type Knobs, type Lesson } from "../../src/story/station";
import { networkCases, type NetworkCase } from "../tools/golden";
import { training } from "../tools/training";

function opened(turned: Knobs = {}) {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const values = runReference(lesson.tape, station.feed(lesson, knobs, {}));
  return { knobs, lesson, results: { value: reader(values), ready: true } };
}
const answer = ({ lesson, results }: { lesson: Lesson; results: ReturnType<typeof opened>["results"] }, id: string) =>
  lesson.claims.find((claim) => claim.id === id)!.answer(results);

describe.each(networkCases())("$name", ({ attrs, steps }: NetworkCase) => {
  test("the station's own graph takes PyTorch's steps", () => {
    const m = model(attrs.activation as Activation, false);
    const [first] = m.iterations;
    const { w1, w2, w3 } = first.weights;
    const given = new Map<Tensor, readonly number[]>([
      [m.x, [attrs.x]],
      [m.y, [attrs.y]],
      [m.rate, [attrs.lr]],
      [m.slope, [0.01]],
      [w1!, [attrs.w[0]]],
      [w2!, [attrs.w[1]]],
      [w3!, [attrs.w[2]]],
      [m.outcomes.settings, [attrs.x, attrs.y, ...attrs.w, attrs.lr, 0.01]],
      ...m.survey.weights.map((tensor) => [tensor, Array.from({ length: m.survey.draws }, () => 1)] as const),
    ]);
    const trained = m.tape.steps.filter(
      ({ writes }) => !writes.some((tensor) => tensor.name.includes("this training")),
    );
    const found = runInheriting({ steps: trained }, given, float64);
    const meets = (tensor: Tensor, wanted: number): void => {
      const here = found.get(tensor);
      const value = here ? here.values[0] : given.get(tensor)![0];
      // PyTorch rounds as well: both sides may use up a bound.
      expect(Math.abs(value - wanted), tensor.name).toBeLessThanOrEqual(2 * (here?.bounds[0] ?? 0));
    };
    steps.forEach((step, i) => {
      const it = m.iterations[i];
      it.neurons.forEach(({ z, a }, n) => {
        meets(z, step.z[n]);
        meets(a, step.a[n]);
      });
      meets(it.prediction, step.y_hat);
      meets(it.loss, step.loss);
      (["w1", "w2", "w3"] as const).forEach((name, n) => {
        meets(it.weights[name]!, step.w[n]);
        meets(it.gradient.get(it.weights[name]!)!, step.grad[n]);
      });
    });
  });
});

describe("choices are computed", () => {
  test("which weights a step changes", () => {
    expect(answer(opened(), "moved")).toBe("w₁ and w₃");
    expect(answer(opened({ w2: 1 }), "moved")).toBe("all three");
    expect(answer(opened({ w1: -1 }), "moved")).toBe("none of them");
    expect(answer(opened({ w1: -1, w2: 1 }), "moved")).toBe("w₂ and w₃");
    expect(answer(opened({ activation: "identity", w1: 0.5 }), "moved")).toBe("w₁ and w₂");
    expect(answer(opened({ w3: 0 }), "moved")).toBe("w₃ alone");
    expect(answer(opened({ lr: 0 }), "moved")).toBe("none of them");
  });
  test("what becomes of a training", () => {
    expect(answer(opened(), "fate")).toBe("dead");
    expect(answer(opened({ lr: 0.05 }), "fate")).toBe("converged");
    // The first step takes w₁ to 0 at a rate of 1/11.25.
    expect(answer(opened({ lr: 0.088 }), "fate")).toBe("converged");
    expect(answer(opened({ lr: 0.089 }), "fate")).toBe("dead");
    expect(answer(opened({ activation: "identity" }), "fate")).toBe("diverged");
    expect(answer(opened({ lr: 0 }), "fate")).toBe("bounded");
  });
  test("the end of a training that never moves is known for certain, as it is how it began", () => {
    const still: readonly Knobs[] = [{ lr: 0 }, { lr: 0, biased: true }, { w1: -1, w2: -1 }, { lr: 0, x: 0, y: 0 }];
    for (const turned of still) {
      const { lesson, knobs } = opened(turned);
      const feed = station.feed(lesson, knobs, {});
      const whole = lesson.tape.steps.filter(({ node }) => node.op.name === "training_outcomes");
      const verdicts = verify(whole, runReference(lesson.tape, feed));
      expect([...verdicts.values()].map(({ verdict }) => verdict)).toEqual(["holds", "holds", "holds"]);
    }
  });
  test("what a training with biases comes to is where its steps lead", () => {
    const { lesson, results } = opened({ biased: true, bias: 0.5, lr: 0.02 });
    const plot = lesson.passages.find((passage) => passage.kind === "plot")!;
    expect(answer({ lesson, results }, "fate")).toBe("converged");
    expect(plot.plot.curves(results).lines[0].y.at(-1)).toBeLessThan(1e-6);
  });
});

/** The claims to which the slide says something at these knobs. */
function toldAt(turned: Knobs): readonly string[] {
  const { lesson, results } = opened(turned);
  return lesson.claims.filter((claim) => slideOf(claim, results) !== undefined).map(({ id }) => id);
}

const claimOf = (lesson: Lesson, id: string) => lesson.claims.find((claim) => claim.id === id)!;

describe("what the slide says", () => {
  test("is told at its own numbers", () => {
    expect(toldAt({})).toContain("d-both");
    expect(toldAt({ activation: "identity" })).toEqual(["d-kept", "d-both", "d-compared"]);
  });
  const others: readonly Knobs[] = [{ x: 3, w1: 2, w3: 1 }, { y: 1 }, { lr: 0.2 }, { w2: -0.6 }, { biased: true }];
  test.each(others)("is not told at other numbers: %o", (turned: Knobs) => {
    expect(toldAt(turned)).toEqual([]);
    const { lesson, results } = opened(turned);
    expect(lesson.claims.filter((claim) => isErratum(claim, results))).toEqual([]);
  });
});

describe("what is given with a question", () => {
  test.each(["relu", "leaky_relu", "identity"])("%s: every number that its formulas name", (activation) => {
    for (const biased of [false, true]) {
      const { lesson } = opened({ activation, biased });
      for (const claim of lesson.claims.filter(({ asks }) => asks !== "never")) {
        expect([claim.id, claim.given]).toEqual([claim.id, expect.stringContaining("z_n = w_n x")]);
        expect([claim.id, claim.needs]).toEqual([claim.id, expect.arrayContaining(["x", "w1", "w2"])]);
        // A number is listed where, and only where, the formulas speak of it.
        const spoken = { y: "- y)", w3: "w_3", lr: "\\eta", slope: "\\alpha", bias: "b_n" };
        for (const [knob, sign] of Object.entries(spoken))
          expect([claim.id, knob, claim.needs!.includes(knob)]).toEqual([claim.id, knob, claim.given!.includes(sign)]);
      }
    }
  });
  test("part (d) speaks of its own activation, whatever the panel says", () => {
    expect(claimOf(opened({ activation: "leaky_relu" }).lesson, "d-kept").given).toContain("\\mathrm{ReLU}");
    expect(claimOf(opened().lesson, "d-both").given).toContain("a_n = z_n$;");
  });
});

/** What a share of the way from the least to the most comes to. */
const between = ([least, most]: readonly [number, number], share: number): number => least + share * (most - least);

describe.each([
  ["w2", {}, [-3, 3], [-3, 3]],
  ["lr", {}, [-3, 3], [0, 0.2]],
  ["w2", { w2: 4 }, [-5, 5], [-5, 5]],
  ["lr", { w1: 4.5, lr: 0.6 }, [-5, 5], [0, 1]],
  ["w2", { biased: true, bias: 0.7 }, [-3, 3], [-3, 3]],
] as const)("the map of w₁ and %s at %o", (against, turned, right, top) => {
  const pixels = 8;
  const { knobs, lesson, results } = opened({ ...turned, map: against, pixels: String(pixels) });
  const biased = knobs["biased"] === true;
  const [block] = lesson.picture(knobs).blocks;
  const [outcome] = block.tensors;

  test("each pixel says what a training from its own start comes to", () => {
    for (let at = 0; at < pixels * pixels; at++) {
      const start = lesson.choose!({ tensor: outcome, at }, results)!;
      const [column, row] = [at % pixels, Math.floor(at / pixels)];
      expect(start["w1"]).toBeCloseTo(between(right, (column + 0.5) / pixels), 6);
      expect(start[against]).toBeCloseTo(between(top, 1 - (row + 0.5) / pixels), 6);
      const there: Knobs = { ...knobs, ...start };
      const named = ["x", "y", "w1", "w2", "w3", "lr", "slope", ...(biased ? ["bias"] : [])];
      const told = training(
        biased ? "biased_network relu" : "recitation_network relu",
        200,
        named.map((name) => Number(there[name])),
      );
      expect(outcomeNames[results.value(outcome, at)]).toBe(outcomeNames[told.outcome]);
    }
  });
  test("a clicked pixel's training is the present one then: nothing is rounded on the way", () => {
    for (const at of [0, 27, pixels * pixels - 1]) {
      const start = lesson.choose!({ tensor: outcome, at }, results)!;
      const there = opened({ ...knobs, ...start, map: "none" });
      expect(answer(there, "fate")).toBe(outcomeNames[results.value(outcome, at)]);
      const w1 = there.lesson.shown(0).find(({ tensor }) => tensor.name === "w₁")!;
      expect(there.results.value(w1.tensor, 0)).toBe(results.value(across(), at % pixels));
    }
  });
  test("the dot of the present start lies within the axes", () => {
    const { traces = [] } = lesson.picture(knobs);
    const { limits } = traces[0].frame;
    const [from, to, low, high] = [0, 1, 2, 3].map((at) => results.value(limits, at));
    expect(Number(knobs["w1"])).toBeGreaterThanOrEqual(from);
    expect(Number(knobs["w1"])).toBeLessThanOrEqual(to);
    expect(Number(knobs[against])).toBeGreaterThanOrEqual(low);
    expect(Number(knobs[against])).toBeLessThanOrEqual(high);
  });
  /** What the columns stand for. */
  const across = () =>
    lesson.shown(0).find(({ tensor }) => tensor.shape[0] === pixels && tensor.shape.length === 1)!.tensor;
  test("a hovered pixel is explained in words, a clicked one loads its start, and other cells load nothing", () => {
    expect(lesson.remark!(outcome, 0, results)).toMatch(/^From w₁ = −(2\.625|4\.375)/);
    expect(lesson.choose!({ tensor: lesson.shown(0)[4].tensor, at: 0 }, results)).toBeUndefined();
  });
  test("a claim leads back to the picture of one training, and the question of its end to the map", () => {
    const [loss, both, end] = ["loss", "d-both", "fate"].map((id) => claimOf(lesson, id));
    expect(turnedFor(loss, knobs)).toEqual({ map: "none" });
    expect(turnedFor(both, knobs)).toEqual({ map: "none", activation: "identity" });
    expect(turnedFor(end, knobs)).toEqual({ map: against });
    expect(end.shows.step!.writes).toContain(outcome);
  });
});

test("both ends of every slider leave the map finite, or say that it has run away", () => {
  for (const knob of station.knobs) {
    if (knob.kind !== "slider") continue;
    for (const value of [knob.min, knob.max]) {
      const { lesson, knobs, results } = opened({ [knob.name]: value, map: "w2", pixels: "4" });
      const [{ tensors }] = lesson.picture(knobs).blocks;
      for (let at = 0; at < 16; at++) {
        const outcome = results.value(tensors[0], at);
        expect(Number.isInteger(outcome)).toBe(true);
        const said = lesson.remark!(tensors[0], at, results)!;
        if (outcome === outcomeOf("diverged")) expect(said).toMatch(/run away/);
        else expect(said).toMatch(/misses by \d/);
      }
    }
  }
}, 60_000);
