/** What station 6 plays, step of SGD after step of SGD: forward, loss, backward, update. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import type { Step } from "../../core/tape";
import type { Act, Caption, CellRef, Current, FlowPath, Now, Vector } from "../../story/picture";
import type { Phase } from "../../story/score";
import { at, columnsOf, drop, weightPlace, wires, type Wires } from "./graph";
import type { Iteration, Model, Weight } from "./model";

const cell = (tensor: Tensor): CellRef => ({ tensor, at: 0 });

/** What an act of this station is made of: all have one moment and write one number. */
interface Part {
  readonly writes: Tensor;
  readonly current: Current;
  readonly flows: readonly FlowPath[];
  readonly reads: readonly Tensor[];
  readonly say: (now: Now) => Caption;
}

export function phases(m: Model, steps: number): readonly Phase[] {
  const ways = wires(m);
  return m.iterations.slice(0, steps).flatMap((iteration, index) => {
    const act = (part: Part): Act => actOf(part, m.writer(part.writes), index);
    const phase = (name: string, parts: readonly Part[], current?: Current): Phase => ({
      name,
      ...(current && { current }),
      acts: parts.map(act),
    });
    return [
      phase("forward", forward(m, iteration, ways), "data"),
      phase("loss", loss(m, iteration, ways)),
      phase("backward", backward(m, iteration, ways), "gradient"),
      phase("update", update(m, iteration)),
    ];
  });
}

const actOf = (part: Part, step: Step, iteration: number): Act => ({
  step,
  current: part.current,
  iteration,
  moments: 1,
  micros: 1,
  unit: step.node.op.name,
  stays: step.kind !== "update",
  flows: () => part.flows,
  lit: () => part.reads.map(cell),
  writes: () => [cell(part.writes)],
  say: (_, now) => part.say(now),
});

/** One number that travels a wire. */
const flow = (
  points: readonly Vector[],
  current: Current,
  carries: Tensor,
  more: Partial<FlowPath> = {},
): FlowPath => ({ points, current, carries: cell(carries), start: 0.1, end: 0.85, ...more });

const value = ({ results }: Now, tensor: Tensor): string => (results.ready ? format(results.value(tensor, 0)) : "…");
/** A number as a factor: negative ones in parentheses. */
const factor = (now: Now, tensor: Tensor): string => {
  const text = value(now, tensor);
  return text.startsWith("−") ? `(${text})` : text;
};

// ── forward ─────────────────────────────────────────────────────────────────

function forward(m: Model, it: Iteration, { forward: way }: Wires): Part[] {
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

function loss(m: Model, it: Iteration, { forward: way }: Wires): Part[] {
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

// ── backward ────────────────────────────────────────────────────────────────

function backward(m: Model, it: Iteration, { backward: way }: Wires): Part[] {
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
  const gate = { by: cell(slope), stop: 0.92 };
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
        flow(way[`act→z${id}`], "gradient", d(z), { start: 0.5, gate: { by: cell(slope), stop: 0 } }),
      ],
      say: (now) => activationCaption(now, id, { a: d(a), z, dz: d(z), slope }),
    },
    {
      writes: d(weight),
      current: "gradient",
      reads: [d(scaled), m.x],
      flows: [
        ...(bias
          ? []
          : [flow(way[`z→scale${id}`], "gradient", d(z), { end: 0.5, gate: { by: cell(slope), stop: 0 } })]),
        flow(way[`→w${id}`], "gradient", d(weight), { start: 0.5, gate: { by: cell(slope), stop: 0 } }),
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
        flow(way[`z→scale${id}`], "gradient", d(z), { end: 0.5 }),
        flow(way[`bias→scale${id}`], "gradient", d(scaled), { start: 0.5 }),
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
      flows: [flow(way[`→b${id}`], "gradient", d(bias), { start: 0.3 })],
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

// ── update ──────────────────────────────────────────────────────────────────

function update(m: Model, it: Iteration): Part[] {
  const c = columnsOf(m.biased);
  return Object.entries(it.next).map(([name, next]): Part => {
    const weight = it.weights[name as Weight]!;
    const gradient = it.gradient.get(weight)!;
    const [x, y] = weightPlace(c, name as Weight);
    const points = [at(x + 33, y + drop), at(x + 41, y + drop), at(x + 41, y), at(x + 33, y)];
    return {
      writes: next,
      current: "gradient",
      reads: [weight, gradient],
      flows: [flow(points, "gradient", gradient)],
      say: (now) => ({
        main: `SGD moves $${weight.tex}$ against its gradient.`,
        quiet: `${value(now, weight)} − ${format(now.results.value(m.rate, 0))} · ${factor(now, gradient)} = ${value(now, next)}`,
      }),
    };
  });
}
