/** What the steps of optimizers have in common: `param` moves by `grad`, its state moves along, and nothing is overwritten. */
import { AttributeError } from "../core/attributes";
import { apply, constant, type Formula } from "../core/formula";
import type { Binding, Kernel, Shader, Site } from "../core/kernel";
import type { Case, Given, InputSpec, OutputSpec, ScalarSpec } from "../core/op";
import { difference, product, sum, writeProduct, type Rule } from "../core/rule";
import { checkShape, sameShape, shapeText, ShapeError, size, type Shape } from "../core/shape";
import { everyQuad } from "./quads";

// ── numbers that may be left out ────────────────────────────────────────────

/** factor · x, and 0 where the factor is 0, whatever x is: PyTorch leaves such a term out. */
const termRule: Rule = {
  name: "term",
  value: ([factor, x]) => (factor === 0 ? 0 : factor * x),
  partials: ([factor, x]) => (factor === 0 ? ["blocked", "blocked"] : [x, factor]),
  roundoff: (_, y) => Math.abs(y),
  partialRoundoff: 1,
  write: writeProduct,
  writePartial: (i, args) => args[1 - i],
  wgsl: ([factor, x]) => `term(${factor}, ${x})`,
};

/** The terms of a sum, of which those without a factor or without anything to take it of are left out. */
export const plus = (first: Formula, factor: Formula | undefined, x: Formula | undefined): Formula =>
  factor && x ? sum(first, apply(termRule, factor, x)) : first;

/** A running mean: factor · mean + (1 − factor) · x. */
export const averaged = (factor: Formula, mean: Formula, x: Formula): Formula =>
  sum(product(factor, mean), product(difference(constant(1), factor), x));

export const weightDecay: ScalarSpec<"weight_decay"> = {
  name: "weight_decay",
  symbol: "λ",
  tex: "\\lambda",
  initial: 0,
  optional: true,
};
export const momentum: ScalarSpec<"momentum"> = {
  name: "momentum",
  symbol: "μ",
  tex: "\\mu",
  initial: 0,
  optional: true,
};

/** Refuses numbers below 0, as PyTorch does. Throws AttributeError. */
export function checkNonnegative(where: string, given: Given, names: readonly string[]): void {
  for (const name of names) {
    const value = given[name];
    if (typeof value === "number" && value < 0)
      throw new AttributeError(`${where}: ${name} is ${value}; 0 or more would fit`);
  }
}

// ── operands ────────────────────────────────────────────────────────────────

/** Inputs and outputs through which no gradient passes. */
export const passive = <const S extends InputSpec | OutputSpec>(
  specs: readonly S[],
): (S & { differentiable: false })[] => specs.map((spec) => ({ ...spec, differentiable: false }));

/** The shape of `param`, which the others must have as well; those that are left out are passed over. Throws ShapeError. */
export function shapeOfAll(where: string, { param, ...others }: Readonly<Record<string, Shape | undefined>>): Shape {
  const shape = param ?? [];
  checkShape(`${where}: param`, shape);
  for (const [name, other] of Object.entries(others)) {
    if (other && !sameShape(shape, other))
      throw new ShapeError(
        `${where}: param is ${shapeText(shape)}, ${name} is ${shapeText(other)}; equal shapes would fit`,
      );
  }
  return shape;
}

/** Shapes on which an optimizer is tested, for inputs that all have the same; `scalars` is what is 0-dimensional besides. */
export const casesOf = (
  inputs: readonly string[],
  more: Omit<Case, "shapes"> & { readonly besides?: readonly string[] } = {},
): readonly Case[] => {
  const { besides = [], ...rest } = more;
  return [[2, 3], [], [131]].map((shape) => ({
    ...rest,
    shapes: Object.fromEntries([
      ...inputs.map((name) => [name, shape] as const),
      ...besides.map((name) => [name, []] as const),
    ]),
  }));
};

// ── kernels ─────────────────────────────────────────────────────────────────

/** A dispatch over all cells of `param`, where `runs` says so; the block holds `words`, then quads and threads. */
export function updating<A>(
  shader: Shader,
  entry: string,
  binds: readonly Binding[],
  {
    words = () => [],
    runs = () => true,
  }: { words?: (site: Site<A>) => readonly number[]; runs?: (site: Site<A>) => boolean } = {},
): Kernel<A> {
  const kernel = everyQuad<A>({ shader, entry, binds, cells: ({ inputs }) => size(inputs["param"]) });
  return {
    ...kernel,
    block: (site) => [...words(site), ...kernel.block(site)],
    workgroups: (site) => (runs(site) ? kernel.workgroups(site) : [0, 1, 1]),
  };
}

/** Whether a step carries a momentum buffer on. */
export const carriesMomentum = ({ inputs }: Site): boolean => "momentum_buffer" in inputs;
