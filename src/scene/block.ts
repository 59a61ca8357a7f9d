/** A tensor drawn as cells: one mesh whose shaders read the tensor's own buffer. */
import { float, instanceIndex, sampler, texture, uniformArray, varying, vertexIndex } from "three/tsl";
import { Vector4, type Node } from "three/webgpu";
import type { Adoption, Bits } from "./adopt";
import type { Atlas } from "./atlas";
import type { Globals } from "./globals";
import type { Quads } from "./quads";
import { Shading } from "./shading";
import { Written } from "./written";

/** Rows of the table that a block's shaders read. */
export const row = {
  shape: 0,
  /** w: height of numbers. */
  origin: 1,
  /** Four pitches; w: half width, half height, half pitch across and up. */
  pitch: 2,
  /** w: whether flags hold. */
  right: 6,
  /** w: whether the mask holds. */
  up: 7,
  moment: 8,
  micro: 9,
  clock: 10,
  rule: 11,
  stride: 12,
  /** Step along a running sum, marks, half a voxel. */
  rest: 13,
  hue: 14,
  extent: 15,
} as const;
const rows = 16;

/** Marks that hold for a whole block; the values are those of `shaders/scene-cell.wgsl`. */
export const mark = { edged: 4, symlog: 8, ghost: 16, bare: 32, latent: 256, whole: 512, deep: 1024 } as const;

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

/** The drawing of one block; it may be lent to another block of the same kind of body. */
export class BlockDrawing {
  readonly mesh: ReturnType<Quads["mesh"]>;
  readonly table = Array.from({ length: rows }, () => new Vector4());
  readonly values: Bits;
  readonly running: Bits;
  readonly mask: Bits;
  readonly end: Bits;
  readonly order: Written;
  readonly flags: Written;
  readonly nothing: GPUBuffer;

  constructor(workshop: Workshop, voxel: boolean) {
    const { device, adoption } = workshop;
    this.order = new Written(device, adoption);
    this.flags = new Written(device, adoption);
    this.nothing = workshop.nothing;
    this.values = adoption.bits(this.nothing);
    this.running = adoption.bits(this.nothing);
    this.mask = adoption.bits(this.nothing);
    this.end = adoption.bits(this.nothing);
    this.mesh = voxel ? this.#voxels(workshop) : this.#plates(workshop);
  }

  /** The written buffers, which stay adopted. */
  get buffers(): readonly GPUBuffer[] {
    return [this.order.buffer, this.flags.buffer];
  }

  /** Points it at nothing of a program's, so that the program may go. */
  letGo(): void {
    for (const bits of [this.values, this.running, this.mask, this.end]) bits.show(this.nothing);
  }

  dispose(): void {
    this.mesh.material.dispose();
    this.order.dispose();
    this.flags.dispose();
  }

  /** What both bodies compute for a cell, in the vertex stage. */
  #cell(shading: Shading, { globals }: Workshop) {
    const node = uniformArray(this.table, "vec4");
    const at = (place: number): Node => node.element(place);
    const part = (place: number, axis: "x" | "y" | "z" | "w"): Node =>
      (at(place) as unknown as Record<typeof axis, Node>)[axis];
    const shape = at(row.shape);
    const slot = (axis: number): Node =>
      this.order.at(shading.call("orderSlot")({ instance: instanceIndex, shape, axis: whole(axis) }));
    const index = shading.call("indexOf")({ a: slot(0), b: slot(1), c: slot(2), d: slot(3) });
    const pitch = (axis: number): Node => at(row.pitch + axis);
    const cell = shading.call("ravelled")({ index, shape });
    const progress = shading.call("cellProgress")({
      index,
      moment: at(row.moment),
      micro: at(row.micro),
      clock: at(row.clock),
      rule: at(row.rule),
    });
    const centre = shading.call("cellCentre")({
      index,
      origin: at(row.origin),
      a: pitch(0),
      b: pitch(1),
      c: pitch(2),
      d: pitch(3),
    });
    const clip = shading.call("clipOf")({ matrix: globals.matrix, world: centre });
    const share = part(row.origin, "w");
    const marks = shading.call("cellMarks")({
      base: part(row.rest, "y"),
      flag: this.flags.at(shading.call("flagSlot")({ cell, has: part(row.right, "w") })),
      mask: this.mask.at(shading.call("flagSlot")({ cell, has: part(row.up, "w") })),
      hasMask: part(row.up, "w"),
      hasFlags: part(row.right, "w"),
      extent: at(row.extent),
      em: share,
      clip,
      screen: globals.screen,
    });
    const partial = this.running.at(
      shading.call("runningSlot")({ index, stride: at(row.stride), along: part(row.rest, "x"), progress }),
    );
    const bits = shading.call("shownBits")({ own: this.values.at(cell), partial, progress, marks });
    const written = shading.call("textOf")({ bits, progress, marks });
    const { screen } = globals;
    const em = shading.call("fittedEm")({ em: share, extent: at(row.extent), text: written, marks, clip, screen });
    const text = shading.call("legible")({ text: written, em, clip, screen });
    const pixels = shading.call("pixelsOfEm")({ em, text, marks, clip, screen: globals.screen });
    const fill = shading.call("fillOf")({
      bits,
      end: this.end.at(whole(0)),
      marks,
      minus: globals.lab("value-minus-5"),
      zero: globals.lab("value-zero"),
      plus: globals.lab("value-plus-5"),
    });
    const shared = {
      part: flat(shading.call("partOf")({ vertex: vertexIndex })),
      bits: flat(bits),
      progress: flat(progress),
      marks: flat(marks),
      text: flat(text),
      em: flat(pixels),
      fill: flat(fill),
      hue: at(row.hue),
      screen: globals.screen,
    };
    return { at, part, centre, clip, em, marks, text, shared };
  }

  #colours({ globals, atlas }: Workshop) {
    const map = texture(atlas.texture);
    return {
      canvas: globals.colour("surface-canvas"),
      ink: globals.colour("text"),
      edge: globals.colour("value-edge"),
      blockedSoft: globals.colour("blocked-soft"),
      inked: globals.colour("value-ink"),
      quiet: globals.colour("text-quiet"),
      minus: globals.lab("value-minus-5"),
      plus: globals.lab("value-plus-5"),
      atlas: map,
      atlasSampler: sampler(map),
    };
  }

  #plates(workshop: Workshop): ReturnType<Quads["mesh"]> {
    const shading = new Shading("cell", workshop.atlas.constants);
    const { globals } = workshop;
    const { at, centre, clip, em, marks, text, shared } = this.#cell(shading, workshop);
    const { screen } = globals;
    const plane = { right: at(row.right), up: at(row.up) };
    const extent = at(row.extent);
    const local = shading.call("plateLocal")({ vertex: vertexIndex, extent, em, text, marks, clip, screen });
    const position = shading.call("plateClip")({
      vertex: vertexIndex,
      local,
      centre,
      ...plane,
      matrix: globals.matrix,
      clip,
      screen,
    });
    const colour = shading.call("plateFragment")({
      ...shared,
      ...this.#colours(workshop),
      blocked: globals.colour("blocked"),
      hatch: globals.colour("value-hatch"),
      extent,
      local: varying(local as never),
      plane: varying(shading.call("platePlane")({ local, centre, ...plane, clip, screen }) as never),
    });
    return workshop.quads.mesh(2, position, colour);
  }

  #voxels(workshop: Workshop): ReturnType<Quads["mesh"]> {
    const shading = new Shading("cell", workshop.atlas.constants);
    const { globals } = workshop;
    const { part, centre, clip, em, marks, text, shared } = this.#cell(shading, workshop);
    const { screen, matrix, face } = globals;
    const half = part(row.rest, "z");
    const local = shading.call("voxelLocal")({ vertex: vertexIndex, half, em, text, marks, clip, screen });
    const camera = { local, centre, eye: globals.eye, forward: globals.forward, right: globals.right, up: globals.up };
    const position = shading.call("voxelClip")({
      vertex: vertexIndex,
      local,
      centre,
      face,
      half,
      matrix,
      clip,
      screen,
    });
    const colour = shading.call("voxelFragment")({
      ...shared,
      ...this.#colours(workshop),
      half,
      local: varying(local as never),
      eye: varying(shading.call("voxelEye")(camera) as never),
      ray: varying(shading.call("voxelRay")(camera) as never),
    });
    return workshop.quads.mesh(2, position, colour);
  }
}

const whole = (n: number): Node => float(n).toUint();
const flat = (node: Node): Node =>
  (varying(node as never) as unknown as { setInterpolation(kind: string): Node }).setInterpolation("flat");
