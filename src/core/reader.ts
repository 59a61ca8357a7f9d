/** Reading the cells of tensors: where a step's numbers come from, whoever holds them. */
import { constantAt, storage, type Tensor } from "./graph";

/** Reads one cell of a tensor. */
export type ReadTensor = (tensor: Tensor, at: number) => number;

/** Numbers per tensor that holds some (views and fills are resolved by `reader`). */
export type Values = ReadonlyMap<Tensor, ArrayLike<number>>;

/**
 * Reads tensors from a map of values, through views, fills and constants. A tensor without values reads as NaN. `rounded`
 * says how a backend holds a constant whose numbers were not read back: float32 rounds it.
 */
export function reader(values: Values, rounded: (value: number) => number = (value) => value): ReadTensor {
  return (tensor, at) => {
    const data = values.get(storage(tensor));
    return data?.[at] ?? rounded(constantAt(tensor, at) ?? Number.NaN);
  };
}
