/** What must hold of every contraction: it is what the formulas say, in every direction. Each law returns what breaks it. */
import { contracting, contractingCells, laying } from "../../src/core/contracted";
import { contractionOf, placesOf, readersOf, partOf, targetOf, type Contraction } from "../../src/core/contraction";
import { formulasOf, operandsOf, type Node } from "../../src/core/graph";
import { leaves } from "../../src/core/leaves";
import { float32, float64 } from "../../src/core/precision";
import { expect as expected, type Expected } from "../../src/core/expected";
import { reader } from "../../src/core/reader";
import { size } from "../../src/core/shape";
import type { Step } from "../../src/core/tape";
import { finished } from "../../src/core/work";
import type { Recorded } from "../../src/ops/call";

const contractionIn = (node: Node): Contraction => {
  const contraction = contractionOf(node);
  if (!contraction) throw new Error(`${node.op.name} states no contraction`);
  return contraction;
};

/** Cells in which two readings of a step differ by more than float64's rounding, or whose bounds are not the same. */
function differences(title: string, formulas: Expected, exact: Expected, contracted: Expected): readonly string[] {
  const cells = contracted.cells ?? [...contracted.values.keys()];
  return cells.flatMap((cell, i) => {
    const [value, bound] = [formulas.values[cell], formulas.bounds[cell]];
    const [other, stated] = [contracted.values[i], contracted.bounds[i]];
    const same = Object.is(value, other) || Math.abs(value - other) <= 2 * exact.bounds[cell];
    // An addend counts as rounded once before it is added; of bounds of nothing but flushing the products of 0 differ.
    const most = bound + float32.unit * contracted.peaks[i] * (1 + 2 ** -20) + 2 ** -100;
    const near = stated >= bound * (1 - 2 ** -40) && stated <= most;
    if (same && (near || !Number.isFinite(value))) return [];
    return [`${title}[${cell}]: the formula gives ${value} ± ${bound}, the contraction ${other} ± ${stated}`];
  });
}

/** Whole steps and single cells whose contraction says something else than their formulas. */
export const contractionFaults = ({ tape, feed }: Recorded): readonly string[] =>
  tape.steps.flatMap((step) => {
    const read = reader(feed);
    const made = finished(laying(step, contractionIn(step.node), read));
    const [formulas] = expected(step, read, float32);
    const [exact] = expected(step, read, float64);
    const title = `${step.node.op.name} ${step.gradient?.input ?? "output"}`;
    const cells = [...formulas.values.keys()].filter((cell) => cell % 3 === 0);
    return [
      ...differences(title, formulas, exact, finished(contracting(made))),
      ...differences(`${title} alone`, formulas, exact, finished(contractingCells(made, cells))),
    ];
  });

/** The outputs that have a cell among their leaves, by cell. */
function byLeaves({ node, gradient }: Step): Map<number, number[]> {
  const operands = operandsOf(node);
  const own = node.op.inputs.filter((spec) => node.inputs[spec.name]).findIndex(({ name }) => name === gradient?.input);
  const formula = formulasOf(node, "output");
  const found = new Map<number, number[]>();
  for (let at = 0; at < size(node.outputs["output"].shape); at++)
    leaves(formula(at), (input, cell) => {
      if (input === own && operands[input]) found.set(cell, [...new Set([...(found.get(cell) ?? []), at])]);
    });
  return found;
}

/** Cells of inputs whose readers by the contraction are not those by the leaves. */
export const readerFaults = ({ tape }: Recorded): readonly string[] =>
  tape.steps.slice(1).flatMap((step) => {
    const contraction = contractionIn(step.node);
    const target = targetOf(step, contraction);
    if (target === "result") return ["a gradient of nothing"];
    const [tensor] = step.writes;
    const place = placesOf(tensor.shape, partOf(contraction, target).margin);
    const leavesOf = byLeaves(step);
    return [...Array.from({ length: size(tensor.shape) }).keys()].flatMap((cell) => {
      const [ours, theirs] = [readersOf(contraction, target, place(cell)), leavesOf.get(cell) ?? []];
      return ours.join() === theirs.join() ? [] : [`${tensor.name}[${cell}]: ${ours.join()} but ${theirs.join()}`];
    });
  });
