/** Counts that are read off the formulas: multiply-adds, what one output looks at, numbers that are learned. */
import { formulasOf, isConstant, operandsOf, storage, type Node, type Tensor } from "../../core/graph";
import { leaves } from "../../core/leaves";
import { grouped } from "../../core/numeral";
import { size, unravel } from "../../core/shape";
import type { Model } from "./model";
import { halved, seen } from "./sizes";

/** Counts that have been taken once: structure does not change. */
const taken = new WeakMap<Node, number>();

/** How often the formulas of all outputs of a node read a number of one of its inputs: its weight where it has one. */
function reads(node: Node): number {
  const known = taken.get(node);
  if (known !== undefined) return known;
  const input = hasWeight(node) ? "weight" : "input";
  const which = operandsOf(node).indexOf(node.inputs[input]);
  const formula = formulasOf(node, "output");
  let count = 0;
  for (let at = 0; at < size(node.outputs["output"].shape); at++)
    leaves(formula(at), (from) => {
      if (from === which) count++;
    });
  taken.set(node, count);
  return count;
}

const hasWeight = (node: Node): boolean => "weight" in node.inputs;

/** Every weight that the formulas read is multiplied with something once; a pool without weights multiplies nothing. */
export const multiplyAdds = (node: Node): number => (hasWeight(node) ? reads(node) : 0);

/** How many numbers one window of a pool without weights looks at. */
const windowOf = (node: Node): number => reads(node) / (halved * halved);

/** What the pool itself does, in words. */
export function poolWork({ pool, nodes }: Model): string {
  if (pool === "blur") return `${grouped(multiplyAdds(nodes.pool))} multiply-adds`;
  const each = (windowOf(nodes.pool) - 1) * halved * halved;
  return `${grouped(each)} ${pool === "max" ? "comparisons" : "additions"}`;
}

/** The numbers that a node has to learn: what it reads that neither a step writes nor the graph holds for good. */
export const learned = ({ tape }: Model, node: Node): number => {
  const written = new Set<Tensor>(tape.steps.flatMap(({ writes }) => writes));
  return Object.values(node.inputs)
    .filter((tensor) => !isConstant(tensor) && !written.has(storage(tensor)))
    .reduce((count, tensor) => count + size(tensor.shape), 0);
};

/** The cells of its image that an output cell may read. */
function sources(node: Node, at: number): readonly number[] {
  const which = operandsOf(node).indexOf(node.inputs["input"]);
  const found = new Set<number>();
  leaves(formulasOf(node, "output")(at), (from, cell) => {
    if (from === which) found.add(cell);
  });
  return [...found];
}

/** Rows and columns that an output looks at. */
export interface Field {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

function fieldOver(cells: readonly number[]): Field {
  const places = cells.map((at) => unravel([seen, seen], at));
  const [rows, columns] = [0, 1].map((axis) => places.map((place) => place[axis]));
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  return { top, left, rows: Math.max(...rows) - top + 1, columns: Math.max(...columns) - left + 1 };
}

/** An output cell far from the edges, and where its window begins along both axes. */
const central = halved / 2;
const centralCell = central * halved + central;

/** What one output far from the edges looks at: on the image in both branches, and on the map in between. */
interface Fields {
  readonly A: Field;
  readonly B: Field;
  readonly map: Field;
}

/** The fields of the central output; those of the others lie two pixels farther per output. */
export function fieldsOf({ nodes }: Model): Fields {
  const map = sources(nodes.pool, centralCell);
  const image = new Set(map.flatMap((at) => sources(nodes.convolution, at)));
  return { A: fieldOver(sources(nodes.strided, centralCell)), B: fieldOver([...image]), map: fieldOver(map) };
}

/** The middle of a field that an output looks at, as row and column. */
export const fieldCentre = (field: Field, row: number, column: number): readonly [row: number, column: number] => [
  field.top + (field.rows - 1) / 2 + 2 * (row - central),
  field.left + (field.columns - 1) / 2 + 2 * (column - central),
];

const inside = (at: number): boolean => at >= 0 && at < seen;

/** The cells of a field that lie on the sheet. */
export function fieldCells(field: Field, row: number, column: number): readonly number[] {
  const [top, left] = [field.top + 2 * (row - central), field.left + 2 * (column - central)];
  return Array.from({ length: field.rows * field.columns }, (_, k) => [
    top + Math.floor(k / field.columns),
    left + (k % field.columns),
  ])
    .filter(([y, x]) => inside(y) && inside(x))
    .map(([y, x]) => y * seen + x);
}

export const fieldText = ({ rows, columns }: Field): string => `${rows} × ${columns}`;
