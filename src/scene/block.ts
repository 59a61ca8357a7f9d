/** What draws one block: a table and buffers that its shaders read, and the meshes that they belong to. */
import { Vector4 } from "three/webgpu";
import type { Adoption, Bits } from "./adopt";
import type { Atlas } from "./atlas";
import { plateMesh, voxelMesh } from "./body";
import type { Globals } from "./globals";
import type { Quads } from "./quads";
import { sheetMesh } from "./sheet";
import { rows } from "./table";
import { Written } from "./written";

/** What the drawings of one stage share. */
export interface Workshop {
  readonly device: GPUDevice;
  readonly adoption: Adoption;
  readonly globals: Globals;
  readonly atlas: Atlas;
  readonly quads: Quads;
  /** A buffer for what is not there. */
  readonly nothing: GPUBuffer;
}

/** What a drawing can draw: plates, plates of which some have won, voxels, or many plates on one surface. */
export type Kind = "plate" | "contest" | "voxel" | "sheet";
export const kinds: readonly Kind[] = ["plate", "contest", "voxel", "sheet"];

/** How many plates are drawn, as suits the view: cell by cell, as surfaces, or as surfaces of mere colour. */
export type Manner = "cells" | "sheets" | "grain";
export const manners: readonly Manner[] = ["cells", "sheets", "grain"];

/** The drawing of one block; it may be lent to another block of the same kind. */
export class BlockDrawing {
  readonly cells: ReturnType<Quads["mesh"]>;
  readonly sheets: ReturnType<Quads["mesh"]> | undefined;
  readonly grain: ReturnType<Quads["mesh"]> | undefined;
  readonly table = Array.from({ length: rows }, () => new Vector4());
  readonly values: Bits;
  readonly running: Bits;
  readonly mask: Bits;
  readonly won: Bits;
  readonly end: Bits;
  readonly order: Written;
  readonly flags: Written;
  readonly nothing: GPUBuffer;
  readonly kind: Kind;

  constructor(workshop: Workshop, kind: Kind) {
    const { device, adoption, nothing } = workshop;
    this.kind = kind;
    this.order = new Written(device, adoption);
    this.flags = new Written(device, adoption);
    this.nothing = nothing;
    [this.values, this.running, this.mask, this.won, this.end] = [0, 1, 2, 3, 4].map(() => adoption.bits(nothing));
    this.cells = kind === "voxel" ? voxelMesh(this, workshop) : plateMesh(this, workshop, kind !== "plate");
    this.sheets = kind === "sheet" ? sheetMesh(this, workshop, "sheetFragment") : undefined;
    this.grain = kind === "sheet" ? sheetMesh(this, workshop, "grainFragment") : undefined;
  }

  get meshes(): readonly ReturnType<Quads["mesh"]>[] {
    return [this.cells, this.sheets, this.grain].filter((mesh) => mesh !== undefined);
  }

  /** The written buffers, which stay adopted. */
  get buffers(): readonly GPUBuffer[] {
    return [this.order.buffer, this.flags.buffer];
  }

  /** Its place among what is drawn. */
  place(order: number): void {
    for (const mesh of this.meshes) mesh.renderOrder = order;
  }

  /** Points it at nothing of a program's, so that the program may go. */
  letGo(): void {
    for (const bits of [this.values, this.running, this.mask, this.won, this.end]) bits.show(this.nothing);
  }

  dispose(): void {
    for (const mesh of this.meshes) mesh.material.dispose();
    this.order.dispose();
    this.flags.dispose();
  }
}
