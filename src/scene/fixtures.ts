/** What stands in a picture beside its cells: boxes under and over them, lines, frames that slide, and rings around cells. */
import type { Act, CellRef, Now, Picture } from "../story/picture";
import type { Frame } from "../story/score";
import type { Workshop } from "./block";
import { BoxDrawing } from "./box";
import { isAbove, linePieces, platesOf, slid } from "./line";
import { ringPlates, ringsOf, type Lights } from "./rings";
import type { ShownBlock } from "./shown";
import { underWay } from "./stream";
import { StrokeDrawing } from "./stroke";
import type { Theme } from "./theme";
import type { View } from "./view";

/** What the rings and the frames that slide follow. */
interface Moving extends Lights {
  readonly reducedMotion: boolean;
  readonly resting?: readonly Act[];
}

export class Fixtures {
  readonly #under: BoxDrawing;
  readonly #over: BoxDrawing;
  readonly #lines: StrokeDrawing;
  readonly #rings: BoxDrawing;

  constructor(workshop: Workshop) {
    this.#under = new BoxDrawing(workshop);
    this.#over = new BoxDrawing(workshop);
    this.#lines = new StrokeDrawing(workshop);
    this.#rings = new BoxDrawing(workshop);
    this.#under.mesh.renderOrder = -1;
    this.#over.mesh.renderOrder = 10_000;
    this.#lines.mesh.renderOrder = 10_001;
    this.#rings.mesh.renderOrder = 10_003;
  }

  get drawings(): readonly (BoxDrawing | StrokeDrawing)[] {
    return [this.#under, this.#over, this.#lines, this.#rings];
  }

  /** What neither slides nor is lit. */
  drawStill({ lines, boxes }: Picture, now: Now, camera: View, theme: Theme): void {
    const shown = boxes.filter((box) => !box.slides && camera.unit >= (box.least ?? 0) && (box.shown?.(now) ?? true));
    this.#under.draw(shown.filter((box) => !isAbove(box)).map((box) => platesOf(box, theme)));
    this.#over.draw(shown.filter(isAbove).map((box) => platesOf(box, theme)));
    this.#lines.draw(
      lines.filter((line) => line.shown?.(now) ?? true).flatMap((line) => linePieces(line, camera, theme)),
    );
  }

  /** Over everything: the frames that slide, and the rings around cells. `tied` are those that have dashes. */
  drawOver(
    { boxes }: Picture,
    shown: readonly ShownBlock[],
    { frame, now, view, tied }: { frame: Frame; now: Now; view: Moving; tied: readonly CellRef[] },
    camera: View,
    theme: Theme,
  ): void {
    const frames = boxes
      .filter((box) => box.slides && (box.shown?.(now) ?? true))
      .flatMap((box) => slid(box, frame, view.reducedMotion) ?? []);
    const rings = ringsOf(view, underWay(frame, view.resting), tied, theme);
    this.#rings.draw([
      ...frames.map((box) => platesOf(box, theme)),
      ...ringPlates(rings, shown, frame.iteration, camera),
    ]);
  }
}
