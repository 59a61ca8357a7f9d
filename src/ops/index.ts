/** The registry: every op there is. Tests, the gallery and parcels run over it. */
import type { AnyOp } from "../core/op";
import { adam } from "./adam";
import { add } from "./add";
import { avgPool2d } from "./avg_pool2d";
import { batchNorm } from "./batch_norm";
import { causalMask } from "./causal_mask";
import { compositions } from "./compositions";
import type { AnyComposition } from "./compositions/composition";
import { concat } from "./concat";
import { conv2d } from "./conv2d";
import { cos } from "./cos";
import { crossEntropy } from "./cross_entropy";
import { cumsum } from "./cumsum";
import { embedding } from "./embedding";
import { div } from "./div";
import { elu } from "./elu";
import { flip } from "./flip";
import { follow } from "./follow";
import { gelu } from "./gelu";
import { halfSquaredError } from "./half_squared_error";
import { histogram } from "./histogram";
import { identity } from "./identity";
import { join } from "./join";
import { layerNorm } from "./layer_norm";
import { leakyRelu } from "./leaky_relu";
import { longestMatch } from "./longest_match";
import { matmul } from "./matmul";
import { maxPool2d } from "./max_pool2d";
import { mseLoss } from "./mse_loss";
import { mean } from "./mean";
import { mul } from "./mul";
import { narrow } from "./narrow";
import { relu } from "./relu";
import { reshape } from "./reshape";
import { rmsprop } from "./rmsprop";
import { sgd } from "./sgd";
import { sigmoid } from "./sigmoid";
import { silu } from "./silu";
import { sin } from "./sin";
import { softmax } from "./softmax";
import { softplus } from "./softplus";
import { sqrt } from "./sqrt";
import { sub } from "./sub";
import { sum } from "./sum";
import { tanh } from "./tanh";
import { threshold } from "./threshold";
import { trainingOutcomes } from "./training_outcomes";
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
  div,
  sum,
  mean,
  cumsum,
  histogram,
  relu,
  leakyRelu,
  threshold,
  identity,
  sigmoid,
  tanh,
  gelu,
  silu,
  elu,
  softplus,
  sin,
  cos,
  sqrt,
  softmax,
  layerNorm,
  batchNorm,
  reshape,
  transpose,
  narrow,
  causalMask,
  concat,
  flip,
  embedding,
  longestMatch,
  follow,
  join,
  unfold,
  halfSquaredError,
  mseLoss,
  crossEntropy,
  sgd,
  rmsprop,
  adam,
  trainingOutcomes,
];

export { compositions };

const byName: ReadonlyMap<string, AnyOp> = new Map(ops.map((op) => [op.name, op]));
const all: ReadonlyMap<string, AnyOp | AnyComposition> = new Map(
  [...ops, ...compositions].map((each) => [each.name, each]),
);

/** The op of that name. Throws an error that lists the names there are. */
export function opNamed(name: string): AnyOp {
  const op = byName.get(name);
  if (!op) throw unknown(name, byName);
  return op;
}

/** The op or composition of that name. Throws an error that lists the names there are. */
export function callableNamed(name: string): AnyOp | AnyComposition {
  const found = all.get(name);
  if (!found) throw unknown(name, all);
  return found;
}

const unknown = (name: string, known: ReadonlyMap<string, unknown>): Error =>
  new Error(`ops: no op is named "${name}"; there are ${[...known.keys()].join(", ")}`);
