/** Blocks that stand in one another's depth are drawn sheet by sheet, so that each sheet covers what is behind it. */
import type { Block, Picture, Vector } from "../story/picture";
import { cellsIn, gridOf, type Grid } from "./cells";
import type { Slice } from "./shown";
import { cross, dot } from "./vector";

/** How far a block reaches along a direction. */
interface Reach {
  readonly block: Block;
  readonly grid: Grid;
  readonly low: number;
  readonly high: number;
}

function reachOf(block: Block, normal: Vector): Reach {
  const grid = gridOf(block);
  const ends = grid.pitch.map((step, axis) => dot(step, normal) * (grid.shape[axis] - 1));
  const start = dot(grid.origin, normal);
  const sum = (sign: 1 | -1): number => ends.reduce((total, end) => total + sign * Math.max(0, sign * end), start);
  return { block, grid, low: sum(-1), high: sum(1) };
}

/** The direction that all plates face; undefined where they do not face the same way, and where there are voxels. */
export function commonNormal(blocks: readonly Block[]): Vector | undefined {
  const [first, ...others] = blocks.map(({ body }) => (body.kind === "plate" ? cross(body.right, body.up) : undefined));
  if (!first || others.some((normal) => !normal || Math.abs(dot(normal, first)) < 1 - 1e-6)) return undefined;
  return first;
}

/** Two blocks of one place and size take turns there. */
const takeTurns = (a: Reach, b: Reach): boolean =>
  a.block.place.origin.every((x, i) => x === b.block.place.origin[i]) && a.grid.shape.join() === b.grid.shape.join();

const interleaved = (a: Reach, b: Reach): boolean =>
  a !== b && a.low < a.high && b.low < a.high && a.low < b.high && !takeTurns(a, b);

/** The only axis that leaves the plates' plane. */
function depthAxis({ grid }: Reach, normal: Vector): number | undefined {
  const axes = [0, 1, 2, 3].filter((axis) => grid.shape[axis] > 1 && Math.abs(dot(grid.pitch[axis], normal)) > 1e-6);
  return axes.length === 1 ? axes[0] : undefined;
}

/** What is drawn of a picture's blocks, each as a whole or sheet by sheet. */
export function slicesOf({ blocks, opening }: Pick<Picture, "blocks" | "opening">): Slice[] {
  const normal = commonNormal(blocks);
  if (opening.kind === "flat" || !normal) return blocks.map((block) => ({ block }));
  const reaches = blocks.map((block) => reachOf(block, normal));
  return reaches.flatMap((reach): Slice[] => {
    const { block, grid } = reach;
    const axis = reaches.some((other) => interleaved(reach, other)) ? depthAxis(reach, normal) : undefined;
    if (axis === undefined || cellsIn(grid) === 0) return [{ block }];
    return Array.from({ length: grid.shape[axis] }, (_, index) => ({ block, axis, index }));
  });
}
