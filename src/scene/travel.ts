/** What travels in a picture: its flows, drawn with the numbers that they carry, which stay on the device. */
import type { Act, CellRef, FlowPath } from "../story/picture";
import type { Frame } from "../story/score";
import type { Workshop } from "./block";
import type { Numbers } from "./shown";
import { carried, flowing, flowPieces, gating, underWay } from "./stream";
import { StrokeDrawing } from "./stroke";
import type { Theme } from "./theme";
import type { View } from "./view";

const mostFlows = 600;

export class Travel {
  readonly drawing: StrokeDrawing;
  /** What the flows carry, and what decides whether they pass. */
  readonly #amounts: GPUBuffer;
  readonly #gates: GPUBuffer;
  #program: Numbers | undefined;
  /** The flows of each act and moment that have been asked for. */
  #known = new WeakMap<Act, Map<number, readonly FlowPath[]>>();
  /** Whose numbers have been copied. */
  #copied = "";

  constructor(workshop: Workshop) {
    this.drawing = new StrokeDrawing(workshop);
    [this.#amounts, this.#gates] = [0, 1].map(() =>
      workshop.device.createBuffer({ size: mostFlows * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }),
    );
    this.drawing.amounts.show(this.#amounts);
    this.drawing.gates.show(this.#gates);
  }

  /** Another picture: its flows carry this program's numbers. */
  show(program: Numbers): void {
    this.#program = program;
    this.#known = new WeakMap();
    this.#copied = "";
    this.drawing.valuesEnd.show(program.extent("values"));
    this.drawing.gradientsEnd.show(program.extent("gradients"));
  }

  /** The numbers changed: what flows carry is copied again. */
  touch(): void {
    this.#copied = "";
  }

  draw(
    frame: Frame,
    { resting, reducedMotion }: { readonly resting?: readonly Act[]; readonly reducedMotion: boolean },
    camera: View,
    theme: Theme,
  ): void {
    const flows = flowing(underWay(frame, resting), this.#flowsOf, reducedMotion);
    this.#copy(carried(flows), gating(flows));
    this.drawing.draw(flowPieces(flows, camera, theme));
  }

  readonly #flowsOf = (act: Act, moment: number): readonly FlowPath[] => {
    const known = this.#known.get(act) ?? new Map<number, readonly FlowPath[]>();
    this.#known.set(act, known);
    const flows = known.get(moment) ?? act.flows(moment);
    known.set(moment, flows);
    return flows;
  };

  #copy(amounts: readonly CellRef[], gates: readonly CellRef[]): void {
    const key = [...amounts, ...gates].map(({ tensor, at }) => `${tensor.id}:${at}`).join(" ");
    if (key === this.#copied || amounts.length === 0) return;
    this.#program?.copyCells(amounts, this.#amounts);
    this.#program?.copyCells(gates, this.#gates);
    this.#copied = key;
  }

  /** The buffers of its own. */
  get buffers(): readonly GPUBuffer[] {
    return [this.#amounts, this.#gates];
  }

  /** Frees those buffers, once nothing is drawn from them any more; the drawing goes with the stage's others. */
  free(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}
