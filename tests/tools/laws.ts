/** What must hold for every op and every case. Each law returns what breaks it, so that planted faults can be seen caught. */
import type { Formula } from "../../src/core/formula";
import { formulasOf, operandsOf, type Node } from "../../src/core/graph";
import { numeral, write } from "../../src/core/notation";
import { precise } from "../../src/core/numeral";
import { leaves } from "../../src/core/leaves";
import { float64 } from "../../src/core/precision";
import { evaluate, examine, type Tap } from "../../src/core/reading";
import type { Read } from "../../src/core/trace";
import { expect as expected } from "../../src/core/expected";
import { eachFlow, flowsInto } from "../../src/core/flow";
import { reader, type ReadTensor } from "../../src/core/reader";
import { size } from "../../src/core/shape";
import type { Step } from "../../src/core/tape";
import type { Recorded } from "../../src/ops/call";
import { evaluateText } from "./expression";

/** At most this many of a list, spread over it, the first and the last among them. */
export const spread = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length <= most
    ? list
    : Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]);

interface Place {
  readonly title: string;
  readonly formula: Formula;
  readonly read: Read;
}

/** Output cells of a call, with their formulas. */
function places({ tape, feed }: Recorded, most = 12): readonly Place[] {
  const [node] = tape.graph.nodes;
  const read = reader(feed);
  const operands = operandsOf(node);
  return Object.entries(node.outputs).flatMap(([name, tensor]) => {
    const formula = formulasOf(node, name);
    return spread([...Array.from({ length: size(tensor.shape) }).keys()], most).map((at) => ({
      title: `${node.op.name}.${name}[${at}]`,
      formula: formula(at),
      read: (input: number, cell: number) => read(operands[input], cell),
    }));
  });
}

// ── partials against differences ────────────────────────────────────────────

/** Whether some decision of the formula lies within `nearby` of changing. */
function atKink(formula: Formula, read: Read, nearby: number): boolean {
  if (formula.kind === "apply") {
    const x = formula.args.map((arg) => evaluate(arg, read));
    return (formula.rule.kink?.(x, nearby) ?? false) || formula.args.some((arg) => atKink(arg, read, nearby));
  }
  if (formula.kind !== "over") return false;
  const terms = Array.from({ length: formula.n }, (_, k) => formula.body(k));
  if (formula.reduce === "largest" || (typeof formula.reduce === "object" && "place" in formula.reduce)) {
    const [first, second] = terms.map((term) => evaluate(term, read)).toSorted((a, b) => b - a);
    if (first - (second ?? -Infinity) <= nearby) return true;
  }
  return terms.some((term) => atKink(term, read, nearby));
}

/** The central difference at h, and what rounding may have added to it. */
function centralDifference({ formula, read }: Place, tap: Tap, h: number): { slope: number; floor: number } {
  const at = read(tap.input, tap.at);
  const moved = (by: number) =>
    examine(formula, (i, j) => (i === tap.input && j === tap.at ? at + by : read(i, j)), float64);
  const [up, down] = [moved(h), moved(-h)];
  const step = at + h - (at - h);
  const slope = (up.value - down.value) / step;
  // Each value may be off by its bound; the subtraction and the division round once more.
  const floor = (up.roundoff + down.roundoff) / step + 2 * Math.abs(slope) * float64.unit;
  return { slope, floor };
}

const step = 2 ** -7;

function differenceFault(place: Place, tap: Tap): string | undefined {
  const wide = centralDifference(place, tap, step);
  const narrow = centralDifference(place, tap, step / 2);
  const before = Math.abs(wide.slope - tap.partial);
  const after = Math.abs(narrow.slope - tap.partial);
  // The error is c·h² + O(h⁴): a quarter, with a third as the room that the next order may take.
  if (after <= before / 3 || after <= narrow.floor + tap.slack) return undefined;
  return `${place.title}: ∂/∂input ${tap.input}[${tap.at}] is ${tap.partial}, differences say ${wide.slope} and ${narrow.slope}`;
}

/** Partials that central differences at h and h/2 do not close in on. */
export const differenceFaults = (call: Recorded): readonly string[] =>
  places(call).flatMap((place) => {
    if (atKink(place.formula, place.read, 2 * step)) return [];
    const { taps } = examine(place.formula, place.read, float64);
    return spread(taps, 12).flatMap((tap) => differenceFault(place, tap) ?? []);
  });

// ── structure ───────────────────────────────────────────────────────────────

/** Taps that the leaves of their formula lack. */
export const leafFaults = (call: Recorded): readonly string[] =>
  places(call).flatMap(({ title, formula, read }) => {
    const structure = new Set<string>();
    leaves(formula, (input, at) => structure.add(`${input}[${at}]`));
    return examine(formula, read, float64)
      .taps.map(({ input, at }) => `${input}[${at}]`)
      .filter((tap) => !structure.has(tap))
      .map((tap) => `${title}: the tap ${tap} is no leaf`);
  });

// ── what is printed ─────────────────────────────────────────────────────────

function equationFault({ title, formula, read }: Place): string | undefined {
  const equation = write(formula, { leaf: ({ input, at }) => numeral(precise(read(input, at), 17)), most: Infinity });
  const symbols = new Map<string, number>();
  for (const { symbol, written } of equation.notes) symbols.set(symbol, evaluateText(written.text, symbols));
  const { value, roundoff } = examine(formula, read, float64);
  const said = evaluateText(equation.text, symbols);
  // Both sides round: the reading and the equation.
  if (Object.is(said, value) || Math.abs(said - value) <= 2 * roundoff) return undefined;
  return `${title}: "${equation.text}" evaluates to ${said}, the value is ${value}`;
}

/** Equations with all their digits that do not evaluate to the value. */
export const equationFaults = (call: Recorded): readonly string[] =>
  places(call).flatMap((place) => equationFault(place) ?? []);

// ── flows ───────────────────────────────────────────────────────────────────

/** Gradient cells whose flows do not add up to what the reference delivers, or that the forward Jacobian contradicts. */
export function flowFaults({ tape, feed }: Recorded): readonly string[] {
  const read = reader(feed);
  const [forward, ...gradients] = tape.steps;
  return gradients.flatMap((gradient) => {
    const [delivered] = expected(gradient, read, float64);
    const transposed = throughJacobian(forward, gradient, read);
    return spread([...delivered.values.keys()], 24).flatMap((to) => {
      const total = flowsInto(gradient, delivered.tensor, to, read).reduce((sum, flow) => sum + flow.amount, 0);
      const off = Math.max(Math.abs(total - delivered.values[to]), Math.abs(transposed[to] - delivered.values[to]));
      const where = `${gradient.node.op.name}: gradient of ${gradient.gradient?.input}[${to}]`;
      return off <= 2 * delivered.bounds[to]
        ? []
        : [`${where}: ${delivered.values[to]} is delivered, flows bring ${total}, the Jacobian ${transposed[to]}`];
    });
  });
}

/** Jᵀ · upstream, with J from the flows of the forward step. */
function throughJacobian(forward: Step, gradient: Step, read: ReadTensor): Float64Array {
  const { input = "", upstream = {} } = gradient.gradient ?? {};
  const node: Node = gradient.node;
  const total = new Float64Array(size(node.inputs[input].shape));
  const nameOf = new Map(Object.entries(node.outputs).map(([name, tensor]) => [tensor, name]));
  eachFlow(forward, read, float64, ({ source, from, target, to, weight }) => {
    const arriving = upstream[nameOf.get(target) ?? ""];
    if (arriving && source === node.inputs[input]) total[from] += weight * read(arriving, to);
  });
  return total;
}
