/** Compute pipelines, compiled once per shader, entry point and override constants, and shared by all programs. */
import type { Kernel } from "../core/kernel";
import { KernelError } from "./errors";

export class Pipelines {
  readonly #device: GPUDevice;
  readonly #modules = new Map<string, Promise<GPUShaderModule>>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Pipelines asked for so far, each once. */
  get count(): number {
    return this.#pipelines.size;
  }

  /** The kernel's pipeline, compiled off the main thread when it is new. Rejects with KernelError. */
  get(kernel: Kernel): Promise<GPUComputePipeline> {
    const { shader, entry, constants = {} } = kernel;
    // The text belongs to the key: two shaders may carry one name while one of them is being edited.
    const key = JSON.stringify([shader.file, entry, constants]) + shader.code;
    return remembered(this.#pipelines, key, () => this.#compile(kernel));
  }

  async #compile({ shader, entry, constants = {} }: Kernel): Promise<GPUComputePipeline> {
    const module = await remembered(this.#modules, `${shader.file}\n${shader.code}`, () => this.#module(shader));
    try {
      return await this.#device.createComputePipelineAsync({
        label: `${shader.file} ${entry}`,
        layout: "auto",
        compute: { module, entryPoint: entry, constants },
      });
    } catch (cause) {
      throw new KernelError(`${shader.file}: ${entry} does not compile: ${textOf(cause)}`, { cause });
    }
  }

  async #module({ file, code }: Kernel["shader"]): Promise<GPUShaderModule> {
    this.#device.pushErrorScope("validation");
    const module = this.#device.createShaderModule({ label: file, code });
    const error = await this.#device.popErrorScope();
    if (!error) return module;
    const { messages } = await module.getCompilationInfo();
    const first = messages.find(({ type }) => type === "error");
    throw new KernelError(first ? `${file}:${first.lineNum}:${first.linePos}: ${first.message}` : error.message);
  }
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** What the map holds under `key`, made on first use; what failed is forgotten, so that another try is a fresh one. */
function remembered<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before) return before;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}
