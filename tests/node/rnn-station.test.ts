/** Station 12: PyTorch's numbers through its own graph, the curves against what theory says, and the clipping. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import { storage, type Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { runInheriting, runReference } from "../../src/core/reference";
import { add } from "../../src/ops/add";
import { feed, orthogonal } from "../../src/stations/rnn/feed";
import { model, width, type Model } from "../../src/stations/rnn/model";
import { station as recurrence } from "../../src/stations/rnn";
import { grade } from "../../src/story/grade";
import { compose, endOf, frameAt } from "../../src/story/score";
import { initialKnobs, type Knobs, type Preset } from "../../src/story/station";
import { goldenCases, type ValueCase } from "../tools/golden";
import { open } from "../tools/station";

/** Cells of a state in PyTorch's cases. */
const cells = 3;
const goldens = goldenCases(["rnn_tanh"]).filter(
  (golden): golden is ValueCase =>
    golden.kind === "values" && golden.inputs["w_hh"].shape[0] === cells && golden.inputs["x"].shape[1] === width,
);

/** The station's own numbers, with a golden's in their place: its radius is 1, and its inputs go on with zeros. */
function fed(m: Model, { inputs }: ValueCase): Map<Tensor, ArrayLike<number>> {
  const { x, h0, w_ih, b, orthogonal: turn, radius, upstream } = m.given;
  const sequence = new Float64Array(x.shape[0] * width);
  sequence.set(inputs["x"].data);
  return new Map<Tensor, ArrayLike<number>>([
    ...feed(m, initialKnobs(recurrence), {}),
    [x, sequence],
    [h0, inputs["h0"].data],
    [w_ih, inputs["w_ih"].data],
    [b, inputs["b"].data],
    [turn, inputs["w_hh"].data],
    [radius, [1]],
    [upstream, new Float64Array(cells)],
  ]);
}

describe("PyTorch's numbers through the station's graph", () => {
  test("there are some of its size", () => expect(goldens.length).toBeGreaterThan(0));

  test.each(goldens)("$name", (golden) => {
    const steps = golden.inputs["x"].shape[0];
    const m = model({ show: "network", activation: "tanh", cells, steps, distance: 10 });
    const { x, h0, w_ih, b } = m.given;
    const { graph } = m.tape;
    const arriving = m.states.slice(1).map((state) => [state, graph.given(`to ${state.name}`, [cells])] as const);
    const gradient = m.tape.backward(
      new Map(arriving),
      { of: [x, h0, w_ih, b, m.w_hh], name: ({ name }) => `g ${name}` },
      add,
    );
    const numbers = fed(m, golden);
    const upstream = golden.upstream!["output"].data;
    for (const [t, [, tensor]] of arriving.entries()) numbers.set(tensor, upstream.slice(t * cells, (t + 1) * cells));
    const made = runInheriting(m.tape, numbers, float64);
    const holds = (tensor: Tensor, data: readonly number[]): void => {
      const own = made.get(storage(tensor))!;
      const at = data.map((_, i) => i);
      const bounds = Float64Array.from(at, (i) => 2 * own.bounds[i]);
      const expected = { tensor, values: Float64Array.from(data), bounds, peaks: own.peaks.slice(0, data.length) };
      expect([tensor.name, compare([...own.values].slice(0, data.length), expected, float64).verdict]).toEqual([
        tensor.name,
        "holds",
      ]);
    };
    m.states
      .slice(1)
      .forEach((state, t) => holds(state, golden.outputs["output"].data.slice(t * cells, (t + 1) * cells)));
    const { grads = {} } = golden;
    for (const [name, tensor] of Object.entries({ x, h0, w_ih, b, w_hh: m.w_hh }))
      holds(gradient.get(tensor)!, grads[name].data);
  });
});

test("the orthogonal matrix turns and does not stretch", () => {
  const q = orthogonal(5, 4);
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 4; j++) {
      const product = Array.from({ length: 4 }, (_, k) => q[i * 4 + k] * q[j * 4 + k]).reduce((a, v) => a + v, 0);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 6);
    }
});

const length = (numbers: readonly number[]): number => Math.hypot(...numbers);

const claimed = async (id: string, knobs: Knobs): Promise<unknown> => {
  const { lesson, results } = await open("rnn", knobs);
  return lesson.claims.find((claim) => claim.id === id)!.answer(results);
};

test.each([0.5, 0.9, 1, 1.1, 1.5])("without an activation the norm at radius %d is its power", async (radius) => {
  const norm = Number(await claimed("norm", { activation: "linear", radius, distance: 20 }));
  expect(norm / radius ** 20).toBeCloseTo(1, 5);
});

test("the slider's decimal number is raised to the power, not what float32 holds of it", async () => {
  expect(await claimed("power", { radius: 0.9 })).toBe(0.9 ** 30);
  expect(await claimed("power", { radius: 1.2 })).toBe(1.2 ** 30);
});

test("the power worked out by hand counts as the measured norm without an activation", async () => {
  for (const radius of [0.5, 0.8, 0.9, 1.1, 1.2, 1.5])
    for (const distance of [10, 30]) {
      const { lesson, results } = await open("rnn", { activation: "linear", radius, distance });
      const norm = lesson.claims.find(({ id }) => id === "norm")!;
      const verdict = grade(norm, results, [(radius ** distance).toPrecision(9)]);
      expect([radius, distance, verdict]).toEqual([radius, distance, { verdict: "right" }]);
    }
});

/** What a preset turns. */
async function presetKnobs(id: string): Promise<Knobs> {
  const { lesson } = await open("rnn");
  const presets = lesson.passages.flatMap((passage) => (passage.kind === "presets" ? passage.presets : []));
  const { knobs }: Preset = presets.find((preset) => preset.id === id)!;
  return knobs as Knobs;
}

test("tanh can vanish where the radius says explode: about 4e−8 is left in the draw of the preset", async () => {
  const knobs = await presetKnobs("saturated");
  expect(await claimed("fate", knobs)).toBe("explodes");
  expect(Number(await claimed("norm", knobs)).toPrecision(1)).toBe("4e-8");
});

test("at a radius of 0.5 a millionth is left without an activation, and with tanh less", async () => {
  const knobs = { ...(await presetKnobs("below")), distance: 20 };
  const linear = Number(await claimed("norm", { ...knobs, activation: "linear" }));
  expect(linear.toPrecision(1)).toBe("0.000001");
  expect(Number(await claimed("norm", knobs))).toBeLessThan(linear / 10);
});

describe("the LSTM", () => {
  const steps = 10;
  const m = model({ show: "lstm", activation: "tanh", cells, steps, distance: steps });
  const numbers = runReference(m.tape, feed(m, initialKnobs(recurrence), {}));
  const all = (tensor: Tensor): number[] => [...numbers.get(storage(tensor))!];

  test("its forget gates alone are the product of those that are drawn", () => {
    const gates = all(m.memory.gates);
    expect(gates).toHaveLength(steps);
    for (const [n, size] of gates.entries()) {
      const products = Array.from({ length: cells }, (_, i) =>
        m.lstm!.forgets.slice(steps - n).reduce((product, forget) => product * all(forget)[i], 1),
      );
      expect(size).toBeCloseTo(length(products) / Math.sqrt(cells), 6);
    }
  });

  test("what goes back along the drawn cell states is the Jacobian with 1 sent from every cell", () => {
    const jacobians = all(m.tape.graph.tensors.findLast(({ name }) => name === "∂c_T/∂c_t")!);
    for (let n = 0; n < steps; n++)
      for (let i = 0; i < cells; i++) {
        const column = Array.from({ length: cells }, (_, row) => jacobians[(n * cells + row) * cells + i]);
        const back = all(m.lstm!.gradients[steps - n])[i];
        expect(back).toBeCloseTo(
          column.reduce((total, value) => total + value, 0),
          6,
        );
      }
  });

  test("a large forget bias keeps what a small one loses", async () => {
    const kept = Number(await claimed("lstm", { forget: 6 }));
    const lost = Number(await claimed("lstm", { forget: -3 }));
    expect(kept).toBeGreaterThan(0.5);
    expect(lost).toBeLessThan(1e-20);
    expect(Number(await claimed("gates", { forget: 6 }))).toBeGreaterThan(0.5);
  });
});

describe.each(["network", "lstm", "distance"])("the view %s", (show) => {
  test("opens at the end of what it says, and every number that it shows is finite or 0 in words", async () => {
    const both: readonly Knobs[] = [
      { radius: 0.1, distance: 50, inputs: 0 },
      { radius: 1.5, distance: 50, inputs: 3, steps: 8, hidden: 4 },
    ];
    for (const ends of both) {
      const { lesson, results, knobs } = await open("rnn", { show, ...ends });
      const score = compose(lesson.phases(knobs), "cell");
      expect(frameAt(score, endOf(score, lesson.opens)).act?.span.act.step).toBe(lesson.opens);
      for (const { tensor } of lesson.shown(0))
        for (let at = 0; at < tensor.shape.reduce((n, e) => n * e, 1); at++)
          expect([tensor.name, at, Number.isFinite(results.value(tensor, at))]).toEqual([tensor.name, at, true]);
    }
  });

  test("each act says something in every moment, and what is drawn is in the tables", async () => {
    const { lesson, results, knobs } = await open("rnn", { show });
    const tables = new Set(lesson.shown(0).flatMap(({ tensor, gradient }) => [tensor, gradient]));
    for (const { tensors } of lesson.picture(knobs).blocks)
      expect(tensors.every((tensor) => tables.has(tensor))).toBe(true);
    for (const { acts } of lesson.phases(knobs))
      for (const act of acts)
        for (let moment = 0; moment < act.moments; moment++)
          expect(act.say(moment, { results, iteration: 0, progress: () => 1 }).main).not.toBe("");
  });
});

test("the chain of slopes is what the backward pass finds, and clipping keeps the direction", async () => {
  const { lesson, results, station, knobs } = await open("rnn", { steps: 8, distance: 10, threshold: 0.1 });
  expect(station.feed(lesson, knobs, {}).size).toBeGreaterThan(0);
  const tensors = lesson.tape.graph.tensors;
  const named = (name: string): Tensor => tensors.findLast((tensor) => tensor.name === name)!;
  const all = (tensor: Tensor): number[] =>
    Array.from({ length: tensor.shape.reduce((n, e) => n * e, 1) }, (_, at) => results.value(tensor, at));
  const [whole, clipped] = [all(named("∂L/∂W_hh")), all(named("clipped"))];
  expect(length(clipped)).toBeCloseTo(Math.min(0.1, length(whole)), 5);
  const ratio = length(clipped) / length(whole);
  clipped.forEach((value, at) => expect(value).toBeCloseTo(whole[at] * ratio, 5));
});

test("the Jacobian by the chain is that by the gradient kernels", () => {
  const m = model({ show: "network", activation: "tanh", cells, steps: 8, distance: 8 });
  const numbers = fed(m, {
    ...goldens[0],
    inputs: { ...goldens[0].inputs, x: { shape: [0, width], data: [0.3, -1, 0.5, 0.2] } },
  });
  const rows = Array.from({ length: cells }, (_, row) => {
    const upstream = Float64Array.from({ length: cells }, (__, at) => (at === row ? 1 : 0));
    return [...runReference(m.tape, new Map([...numbers, [m.given.upstream, upstream]])).get(m.gradients[0])!];
  });
  const jacobians = runReference(m.tape, numbers).get(m.distances.jacobians)!;
  const chain = [...jacobians].slice(8 * cells ** 2);
  rows.flat().forEach((value, at) => expect(chain[at]).toBeCloseTo(value, 6));
});
