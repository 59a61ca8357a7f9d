/** One cell explained: its equation in symbols and with its numbers, what it should be, and the cells that it came from. */
import type { Cell, Formula } from "./formula";
import { formulaOf, operandsOf, storage, type Tensor } from "./graph";
import { elidedSum, numeral, plain, topTerms, write, writePartial, type Style } from "./notation";
import { format } from "./numeral";
import { evaluate, examine } from "./reading";
import type { Read } from "./trace";
import { findingFlows, type Flow } from "./flow";
import { gathered } from "./gathered";
import type { ReadTensor } from "./reader";
import { binding, writeProduct, type Written } from "./rule";
import { unravel } from "./shape";
import type { Step } from "./tape";
import { finished, type Work } from "./work";

export interface Source {
  readonly tensor: Tensor;
  readonly at: number;
}
export interface Explanation {
  /** The equation in symbols, and with numbers down to the result: as text and as TeX. */
  readonly symbols: Pick<Written, "text" | "tex">;
  readonly numbers: Pick<Written, "text" | "tex">;
  /** What the reference makes of the float32 numbers that the step read. */
  readonly reference: number;
  /** What a float32 result may differ from it by. */
  readonly bound: number;
  readonly sources: readonly Source[];
}

const mostTerms = 5;

/** A cell by name: subscripts on a plain letter, brackets on anything longer; nothing on a scalar. */
export function cellName(tensor: Tensor, at: number): Written {
  const index = unravel(tensor.shape, at);
  if (index.length === 0) return plain(tensor.name, tensor.tex);
  const text = `${tensor.name}[${index.join(", ")}]`;
  const short = /^d?[A-Za-z]$/.test(tensor.tex);
  const digits = index.every((i) => i < 10) ? index.join("") : index.join(",");
  return plain(text, short ? `${tensor.tex}_{${digits}}` : `${tensor.tex}\\,[${index.join(", ")}]`);
}

const numberOf = (value: number): Written => numeral(format(value));

interface Styles {
  readonly symbols: Style;
  readonly numbers: Style;
}
function stylesOf(operands: readonly Tensor[], read: Read): Styles {
  return {
    symbols: { most: mostTerms, leaf: ({ input, at }: Cell) => cellName(storage(operands[input]), at) },
    numbers: { most: mostTerms, leaf: ({ input, at }: Cell) => numberOf(read(input, at)) },
  };
}

/** Explains a cell that `step` writes, under the name of the view that is looked at. A cell that it does not write has no terms. */
export const explain = (
  step: Step,
  target: Tensor,
  at: number,
  read: ReadTensor,
  seenAs: Tensor = target,
): Explanation => finished(explaining(step, target, at, read, seenAs));

/** The same in turns: a gradient is searched through all outputs for the flows that reach one cell of it. */
export function* explaining(
  step: Step,
  target: Tensor,
  at: number,
  read: ReadTensor,
  seenAs: Tensor = target,
): Work<Explanation> {
  const left = cellName(seenAs, at);
  if (!step.gradient) return explainForward(step, target, at, read, left);
  return explainGradient(step, yield* findingFlows(step, target, at, read), read, left);
}

function explainForward(step: Step, target: Tensor, at: number, readTensor: ReadTensor, left: Written): Explanation {
  const [name] = Object.entries(step.node.outputs).find(([, tensor]) => tensor === target) ?? [];
  const operands = operandsOf(step.node);
  const read: Read = (input, cell) => readTensor(operands[input], cell);
  const formula = formulaOf(step.node, name ?? "output", at);
  const { symbols, numbers } = stylesOf(operands, read);
  const { value, roundoff, taps } = examine(formula, read);
  return {
    symbols: equals(left, write(formula, symbols)),
    numbers: chain([write(formula, numbers), termValues(formula, read), numberOf(value)]),
    reference: value,
    bound: roundoff,
    sources: taps.map((tap) => ({ tensor: storage(operands[tap.input]), at: tap.at })),
  };
}

/** The terms of a sum, each worked out: "−2 + 6 − 1". */
function termValues(formula: Formula, read: Read): Written | undefined {
  const terms = topTerms(formula);
  if (terms.length < 2 || terms.every((term) => term.kind === "cell")) return undefined;
  return summed(terms, (term) => numberOf(evaluate(term, read)));
}

/** Terms written by `make`, the middle of a long sum left out. */
function summed<T>(terms: readonly T[], make: (term: T) => Written): Written {
  const kept =
    terms.length <= mostTerms
      ? terms.map(make)
      : [...terms.slice(0, 3).map(make), undefined, make(terms[terms.length - 1])];
  return elidedSum(kept, terms.length);
}

function explainGradient(step: Step, flows: readonly Flow[], readTensor: ReadTensor, left: Written): Explanation {
  const operands = operandsOf(step.node);
  const read: Read = (input, cell) => readTensor(operands[input], cell);
  const { symbols, numbers } = stylesOf(operands, read);
  const partial = (flow: Flow, style: Style): Written | undefined => partialOf(step, flow, operands, style);
  // A factor of 0 that stands in the formula itself, as padding does, says nothing; one that is a cell's value does.
  const open = flows.filter((flow) => flow.weight !== 0 || flow.blocked || partial(flow, symbols)?.text !== "0");
  const telling = speaking(open.length > 0 ? open : flows, readTensor);
  const term = (flow: Flow, style: Style, upstream: Written): Written => {
    const slope = style === numbers ? numericSlope(flow, partial(flow, style)) : partial(flow, style);
    return slope ? writeProduct([upstream, slope]) : upstream;
  };
  const { value: reference, bound } = gathered(flows, readTensor);
  const withSymbols = summed(telling, (flow) => term(flow, symbols, cellName(storage(flow.source), flow.from)));
  const withNumbers = summed(telling, (flow) => term(flow, numbers, numberOf(readTensor(flow.source, flow.from))));
  const amounts = telling.length > 1 ? summed(telling, (flow) => numberOf(flow.amount)) : undefined;
  return {
    symbols: equals(left, withSymbols),
    numbers: chain([withNumbers, amounts, numberOf(reference)]),
    reference,
    bound,
    sources: flows.flatMap((flow) => [
      { tensor: storage(flow.source), at: flow.from },
      ...readBy(step, flow, operands),
    ]),
  };
}

/** The flows worth writing: those that something arrives by, or one of them where nothing does. */
function speaking(flows: readonly Flow[], read: ReadTensor): readonly Flow[] {
  const arriving = flows.filter((flow) => read(flow.source, flow.from) !== 0);
  return arriving.length > 0 ? arriving : flows.slice(0, 1);
}

/** ∂output/∂input by the formula of the output that the flow comes from. */
function partialOf(step: Step, flow: Flow, operands: readonly Tensor[], style: Style): Written | undefined {
  return writePartial(formulaFrom(step, flow), { kind: "cell", input: inputOf(step, operands), at: flow.to }, style);
}

const formulaFrom = (step: Step, flow: Flow): Formula => {
  const [name] = Object.entries(step.gradient?.upstream ?? {}).find(([, tensor]) => tensor === flow.source) ?? [
    "output",
  ];
  return formulaOf(step.node, name, flow.from);
};

/** The position of the step's input among the operands of its formulas. */
function inputOf(step: Step, operands: readonly Tensor[]): number {
  const present = step.node.op.inputs.filter((spec) => step.node.inputs[spec.name]);
  const at = present.findIndex((spec) => spec.name === step.gradient?.input);
  return at < 0 ? operands.length : at;
}

/** A slope with its number: a function such as ReLU′ is worked out, a plain factor already is one. */
function numericSlope(flow: Flow, written: Written | undefined): Written | undefined {
  if (!written) return undefined;
  return written.text.includes("′") || written.binds === binding.sum ? numberOf(flow.weight) : written;
}

/** The cells that the partial of a flow reads: the other factors. */
function readBy(step: Step, flow: Flow, operands: readonly Tensor[]): readonly Source[] {
  const found: Source[] = [];
  collect(formulaFrom(step, flow), inputOf(step, operands), flow.to, (input, at) => {
    if (operands[input].role === "tensor") found.push({ tensor: storage(operands[input]), at });
  });
  return found;
}

/** Visits the siblings, within one application of a rule, of the cell that a flow goes to. */
function collect(formula: Formula, input: number, at: number, visit: (input: number, at: number) => void): boolean {
  switch (formula.kind) {
    case "constant":
      return false;
    case "cell":
      return formula.input === input && formula.at === at;
    case "over": {
      let found = false;
      for (let k = 0; k < formula.n; k++) found = collect(formula.body(k), input, at, visit) || found;
      return found;
    }
    case "apply": {
      const found = formula.args.map((arg) => collect(arg, input, at, visit));
      if (!found.some(Boolean) || formula.rule.name === "sum") return found.some(Boolean);
      formula.args.forEach((arg, i) => {
        if (!found[i] && arg.kind === "cell") visit(arg.input, arg.at);
      });
      return true;
    }
  }
}

function equals(left: Written, right: Written): Written {
  return { text: `${left.text} = ${right.text}`, tex: `${left.tex} = ${right.tex}`, binds: binding.sum };
}

const bold = (part: Written, last: boolean): string => (last ? `\\mathbf{${part.tex}}` : part.tex);

/** "= a = b = c", repetitions left out. */
function chain(parts: readonly (Written | undefined)[]): Written {
  const kept = parts
    .filter((part) => part !== undefined)
    .filter((part, i, all) => i === 0 || part.text !== all[i - 1].text);
  return {
    text: kept.map((part) => `= ${part.text}`).join(" "),
    tex: kept.map((part, i) => `= ${bold(part, i === kept.length - 1)}`).join(" "),
    binds: binding.sum,
  };
}
