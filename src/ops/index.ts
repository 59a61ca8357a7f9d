/** The registry: every op there is. Tests, the gallery and parcels run over it. */
import type { AnyOp } from "../core/op";
import { add } from "./add";
import { cumsum } from "./cumsum";
import { halfSquaredError } from "./half_squared_error";
import { identity } from "./identity";
import { leakyRelu } from "./leaky_relu";
import { matmul } from "./matmul";
import { mul } from "./mul";
import { relu } from "./relu";
import { sgd } from "./sgd";
import { sub } from "./sub";
import { sum } from "./sum";

export const ops: readonly AnyOp[] = [
  matmul,
  add,
  sub,
  mul,
  sum,
  cumsum,
  relu,
  leakyRelu,
  identity,
  halfSquaredError,
  sgd,
];

const byName: ReadonlyMap<string, AnyOp> = new Map(ops.map((op) => [op.name, op]));

/** The op of that name. Throws an error that lists the names there are. */
export function opNamed(name: string): AnyOp {
  const op = byName.get(name);
  if (!op) throw new Error(`ops: no op is named "${name}"; there are ${[...byName.keys()].join(", ")}`);
  return op;
}
