/** Tensors as scripts hand them over and get them back. Large ones are turned over in slices, between which frames are drawn. */
import type { Shape } from "../core/shape";
import { noNumber, type Numbers } from "../ops/numbers";
import { checkHanded } from "./run-limit";

/** Numbers as JSON has them: those that it lacks are "nan", "inf" and "-inf". */
export type JsonNumber = number | "nan" | "inf" | "-inf";
export interface JsonTensor {
  readonly shape: Shape;
  readonly data: readonly JsonNumber[];
}
/** What `run` takes: a typed array serves as well. */
export interface GivenTensor {
  readonly shape: Shape;
  readonly data: ArrayLike<JsonNumber>;
}

/** How many numbers are turned over at a time: a millisecond or so. */
const slice = 2 ** 16;

/**
 * Tensors from outside, by name, with their numbers as float32. `where` begins a message about the tensor of that name.
 * Rejects with SizeError before a number is read of what is too large, and with ShapeError where something is no number.
 */
export async function fromJson(
  tensors: Readonly<Record<string, GivenTensor>>,
  where: (name: string) => string,
): Promise<Record<string, Numbers>> {
  for (const [name, tensor] of Object.entries(tensors)) checkTensor(name, where(name), tensor);
  const read: Record<string, Numbers> = {};
  for (const [name, { shape, data }] of Object.entries(tensors))
    read[name] = { shape: [...shape], data: await stored(where(name), data) };
  return read;
}

/** Tensors for outside, by name. */
export async function toJson(tensors: Readonly<Record<string, Numbers>>): Promise<Record<string, JsonTensor>> {
  const written: Record<string, JsonTensor> = {};
  for (const [name, { shape, data }] of Object.entries(tensors))
    written[name] = { shape: [...shape], data: await listed(data) };
  return written;
}

function checkTensor(name: string, where: string, tensor: unknown): void {
  const { shape, data } = (tensor ?? {}) as Partial<Record<keyof GivenTensor, unknown>>;
  if (!Array.isArray(shape) || !isList(data))
    throw new Error(`${name}: no tensor; {shape: [2, 3], data: [six numbers]} would fit`);
  checkHanded(where, shape);
}

/** An array or a typed array; a DataView has no length. */
const isList = (data: unknown): boolean => Array.isArray(data) || (ArrayBuffer.isView(data) && "length" in data);

async function stored(where: string, data: ArrayLike<JsonNumber>): Promise<Float32Array> {
  const numbers = new Float32Array(data.length);
  await inSlices(data.length, (from, to) => {
    for (let at = from; at < to; at++) {
      const value: unknown = numberFrom(data[at]);
      if (typeof value !== "number") throw noNumber(where, value, at);
      numbers[at] = value;
    }
  });
  return numbers;
}

async function listed(data: ArrayLike<number>): Promise<JsonNumber[]> {
  // What an array has held first says how it keeps the rest: one that grows, or is to keep words late, moves all of it at once.
  const numbers: JsonNumber[] = [(await hasWords(data)) ? "nan" : 0.5];
  numbers.length = data.length;
  await inSlices(data.length, (from, to) => {
    for (let at = from; at < to; at++) numbers[at] = numberTo(data[at]);
  });
  return numbers;
}

/** Whether JSON lacks any of the numbers. */
async function hasWords(data: ArrayLike<number>): Promise<boolean> {
  let found = false;
  await inSlices(data.length, (from, to) => {
    for (let at = from; at < to && !found; at++) found = !Number.isFinite(data[at]);
  });
  return found;
}

async function inSlices(length: number, turnOver: (from: number, to: number) => void): Promise<void> {
  for (let from = 0; from < length; from += slice) {
    if (from > 0) await turn();
    turnOver(from, Math.min(length, from + slice));
  }
}

/** Lets everything else have its turn. Unlike a timer, a message to oneself is never held back. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

function numberFrom(value: JsonNumber): number {
  switch (value) {
    case "nan":
      return Number.NaN;
    case "inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    default:
      return value;
  }
}

function numberTo(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}
