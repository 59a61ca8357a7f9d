/** How far a colour scale must reach: the largest finite |value| of a group of tensors, found on the GPU in every run. */
import code from "../../shaders/extent.wgsl?raw";
import { storage, type Tensor } from "../core/graph";
import type { Kernel } from "../core/kernel";
import { size } from "../core/shape";
import type { TensorType } from "../core/op";
import type { Dispatch } from "./plan";

const width = 256;
/** Beyond this, threads take several cells each. */
const mostGroups = 256;

const kernels: Readonly<Record<TensorType, Kernel>> = { real: kernel("real"), index: kernel("index") };

function kernel(entry: TensorType): Kernel {
  return {
    shader: { file: "extent.wgsl", code },
    entry,
    binds: [{ input: "x" }, { output: "extent" }],
    block: ({ inputs }) => [size(inputs.x)],
    workgroups: ({ inputs }) => [Math.min(mostGroups, Math.ceil(size(inputs.x) / width)), 1, 1],
  };
}

/** The dispatches that fold every tensor of the groups into its group's cell; tensors that share numbers count once. */
export const extentDispatches = (groups: Readonly<Record<string, readonly Tensor[]>>): readonly Dispatch[] =>
  Object.entries(groups).flatMap(([group, tensors]) =>
    [...new Set(tensors.map(storage))].map((tensor) => extentDispatch(group, tensor)),
  );

function extentDispatch(group: string, tensor: Tensor): Dispatch {
  if (tensor.role === "scalar") throw new TypeError(`${group}: ${tensor.name} is a scalar; tensors would fit`);
  const site = { inputs: { x: tensor.shape }, outputs: { extent: [] }, attributes: {} };
  const chosen = kernels[tensor.type];
  return {
    where: `extent of ${group}`,
    kernel: chosen,
    scalars: [],
    block: chosen.block(site),
    slots: [{ tensor }, { extent: group }],
    grid: chosen.workgroups(site),
  };
}
