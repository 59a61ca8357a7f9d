/**
 * The single place that knows three's internals: how a buffer that something else owns becomes one that three draws
 * from. An adopted attribute must never be marked for upload, and is let go of by giving three a buffer of its own to
 * destroy in its stead.
 */
import { storage } from "three/tsl";
import { LinearSRGBColorSpace, NoToneMapping, StorageBufferAttribute, WebGPURenderer, type Node } from "three/webgpu";

interface Held {
  buffer?: GPUBuffer;
}
interface Backend {
  get(attribute: StorageBufferAttribute): Held;
}

/** A renderer on a device that the page already has; colours are written as they are, in sRGB. */
export async function openRenderer(canvas: HTMLCanvasElement, device: GPUDevice): Promise<WebGPURenderer> {
  const renderer = new WebGPURenderer({ canvas, device, antialias: false, depth: false, stencil: false, alpha: false });
  renderer.outputColorSpace = LinearSRGBColorSpace;
  renderer.toneMapping = NoToneMapping;
  renderer.sortObjects = true;
  await renderer.init();
  // The page hears of a lost device itself and opens another; three would only complain.
  renderer.onDeviceLost = () => {};
  return renderer;
}

/** Bits of a buffer, as the shader reads them; `show` points it at another buffer without a new pipeline. */
export interface Bits {
  at(index: Node): Node;
  show(buffer: GPUBuffer): void;
}

/** Buffers that others own, each adopted once. */
export class Adoption {
  readonly #backend: Backend;
  readonly #device: GPUDevice;
  readonly #attributes = new Map<GPUBuffer, StorageBufferAttribute>();

  constructor(renderer: WebGPURenderer, device: GPUDevice) {
    this.#backend = renderer.backend as unknown as Backend;
    this.#device = device;
  }

  #adopt(buffer: GPUBuffer): StorageBufferAttribute {
    const known = this.#attributes.get(buffer);
    if (known) return known;
    const attribute = new StorageBufferAttribute(new Uint32Array(1), 1);
    this.#backend.get(attribute).buffer = buffer;
    this.#attributes.set(buffer, attribute);
    return attribute;
  }

  /** How many buffers are adopted now. */
  get size(): number {
    return this.#attributes.size;
  }

  /** A node over a buffer of 32-bit words. */
  bits(buffer: GPUBuffer): Bits {
    const node = storage(this.#adopt(buffer), "uint", 1).toReadOnly();
    const settable = node as unknown as { value: StorageBufferAttribute };
    return {
      at: (index) => node.element(index),
      show: (other) => {
        settable.value = this.#adopt(other);
      },
    };
  }

  /** Forgets the buffers that are not kept; they live on with their owners. */
  keepOnly(kept: ReadonlySet<GPUBuffer>): void {
    for (const [buffer, attribute] of this.#attributes) if (!kept.has(buffer)) this.#release(buffer, attribute);
  }

  #release(buffer: GPUBuffer, attribute: StorageBufferAttribute): void {
    const standIn = this.#device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE });
    this.#backend.get(attribute).buffer = standIn;
    (attribute as unknown as { dispose(): void }).dispose();
    standIn.destroy();
    this.#attributes.delete(buffer);
  }
}
