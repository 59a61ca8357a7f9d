/** Why a cell of station 12 is what it is. */
import type { Tensor } from "../../core/graph";
import type { Results } from "../../story/results";
import type { DrawnLstm } from "./lstm";
import type { Model } from "./model";

export function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  const value = results.value(tensor, at);
  if (!Number.isFinite(value)) return "Larger than float32 can hold: the gradient has exploded.";
  return (
    ofWeight(m, tensor) ??
    ofDistance(m, tensor, at) ??
    ofSteps(m, tensor) ??
    (m.lstm && ofLstm(m.lstm, m.steps, tensor, value))
  );
}

function ofWeight(m: Model, tensor: Tensor): string | undefined {
  if (tensor === m.w_hh) return "ρ times an orthogonal matrix: it turns a vector and changes its length by ρ.";
  if (tensor === m.total) return `The sum of ${m.steps} parts, one per step.`;
  return tensor === m.clip.clipped ? "The gradient, shortened as a whole where it is too long." : undefined;
}

function ofDistance({ distances, memory, distance }: Model, tensor: Tensor, at: number): string | undefined {
  if (tensor === distances.norms) return `How much the last state changes with the state ${at} steps before it.`;
  if (tensor === distances.farthest) return `How a cell of the last state changes with one ${distance} steps before.`;
  if (tensor === distances.powers) return `${at} steps without an activation multiply a length by this.`;
  if (tensor === distances.slopes) return `What ${at} slopes of the activation leave, the weights aside.`;
  return tensor === memory.gates ? `What ${at} forget gates leave of a gradient, on average.` : undefined;
}

function ofSteps(m: Model, tensor: Tensor): string | undefined {
  const part = m.parts.indexOf(tensor);
  if (part >= 0) return `What step ${part + 1} adds: it read h${part} with this weight.`;
  return cameBack(m.gradients, m.steps, tensor);
}

function ofLstm({ forgets, gradients }: DrawnLstm, steps: number, tensor: Tensor, value: number): string | undefined {
  if (forgets.includes(tensor)) return `${(100 * value).toFixed(0)} % of this cell is kept, and of its gradient.`;
  return cameBack(gradients, steps, tensor);
}

function cameBack(gradients: readonly Tensor[], steps: number, tensor: Tensor): string | undefined {
  const t = gradients.indexOf(tensor);
  if (t < 0 || t === steps) return undefined;
  return steps - t === 1 ? "Came back through 1 step." : `Came back through ${steps - t} steps.`;
}
