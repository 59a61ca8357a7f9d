/** One buffer of many instances, so many words to each, read by a shader four words at a time. */
import { instanceIndex, uniform } from "three/tsl";
import type { Mesh, Node } from "three/webgpu";
import type { Workshop } from "./block";
import { setInstances } from "./quads";
import type { Shading } from "./shading";
import { Written } from "./written";

/** An unsigned number for a shader. */
export const constant = (n: number): Node => uniform(n, "uint");

export class Instances {
  readonly #data: Written;
  readonly #words: number;

  constructor({ device, adoption }: Pick<Workshop, "device" | "adoption">, words: number) {
    this.#words = words;
    this.#data = new Written(device, adoption, words * 16);
  }

  get buffer(): GPUBuffer {
    return this.#data.buffer;
  }

  /** Four words of the instance that is drawn, from the `place`-th four on. */
  four(shading: Shading, place: number): Node {
    const word = (axis: number): Node =>
      this.#data.at(
        shading.call("wordSlot")({
          instance: instanceIndex,
          stride: constant(this.#words),
          place: constant(4 * place + axis),
        }),
      );
    return shading.call("fourOf")({ a: word(0), b: word(1), c: word(2), d: word(3) });
  }

  /** Writes the instances, packed into words, and draws the mesh as often. */
  show(mesh: Mesh, packed: readonly (readonly number[])[]): void {
    const numbers = new Float32Array(packed.length * this.#words);
    packed.forEach((words, i) => numbers.set(words, i * this.#words));
    if (packed.length > 0) this.#data.write(numbers);
    setInstances(mesh, packed.length);
  }

  dispose(): void {
    this.#data.dispose();
  }
}
