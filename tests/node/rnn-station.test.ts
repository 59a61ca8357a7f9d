/** Station 12: PyTorch's numbers through its own graph, the curves against what theory says, and the clipping. */
import { describe, expect, test } from "vitest";
import { compare } from "../../src/core/compare";
import { storage, type Tensor } from "../../src/core/graph";
import { float64 } from "../../src/core/precision";
import { runInheriting, runReference } from "../../src/core/reference";
import { add } from "../../src/ops/add";
import { orthogonal } from "../../src/stations/rnn/feed";
import { hidden, model, width, type Model } from "../../src/stations/rnn/model";
import { goldenCases, type ValueCase } from "../tools/golden";
import { open } from "../tools/station";

const goldens = goldenCases(["rnn_tanh"]).filter(
  (golden): golden is ValueCase =>
    golden.kind === "values" && golden.inputs["w_hh"].shape[0] === hidden && golden.inputs["x"].shape[1] === width,
);

const identity = Float64Array.from({ length: hidden ** 2 }, (_, at) => (at % (hidden + 1) === 0 ? 1 : 0));

/** The station's lesson, fed with a golden's numbers: its radius is 1, and its inputs go on with zeros. */
function fed(m: Model, { inputs }: ValueCase): Map<Tensor, ArrayLike<number>> {
  const { x, h0, w_ih, b, orthogonal: turn, radius, upstream } = m.given;
  const sequence = new Float64Array(x.shape[0] * width);
  sequence.set(inputs["x"].data);
  return new Map<Tensor, ArrayLike<number>>([
    [x, sequence],
    [h0, inputs["h0"].data],
    [w_ih, inputs["w_ih"].data],
    [b, inputs["b"].data],
    [turn, inputs["w_hh"].data],
    [radius, [1]],
    [upstream, new Float64Array(hidden)],
    [m.clip.threshold, [1]],
    [m.distances.unit, identity],
  ]);
}

describe("PyTorch's numbers through the station's graph", () => {
  test("there are some of its size", () => expect(goldens.length).toBeGreaterThan(0));

  test.each(goldens)("$name", (golden) => {
    const steps = golden.inputs["x"].shape[0];
    const m = model({ activation: "tanh", steps, distance: 10, lstm: false });
    const { x, h0, w_ih, b } = m.given;
    const { graph } = m.tape;
    const arriving = m.states.slice(1).map((state) => [state, graph.given(`to ${state.name}`, [hidden])] as const);
    const gradient = m.tape.backward(
      new Map(arriving),
      { of: [x, h0, w_ih, b, m.w_hh], name: ({ name }) => `g ${name}` },
      add,
    );
    const numbers = fed(m, golden);
    const upstream = golden.upstream!["output"].data;
    for (const [t, [, tensor]] of arriving.entries()) numbers.set(tensor, upstream.slice(t * hidden, (t + 1) * hidden));
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
      .forEach((state, t) => holds(state, golden.outputs["output"].data.slice(t * hidden, (t + 1) * hidden)));
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

const claimed = async (id: string, knobs: Record<string, number | string | boolean>): Promise<unknown> => {
  const { lesson, results } = await open("rnn", { lstm: false, ...knobs });
  return lesson.claims.find((claim) => claim.id === id)!.answer(results);
};

test.each([0.5, 0.9, 1, 1.1, 1.5])("without an activation the norm at radius %d is its power", async (radius) => {
  const norm = Number(await claimed("norm", { activation: "linear", radius, distance: 20 }));
  expect(norm / radius ** 20).toBeCloseTo(1, 5);
});

test("tanh can vanish where the radius says explode", async () => {
  expect(await claimed("fate", { radius: 1.5, distance: 50 })).toBe("explodes");
  const norm = Number(await claimed("norm", { radius: 1.5, distance: 50 }));
  expect(norm).toBeLessThan(1e-3);
  expect(norm).toBeGreaterThan(0);
});

test("the chain of slopes is what the backward pass finds, and clipping keeps the direction", async () => {
  const { lesson, results, station, knobs } = await open("rnn", { steps: 8, distance: 10, threshold: 0.1 });
  expect(station.feed(lesson, knobs, {}).size).toBeGreaterThan(0);
  const tensors = lesson.tape.graph.tensors;
  const named = (name: string): Tensor => tensors.findLast((tensor) => tensor.name === name)!;
  const all = (tensor: Tensor): number[] =>
    Array.from({ length: tensor.shape.reduce((n, e) => n * e, 1) }, (_, at) => results.value(tensor, at));
  const [whole, clipped] = [all(named("∂L/∂W_hhᵀ")), all(named("clipped"))];
  expect(length(clipped)).toBeCloseTo(Math.min(0.1, length(whole)), 5);
  const ratio = length(clipped) / length(whole);
  clipped.forEach((value, at) => expect(value).toBeCloseTo(whole[at] * ratio, 5));
});

test("the Jacobian by the chain is that by the gradient kernels", () => {
  const m = model({ activation: "tanh", steps: 8, distance: 8, lstm: false });
  const numbers = fed(m, {
    ...goldens[0],
    inputs: { ...goldens[0].inputs, x: { shape: [0, width], data: [0.3, -1, 0.5, 0.2] } },
  });
  const rows = Array.from({ length: hidden }, (_, row) => {
    const upstream = Float64Array.from({ length: hidden }, (__, at) => (at === row ? 1 : 0));
    return [...runReference(m.tape, new Map([...numbers, [m.given.upstream, upstream]])).get(m.gradients[0])!];
  });
  const jacobians = runReference(m.tape, numbers).get(m.distances.jacobians)!;
  const chain = [...jacobians].slice(8 * hidden ** 2);
  rows.flat().forEach((value, at) => expect(chain[at]).toBeCloseTo(value, 6));
});
