/** What the page's script is told of each op and composition: the names that `run` takes and answers. */
import type { AnyOp, TensorType } from "../core/op";
import { compositions, ops } from "../ops";
import type { AnyComposition } from "../ops/compositions/composition";

/** What `run` takes and answers under one name. */
export interface OpReport {
  readonly name: string;
  readonly source: string;
  /** Whether it is an op, with formulas and kernels of its own, or applies ops. */
  readonly kind: "op" | "composition";
  readonly inputs: readonly { readonly name: string; readonly type: TensorType; readonly optional: boolean }[];
  /** Of an op, the attributes that are numbers which a slider may move. */
  readonly scalars: readonly string[];
  /** Of a composition, all its attributes. */
  readonly attributes: readonly string[];
  readonly outputs: readonly string[];
}

const reported = ({ name, source, inputs, outputs }: Pick<AnyOp, "name" | "source" | "inputs" | "outputs">) => ({
  name,
  source,
  inputs: inputs.map((input) => ({
    name: input.name,
    type: input.type ?? "real",
    optional: input.optional ?? false,
  })),
  outputs: outputs.map((output) => output.name),
});
const opReport = (op: AnyOp): OpReport => ({
  ...reported(op),
  kind: "op",
  scalars: op.scalars.map((scalar) => scalar.name),
  attributes: [],
});
const compositionReport = (composition: AnyComposition): OpReport => ({
  ...reported(composition),
  kind: "composition",
  scalars: [],
  attributes: composition.takes,
});

/** Every op and every composition that there is. */
export const opReports: readonly OpReport[] = [...ops.map(opReport), ...compositions.map(compositionReport)];
