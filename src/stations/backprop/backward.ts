/** The backward pass of station 6, part by part: what arrives, what it is multiplied by, and where it is stopped. */
import type { Tensor } from "../../core/graph";
import type { Caption, Now } from "../../story/picture";
import type { Iteration, Model } from "./model";
import { cell, factor, flow, value, type Part } from "./parts";
import type { Wires } from "./wires";

export function backward(m: Model, it: Iteration, { backward: way }: Wires): Part[] {
  const d = (tensor: Tensor): Tensor => it.gradient.get(tensor)!;
  const w3 = it.weights.w3!;
  const first: Part[] = [
    {
      writes: d(it.prediction),
      current: "gradient",
      reads: [d(it.loss)],
      flows: [
        flow(way["L→loss"], "gradient", d(it.loss), { end: 0.5 }),
        flow(way["loss→prediction"], "gradient", d(it.prediction), { start: 0.5 }),
      ],
      say: (now) => ({
        main: "The loss sends back the miss itself.",
        quiet: `$\\partial L/\\partial \\hat y$ = $\\hat y - y$ = ${value(now, d(it.prediction))}`,
      }),
    },
    {
      writes: d(it.sum),
      current: "gradient",
      reads: [d(it.prediction), w3],
      flows: [
        flow(way["prediction→out"], "gradient", d(it.prediction), { end: 0.5 }),
        flow(way["out→add"], "gradient", d(it.sum), { start: 0.5 }),
      ],
      say: (now) => ({
        main: "Towards the neurons the gradient is multiplied by $w_3$.",
        quiet: `${factor(now, d(it.prediction))} · ${factor(now, w3)} = ${value(now, d(it.sum))}`,
      }),
    },
    {
      writes: d(w3),
      current: "gradient",
      reads: [d(it.prediction), it.sum],
      flows: [flow(way["out→w3"], "gradient", d(w3), { start: 0.3 })],
      say: (now) => ({
        main: "$w_3$ receives the gradient times what it scaled.",
        quiet: `$\\partial L/\\partial w_3$ = ${factor(now, d(it.prediction))} · ${factor(now, it.sum)} = ${value(now, d(w3))}`,
      }),
    },
  ];
  return inTapeOrder(m, [...first, ...neuronBackward(m, it, 0, way, d), ...neuronBackward(m, it, 1, way, d)]);
}

/** Acts follow the tape, so that nothing is shown before what it was made of. */
const inTapeOrder = (m: Model, parts: readonly Part[]): Part[] =>
  parts.toSorted((a, b) => m.writer(a.writes).index - m.writer(b.writes).index);

function neuronBackward(
  m: Model,
  it: Iteration,
  n: 0 | 1,
  way: Wires["backward"],
  d: (tensor: Tensor) => Tensor,
): Part[] {
  const { weight, bias, scaled, z, a, slope } = it.neurons[n];
  const id = n + 1;
  // A slope of 0 stops the gradient in front of the capsule; behind it nothing is left to stop.
  const gate = { by: cell(slope), stop: 0.92 };
  const behind = { by: cell(slope), stop: 0 };
  const parts: Part[] = [
    {
      writes: d(a),
      current: "gradient",
      reads: [d(it.sum)],
      flows: [flow(way[`add→a${id}`], "gradient", d(a))],
      say: (now) => ({
        main: `A sum passes the gradient on unchanged: it reaches $a_${id}$.`,
        quiet: `$\\partial L/\\partial a_${id}$ = ${value(now, d(a))}`,
      }),
    },
    {
      writes: d(z),
      current: "gradient",
      reads: [d(a), z],
      flows: [
        flow(way[`a→act${id}`], "gradient", d(a), { end: 0.5, gate }),
        flow(way[`act→z${id}`], "gradient", d(z), { start: 0.5, gate: behind }),
      ],
      say: (now) => activationCaption(now, id, { a: d(a), z, dz: d(z), slope }),
    },
    {
      writes: d(weight),
      current: "gradient",
      reads: [d(scaled), m.x],
      flows: [
        ...(bias ? [] : [flow(way[`z→scale${id}`], "gradient", d(z), { end: 0.5, gate: behind })]),
        flow(way[`→w${id}`], "gradient", d(weight), { start: 0.5, gate: behind }),
      ],
      say: (now) => ({
        main: `$w_${id}$ receives the gradient times $x$.`,
        quiet: `$\\partial L/\\partial w_${id}$ = ${factor(now, d(scaled))} · ${factor(now, m.x)} = ${value(now, d(weight))}`,
      }),
    },
  ];
  if (!bias) return parts;
  return [
    ...parts,
    {
      writes: d(scaled),
      current: "gradient",
      reads: [d(z)],
      flows: [
        flow(way[`z→scale${id}`], "gradient", d(z), { end: 0.5, gate: behind }),
        flow(way[`bias→scale${id}`], "gradient", d(scaled), { start: 0.5, gate: behind }),
      ],
      say: (now) => ({
        main: `A sum passes it on to both of its terms.`,
        quiet: `towards $w_${id} x$: ${value(now, d(scaled))}`,
      }),
    },
    {
      writes: d(bias),
      current: "gradient",
      reads: [d(z)],
      flows: [flow(way[`→b${id}`], "gradient", d(bias), { start: 0.3, gate: behind })],
      say: (now) => ({
        main: `$b_${id}$ receives it unchanged.`,
        quiet: `$\\partial L/\\partial b_${id}$ = ${value(now, d(bias))}`,
      }),
    },
  ];
}

function activationCaption(
  now: Now,
  id: number,
  { a, z, dz, slope }: Readonly<Record<"a" | "z" | "dz" | "slope", Tensor>>,
): Caption {
  const closed = now.results.ready && now.results.value(slope, 0) === 0;
  return closed
    ? {
        main: `The gradient reaches $a_${id}$ at full strength and stops there.`,
        quiet: `${value(now, a)} arrives; the slope at $z_${id}$ = ${value(now, z)} is 0.`,
      }
    : {
        main: `The gradient passes the activation, times its slope at $z_${id}$.`,
        quiet: `${factor(now, a)} · ${factor(now, slope)} = ${value(now, dz)}`,
      };
}
