/** The worker: the float64 reference, the verifier, and the equations, off the frame path. */
import type { Comparison } from "../core/compare";
import { explain } from "../core/explanation";
import { storage, type Tensor } from "../core/graph";
import { unpack, type Parcel, type Unpacked } from "../core/parcel";
import { reader, runReference, type Values } from "../core/reference";
import type { Step } from "../core/tape";
import { verify } from "../gpu/verify";
import { opNamed } from "../ops";
import { record, type Numbers, type OpCall } from "../ops/call";

/** Numbers by tensor id. */
export type Numbered = readonly (readonly [number, Float32Array | Float64Array])[];

export interface Explained {
  readonly symbols: { readonly text: string; readonly tex: string };
  readonly numbers: { readonly text: string; readonly tex: string };
  readonly reference: number;
  readonly bound: number;
  readonly sources: readonly { readonly tensor: number; readonly at: number }[];
}

/** `tape` is the number under which a tape was loaded. */
export type Request =
  | { readonly kind: "load"; readonly tape: number; readonly parcel: Parcel }
  | { readonly kind: "forget"; readonly tape: number }
  | { readonly kind: "reference"; readonly tape: number; readonly given: Numbered }
  | { readonly kind: "verify"; readonly tape: number; readonly values: Numbered }
  | { readonly kind: "explain"; readonly tape: number; readonly tensor: number; readonly at: number }
  | { readonly kind: "run"; readonly call: OpCall };

export interface Answers {
  load: undefined;
  forget: undefined;
  reference: Numbered;
  verify: readonly (readonly [number, Comparison])[];
  explain: Explained | undefined;
  run: { readonly outputs: Record<string, Numbers>; readonly grads: Record<string, Numbers> };
}

/** A tape with the numbers of its last run. */
class Loaded {
  readonly #unpacked: Unpacked;
  readonly #writers: ReadonlyMap<Tensor, Step>;
  #values: Values = new Map();

  constructor(parcel: Parcel) {
    this.#unpacked = unpack(parcel, opNamed);
    this.#writers = new Map(
      this.#unpacked.steps.flatMap((step) => step.writes.map((tensor) => [tensor, step] as const)),
    );
  }

  reference(given: Numbered): Numbered {
    const found = runReference(this.#unpacked, this.#byTensor(given));
    this.#values = found;
    return Array.from(found, ([tensor, data]) => [tensor.id, data]);
  }

  verify(numbered: Numbered): Answers["verify"] {
    this.#values = this.#byTensor(numbered);
    return Array.from(verify(this.#unpacked.steps, this.#values), ([tensor, comparison]) => [tensor.id, comparison]);
  }

  explain(id: number, at: number): Explained | undefined {
    const named = this.#unpacked.tensors[id];
    const tensor = storage(named);
    const step = this.#writers.get(tensor);
    if (!step) return undefined;
    const { sources, ...rest } = explain(step, tensor, at, reader(this.#values), named);
    return { ...rest, sources: sources.map((source) => ({ tensor: source.tensor.id, at: source.at })) };
  }

  #byTensor(numbered: Numbered): Map<Tensor, Float32Array | Float64Array> {
    return new Map(numbered.map(([id, data]) => [this.#unpacked.tensors[id], data]));
  }
}

const tapes = new Map<number, Loaded>();

function loaded(tape: number): Loaded {
  const found = tapes.get(tape);
  if (!found) throw new Error(`tape ${tape} is not loaded here`);
  return found;
}

function run(call: OpCall): Answers["run"] {
  const { tape, feed, outputs, grads } = record(call);
  const found = runReference(tape, feed);
  const numbers = (tensors: Readonly<Record<string, Tensor>>): Record<string, Numbers> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [
        name,
        { shape: tensor.shape, data: [...(found.get(tensor) ?? [])] },
      ]),
    );
  return { outputs: numbers(outputs), grads: numbers(grads) };
}

function answer(request: Request): Answers[Request["kind"]] {
  switch (request.kind) {
    case "load":
      tapes.set(request.tape, new Loaded(request.parcel));
      return undefined;
    case "forget":
      tapes.delete(request.tape);
      return undefined;
    case "reference":
      return loaded(request.tape).reference(request.given);
    case "verify":
      return loaded(request.tape).verify(request.values);
    case "explain":
      return loaded(request.tape).explain(request.tensor, request.at);
    case "run":
      return run(request.call);
  }
}

/** A question travels with a number, its answer with the same one; an error with its name and message. */
export interface Envelope {
  readonly number: number;
  readonly request: Request;
}
export type Reply =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly error: { readonly name: string; readonly message: string } };

self.addEventListener("message", ({ data }: MessageEvent<Envelope>) => {
  try {
    self.postMessage({ number: data.number, answer: answer(data.request) } satisfies Reply);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    self.postMessage({ number: data.number, error: { name, message } } satisfies Reply);
  }
});
