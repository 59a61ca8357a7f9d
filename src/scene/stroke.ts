/** Pieces of lines and flows in device pixels: one mesh for many, drawn in the order given. */
import { varying, vertexIndex } from "three/tsl";
import type { Node } from "three/webgpu";
import type { Bits } from "./adopt";
import type { Workshop } from "./block";
import { constant, Instances } from "./instances";
import type { Quads } from "./quads";
import { Shading } from "./shading";
import type { Rgba } from "./theme";

export type Point = readonly [number, number];
/** Which part of a line or a flow: the values are those of `shaders/scene-stroke.wgsl`. */
export const layer = { line: 0, halo: 1, track: 2, trail: 3, head: 4, headHalo: 5, bar: 6 } as const;

/** One straight piece. Lengths in device pixels, `width` in CSS pixels for a line, the scale of its widths for a flow. */
export interface Piece {
  readonly from: Point;
  readonly to: Point;
  /** Unit vector, y down. */
  readonly along: Point;
  readonly layer: (typeof layer)[keyof typeof layer];
  readonly warm: boolean;
  readonly dash: 0 | 1 | 2;
  /** Distance along the whole path at both ends, of the head, and of the bar that stops it; −1 for none. */
  readonly span: readonly [number, number, number, number];
  readonly colour: Rgba;
  readonly width: number;
  /** Which flow, and whether its gate decides: 0 drawn always, 1 when open, 2 when shut. */
  readonly flow: number;
  readonly gated: boolean;
  readonly when: 0 | 1 | 2;
}
const floats = 24;

export class StrokeDrawing {
  readonly mesh: ReturnType<Quads["mesh"]>;
  readonly #instances: Instances;
  /** What flows carry, and what decides them, one number for each flow. */
  readonly amounts: Bits;
  readonly gates: Bits;
  readonly valuesEnd: Bits;
  readonly gradientsEnd: Bits;

  constructor({ device, adoption, globals, quads, nothing }: Workshop) {
    this.#instances = new Instances({ device, adoption }, floats);
    [this.amounts, this.gates, this.valuesEnd, this.gradientsEnd] = [0, 1, 2, 3].map(() => adoption.bits(nothing));
    const shading = new Shading("stroke");
    const quad = (place: number): Node => this.#instances.four(shading, place);
    const [ends, piece, span, colour, style, direction] = [0, 1, 2, 3, 4, 5].map(quad);
    const flow = shading.call("flowSlot")({ style });
    const amount = this.amounts.at(flow);
    const gate = this.gates.at(flow);
    const zero = constant(0);
    const end = shading.call("endOf")({
      piece,
      values: this.valuesEnd.at(zero),
      gradients: this.gradientsEnd.at(zero),
    });
    const { screen } = globals;
    const local = shading.call("strokePosition")({
      vertex: vertexIndex,
      ends,
      piece,
      style,
      amount,
      end,
      gate,
      screen,
    });
    const along = shading.call("pairOf")({ four: direction });
    const clip = shading.call("strokeClip")({ local, ends, along, screen });
    const picture = shading.call("strokeFragment")({
      at: varying(local as never),
      piece: flat(piece),
      span: flat(span),
      colour: flat(colour),
      style: flat(style),
      amount: flat(amount),
      end: flat(end),
      shut: flat(shading.call("shutNumber")({ style, gate })),
      screen,
      canvas: globals.colour("surface-canvas"),
      ink: globals.colour("text"),
      blocked: globals.colour("blocked"),
    });
    this.mesh = quads.mesh(1, clip, picture);
  }

  get buffers(): readonly GPUBuffer[] {
    return [this.#instances.buffer];
  }

  draw(pieces: readonly Piece[]): void {
    this.#instances.show(this.mesh, pieces.map(packed));
  }

  dispose(): void {
    this.mesh.material.dispose();
    this.#instances.dispose();
  }
}

const flat = (node: Node): Node =>
  (varying(node as never) as unknown as { setInterpolation(kind: string): Node }).setInterpolation("flat");

const packed = (piece: Piece): number[] => [
  ...piece.from,
  ...piece.to,
  Math.hypot(piece.to[0] - piece.from[0], piece.to[1] - piece.from[1]),
  piece.layer,
  piece.warm ? 1 : 0,
  piece.dash,
  ...piece.span,
  ...piece.colour,
  piece.width,
  piece.flow,
  piece.gated ? 1 : -1,
  piece.when,
  ...piece.along,
  0,
  0,
];
