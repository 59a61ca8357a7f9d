/** Drawings of blocks that are lent from picture to picture, so that their pipelines and buffers are made once. */
import { Group, type Camera, type Scene, type WebGPURenderer } from "three/webgpu";
import type { Block } from "../story/picture";
import { BlockDrawing, type Workshop } from "./block";
import type { ShownBlock } from "./shown";

type Kind = Block["body"]["kind"];

export class Pool {
  readonly #workshop: Workshop;
  readonly #renderer: WebGPURenderer;
  readonly #all: Record<Kind, BlockDrawing[]> = { plate: [], voxel: [] };
  readonly #free: Record<Kind, BlockDrawing[]> = { plate: [], voxel: [] };

  constructor(workshop: Workshop, renderer: WebGPURenderer) {
    this.#workshop = workshop;
    this.#renderer = renderer;
  }

  /** Makes and compiles what these blocks need beyond what there is, lent or free. */
  async prepare(blocks: readonly Pick<Block, "body">[], scene: Scene, camera: Camera): Promise<void> {
    const made = (["plate", "voxel"] as const).flatMap((kind) => this.#make(kind, blocks));
    if (made.length === 0) return;
    const group = new Group();
    group.add(...made.map(({ mesh }) => mesh));
    await this.#renderer.compileAsync(group, camera, scene);
    group.clear();
  }

  #make(kind: Kind, blocks: readonly Pick<Block, "body">[]): BlockDrawing[] {
    const wanted = blocks.filter(({ body }) => body.kind === kind).length - this.#all[kind].length;
    const made = Array.from({ length: Math.max(0, wanted) }, () => new BlockDrawing(this.#workshop, kind === "voxel"));
    this.#all[kind].push(...made);
    this.#free[kind].push(...made);
    return made;
  }

  lend({ body }: Block): BlockDrawing {
    const drawing = this.#free[body.kind].pop();
    if (!drawing) throw new Error(`Pool: no ${body.kind} is free; prepare() would have made one`);
    return drawing;
  }

  /** Takes drawings back; they let go of the program's buffers. */
  giveBack(shown: readonly ShownBlock[]): void {
    for (const { block, drawing } of shown) {
      drawing.letGo();
      this.#free[block.body.kind].push(drawing);
    }
  }

  /** The buffers that the drawings own. */
  get buffers(): readonly GPUBuffer[] {
    return [...this.#all.plate, ...this.#all.voxel].flatMap(({ buffers }) => buffers);
  }

  dispose(): void {
    for (const drawing of [...this.#all.plate, ...this.#all.voxel]) drawing.dispose();
  }
}
