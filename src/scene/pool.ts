/** Drawings of blocks that are lent from picture to picture, so that their pipelines and buffers are made once. */
import { Group, type Camera, type Scene, type WebGPURenderer } from "three/webgpu";
import { BlockDrawing, kinds, type Kind, type Workshop } from "./block";
import type { ShownBlock } from "./shown";

/** As many free drawings of a kind stay, ready for the next picture. */
const fewest = 16;

const none = (): Record<Kind, BlockDrawing[]> => ({ plate: [], contest: [], voxel: [], sheet: [] });

export class Pool {
  readonly #workshop: Workshop;
  readonly #renderer: WebGPURenderer;
  #all = none();
  readonly #free = none();

  constructor(workshop: Workshop, renderer: WebGPURenderer) {
    this.#workshop = workshop;
    this.#renderer = renderer;
  }

  /** Makes and compiles what these kinds of drawings need beyond what there is, lent or free. */
  async prepare(wanted: readonly Kind[], scene: Scene, camera: Camera): Promise<void> {
    const made = kinds.flatMap((kind) => this.#make(kind, wanted));
    if (made.length === 0) return;
    const group = new Group();
    group.add(...made.flatMap(({ meshes }) => meshes));
    await this.#renderer.compileAsync(group, camera, scene);
    group.clear();
  }

  #make(kind: Kind, wanted: readonly Kind[]): BlockDrawing[] {
    const missing = wanted.filter((each) => each === kind).length - this.#all[kind].length;
    const made = Array.from({ length: Math.max(0, missing) }, () => new BlockDrawing(this.#workshop, kind));
    this.#all[kind].push(...made);
    this.#free[kind].push(...made);
    return made;
  }

  lend(kind: Kind): BlockDrawing {
    const drawing = this.#free[kind].pop();
    if (!drawing) throw new Error(`Pool: no ${kind} is free; prepare() would have made one`);
    return drawing;
  }

  /** Takes drawings back; they let go of the program's buffers. */
  giveBack(shown: readonly ShownBlock[]): void {
    for (const { drawing } of shown) {
      drawing.letGo();
      this.#free[drawing.kind].push(drawing);
    }
  }

  /** Lets go of all but a few of the free drawings: what a large picture needed is given back once it is left. */
  trim(): void {
    for (const kind of kinds) {
      const spare = this.#free[kind].splice(fewest);
      for (const drawing of spare) drawing.dispose();
      this.#all[kind] = this.#all[kind].filter((drawing) => !spare.includes(drawing));
    }
  }

  get #drawings(): readonly BlockDrawing[] {
    return kinds.flatMap((kind) => this.#all[kind]);
  }

  /** The buffers that the drawings own. */
  get buffers(): readonly GPUBuffer[] {
    return this.#drawings.flatMap(({ buffers }) => buffers);
  }

  dispose(): void {
    for (const drawing of this.#drawings) drawing.dispose();
  }
}
