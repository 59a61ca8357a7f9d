/** The numbers that the user has put into cells. */
import type { Tensor } from "../core/graph";
import type { Edits } from "./station";

/** A tensor and what it is fed: its numbers, with the user's in their place. */
export function edited(tensor: Tensor, data: Float32Array, edits: Edits): [Tensor, Float32Array] {
  for (const [at, value] of Object.entries(edits[tensor.name] ?? {}))
    if (Number(at) < data.length) data[Number(at)] = value;
  return [tensor, data];
}
