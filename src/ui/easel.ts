/** What holds the stage: there while there is a GPU, in the shell's size and theme, with a camera that a hand may move. */
import type { Tensor } from "../core/graph";
import type { Gpu } from "../gpu/device";
import type { Program } from "../gpu/program";
import { Stage, type SceneView } from "../scene/stage";
import { readTheme } from "../scene/theme";
import type { CellRef, Now, Picture } from "../story/picture";
import type { Frame } from "../story/score";
import { readCamera, writeCamera } from "./camera-text";
import type { Point } from "./pointer";
import { formulasReady, writeText } from "./richtext";
import type { Shell } from "./shell";

export class Easel {
  readonly #shell: Shell;
  readonly #moved: () => void;
  #stage: Stage | undefined;
  #byHand = false;

  /** `moved` hears of a hand on the camera. */
  constructor(shell: Shell, moved: () => void) {
    this.#shell = shell;
    this.#moved = moved;
  }

  /** Puts a stage up for a device, in place of the one before. */
  async open(gpu: Gpu): Promise<void> {
    const [stage] = await Promise.all([
      Stage.open(this.#shell.canvas, this.#shell.overlay, gpu, writeText),
      formulasReady(),
    ]);
    this.#stage = stage;
    stage.camera.onChange(() => {
      this.#byHand = true;
      this.#moved();
    });
    this.fitTheme();
    this.fitSize();
  }

  close(): void {
    this.#stage?.dispose();
    this.#stage = undefined;
  }

  /** Shows another picture; the old one stays until it can be drawn. A camera that a hand has moved may be kept. */
  async show(program: Program, picture: Picture, keep: boolean): Promise<void> {
    if (!keep) this.#byHand = false;
    await this.#stage?.show(program, picture, this.#byHand);
  }

  touch(): void {
    this.#stage?.touch();
  }

  draw(frame: Frame, now: Now, view: Omit<SceneView, "reducedMotion" | "safeArea">): void {
    const { left, top, right, bottom } = this.#shell.safeArea();
    const { clientWidth, clientHeight } = this.#shell.stage;
    const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#stage?.draw(frame, now, {
      ...view,
      reducedMotion,
      safeArea: { left, top, right: clientWidth - right, bottom: clientHeight - bottom },
    });
  }

  pick(at: Point | undefined, frame: Frame): CellRef | undefined {
    return at && this.#stage?.pick(at.x, at.y, frame);
  }

  /** The view that the picture opened with. */
  reset(): void {
    this.#stage?.camera.reset();
    this.#byHand = false;
  }

  /** One tensor, or everything. */
  frame(tensor: Tensor | undefined): void {
    if (tensor) this.#stage?.camera.frameTensor(tensor);
    else this.#stage?.camera.frameAll();
    this.#byHand = tensor !== undefined;
  }

  /** Where the camera stands, as text; undefined where it stands as the picture opened. */
  get camera(): string | undefined {
    return this.#byHand && this.#stage ? writeCamera(this.#stage.camera.state()) : undefined;
  }
  /** Whether the text held a place to stand. */
  restoreCamera(text: string): boolean {
    const state = readCamera(text);
    if (state) this.#stage?.camera.restore(state);
    this.#byHand = state !== undefined;
    return state !== undefined;
  }

  fitTheme(): void {
    this.#stage?.setTheme(readTheme(document.documentElement));
  }

  fitSize(): void {
    const { clientWidth, clientHeight } = this.#shell.stage;
    if (clientWidth > 0 && clientHeight > 0) this.#stage?.resize(clientWidth, clientHeight, window.devicePixelRatio);
  }

  /** What drawing holds on the device. */
  get held(): ReturnType<Stage["held"]> {
    return this.#stage?.held() ?? { pipelines: 0, buffers: 0, bytes: 0 };
  }

  /** Frames drawn, and how long the last one took the page to describe. */
  get drawn(): { readonly frames: number; readonly milliseconds: number } {
    return this.#stage?.stats() ?? { frames: 0, milliseconds: 0 };
  }
}
