/** What all drawings share: the camera and the colours, as uniforms. */
import { float, mat4, uint, uniformArray, vec4 } from "three/tsl";
import { Vector4, type Node } from "three/webgpu";
import { outcomeTokens, type Theme, type ThemeToken } from "./theme";
import { labOf } from "./value";
import type { View } from "./view";

const colours = [
  "surface-canvas",
  "surface-raised",
  "text",
  "text-body",
  "value-ink",
  "value-edge",
  "value-hatch",
  "text-quiet",
  "blocked",
  "blocked-soft",
  "value-minus-5",
  "value-plus-5",
] as const satisfies readonly ThemeToken[];
const labs = ["value-minus-5", "value-zero", "value-plus-5"] as const satisfies readonly ThemeToken[];

const matrixAt = 0;
const screenAt = 4;
const eyeAt = 5;
const forwardAt = 6;
const rightAt = 7;
const upAt = 8;
const faceAt = 9;
const coloursAt = 10;
const labsAt = coloursAt + colours.length;
const outcomesAt = labsAt + labs.length;

export class Globals {
  readonly #table = Array.from({ length: outcomesAt + outcomeTokens.length }, () => new Vector4());
  readonly #node = uniformArray(this.#table, "vec4");

  #at(place: number): Node {
    return vec4(this.#node.element(place) as unknown as Node<"vec4">);
  }

  /** World to clip space. */
  get matrix(): Node {
    const column = (i: number): Node<"vec4"> => this.#node.element(matrixAt + i) as unknown as Node<"vec4">;
    return mat4(column(0), column(1), column(2), column(3));
  }
  /** Width and height in device pixels, device pixels per CSS pixel, device pixels per unit at the target. */
  get screen(): Node {
    return this.#at(screenAt);
  }
  get eye(): Node {
    return this.#at(eyeAt);
  }
  /** w is 1 in perspective. */
  get forward(): Node {
    return this.#at(forwardAt);
  }
  get right(): Node {
    return this.#at(rightAt);
  }
  get up(): Node {
    return this.#at(upAt);
  }
  /** The direction of the voxel face that carries numbers. */
  get face(): Node {
    return this.#at(faceAt);
  }
  colour(token: (typeof colours)[number]): Node {
    return this.#at(coloursAt + colours.indexOf(token));
  }
  /** A value anchor in OKLab. */
  lab(token: (typeof labs)[number]): Node {
    return this.#at(labsAt + labs.indexOf(token));
  }
  /** The colour of a class; `slot` says which by a function of the shaders, which is told how many there are. */
  outcome(slot: (most: Node) => Node): Node {
    const at = slot(float(outcomeTokens.length - 1).toUint()) as unknown as Node<"uint">;
    return vec4(this.#node.element(at.add(uint(outcomesAt))) as unknown as Node<"vec4">);
  }

  setTheme(theme: Theme): void {
    colours.forEach((token, i) => this.#table[coloursAt + i].set(...theme[token]));
    labs.forEach((token, i) => this.#table[labsAt + i].set(...labOf(theme[token]), 1));
    outcomeTokens.forEach((token, i) => this.#table[outcomesAt + i].set(...theme[token]));
  }

  setView(view: View): void {
    const { width, height, pixelRatio } = view.viewport;
    const matrix = view.matrix();
    for (let i = 0; i < 4; i++)
      this.#table[matrixAt + i].set(matrix[4 * i], matrix[4 * i + 1], matrix[4 * i + 2], matrix[4 * i + 3]);
    this.#table[screenAt].set(width * pixelRatio, height * pixelRatio, pixelRatio, view.unit * pixelRatio);
    this.#table[eyeAt].set(...view.eye, 0);
    this.#table[forwardAt].set(...view.forward, view.perspective ? 1 : 0);
    this.#table[rightAt].set(...view.right, 0);
    this.#table[upAt].set(...view.up, 0);
    this.#table[faceAt].set(...faceTowards(view), 0);
  }
}

/** The axis that a voxel shows its number on: z as long as it can be read, else the one that faces the viewer most. */
export function faceTowards({ forward }: View): readonly [number, number, number] {
  const facing = forward.map(Math.abs);
  const axis = facing[2] > 0.35 ? 2 : facing[0] > facing[1] ? 0 : 1;
  const sign = -Math.sign(forward[axis]);
  return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0];
}
