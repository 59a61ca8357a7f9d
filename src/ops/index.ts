/** The registry: every op there is. Tests, the gallery and parcels run over it. */
import type { AnyOp } from "../core/op";
import { add } from "./add";
import { avgPool2d } from "./avg_pool2d";
import { conv2d } from "./conv2d";
import { cumsum } from "./cumsum";
import { flip } from "./flip";
import { halfSquaredError } from "./half_squared_error";
import { identity } from "./identity";
import { leakyRelu } from "./leaky_relu";
import { matmul } from "./matmul";
import { maxPool2d } from "./max_pool2d";
import { mul } from "./mul";
import { relu } from "./relu";
import { reshape } from "./reshape";
import { sgd } from "./sgd";
import { sub } from "./sub";
import { sum } from "./sum";
import { transpose } from "./transpose";
import { unfold } from "./unfold";

export const ops: readonly AnyOp[] = [
  matmul,
  conv2d,
  maxPool2d,
  avgPool2d,
  add,
  sub,
  mul,
  sum,
  cumsum,
  relu,
  leakyRelu,
  identity,
  reshape,
  transpose,
  flip,
  unfold,
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
