/** What a program is fed: checked against the tape, and uploaded only where it differs from last time. */
import { storage, type Tensor } from "../core/graph";
import { shapeText, size } from "../core/shape";
import type { Arena } from "./arena";
import { FeedError } from "./errors";

/** Numbers per tensor. */
export type Feed = ReadonlyMap<Tensor, Float32Array>;

export class Intake {
  readonly #queue: GPUQueue;
  readonly #arena: Arena;
  readonly #buffers: ReadonlyMap<Tensor, GPUBuffer>;
  readonly #given: ReadonlySet<Tensor>;
  readonly #scalars: ReadonlySet<Tensor>;
  readonly #held = new Map<Tensor, Float32Array>();

  constructor(
    queue: GPUQueue,
    arena: Arena,
    buffers: ReadonlyMap<Tensor, GPUBuffer>,
    takes: { readonly given: readonly Tensor[]; readonly scalars: readonly Tensor[] },
  ) {
    this.#queue = queue;
    this.#arena = arena;
    this.#buffers = buffers;
    this.#given = new Set(takes.given);
    this.#scalars = new Set(takes.scalars);
  }

  /** Takes what is new. Throws FeedError before anything is uploaded. */
  take(feed: Feed): void {
    for (const [tensor, values] of feed) this.#check(tensor, values);
    this.#checkMissing(feed);
    for (const [tensor, values] of feed) {
      if (tensor.role === "scalar") this.#arena.set(tensor, values[0]);
      else this.#upload(storage(tensor), values);
    }
    this.#arena.upload(this.#queue);
  }

  #check(tensor: Tensor, values: Float32Array): void {
    if (!this.#given.has(storage(tensor)) && !this.#scalars.has(tensor))
      throw new FeedError(`${tensor.name}: a step writes it or it is of another graph; a given tensor would fit`);
    const cells = size(tensor.shape);
    if (values.length !== cells)
      throw new FeedError(
        `${tensor.name}: ${values.length} numbers for ${shapeText(tensor.shape)}; ${cells} would fit`,
      );
    if (tensor.type === "index" && !values.every((value) => Number.isInteger(value)))
      throw new FeedError(`${tensor.name}: an index that is no whole number; whole numbers would fit`);
  }

  #checkMissing(feed: Feed): void {
    const fed = new Set([...feed.keys()].map(storage));
    for (const tensor of this.#given)
      if (!this.#held.has(tensor) && !fed.has(tensor)) throw new FeedError(missing(tensor));
    for (const scalar of this.#scalars)
      if (this.#arena.value(scalar) === undefined && !fed.has(scalar)) throw new FeedError(missing(scalar));
  }

  #upload(tensor: Tensor, values: Float32Array): void {
    const before = this.#held.get(tensor);
    const buffer = this.#buffers.get(tensor);
    if (!buffer || (before && sameBits(before, values))) return;
    if (before) before.set(values);
    else this.#held.set(tensor, values.slice());
    const data = tensor.type === "index" ? Int32Array.from(values) : this.#held.get(tensor);
    if (data) this.#queue.writeBuffer(buffer, 0, data);
  }
}

const missing = (tensor: Tensor): string =>
  `${tensor.name}: no numbers were given; ${size(tensor.shape)} (${shapeText(tensor.shape)}) would fit`;

/** Compared as bits: NaN equals itself, and 0 differs from −0. */
function sameBits(a: Float32Array, b: Float32Array): boolean {
  const left = new Uint32Array(a.buffer, a.byteOffset, a.length);
  const right = new Uint32Array(b.buffer, b.byteOffset, b.length);
  return left.every((word, i) => word === right[i]);
}
