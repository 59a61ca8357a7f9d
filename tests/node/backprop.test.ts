/** The station of question 2: its graph meets PyTorch, its map says what becomes of every start, its choices are computed. */
import { describe, expect, test } from "vitest";
import type { Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { reader } from "../../src/core/reader";
import { runInheriting, runReference } from "../../src/core/reference";
import { outcomeNames, outcomeOf } from "../../src/ops/outcomes/outcome";
import { station } from "../../src/stations/backprop";
import { model, type Activation } from "../../src/stations/backprop/model";
import { ends } from "../../src/stations/backprop/outcomes";
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
      [m.outcomes!.settings, [attrs.x, attrs.y, ...attrs.w, attrs.lr, 0.01]],
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
  test("nobody asks it of a network with biases, which whole trainings do not have", () => {
    const { lesson } = opened({ biased: true, map: "w2" });
    expect(lesson.claims.map(({ id }) => id)).not.toContain("fate");
    expect(lesson.picture({}).outcomes).toBeUndefined();
  });
});

/** What a share of the way along an axis stands for. */
const centre = (axis: "w1" | "w2" | "lr", share: number): number =>
  ends[axis][0] + share * (ends[axis][1] - ends[axis][0]);

describe.each(["w2", "lr"] as const)("the map of w₁ and %s", (against) => {
  const pixels = 8;
  const { knobs, lesson, results } = opened({ map: against, pixels: String(pixels) });
  const [block] = lesson.picture(knobs).blocks;
  const [outcome] = block.tensors;

  test("each pixel says what a training from its own start comes to", () => {
    for (let at = 0; at < pixels * pixels; at++) {
      const start = lesson.choose!({ tensor: outcome, at }, results)!;
      const [column, row] = [at % pixels, Math.floor(at / pixels)];
      expect(start["w1"]).toBeCloseTo(centre("w1", (column + 0.5) / pixels), 3);
      expect(start[against]).toBeCloseTo(centre(against, 1 - (row + 0.5) / pixels), 2);
      const there = {
        ...knobs,
        w1: centre("w1", (column + 0.5) / pixels),
        [against]: centre(against, 1 - (row + 0.5) / pixels),
      };
      const told = training(
        "network relu",
        200,
        ["x", "y", "w1", "w2", "w3", "lr", "slope"].map((name) => Number((there as Knobs)[name])),
      );
      expect(outcomeNames[results.value(outcome, at)]).toBe(outcomeNames[told.outcome]);
    }
  });
  test("a hovered pixel is explained in words, a clicked one loads its start, and other cells load nothing", () => {
    expect(lesson.remark!(outcome, 0, results)).toMatch(/^From w₁ = −2\.625/);
    expect(lesson.choose!({ tensor: lesson.shown(0)[4].tensor, at: 0 }, results)).toBeUndefined();
  });
  test("a claim leads back to the picture of one training", () => {
    const { shows } = lesson.claims.find(({ id }) => id === "loss")!;
    expect(shows.knobs).toEqual({ map: "none" });
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
