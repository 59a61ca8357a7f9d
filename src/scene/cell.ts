/** What the shaders of every kind of body compute for a cell, as nodes: its number, its state and its colour. */
import { float, instanceIndex, sampler, texture, uniformArray, varying } from "three/tsl";
import type { Node } from "three/webgpu";
import type { BlockDrawing, Workshop } from "./block";
import type { Arguments, Shading } from "./shading";
import { row } from "./table";

export const whole = (n: number): Node => float(n).toUint();
export const flat = (node: Node): Node =>
  (varying(node as never) as unknown as { setInterpolation(kind: string): Node }).setInterpolation("flat");

export class CellNodes {
  readonly #drawing: BlockDrawing;
  readonly #workshop: Workshop;
  readonly #shading: Shading;
  readonly #table: ReturnType<typeof uniformArray>;

  constructor(drawing: BlockDrawing, workshop: Workshop, shading: Shading) {
    this.#drawing = drawing;
    this.#workshop = workshop;
    this.#shading = shading;
    this.#table = uniformArray(drawing.table, "vec4");
  }

  /** A row of the drawing's table. */
  at(place: number): Node {
    return this.#table.element(place);
  }

  part(place: number, axis: "x" | "y" | "z" | "w"): Node {
    return (this.at(place) as unknown as Record<typeof axis, Node>)[axis];
  }

  /** The index of the cell, or of the first cell of the sheet, that an instance draws. */
  index(): Node {
    const slot = (axis: number): Node =>
      this.#drawing.order.at(
        this.#shading.call("orderSlot")({ instance: instanceIndex, shape: this.at(row.drawn), axis: whole(axis) }),
      );
    return this.#shading.call("indexOf")({ a: slot(0), b: slot(1), c: slot(2), d: slot(3) });
  }

  centre(index: Node): Node {
    const pitch = (axis: number): Node => this.at(row.pitch + axis);
    return this.#shading.call("cellCentre")({
      index,
      origin: this.at(row.origin),
      a: pitch(0),
      b: pitch(1),
      c: pitch(2),
      d: pitch(3),
    });
  }

  clip(world: Node): Node {
    return this.#shading.call("clipOf")({ matrix: this.#workshop.globals.matrix, world });
  }

  /** How far a cell has come, its marks, and the bits of the number that it shows. */
  state(index: Node, clip: Node): { readonly progress: Node; readonly marks: Node; readonly bits: Node } {
    const call = (name: string) => this.#shading.call(name);
    const { flags, mask, won, values, running } = this.#drawing;
    const cell = call("ravelled")({ index, steps: this.at(row.steps) });
    const slot = (offset: Node, has: Node): Node => call("slotOf")({ cell, offset, has });
    const progress = call("cellProgress")({
      index,
      moment: this.at(row.moment),
      micro: this.at(row.micro),
      clock: this.at(row.clock),
      rule: this.at(row.rule),
    });
    const marks = call("cellMarks")({
      base: this.part(row.rest, "y"),
      flag: flags.at(slot(float(0), this.part(row.has, "x"))),
      mask: mask.at(slot(float(0), this.part(row.has, "y"))),
      won: won.at(slot(this.part(row.offset, "y"), this.part(row.has, "z"))),
      has: this.at(row.has),
      extent: this.at(row.extent),
      room: this.at(row.room),
      clip,
      screen: this.#workshop.globals.screen,
    });
    const along = this.part(row.rest, "x");
    const partial = running.at(call("runningSlot")({ index, stride: this.at(row.stride), along, progress }));
    const own = values.at(slot(this.part(row.offset, "x"), float(1)));
    return { progress, marks, bits: call("shownBits")({ own, partial, progress, marks }) };
  }

  /** The colour of the number on the map that ends at `end`. */
  fill(bits: Node, marks: Node, end: Node): Node {
    const { globals } = this.#workshop;
    return this.#shading.call("fillOf")({
      bits,
      end,
      marks,
      minus: globals.lab("value-minus-5"),
      zero: globals.lab("value-zero"),
      plus: globals.lab("value-plus-5"),
      outcome: globals.outcome((most) => this.#shading.call("outcomeSlot")({ bits, most })),
    });
  }

  /** The bits of the end of its scale. */
  get end(): Node {
    return this.#drawing.end.at(whole(0));
  }

  /** What bodies are drawn in besides their own colour, by the names of the shaders. */
  get inks(): Arguments {
    const { globals } = this.#workshop;
    return {
      screen: globals.screen,
      hue: this.at(row.hue),
      canvas: globals.colour("surface-canvas"),
      ink: globals.colour("text"),
      edge: globals.colour("value-edge"),
      blockedSoft: globals.colour("blocked-soft"),
      minus: globals.colour("value-minus-5"),
      plus: globals.colour("value-plus-5"),
    };
  }

  /** What plates need beyond that. */
  get plateInks(): Arguments {
    const { globals } = this.#workshop;
    return {
      raised: globals.colour("surface-raised"),
      blocked: globals.colour("blocked"),
      hatch: globals.colour("value-hatch"),
    };
  }

  /** What numbers are drawn with. */
  get figures(): Arguments {
    const { globals, atlas } = this.#workshop;
    const map = texture(atlas.texture);
    return {
      inked: globals.colour("value-ink"),
      body: globals.colour("text-body"),
      quiet: globals.colour("text-quiet"),
      atlas: map,
      atlasSampler: sampler(map),
    };
  }
}
