/** Tiles that a workgroup shares, for `conv2d` on hardware with fast workgroup memory: `conv2d_tiles.wgsl`. */
import { linearGrid, type Kernel } from "../core/kernel";
import code from "../../shaders/conv2d_tiles.wgsl?raw";
import { padding } from "./conv2d_lay";
import { blockOf, forwardShare, type Share } from "./conv2d_registers";
import { measure, type Conv2dAttributes, type Measure } from "./conv2d_site";
import { width } from "./reduction";

/** Channels and windows of a tile; a thread has 8 × 8 of its cells. */
const side = 64;

function tileShare(m: Measure): Share {
  const across = Math.ceil((m.windows[0] * m.windows[1]) / side);
  const tiles = Math.ceil(m.outputs / side);
  return { ...forwardShare(m), across, tiles, threads: across * tiles * m.groups * m.batches * width };
}

export const forwardTiles: readonly Kernel<Conv2dAttributes>[] = [
  padding({ input: "input" }, "planes", (m) => forwardShare(m).laid),
  {
    shader: { file: "conv2d_tiles.wgsl", code },
    entry: "forward",
    binds: [{ scratch: "planes" }, { input: "weight" }, { output: "output" }, { input: "bias" }],
    block(site) {
      const m = measure(site);
      return blockOf(m, tileShare(m));
    },
    workgroups: (site) => linearGrid(tileShare(measure(site)).threads, width),
  },
];
