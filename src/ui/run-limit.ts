/** How large the tensors of one `run` may be, on the GPU and by the reference alike. */
import { bytesText, checkSize } from "../gpu/errors";
import { record, type OpCall, type Recorded } from "../ops/call";
import { mostCells } from "../ops/numbers";

/** Less than any device holds: WebGPU warrants twice as much per tensor. */
const limit = 4 * mostCells;
const rule =
  `run hands numbers over as JavaScript arrays, at most ${bytesText(limit)} per tensor ` +
  `(${mostCells.toLocaleString("en")} cells)`;

/** Refuses a tensor that is too large to be handed over. What is no shape passes: whoever records it says why. Throws SizeError. */
export function checkHanded(name: string, shape: unknown): void {
  if (Array.isArray(shape) && shape.every(isExtent)) checkSize(name, shape, limit, rule);
}
const isExtent = (extent: unknown): extent is number => Number.isInteger(extent) && Number(extent) > 0;

/** Refuses tensors of a call that are too large, whatever numbers they have. Throws SizeError. */
export function checkGiven({ op, inputs, upstream = {} }: OpCall): void {
  const where = typeof op === "string" ? op : op.name;
  for (const [name, { shape }] of Object.entries(inputs)) checkHanded(`${where}: ${name}`, shape);
  for (const [name, { shape }] of Object.entries(upstream)) checkHanded(`${where}: the upstream of ${name}`, shape);
}

/**
 * Records a call, and refuses it where any tensor between its inputs and its outputs is too large, before anything is
 * allocated for one. Throws SizeError, and what `record` throws.
 */
export function recordWithin(call: OpCall): Recorded {
  checkGiven(call);
  const recorded = record(call);
  const where = typeof call.op === "string" ? call.op : call.op.name;
  for (const [name, { shape }] of Object.entries(recorded.outputs)) checkHanded(`${where}: ${name}`, shape);
  for (const [name, { shape }] of Object.entries(recorded.grads))
    checkHanded(`${where}: the gradient of ${name}`, shape);
  for (const { name, shape } of recorded.tape.graph.tensors) checkHanded(`${where}: ${name}`, shape);
  return recorded;
}
