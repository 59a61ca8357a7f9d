/** The forward pass of station 6, part by part, and the loss. */
import type { Iteration, Model } from "./model";
import { factor, flow, value, type Part } from "./parts";
import type { Wires } from "./wires";

export function forward(m: Model, it: Iteration, { forward: way }: Wires): Part[] {
  const neurons = ([0, 1] as const).map((n) => neuronForward(m, it, n, way));
  const w3 = it.weights.w3!;
  const [one, two] = it.neurons;
  return [
    ...neurons[0],
    ...neurons[1],
    {
      writes: it.sum,
      current: "data",
      reads: [one.a, two.a],
      flows: [flow(way["a→add1"], "data", one.a), flow(way["a→add2"], "data", two.a)],
      say: (now) => ({
        main: "The two activations are added.",
        quiet: `$a_1 + a_2$ = ${value(now, one.a)} + ${factor(now, two.a)} = ${value(now, it.sum)}`,
      }),
    },
    {
      writes: it.prediction,
      current: "data",
      reads: [it.sum, w3],
      flows: [
        flow(way["add→out"], "data", it.sum, { end: 0.5 }),
        flow(way["w3→out"], "data", w3, { end: 0.5 }),
        flow(way["out→prediction"], "data", it.prediction, { start: 0.5 }),
      ],
      say: (now) => ({
        main: "The sum is scaled by $w_3$: the prediction $\\hat y$.",
        quiet: `$\\hat y$ = ${factor(now, w3)} · ${factor(now, it.sum)} = ${value(now, it.prediction)}`,
      }),
    },
  ];
}

function neuronForward(m: Model, it: Iteration, n: 0 | 1, way: Wires["forward"]): Part[] {
  const { weight, bias, scaled, z, a } = it.neurons[n];
  const id = n + 1;
  const into = [
    flow(way[`x→scale${id}`], "data", m.x, { end: 0.5 }),
    flow(way[`w${id}→`], "data", weight, { end: 0.5 }),
  ];
  const scale: Part = {
    writes: scaled,
    current: "data",
    reads: [m.x, weight],
    flows: [...into, flow(way[bias ? `scale→bias${id}` : `scale→z${id}`], "data", scaled, { start: 0.5 })],
    say: (now) => ({
      main: bias ? `$x$ is scaled by $w_${id}$.` : `$x$ is scaled by $w_${id}$: $z_${id}$.`,
      quiet: `$w_${id} x$ = ${factor(now, weight)} · ${factor(now, m.x)} = ${value(now, scaled)}`,
    }),
  };
  const shift: Part[] = bias
    ? [
        {
          writes: z,
          current: "data",
          reads: [scaled, bias],
          flows: [
            flow(way[`b${id}→`], "data", bias, { end: 0.5 }),
            flow(way[`scale→z${id}`], "data", z, { start: 0.5 }),
          ],
          say: (now) => ({
            main: `The bias $b_${id}$ is added: $z_${id}$.`,
            quiet: `$z_${id}$ = ${value(now, scaled)} + ${factor(now, bias)} = ${value(now, z)}`,
          }),
        },
      ]
    : [];
  const activate: Part = {
    writes: a,
    current: "data",
    reads: [z],
    flows: [flow(way[`z→act${id}`], "data", z, { end: 0.5 }), flow(way[`act→a${id}`], "data", a, { start: 0.5 })],
    say: (now) => ({
      main: `The activation turns $z_${id}$ into $a_${id}$.`,
      quiet: `$a_${id}$ = ${value(now, a)}, from $z_${id}$ = ${value(now, z)}`,
    }),
  };
  return [scale, ...shift, activate];
}

export function loss(m: Model, it: Iteration, { forward: way }: Wires): Part[] {
  return [
    {
      writes: it.loss,
      current: "data",
      reads: [it.prediction, m.y],
      flows: [
        flow(way["prediction→loss"], "data", it.prediction, { end: 0.5 }),
        flow(way["y→loss"], "data", m.y, { end: 0.5 }),
        flow(way["loss→L"], "data", it.loss, { start: 0.5 }),
      ],
      say: (now) => ({
        main: "Half the squared miss is the loss $L$.",
        quiet: `$L$ = ½ · (${value(now, it.prediction)} − ${factor(now, m.y)})² = ${value(now, it.loss)}`,
      }),
    },
  ];
}
