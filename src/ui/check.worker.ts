/** The worker: the float64 reference, the verifier, and the equations, off the frame path and in slices. */
import type { Comparison } from "../core/compare";
import { explaining } from "../core/explanation";
import { storage, type Tensor } from "../core/graph";
import { unpack, type Parcel, type Unpacked } from "../core/parcel";
import { reader, type Values } from "../core/reader";
import { runningReference } from "../core/reference";
import { size } from "../core/shape";
import type { Step } from "../core/tape";
import type { Work } from "../core/work";
import { verifying } from "../gpu/verify";
import { opNamed } from "../ops";
import type { Numbers, OpCall } from "../ops/call";
import { recordWithin } from "./run-limit";
import { Shift, type Job } from "./shift";

/** Numbers by tensor id. */
export type Numbered = readonly (readonly [number, Float32Array | Float64Array])[];

export interface Explained {
  readonly symbols: { readonly text: string; readonly tex: string };
  readonly numbers: { readonly text: string; readonly tex: string };
  readonly reference: number;
  readonly bound: number;
  readonly sources: readonly { readonly tensor: number; readonly at: number }[];
}

/** How far a check has come: the comparisons so far, of how many tensors, and whether these are all. */
export interface Checked {
  readonly comparisons: readonly (readonly [number, Comparison])[];
  readonly tensors: number;
  readonly complete: boolean;
}

/** `tape` is the number under which a tape was loaded. */
export type Request =
  | { readonly kind: "load"; readonly tape: number; readonly parcel: Parcel }
  | { readonly kind: "forget"; readonly tape: number }
  | { readonly kind: "hold"; readonly tape: number; readonly values: Numbered }
  | { readonly kind: "reference"; readonly tape: number; readonly given: Numbered }
  | { readonly kind: "verify"; readonly tape: number }
  | { readonly kind: "stop"; readonly tape: number }
  | { readonly kind: "explain"; readonly tape: number; readonly tensor: number; readonly at: number }
  | { readonly kind: "run"; readonly call: OpCall };

/**
 * `verify` holds what was given to hold last against the reference, and tells how far it has come when that takes long;
 * `stop` ends it where it is. Of two cells to explain the newer one counts, the other stays unexplained.
 */
export interface Answers {
  load: undefined;
  forget: undefined;
  hold: undefined;
  reference: Numbered;
  verify: Checked;
  stop: undefined;
  explain: Explained | undefined;
  run: { readonly outputs: Record<string, Numbers>; readonly grads: Record<string, Numbers> };
}

/** A question travels with a number, its answer with the same one; an error with its name and message. */
export interface Envelope {
  readonly number: number;
  readonly request: Request;
}
export type Reply =
  | { readonly number: number; readonly answer: unknown }
  | { readonly number: number; readonly soFar: Checked }
  | { readonly number: number; readonly error: { readonly name: string; readonly message: string } };

/** Work that may be ended before its end, and then answers with what it has come to. */
interface Stoppable extends Job {
  stop(): void;
}

/** A check says how far it has come once it has taken this long, and then this often, in milliseconds. */
const patience = 400;
const rhythm = 200;

const shift = new Shift();
const post = (reply: Reply): void => self.postMessage(reply);

/** Work whose result answers a question. */
const answering = (number: number, work: Work<unknown>): Job => ({
  work,
  done: (answer) => post({ number, answer }),
  failed: (error) => post({ number, error: named(error) }),
});

function named(thrown: unknown): { name: string; message: string } {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { name, message };
}

/** A tape with the numbers of its last run. */
class Loaded {
  readonly #unpacked: Unpacked;
  readonly #writers: ReadonlyMap<Tensor, Step>;
  #values: Values = new Map();
  #check: Stoppable | undefined;
  #explanation: Stoppable | undefined;

  constructor(parcel: Parcel) {
    this.#unpacked = unpack(parcel, opNamed);
    this.#writers = new Map(
      this.#unpacked.steps.flatMap((step) => step.writes.map((tensor) => [tensor, step] as const)),
    );
  }

  hold(numbered: Numbered): void {
    this.#values = this.#byTensor(numbered);
  }

  *reference(given: Numbered): Work<Numbered> {
    const found = yield* runningReference(this.#unpacked, this.#byTensor(given));
    this.#values = found;
    return Array.from(found, ([tensor, data]) => [tensor.id, data]);
  }

  verify(number: number): void {
    this.stop();
    this.#check = this.#checking(number);
    shift.begin(this.#check);
  }

  #checking(number: number): Stoppable {
    const verdicts = new Map<Tensor, Comparison>();
    const { steps } = this.#unpacked;
    const tensors = new Set(steps.flatMap(({ writes }) => writes)).size;
    const checked = (complete: boolean): Checked => ({
      comparisons: Array.from(verdicts, ([tensor, comparison]) => [tensor.id, comparison]),
      tensors,
      complete,
    });
    let next = performance.now() + patience;
    return {
      ...answering(number, verifying(steps, this.#values, verdicts)),
      done: () => post({ number, answer: checked(true) }),
      stop: () => post({ number, answer: checked(false) }),
      paused: () => {
        if (performance.now() < next) return;
        next = performance.now() + rhythm;
        post({ number, soFar: checked(false) });
      },
    };
  }

  /** Ends the check that is under way, if there is one. */
  stop(): void {
    if (this.#check && shift.drop(this.#check)) this.#check.stop();
  }

  /** Ends everything that is under way. */
  dismiss(): void {
    this.stop();
    this.#leave();
  }

  #leave(): void {
    if (this.#explanation && shift.drop(this.#explanation)) this.#explanation.stop();
  }

  explain(number: number, id: number, at: number): void {
    this.#leave();
    this.#explanation = {
      ...answering(number, this.#explaining(id, at)),
      stop: () => post({ number, answer: undefined }),
    };
    shift.begin(this.#explanation);
  }

  *#explaining(id: number, at: number): Work<Explained | undefined> {
    const seenAs = this.#unpacked.tensors[id];
    const tensor = storage(seenAs);
    const step = this.#writers.get(tensor);
    if (!step) return undefined;
    const { sources, ...rest } = yield* explaining(step, tensor, at, reader(this.#values), seenAs);
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

function* running(call: OpCall): Work<Answers["run"]> {
  const { tape, exact, outputs, grads } = recordWithin(call);
  const values = yield* runningReference(tape, exact);
  const read = reader(values);
  const numbers = (tensors: Readonly<Record<string, Tensor>>): Record<string, Numbers> =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [
        name,
        {
          shape: tensor.shape,
          // Typed arrays travel to the page in one piece.
          data: values.get(storage(tensor)) ?? new Float64Array(size(tensor.shape)).map((_, at) => read(tensor, at)),
        },
      ]),
    );
  return { outputs: numbers(outputs), grads: numbers(grads) };
}

/** Answers at once where that is short, else begins what will. */
function hear({ number, request }: Envelope): void {
  switch (request.kind) {
    case "load":
      tapes.set(request.tape, new Loaded(request.parcel));
      return post({ number, answer: undefined });
    case "forget":
      tapes.get(request.tape)?.dismiss();
      tapes.delete(request.tape);
      return post({ number, answer: undefined });
    case "hold":
      loaded(request.tape).hold(request.values);
      return post({ number, answer: undefined });
    case "stop":
      loaded(request.tape).stop();
      return post({ number, answer: undefined });
    case "reference":
      return shift.begin(answering(number, loaded(request.tape).reference(request.given)));
    case "verify":
      return loaded(request.tape).verify(number);
    case "explain":
      return loaded(request.tape).explain(number, request.tensor, request.at);
    case "run":
      return shift.begin(answering(number, running(request.call)));
  }
}

self.addEventListener("message", ({ data }: MessageEvent<Envelope>) => {
  try {
    hear(data);
  } catch (error) {
    post({ number: data.number, error: named(error) });
  }
});
