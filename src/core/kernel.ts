/**
 * The one convention by which every kernel is run. Binding 0 is a uniform block, the storage buffers follow from
 * binding 1 in the order of `binds`. The block holds, in words of four bytes: +∞ as a float (a WGSL constant may not
 * be one), the op's scalars as floats in their declared order, then the numbers of `block` as unsigned integers. What a
 * step writes, and scratch, is declared `read_write`, everything else `read`. An array of vec4 must start at a multiple
 * of four words: `block` pads up to it.
 */
import type { Shape } from "./shape";

/** A WGSL file: its name under `shaders/` and its text. */
export interface Shader {
  readonly file: string;
  readonly code: string;
}

/** What a storage binding stands for, by the op's own names. `scratch` lives for one step. */
export type Binding =
  | { readonly input: string }
  | { readonly output: string }
  | { readonly upstream: string }
  | { readonly gradient: string }
  | { readonly scratch: string };

/** The place at which a kernel runs: the shapes and the structure of one step. */
export interface Site<A = Readonly<Record<string, unknown>>> {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  readonly attributes: A;
}

export type Grid = readonly [number, number, number];

export interface Kernel<A = Readonly<Record<string, unknown>>> {
  readonly shader: Shader;
  readonly entry: string;
  readonly binds: readonly Binding[];
  /** Override constants: tile sizes, never shapes, so that a new shape compiles nothing. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Shapes and structure as unsigned integers. */
  block(site: Site<A>): readonly number[];
  /** Workgroups; a count above the device's limit per dimension is split by `linearGrid`. A 0 means nothing to run. */
  workgroups(site: Site<A>): Grid;
  /** Cells of each scratch buffer that `binds` names. */
  scratch?(site: Site<A>): Readonly<Record<string, number>>;
}

/** At most this many workgroups fit into one dimension of a dispatch on every WebGPU device. */
export const mostWorkgroups = 65_535;

/**
 * A one-dimensional dispatch over `count` threads in workgroups of `width`, folded into two dimensions where one does
 * not suffice; the kernel finds its place by `id.x + id.y · groups.x · width`.
 */
export function linearGrid(count: number, width: number): Grid {
  const groups = Math.ceil(count / width);
  const rows = Math.ceil(groups / mostWorkgroups);
  return [Math.ceil(groups / rows), rows, 1];
}
