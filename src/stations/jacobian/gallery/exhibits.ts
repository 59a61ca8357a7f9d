/** What hangs in the gallery: every op of the registry by each of its differentiable inputs, at a size that can be read. */
import { isDifferentiable, type AnyOp, type Case } from "../../../core/op";
import { size } from "../../../core/shape";
import { ops } from "../../../ops";

/** An op at one size, and the input that its Jacobian is taken by. */
export interface Exhibit {
  readonly op: AnyOp;
  readonly at: Case;
  readonly input: string;
}

/** More outputs or inputs than this cannot be read beside each other. */
const mostCells = 16;

/** The output that is differentiated; undefined where nothing of the op can be. */
export const outputOf = (op: AnyOp): string | undefined => op.outputs.find(isDifferentiable)?.name;

/** The name of an exhibit in addresses. */
export const exhibitName = ({ op, input }: Pick<Exhibit, "op" | "input">): string => `${op.name}.${input}`;

/** How people read it: "matmul by a", and the op alone where it has one input. */
export const exhibitLabel = ({ op, at, input }: Exhibit): string =>
  Object.keys(at.shapes).length === 1 ? op.name : `${op.name} by ${input}`;

/** Outputs and inputs of a case: the sizes of its Jacobian. */
function extents(op: AnyOp, output: string, { shapes, attributes = {} }: Case, input: string): [number, number] {
  return [size(op.shape(shapes, op.attributes(attributes))[output]), size(shapes[input])];
}

/** The case that shows most at a size that can be read: several outputs, several inputs, no operand of a single cell, few operands. */
function caseOf(op: AnyOp, output: string, input: string): Case | undefined {
  const fitting = op.cases.flatMap((each) => {
    if (!(input in each.shapes) || Object.values(each.shapes).some((shape) => size(shape) > mostCells)) return [];
    const [rows, columns] = extents(op, output, each, input);
    if (rows > mostCells || rows * columns < 2) return [];
    const several = Number(rows > 1) + Number(columns > 1);
    const shapes = Object.values(each.shapes);
    return [{ each, several, single: shapes.filter((shape) => size(shape) === 1).length, operands: shapes.length }];
  });
  return fitting.toSorted((a, b) => b.several - a.several || a.single - b.single || a.operands - b.operands)[0]?.each;
}

function exhibitsOf(op: AnyOp): readonly Exhibit[] {
  const output = outputOf(op);
  if (output === undefined) return [];
  return op.inputs.filter(isDifferentiable).flatMap(({ name: input }) => {
    const at = caseOf(op, output, input);
    return at ? [{ op, at, input }] : [];
  });
}

/** All of them, in the registry's order: an op that is added hangs here by itself. */
export const exhibits: readonly Exhibit[] = ops.flatMap(exhibitsOf);

const byName: ReadonlyMap<string, Exhibit> = new Map(exhibits.map((exhibit) => [exhibitName(exhibit), exhibit]));

/** The exhibit of that name. Throws an error that lists the names there are. */
export function exhibitNamed(name: string): Exhibit {
  const found = byName.get(name);
  if (!found) throw new Error(`gallery: there is no "${name}"; ${[...byName.keys()].join(", ")} would fit`);
  return found;
}
