/**
 * Blocks of rows for `conv2d` and the gradient of its input where a group writes few channels:
 * `conv2d_planes.wgsl`.
 */
import type { Binding, Kernel } from "../core/kernel";
import code from "../../shaders/conv2d_planes.wgsl?raw";
import { padding } from "./conv2d_lay";
import { chunked, forwardShare, inputShare, mending, type Share } from "./conv2d_registers";
import type { Conv2dAttributes, Measure } from "./conv2d_site";

/** As many threads for each channel that is written as there are for one tile of channels, but one for eight rows. */
const byRows = (share: Share, phases: number): Share => {
  const tiles = Math.ceil(Math.ceil(share.rows / phases) / 8);
  const each = share.threads / (share.tiles * share.rows);
  return { ...share, tiles, threads: each * share.results * phases * tiles };
};

const forwardRows = (m: Measure): Share => byRows(forwardShare(m), 1);
const inputRows = (m: Measure): Share => {
  const share = inputShare(m);
  return byRows(share, Math.min(m.sliding.stride[0], share.rows));
};

const shader = { file: "conv2d_planes.wgsl", code };
const operands: readonly Binding[] = [{ scratch: "planes" }, { input: "weight" }];

export const forwardPlanes: readonly Kernel<Conv2dAttributes>[] = [
  padding({ input: "input" }, "planes", (m) => forwardRows(m).laid),
  ...chunked(shader, "forward", [...operands, { output: "output" }, { input: "bias" }], forwardRows),
];

export const inputPlanes: readonly Kernel<Conv2dAttributes>[] = [
  padding({ upstream: "output" }, "planes", (m) => inputRows(m).laid),
  ...chunked(shader, "input", [...operands, { gradient: "input" }], inputRows),
  mending,
];
