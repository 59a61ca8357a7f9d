/** Station 1 in words: what is said of a run is true of it, with noise and without, wherever it starts. */
import { describe, expect, test } from "vitest";
import { formOf } from "../../src/story/grade";
import { isMeant } from "../../src/story/knob";
import { compose, frameAt } from "../../src/story/score";
import { turnedFor, type Claim } from "../../src/story/claim";
import type { Caption, Now } from "../../src/story/picture";
import type { Knobs } from "../../src/story/station";
import { beside } from "../../src/stations/learning-rate/numbers";
import { fateOf, type Stepped } from "../../src/stations/learning-rate/theory";
import { open, type Opened } from "../tools/station";

const opened = (turned: Knobs = {}): Promise<Opened> => open("learning-rate", turned);

const nowIn = ({ results }: Opened): Now => ({ results, iteration: 0, progress: () => 1 });

/** What stands at the top of the picture. */
function headline(at: Opened): readonly string[] {
  const labels = at.lesson.picture(at.knobs).labels.filter(({ id }) => id.startsWith("headline"));
  return labels.map(({ text }) => (typeof text === "string" ? text : (text(nowIn(at)) ?? "")));
}
const words = async (turned: Knobs): Promise<string> => headline(await opened(turned))[1];

const claimOf = ({ lesson }: Opened, id: string): Claim => lesson.claims.find((claim) => claim.id === id)!;
const answer = (at: Opened, id: string): unknown => claimOf(at, id).answer(at.results);

/** What is said at the end of the last act. */
function caption(at: Opened): Caption {
  const score = compose(at.lesson.phases(at.knobs), "cell");
  const { act, moment } = { act: score.spans.at(-1)!.act, moment: frameAt(score, score.duration).act!.moment };
  return act.say(moment, nowIn(at));
}

// ── what becomes of w ───────────────────────────────────────────────────────

/** w of a run by the rules of PyTorch's SGD, from 1. */
function walk({ optimizer, rate, curvature, momentum }: Stepped, steps: number): readonly number[] {
  const kept = optimizer === "sgd" ? 0 : momentum;
  const path = [1];
  let buffer = 0;
  for (let t = 0; t < steps; t++) {
    const slope = curvature * path[t];
    buffer = kept * buffer + slope;
    path.push(path[t] - rate * (optimizer === "nesterov" ? slope + kept * buffer : buffer));
  }
  return path;
}

const isNothing = (w: number): boolean => Math.abs(w) < 1e-12;

/** What such a run is seen to do. */
function seen(path: readonly number[]): string {
  const [first, last] = [path[0], Math.max(...path.slice(-3).map(Math.abs))];
  if (path.every((w) => w === first)) return "nothing moves";
  if (isNothing(path[1]) && isNothing(path[2])) return "it lands in one step";
  if (isNothing(path[2]) && isNothing(path[3])) return "it lands in two steps";
  if (!(last <= 100)) return "it diverges";
  if (last > 0.1) return "it bounces for ever";
  const sides = path.filter((w) => !isNothing(w)).map(Math.sign);
  const crosses = sides.some((side) => side !== sides[0]);
  return crosses ? "it oscillates and converges" : "it creeps in from one side";
}

const rates = [0, 0.02, 0.1, 0.5, 0.75, 1, 1.2, 1.25, 1.5, 2, 2.1, 2.4, 2.5, 3, 3.5, 4];

describe.each(["sgd", "momentum", "nesterov"] as const)("%s", (optimizer) => {
  test.each([0, 0.25, 0.5, 0.9])("with μ = %d does what is said of it, at every rate", (momentum) => {
    for (const rate of rates) {
      const stepped = { optimizer, rate, curvature: 1, momentum };
      expect([rate, fateOf(stepped)]).toEqual([rate, seen(walk(stepped, 600))]);
    }
  });
});

test("Nesterov at η = 1/λ lands in two steps, and what is left is called rounding", async () => {
  const at = await opened({ optimizer: "nesterov", lr: 1 });
  expect(answer(at, "fate")).toBe("it lands in two steps");
  expect(headline(at)[1]).toBe("it lands in two steps");
  const path = at.lesson.shown(0)[0].tensor;
  const [w1, w2] = [1, 2].map((t) => at.results.value(path, t));
  expect(w1).toBeCloseTo(-0.9, 6);
  expect(Math.abs(w2)).toBeLessThan(2 ** -23);
  expect(at.lesson.remark!(path, 2, at.results)).toContain("rounding");
  expect(at.lesson.remark!(path, 1, at.results)).not.toContain("rounding");
});

test("momentum without momentum is plain SGD", async () => {
  const at = await opened({ optimizer: "momentum", momentum: 0, lr: 1 });
  expect(answer(at, "fate")).toBe("it lands in one step");
});

test("a factor next to 1 is not written as 1", async () => {
  const [formula, said] = headline(await opened({ lr: 2.00004 }));
  expect(formula).toContain("= 1.00004 > 1");
  expect(said).toBe("every step is 0.004 % larger: it diverges");
  expect(await words({ lr: 1.99999 })).toBe("every step lands across, 99.999 % as far");
  expect([beside(1, 0.99996), beside(1, 1), beside(2, 1)]).toEqual(["0.99996", "1", "1"]);
});

// ── a start in the minimum ──────────────────────────────────────────────────

test.each(["sgd", "momentum", "nesterov", "rmsprop", "adam"])("%s from w₀ = 0 stays there, and says so", async (by) => {
  const at = await opened({ w0: 0, lr: 2.5, optimizer: by });
  expect(headline(at)[1]).toBe("it starts in the minimum: nothing moves");
  expect(caption(at).main).toContain("stays at 0");
});

test("from w₀ = 0 the rate that is too large is still one", async () => {
  for (const curvature of [0.25, 1, 4])
    expect(answer(await opened({ w0: 0, curvature }), "too-large")).toBe("B: divergence or oscillation");
  expect(answer(await opened({ w0: 0, lr: 2.5 }), "fate")).toBe("nothing moves");
});

test("in the bowl it rests only where both directions do", async () => {
  expect(await words({ show: "bowl", w0: 0, w0second: 0 })).toBe("it starts in the minimum: nothing moves");
  expect(await words({ show: "bowl", w0: 0, w0second: 1 })).toContain("each step takes");
});

test("a rate of 0 moves nothing, whatever the optimizer and the noise", async () => {
  for (const optimizer of ["sgd", "momentum", "rmsprop", "adam"])
    expect(await words({ lr: 0, optimizer, noisy: true })).toBe("a rate of 0: nothing moves");
});

// ── batches ─────────────────────────────────────────────────────────────────

test.each([
  [{ lr: 1.5 }, "on average every step lands across, 50 % as far"],
  [{ lr: 1.5, w0: 0 }, "on average every step lands across, 50 % as far"],
  [{ lr: 2.1 }, "on average every step is 10 % larger: it diverges"],
  [{ lr: 0.3, show: "bowl" }, "on average each step takes w times 0.7, and w′ times 0.94"],
  [{ lr: 0.3, optimizer: "adam" }, "Adam divides by the size that gradients have had"],
])("with noise %o: %s", async (turned, said) => {
  const noisy = await opened({ ...turned, noisy: true, noise: 2 });
  expect(headline(noisy)[1]).toBe(said);
  expect(caption(noisy).quiet).toContain("the batch's noise");
});

test("batches without noise are spoken of as one", async () => {
  expect(await words({ noisy: true, noise: 0 })).toBe(await words({}));
  expect(await words({ noisy: true, noise: 0, w0: 0 })).toBe("it starts in the minimum: nothing moves");
});

test("questions about a noisy run are about its average, and noise with its sign turned shows that average", async () => {
  const at = await opened({ noisy: true });
  for (const id of ["factor", "fate"]) expect(claimOf(at, id).prompt).toMatch(/^On average over batches: /);
  // A step is linear: the mean of a run and of its mirror image in the noise is the run without noise.
  const [there, noiseless] = [at, await opened()];
  const [path, noise] = ["w", "ξ"].map(
    (name) => there.lesson.shown(0).find(({ tensor }) => tensor.name === name)!.tensor,
  );
  const eta = 1.5;
  let [thrown, mirrored] = [1, 1];
  for (let t = 0; t < 10; t++) {
    const xi = there.results.value(noise, t);
    [thrown, mirrored] = [thrown - eta * (thrown + xi), mirrored - eta * (mirrored - xi)];
    expect(there.results.value(path, t + 1)).toBeCloseTo(thrown, 5);
    const { tensor } = noiseless.lesson.shown(0)[0];
    expect((thrown + mirrored) / 2).toBeCloseTo(noiseless.results.value(tensor, t + 1), 9);
  }
});

// ── the bowl ────────────────────────────────────────────────────────────────

test("with momentum the direction decides that is the last to settle, and the steepest sets the limit", async () => {
  const turned = { show: "bowl", optimizer: "momentum", momentum: 0.5, curvature: 1, second: 4 };
  expect(headline(await opened({ ...turned, lr: 1 }))).toEqual([
    "$\\eta = 1 > 0.75$",
    expect.stringContaining("it diverges"),
    "$\\eta = 1 > 0.75$",
  ]);
});

test.each([
  [1, 0.2],
  [0.5, 4],
  [2, 1],
])("the bound in the bowl is shown where it is just passed: λ = %d, λ′ = %d", async (curvature, second) => {
  const asked = await opened({ curvature, second, w0: 0 });
  const limit = 2 / Math.max(curvature, second);
  expect(answer(asked, "bound-bowl")).toBeCloseTo(limit, 6);
  const knobs = { ...asked.knobs, ...turnedFor(claimOf(asked, "bound-bowl"), asked.knobs) };
  expect(Number(knobs["lr"]) / limit).toBeCloseTo(1.05, 1);
  const shown = await opened(knobs);
  expect(headline(shown)[0]).toContain("> 2/\\lambda_{\\max}");
  const path = shown.lesson.shown(0)[0].tensor;
  const sizes = [0, 10].map((t) =>
    Math.max(...[0, 1].map((part) => Math.abs(shown.results.value(path, 2 * t + part)))),
  );
  expect(sizes[1]).toBeGreaterThan(sizes[0]);
});

test("what the bowl's question needs is given by the names that the question uses", async () => {
  const at = await opened();
  const { needs, given } = claimOf(at, "bound-bowl");
  const labels = at.station.knobs.filter(({ name }) => needs?.includes(name)).map(({ label }) => label);
  expect(labels).toEqual(["curvature λ", "curvature λ′"]);
  expect(given).toContain("\\lambda'");
});

// ── the map ─────────────────────────────────────────────────────────────────

/** Cells of the map's tensors, without computing a quarter of a million trainings. */
async function mapAt(w0: number, optimizer = "sgd"): Promise<Opened> {
  const { station } = await opened();
  const knobs = { ...(await opened()).knobs, show: "map", w0, optimizer };
  const lesson = station.build(knobs);
  const fed = station.feed(lesson, knobs, {});
  return { station, knobs, lesson, results: { value: (tensor, at) => fed.get(tensor)?.[at] ?? 1, ready: true } };
}

/** Which of the traces are drawn. */
const seenIn = (at: Opened): readonly boolean[] =>
  at.lesson.picture(at.knobs).traces!.map(({ shown }) => shown?.(nowIn(at)) ?? true);

test("a map from w₀ = 0 has nothing to tell, says so, and draws no border", async () => {
  const [resting, moving] = [await mapAt(0), await mapAt(1)];
  expect(seenIn(resting)).toEqual([false, false, true, true]);
  expect(seenIn(moving)).toEqual([true, true, true, true]);
  expect(caption(resting).main).toContain("starts in the minimum");
  expect(caption(moving).main).toContain("200 steps");
  const [block] = resting.lesson.picture(resting.knobs).blocks;
  expect(resting.lesson.remark!(block.tensors[0], 5, resting.results)).toContain("starts in the minimum");
});

const quietIn = async (optimizer: string): Promise<string> => caption(await mapAt(1, optimizer)).quiet ?? "";

test("the map's caption says what is dashed, where theory draws a border, and what choosing a pixel does", async () => {
  expect(await quietIn("sgd")).toContain("dashed: theory's largest stable rate");
  expect(await quietIn("adam")).not.toContain("dashed");
  for (const optimizer of ["sgd", "adam"]) expect(await quietIn(optimizer)).toContain("Choose one to see its run");
});

// ── what else is written ────────────────────────────────────────────────────

test("the caption's step can be checked by hand", async () => {
  expect(caption(await opened())).toEqual({
    main: "Step 10: $w$ goes from −0.001953 to 0.0009766.",
    quiet: "−0.001953 − 1.5 · (−0.001953) = 0.0009766",
  });
});

test("the first weights are asked by their own names", async () => {
  const at = await opened();
  const form = formOf(claimOf(at, "rate-0.1"), at.results);
  expect(form.kind === "numbers" && form.fields.map(({ name, tex }) => [name, tex])).toEqual([
    ["w₁", "w_1"],
    ["w₂", "w_2"],
    ["w₃", "w_3"],
  ]);
});

test("μ means something to the optimizers that carry it, and can be turned for them alone", async () => {
  const { station, knobs } = await opened();
  const momentum = station.knobs.find(({ name }) => name === "momentum")!;
  const meant = ["sgd", "momentum", "nesterov", "rmsprop", "adam"].filter((optimizer) =>
    isMeant(momentum, { ...knobs, optimizer }),
  );
  expect(meant).toEqual(["momentum", "nesterov"]);
});
