/** A device, and a program whose numbers the tests set, for pictures without a processor. */
import "../../src/ui/tokens.css";
import "@fontsource-variable/ibm-plex-sans/standard.css";
import type { Tensor } from "../../src/core/graph";
import { readTheme, Stage, type Theme } from "../../src/scene/stage";

export async function openDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter)
    throw new Error("openDevice: no WebGPU adapter; a browser started with the flags of browser.mjs would do");
  return adapter.requestDevice();
}

/** Numbers by tensor, on the device. */
export class FakeProgram {
  readonly #device: GPUDevice;
  readonly #buffers = new Map<Tensor, GPUBuffer>();
  readonly #extents = new Map<string, GPUBuffer>();

  constructor(device: GPUDevice, extents: Readonly<Record<string, number>> = { values: 5, gradients: 5 }) {
    this.#device = device;
    for (const [group, end] of Object.entries(extents)) this.#extents.set(group, this.#make([end]));
  }

  #make(numbers: readonly number[]): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const data = Float32Array.from(numbers);
    const buffer = this.#device.createBuffer({ size: data.byteLength, usage });
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  set(tensor: Tensor, numbers: readonly number[]): this {
    const buffer = this.#buffers.get(tensor);
    if (buffer) this.#device.queue.writeBuffer(buffer, 0, Float32Array.from(numbers));
    else this.#buffers.set(tensor, this.#make(numbers));
    return this;
  }

  buffer(tensor: Tensor): GPUBuffer {
    const buffer = this.#buffers.get(tensor);
    if (!buffer) throw new Error(`FakeProgram: ${tensor.name} has no numbers; set() gives it some`);
    return buffer;
  }

  extent(group: string): GPUBuffer {
    const buffer = this.#extents.get(group);
    if (!buffer) throw new Error(`FakeProgram: no scale group ${group}; values and gradients would fit`);
    return buffer;
  }

  copyCells(cells: readonly { tensor: Tensor; at: number }[], target: GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder();
    cells.forEach(({ tensor, at }, i) => encoder.copyBufferToBuffer(this.buffer(tensor), at * 4, target, i * 4, 4));
    this.#device.queue.submit([encoder.finish()]);
  }
}

/** A stage of its own on the page, in one of the two themes. */
export async function openStage(
  width = 400,
  height = 300,
  theme: "light" | "dark" = "light",
): Promise<{ stage: Stage; canvas: HTMLCanvasElement; device: GPUDevice; theme: Theme; close(): void }> {
  const device = await openDevice();
  const canvas = document.createElement("canvas");
  const overlay = document.createElement("div");
  document.body.append(canvas, overlay);
  document.documentElement.dataset["theme"] = theme;
  const stage = await Stage.open(canvas, overlay, { device }, (element, text) => (element.textContent = text));
  const colours = readTheme(document.documentElement);
  stage.setTheme(colours);
  stage.resize(width, height, 1);
  const close = (): void => {
    stage.dispose();
    canvas.remove();
    overlay.remove();
    device.destroy();
  };
  return { stage, canvas, device, theme: colours, close };
}

/** The pixels that the last draw left, read in the same task. */
export function pixelsOf(canvas: HTMLCanvasElement): ImageData {
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const pen = copy.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("pixelsOf: this browser gives no 2d canvas; Chromium would");
  pen.drawImage(canvas, 0, 0);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
