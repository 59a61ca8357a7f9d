/** Drawings that are lent from picture to picture, so that their pipelines and buffers are made once. */
import { Group, type Camera, type Scene, type WebGPURenderer } from "three/webgpu";
import type { Quads } from "./quads";

/** As many free drawings of a kind stay, ready for the next picture. */
const fewest = 16;

/** What can be lent: it draws with its meshes whatever it is pointed at. */
export interface Lendable<Kind extends string> {
  readonly kind: Kind;
  readonly meshes: readonly ReturnType<Quads["mesh"]>[];
  /** The buffers that it owns. */
  readonly buffers: readonly GPUBuffer[];
  /** Points it at nothing of a program's, so that the program may go. */
  letGo(): void;
  dispose(): void;
}

export class Pool<Kind extends string, Drawing extends Lendable<Kind>> {
  readonly #kinds: readonly Kind[];
  readonly #makeOne: (kind: Kind) => Drawing;
  readonly #renderer: WebGPURenderer;
  #all: Drawing[] = [];
  #free: Drawing[] = [];

  constructor(kinds: readonly Kind[], make: (kind: Kind) => Drawing, renderer: WebGPURenderer) {
    this.#kinds = kinds;
    this.#makeOne = make;
    this.#renderer = renderer;
  }

  /** Makes and compiles what these kinds of drawings need beyond what there is, lent or free. */
  async prepare(wanted: readonly Kind[], scene: Scene, camera: Camera): Promise<void> {
    const made = this.#kinds.flatMap((kind) => this.#make(kind, wanted));
    if (made.length === 0) return;
    const group = new Group();
    group.add(...made.flatMap(({ meshes }) => meshes));
    await this.#renderer.compileAsync(group, camera, scene);
    group.clear();
  }

  #make(kind: Kind, wanted: readonly Kind[]): Drawing[] {
    const missing = countOf(wanted, kind) - countOf(this.#all.map(kindOf), kind);
    const made = Array.from({ length: Math.max(0, missing) }, () => this.#makeOne(kind));
    this.#all.push(...made);
    this.#free.push(...made);
    return made;
  }

  lend(kind: Kind): Drawing {
    const at = this.#free.findLastIndex((drawing) => drawing.kind === kind);
    if (at === -1) throw new Error(`Pool: no ${kind} is free; prepare() would have made one`);
    return this.#free.splice(at, 1)[0];
  }

  /** Takes drawings back; they let go of the program's buffers. */
  giveBack(drawings: readonly Drawing[]): void {
    for (const drawing of drawings) drawing.letGo();
    this.#free.push(...drawings);
  }

  /** Lets go of all but a few of the free drawings: what a large picture needed is given back once it is left. */
  trim(): void {
    const spare = new Set(
      this.#kinds.flatMap((kind) => this.#free.filter((drawing) => drawing.kind === kind).slice(fewest)),
    );
    for (const drawing of spare) drawing.dispose();
    this.#free = this.#free.filter((drawing) => !spare.has(drawing));
    this.#all = this.#all.filter((drawing) => !spare.has(drawing));
  }

  /** The buffers that the drawings own. */
  get buffers(): readonly GPUBuffer[] {
    return this.#all.flatMap(({ buffers }) => buffers);
  }

  dispose(): void {
    for (const drawing of this.#all) drawing.dispose();
  }
}

const kindOf = <Kind extends string>({ kind }: Lendable<Kind>): Kind => kind;
const countOf = (kinds: readonly string[], wanted: string): number => kinds.filter((kind) => kind === wanted).length;
