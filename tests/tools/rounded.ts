/** A tape in float32, as a GPU might compute it: every rule's value rounded, to either neighbour where a seed says so. */
import type { Formula } from "../../src/core/formula";
import { formulasOf, operandsOf, storage, type Tensor } from "../../src/core/graph";
import { uniform } from "../../src/core/random";
import { float64 } from "../../src/core/precision";
import { examine } from "../../src/core/reading";
import type { Read } from "../../src/core/trace";
import { winnerOf } from "../../src/core/winner";
import { reader, type ReadTensor, type Values } from "../../src/core/reader";
import { size } from "../../src/core/shape";
import type { Step, Tape } from "../../src/core/tape";

type Round = (value: number) => number;

/** Float32's nearest, or now and then the one beside it: WGSL allows both neighbours of the true value. */
function rounding(seed: number): Round {
  const random = uniform(seed);
  return (value) => {
    const near = Math.fround(value);
    if (near === value || random() < 0.5) return near;
    const other = value > near ? near + Math.abs(near) * 2 ** -24 : near - Math.abs(near) * 2 ** -24;
    return Math.fround(other);
  };
}

function rounded(formula: Formula, read: Read, round: Round): number {
  switch (formula.kind) {
    case "cell":
      return round(read(formula.input, formula.at));
    case "constant":
      return round(formula.value);
    case "apply":
      return round(formula.rule.value(formula.args.map((arg) => rounded(arg, read, round))));
    case "over": {
      const terms = Array.from({ length: formula.n }, (_, k) => rounded(formula.body(k), read, round));
      if (formula.reduce === "largest") return terms[winnerOf(terms)];
      if (formula.reduce === "sum") return terms.reduce((total, term) => round(total + term), 0);
      throw new Error("rounded: of the reductions only sums and maxima are evaluated in float32");
    }
  }
}

/** One gradient: partials from the float32 numbers, each product and each sum rounded. */
function gradient(step: Step, read: ReadTensor, round: Round): Float32Array {
  const total = new Float32Array(size(step.writes[0].shape));
  const operands = operandsOf(step.node);
  const own = operands.findIndex((operand) => operand === step.node.inputs[step.gradient?.input ?? ""]);
  for (const [name, upstream] of Object.entries(step.gradient?.upstream ?? {})) {
    const formula = formulasOf(step.node, name);
    for (let at = 0; at < size(upstream.shape); at++) {
      const { taps } = examine(formula(at), (input, cell) => read(operands[input], cell), float64);
      for (const tap of taps) {
        if (tap.input !== own || tap.blocked) continue;
        total[tap.at] = round(total[tap.at] + round(round(tap.partial) * read(upstream, at)));
      }
    }
  }
  return total;
}

/** Every tensor that a tape writes, computed in float32 from given numbers that are rounded first. */
export function runRounded(tape: Pick<Tape, "steps">, given: Values, seed: number): Map<Tensor, Float32Array> {
  const round = rounding(seed);
  const values = new Map<Tensor, Float32Array>();
  for (const [tensor, data] of given) values.set(tensor, Float32Array.from(data));
  const read = reader(values);
  for (const step of tape.steps) {
    const operands = operandsOf(step.node);
    if (step.gradient) values.set(step.writes[0], gradient(step, read, round));
    else
      for (const [name, tensor] of Object.entries(step.node.outputs)) {
        const formula = formulasOf(step.node, name);
        const one = (_: unknown, at: number): number =>
          rounded(formula(at), (input, cell) => read(operands[input], cell), round);
        values.set(storage(tensor), Float32Array.from({ length: size(tensor.shape) }, one));
      }
  }
  return values;
}
