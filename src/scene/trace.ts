/** What draws one trace: a table and buffers that its shader reads, and the mesh that they belong to. */
import { float, Fn, instanceIndex, Loop, screenCoordinate, uniformArray, vertexIndex } from "three/tsl";
import { Vector4, type Node } from "three/webgpu";
import type { Bits } from "./adopt";
import type { Workshop } from "./block";
import { flat, whole } from "./cell";
import type { Quads } from "./quads";
import { Shading, type Arguments } from "./shading";

/** Rows of the table that the shader reads; what they hold says `shaders/scene-trace.wgsl`. */
export const traceRow = { base: 0, across: 1, up: 2, cells: 3, style: 4, time: 5, axes: 6, colour: 7 } as const;
const rows = 8;

/** What a drawing can draw; where dashes are counted from point to point is a kind of its own, since few lines need it. */
export type TraceKind = "line" | "dashed" | "dots" | "steps" | "ball";

/** The functions of the shader that a kind is made of, and which points around its own it reads. */
const recipes = {
  line: { point: "pointOf", piece: "linePiece", fragment: "lineFragment", points: [-1, 0, 1, 2] },
  dashed: { point: "pointOf", piece: "linePiece", fragment: "dashedFragment", points: [-1, 0, 1, 2] },
  dots: { point: "pointOf", piece: "dotsPiece", fragment: "discFragment", points: [0] },
  steps: { point: "arcOf", piece: "stepsPiece", fragment: "stepsFragment", points: [0, 1] },
  ball: { point: "presentPoint", piece: "ballPiece", fragment: "discFragment", points: [0, 1] },
} as const;
export const traceKinds = Object.keys(recipes) as readonly TraceKind[];

/** The drawing of one trace; it may be lent to another. */
export class TraceDrawing {
  readonly kind: TraceKind;
  readonly mesh: ReturnType<Quads["mesh"]>;
  readonly table = Array.from({ length: rows }, () => new Vector4());
  readonly x: Bits;
  readonly y: Bits;
  readonly limits: Bits;
  readonly #nothing: GPUBuffer;

  constructor(workshop: Workshop, kind: TraceKind) {
    this.kind = kind;
    this.#nothing = workshop.nothing;
    [this.x, this.y, this.limits] = [0, 1, 2].map(() => workshop.adoption.bits(workshop.nothing));
    this.mesh = meshOf(new TraceNodes(this), workshop, kind);
  }

  get meshes(): readonly ReturnType<Quads["mesh"]>[] {
    return [this.mesh];
  }

  /** It owns none. */
  readonly buffers: readonly GPUBuffer[] = [];

  /** Points it at nothing of a program's, so that the program may go. */
  letGo(): void {
    for (const bits of [this.x, this.y, this.limits]) bits.show(this.#nothing);
  }

  dispose(): void {
    this.mesh.material.dispose();
  }
}

/** What the vertices of a trace compute, as nodes. */
class TraceNodes {
  readonly shading = new Shading("trace");
  readonly #drawing: TraceDrawing;
  readonly #table: ReturnType<typeof uniformArray>;
  readonly #scale: Node;

  constructor(drawing: TraceDrawing) {
    this.#drawing = drawing;
    this.#table = uniformArray(drawing.table, "vec4");
    const [left, right, bottom, top] = [0, 1, 2, 3].map((i) => drawing.limits.at(whole(i)));
    this.#scale = this.shading.call("scaleOf")({ left, right, bottom, top, axes: this.at("axes") });
  }

  /** A row of the table. */
  at(row: keyof typeof traceRow): Node {
    return this.#table.element(traceRow[row]);
  }

  /** The whole table, by the names that the shader has for it. */
  get table(): Arguments {
    const names = Object.keys(traceRow) as (keyof typeof traceRow)[];
    return Object.fromEntries(names.map((name) => [name, this.at(name)]));
  }

  /** The point so many after another, as shares of the frame. */
  point(point: Node, offset: number): Node {
    const { x, y } = this.#drawing;
    const slot = { point, offset: float(offset), cells: this.at("cells"), time: this.at("time") };
    return this.shading.call("tracedAt")({
      ...slot,
      x: x.at(this.shading.call("acrossSlot")(slot)),
      y: y.at(this.shading.call("upSlot")(slot)),
      scale: this.#scale,
      axes: this.at("axes"),
    });
  }

  /** How long the path is up to the piece of an instance, in pixels. */
  walked(): Node {
    return Fn(() => {
      const sum = float(0).toVar();
      Loop({ start: whole(0) as never, end: instanceIndex, type: "uint", condition: "<" }, ({ i }) => {
        const point = i.toFloat();
        const ends = { a: this.point(point, 0), b: this.point(point, 1) };
        sum.addAssign(this.shading.call("stretchOf")({ ...ends, ...this.table }) as never);
      });
      return sum;
    })();
  }
}

function meshOf(nodes: TraceNodes, { globals, quads }: Workshop, kind: TraceKind): ReturnType<Quads["mesh"]> {
  const { shading, table } = nodes;
  const { screen } = globals;
  const recipe = recipes[kind];
  const point = shading.call(recipe.point)({ instance: instanceIndex, ...table });
  const points = Object.fromEntries(recipe.points.map((offset) => [`p${offset + 1}`, nodes.point(point, offset)]));
  const walked = kind === "dashed" ? nodes.walked() : float(0);
  const all = shading.call(recipe.piece)({ instance: instanceIndex, point, ...points, walked, ...table, screen });
  const [ends, joints, piece] = [0, 1, 2].map((i) => shading.call("columnOf")({ piece: all, column: whole(i) }));
  const colour = shading.call(recipe.fragment)({
    ...table,
    at: screenCoordinate,
    ends: flat(ends),
    joints: flat(joints),
    piece: flat(piece),
    canvas: globals.colour("surface-canvas"),
    screen,
  });
  return quads.mesh(1, shading.call("traceClip")({ vertex: vertexIndex, ends, piece, screen }), colour);
}
