/** Rounded boxes and rings in planes of the world: one mesh for many. */
import { varying, vertexIndex } from "three/tsl";
import type { Node } from "three/webgpu";
import type { Vector } from "../story/picture";
import type { Workshop } from "./block";
import { Instances } from "./instances";
import type { Quads } from "./quads";
import { Shading } from "./shading";
import type { Rgba } from "./theme";

/** A rounded rectangle. Lengths of the body in world units; stroke and radius in CSS pixels. */
export interface Plate {
  readonly centre: Vector;
  /** Unit vectors. */
  readonly right: Vector;
  readonly up: Vector;
  readonly half: readonly [number, number];
  readonly radius: number;
  readonly fill: Rgba;
  readonly line: Rgba;
  readonly lineWidth: number;
  /** From the edge to the stroke's inner side; negative lies inside. */
  readonly offset: number;
  readonly dashed?: boolean;
}
const floats = 24;
export const clear: Rgba = [0, 0, 0, 0];

export class BoxDrawing {
  readonly mesh: ReturnType<Quads["mesh"]>;
  readonly #instances: Instances;

  constructor({ device, adoption, globals, quads }: Workshop) {
    this.#instances = new Instances({ device, adoption }, floats);
    const shading = new Shading("box");
    const quad = (place: number): Node => this.#instances.four(shading, place);
    const [centre, right, up, fill, line, stroke] = [0, 1, 2, 3, 4, 5].map(quad);
    const { screen, matrix } = globals;
    const local = shading.call("boxLocal")({ vertex: vertexIndex, centre, right, up, stroke, matrix, screen });
    const clip = shading.call("boxClip")({ local, centre, right, up, matrix });
    const colour = shading.call("boxFragment")({
      local: varying(local as never),
      right: varying(right as never),
      up: varying(up as never),
      fill: varying(fill as never),
      line: varying(line as never),
      stroke: varying(stroke as never),
      centre: varying(centre as never),
      screen,
    });
    this.mesh = quads.mesh(1, clip, colour);
  }

  get buffers(): readonly GPUBuffer[] {
    return [this.#instances.buffer];
  }

  draw(plates: readonly Plate[]): void {
    this.#instances.show(this.mesh, plates.map(packed));
  }

  dispose(): void {
    this.mesh.material.dispose();
    this.#instances.dispose();
  }
}

const packed = (plate: Plate): number[] => [
  ...plate.centre,
  plate.dashed ? 1 : 0,
  ...plate.right,
  plate.half[0],
  ...plate.up,
  plate.half[1],
  ...plate.fill,
  ...plate.line,
  plate.lineWidth,
  plate.offset,
  plate.radius,
  plate.dashed ? 1 : 0,
];
