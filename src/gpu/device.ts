/** The one GPU device, which computes and which the scene draws with. */
import { NoWebGpuError } from "./errors";

export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: {
    readonly backend: "webgpu";
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
  };
  readonly limits: GPUSupportedLimits;
  /** Resolves when the device is gone for good: what it held must be computed again on another. */
  readonly lost: Promise<{ reason: string; message: string }>;
  /** Hears of every error that nothing else caught; returns what stops listening. */
  onError(listener: (message: string) => void): () => void;
}

/** What a page gets without asking is far below what most devices have. */
const wantedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxUniformBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
  "maxTextureDimension2D",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** `core-features-and-limits` tells three that this is no compatibility device. */
const wantedFeatures = [
  "core-features-and-limits",
  "float32-filterable",
  "float32-blendable",
  "indirect-first-instance",
  "timestamp-query",
] as const satisfies readonly GPUFeatureName[];

type Entry = Pick<GPU, "requestAdapter">;
const entryOfThePage = (): Entry | null => (navigator as { gpu?: GPU }).gpu ?? null;

/** Opens a device with the adapter's own limits. Throws NoWebGpuError. */
export async function openDevice(entry: Entry | null = entryOfThePage()): Promise<Gpu> {
  if (!entry) throw new NoWebGpuError("This browser has no WebGPU; a current Chrome, Edge, Safari or Firefox has it.");
  const adapter = await entry.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter)
    throw new NoWebGpuError("This browser has WebGPU but found no GPU for it; its graphics acceleration may be off.");
  return describe(await requestDevice(adapter), adapter.info);
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = wantedFeatures.filter((feature) => adapter.features.has(feature));
  try {
    return await adapter.requestDevice({ label: "Backflow", requiredLimits, requiredFeatures });
  } catch (cause) {
    throw new NoWebGpuError(`The GPU refused to open: ${String(cause)}. Reloading the page may help.`, { cause });
  }
}

function describe(device: GPUDevice, info: GPUAdapterInfo): Gpu {
  const listeners = new Set<(message: string) => void>();
  // A listener, not the property: three assigns the property.
  device.addEventListener("uncapturederror", ({ error }) => {
    for (const listener of listeners) listener(error.message);
  });
  return {
    device,
    adapter: {
      backend: "webgpu",
      vendor: info.vendor,
      architecture: info.architecture,
      description: info.description,
    },
    limits: device.limits,
    lost: device.lost.then(({ reason, message }) => ({ reason, message })),
    onError: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
