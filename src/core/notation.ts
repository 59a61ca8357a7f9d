/**
 * Writing a formula down: in symbols or with numbers, as plain text and as TeX, with parentheses where precedence asks
 * for them. A sum of many terms is written as Σ over the letter that its cells run along, or with its middle left out.
 */
import type { Apply, Cell, Formula, Over } from "./formula";
import { binding, wrap, writeProduct, writeSum, type Written } from "./rule";

/** How a cell is written. `letters` replaces positions by the letters of the sums around it, where they run along one. */
export type Leaf = (cell: Cell) => Written;

export interface Style {
  readonly leaf: Leaf;
  /** Sums up to this many terms are written out; longer ones keep the first three and the last. */
  readonly most: number;
}

/** An atom that is the same in text and TeX unless told otherwise. */
export const plain = (text: string, tex = text): Written => ({ text, tex, binds: binding.atom });

/** A number as a piece of an equation; a negative one binds like a product and begins with the sign. */
export const numeral = (text: string): Written => ({
  text,
  tex: text
    .replaceAll("−", "-")
    .replaceAll("∞", "\\infty")
    .replace("NaN", "\\mathrm{NaN}")
    .replace(/e(-?\d+)$/, "\\mathrm{e}{$1}"),
  binds: text.startsWith("−") ? binding.product : binding.atom,
});

const constantText = (value: number): string => {
  if (value === 0.5) return "½";
  return String(value).replace("-", "−").replace("Infinity", "∞");
};

class Writer {
  readonly style: Style;
  /** Shared subformulas by symbol; what one of them names stands before it. */
  readonly notes = new Map<string, Written>();

  constructor(style: Style) {
    this.style = style;
  }

  write(formula: Formula, top = false): Written {
    switch (formula.kind) {
      case "cell":
        return this.style.leaf(formula);
      case "constant":
        return formula.value === 0.5 ? plain("½", "\\tfrac12") : numeral(constantText(formula.value));
      case "apply":
      case "over":
        return formula.shared && !top ? this.#note(formula.shared.symbol, formula) : this.#body(formula);
    }
  }

  #note(symbol: string, formula: Apply | Over): Written {
    if (!this.notes.has(symbol)) this.notes.set(symbol, this.write(formula, true));
    return plain(symbol);
  }

  #body(formula: Apply | Over): Written {
    if (formula.kind === "apply") return formula.rule.write(formula.args.map((arg) => this.write(arg)));
    const { n, body, reduce } = formula;
    if (typeof reduce === "object" && "index" in reduce) return this.#candidate(formula, reduce.index);
    const written = abridged(n, this.style.most).map((k) =>
      k === undefined ? undefined : this.#term(body(k), k, reduce),
    );
    if (reduce === "sum") return elidedSum(written, n);
    return reduce === "largest"
      ? listed("max", "\\max", written, n)
      : listed("argmax", "\\operatorname{argmax}", written, n);
  }

  /** A term of a reduction; where the place of the largest is asked for, it says its own. */
  #term(formula: Formula, k: number, reduce: Over["reduce"]): Written {
    const term = this.write(formula);
    if (typeof reduce !== "object" || "index" in reduce) return term;
    const at = numeral(constantText(reduce.place(k)));
    return plain(`${term.text} at ${at.text}`, `${term.tex} \\text{ at } ${at.tex}`);
  }

  /** What data selects: the index, then what it selects from. */
  #candidate({ n, body }: Over, index: Formula): Written {
    const candidates = abridged(n, this.style.most).map((k) => (k === undefined ? undefined : this.write(body(k))));
    return listed("pick", "\\mathrm{pick}", [this.write(index), ...candidates], n + 1);
  }
}

/** The positions that are written out of n; undefined stands for those left out. */
export function abridged(n: number, most: number): (number | undefined)[] {
  if (n <= most) return Array.from({ length: n }, (_, k) => k);
  return [0, 1, 2, undefined, n - 1];
}

/** Terms joined by signs, with "… m more" for what was left out. */
export function elidedSum(terms: readonly (Written | undefined)[], n: number): Written {
  const left = n - terms.filter((term) => term !== undefined).length;
  return writeSum(
    terms.map(
      (term) => term ?? { text: `… ${left} more …`, tex: `\\cdots_{\\text{${left} more}}`, binds: binding.product },
    ),
  );
}

/** A function of many terms, with "… m more …" for what was left out. */
function listed(name: string, tex: string, terms: readonly (Written | undefined)[], n: number): Written {
  const left = n - terms.filter((term) => term !== undefined).length;
  const parts = terms.map((term) => term ?? plain(`… ${left} more …`, `\\cdots_{\\text{${left} more}}`));
  return plain(
    `${name}(${parts.map((p) => p.text).join(", ")})`,
    `${tex}\\left(${parts.map((p) => p.tex).join(", ")}\\right)`,
  );
}

/** A formula on paper, with the shared subformulas that it names. */
export interface Equation extends Written {
  readonly notes: readonly { readonly symbol: string; readonly written: Written }[];
}

export function write(formula: Formula, style: Style): Equation {
  const writer = new Writer(style);
  const written = writer.write(formula, true);
  return { ...written, notes: [...writer.notes].map(([symbol, note]) => ({ symbol, written: note })) };
}

/** The terms that the formula adds at its top, each on paper: the middle line of "1 · (−2) + 2 · 3 = −2 + 6 = 4". */
export function topTerms(formula: Formula): readonly Formula[] {
  if (formula.kind === "apply" && formula.rule.name === "sum") return formula.args;
  if (formula.kind === "over" && formula.reduce === "sum")
    return Array.from({ length: formula.n }, (_, k) => formula.body(k));
  return [formula];
}

/**
 * ∂formula/∂cell as people write it: along each path the partials are multiplied, the paths are added. Undefined where
 * it is 1 on its only path.
 */
export function writePartial(formula: Formula, target: Cell, style: Style): Written | undefined {
  const paths = partialPaths(formula, target, style);
  const written = paths.map((factors) => (factors.length === 0 ? plain("1") : writeProduct(factors)));
  if (written.length === 1) return paths[0].length === 0 ? undefined : written[0];
  return written.length === 0 ? plain("0") : writeSum(written.map((term) => wrap(term, binding.product)));
}

function partialPaths(formula: Formula, target: Cell, style: Style): (readonly Written[])[] {
  switch (formula.kind) {
    case "constant":
      return [];
    case "cell":
      return formula.input === target.input && formula.at === target.at ? [[]] : [];
    case "over":
      return Array.from({ length: formula.n }, (_, k) => termPaths(formula, k, target, style)).flat();
    case "apply":
      return formula.args.flatMap((arg, i) => {
        if (formula.rule.closed?.includes(i)) return [];
        const deeper = partialPaths(arg, target, style);
        if (deeper.length === 0) return [];
        const factor = formula.rule.writePartial(
          i,
          formula.args.map((other) => write(other, style)),
        );
        return deeper.map((path) => (factor ? [factor, ...path] : path));
      });
  }
}

/**
 * The paths through one term of a reduction. A maximum passes what its winner brings: max′ is 1 for that one, else 0. A
 * place passes nothing.
 */
function termPaths(formula: Over, k: number, target: Cell, style: Style): (readonly Written[])[] {
  const term = formula.body(k);
  if (typeof formula.reduce === "object" && "place" in formula.reduce) return [];
  const paths = partialPaths(term, target, style);
  if (formula.reduce !== "largest" || paths.length === 0) return paths;
  const { text, tex } = write(term, style);
  const slope = plain(`max′(${text})`, `\\max'\\left(${tex}\\right)`);
  return paths.map((path) => [slope, ...path]);
}
