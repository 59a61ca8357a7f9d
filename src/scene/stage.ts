/** The stage: draws a picture over a program's buffers. A frame is a function of buffers, frame, now and view alone. */
import { Color, OrthographicCamera, Scene, type WebGPURenderer } from "three/webgpu";
import type { Tensor } from "../core/graph";
import type { Act, CellRef, Fate, Now, Picture, Vector } from "../story/picture";
import type { Frame } from "../story/score";
import { Adoption, openRenderer } from "./adopt";
import { openAtlas, type Atlas } from "./atlas";
import { BlockDrawing, kinds, type Kind, type Workshop } from "./block";
import type { BoxDrawing } from "./box";
import { Camera } from "./camera";
import { cornersOf } from "./cells";
import { Fixtures } from "./fixtures";
import { activeFlags, fateFlags } from "./flags";
import type { Subject } from "./framing";
import { Globals } from "./globals";
import { giveHand } from "./hand";
import { Labels, type WriteText } from "./labels";
import { cellAt, rectangleOf, type Rectangle } from "./pick";
import { Pool } from "./pool";
import { Quads, setInstances } from "./quads";
import type { Lights } from "./rings";
import { kindOf, ShownBlock, type Numbers } from "./shown";
import { commonNormal, slicesOf } from "./slices";
import type { StrokeDrawing } from "./stroke";
import type { Theme } from "./theme";
import { TraceDrawing, traceKinds, type TraceKind } from "./trace";
import { ShownTrace, traceKindOf } from "./traced";
import { Travel } from "./travel";
import { add } from "./vector";
import type { CameraState, SafeArea, View } from "./view";

export { readTheme, type Theme } from "./theme";
export { mixStates } from "./camera";
export { restingActs } from "./stream";
export type { CameraState, SafeArea } from "./view";
export type { Numbers } from "./shown";
export type { Rectangle } from "./pick";

/** Everything about a frame that is neither number nor time nor camera. */
export interface SceneView extends Lights {
  readonly colour: "linear" | "symlog";
  readonly reducedMotion: boolean;
  readonly safeArea: SafeArea;
  /** Acts that are over and whose flows stay; see `restingActs`. */
  readonly resting?: readonly Act[];
}
export interface StageCamera {
  state(): CameraState;
  restore(state: CameraState): void;
  frameAll(): void;
  frameTensor(tensor: Tensor): void;
  reset(): void;
  /** Hears of a hand on the camera; returns what stops listening. */
  onChange(listener: () => void): () => void;
}

const emptyPicture: Picture = { blocks: [], lines: [], boxes: [], labels: [], opening: { kind: "flat" }, legend: [] };

export class Stage {
  readonly camera: StageCamera;
  readonly #renderer: WebGPURenderer;
  readonly #scene = new Scene();
  readonly #viewer = new OrthographicCamera();
  readonly #camera = new Camera();
  readonly #workshop: Workshop;
  readonly #labels: Labels;
  readonly #takeHand: () => void;
  readonly #pool: Pool<Kind, BlockDrawing>;
  readonly #tracePool: Pool<TraceKind, TraceDrawing>;
  readonly #fixtures: Fixtures;
  readonly #travel: Travel;
  #theme: Theme | undefined;
  #picture = emptyPicture;
  #shown: readonly ShownBlock[] = [];
  #traces: readonly ShownTrace[] = [];
  /** The direction that all plates of the picture face. */
  #normal: Vector | undefined;
  #fates: readonly Fate[] = [];
  #size = { width: 300, height: 150, pixelRatio: 1 };
  #stats = { frames: 0, milliseconds: 0 };

  private constructor(
    canvas: HTMLCanvasElement,
    overlay: HTMLElement,
    device: GPUDevice,
    renderer: WebGPURenderer,
    atlas: Atlas,
    writeText: WriteText,
  ) {
    this.#renderer = renderer;
    const nothing = device.createBuffer({ label: "nothing", size: 16, usage: GPUBufferUsage.STORAGE });
    this.#workshop = {
      device,
      adoption: new Adoption(renderer, device),
      globals: new Globals(),
      atlas,
      nothing,
      quads: new Quads(),
    };
    this.#pool = new Pool(kinds, (kind) => new BlockDrawing(this.#workshop, kind), renderer);
    this.#tracePool = new Pool(traceKinds, (kind) => new TraceDrawing(this.#workshop, kind), renderer);
    this.#labels = new Labels(overlay, writeText);
    this.#takeHand = giveHand(canvas, this.#camera);
    this.#fixtures = new Fixtures(this.#workshop);
    this.#travel = new Travel(this.#workshop);
    this.#scene.add(...this.#fixed.map(({ mesh }) => mesh));
    this.camera = this.#handles();
  }

  /** Opens on a device that computes already. Rejects where three finds no WebGPU. */
  static async open(
    canvas: HTMLCanvasElement,
    overlay: HTMLElement,
    gpu: { readonly device: GPUDevice },
    writeText: WriteText,
  ): Promise<Stage> {
    const [renderer, atlas] = await Promise.all([openRenderer(canvas, gpu.device), openAtlas()]);
    const stage = new Stage(canvas, overlay, gpu.device, renderer, atlas, writeText);
    await stage.#warm();
    return stage;
  }

  #handles(): StageCamera {
    const camera = this.#camera;
    return {
      state: () => camera.state(),
      restore: (state) => camera.restore(state),
      frameAll: () => camera.frameAll(),
      reset: () => camera.reset(),
      frameTensor: (tensor) => camera.frame(this.#subjectOf(tensor)),
      onChange: (listener) => camera.onChange(listener),
    };
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#workshop.globals.setTheme(theme);
    const [r, g, b] = theme["surface-canvas"];
    this.#renderer.setClearColor(new Color(r, g, b), 1);
    for (const shown of [...this.#shown, ...this.#traces]) shown.setTheme(theme);
  }

  /** CSS pixels, and device pixels for each. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.#size = { width, height, pixelRatio };
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(width, height, false);
  }

  /** Shows another picture. Resolves once it can be drawn without waiting; until then the old one stays. */
  async show(program: Numbers, picture: Picture, keepCamera: boolean): Promise<void> {
    const slices = slicesOf(picture);
    const traces = picture.traces ?? [];
    await this.#pool.prepare(slices.map(kindOf), this.#scene, this.#viewer);
    await this.#tracePool.prepare(traces.map(traceKindOf), this.#scene, this.#viewer);
    this.#clear();
    this.#shown = slices.map((slice) => new ShownBlock(slice, this.#pool.lend(kindOf(slice)), program));
    this.#traces = traces.map(
      (trace) => new ShownTrace(trace, this.#tracePool.lend(traceKindOf(trace)), program, picture),
    );
    this.#traces.forEach(({ drawing }, i) => (drawing.mesh.renderOrder = 10_001.5 + i / 1e4));
    for (const { drawing } of [...this.#shown, ...this.#traces]) this.#scene.add(...drawing.meshes);
    this.#normal = commonNormal(picture.blocks);
    this.#picture = picture;
    this.#travel.show(program);
    this.#labels.show(picture.labels);
    if (this.#theme) this.setTheme(this.#theme);
    this.#camera.open(picture.opening, this.#subject(), keepCamera);
    this.#pool.trim();
    this.#tracePool.trim();
    this.#workshop.adoption.keepOnly(this.#kept(program));
  }

  /** Takes the present picture's drawings off the scene, for the next to borrow. */
  #clear(): void {
    this.#scene.remove(...[...this.#shown, ...this.#traces].flatMap(({ drawing }) => drawing.meshes));
    this.#pool.giveBack(this.#shown.map(({ drawing }) => drawing));
    this.#tracePool.giveBack(this.#traces.map(({ drawing }) => drawing));
  }

  /** Compiles what every picture needs; what only some of them need, they wait for. */
  async #warm(): Promise<void> {
    for (const { mesh } of this.#fixed) setInstances(mesh, 1);
    await this.#renderer.compileAsync(this.#scene, this.#viewer);
    for (const { mesh } of this.#fixed) setInstances(mesh, 0);
  }

  get #fixed(): readonly (BoxDrawing | StrokeDrawing)[] {
    return [...this.#fixtures.drawings, this.#travel.drawing];
  }

  /** Buffers that drawings still read. */
  #kept(program: Numbers): Set<GPUBuffer> {
    return new Set([
      ...[...this.#shown, ...this.#traces].flatMap(({ buffers }) => buffers),
      ...[this.#pool, this.#tracePool].flatMap(({ buffers }) => buffers),
      ...this.#fixed.flatMap(({ buffers }) => buffers),
      program.extent("values"),
      program.extent("gradients"),
      ...this.#travel.buffers,
      this.#workshop.nothing,
    ]);
  }

  #subject(): Subject {
    const { lines, boxes } = this.#picture;
    const sides = boxes.flatMap(({ centre, width, height }) =>
      [-0.5, 0.5].flatMap((x) => [-0.5, 0.5].map((y) => add(centre, [x * width, y * height, 0]))),
    );
    const cells = this.#shown.flatMap(({ grid }) => cornersOf(grid));
    const frames = this.#traces.flatMap(({ corners }) => corners);
    const ways = lines.flatMap(({ points }) => points);
    return { points: [...cells, ...frames, ...ways, ...sides], rooms: this.#labels.rooms() };
  }

  #subjectOf(tensor: Tensor): Subject {
    const blocks = this.#shown.filter(({ block }) => block.tensors.includes(tensor));
    return { points: blocks.flatMap(({ grid }) => cornersOf(grid)), rooms: [] };
  }

  /** The numbers changed: what flows carry is copied again. */
  touch(): void {
    this.#travel.touch();
  }

  /** Draws one frame now. */
  draw(frame: Frame, now: Now, view: SceneView): void {
    if (!this.#theme) throw new Error("Stage: draw before setTheme; a theme from readTheme would fit");
    const started = performance.now();
    this.#camera.setViewport({ ...this.#size, safeArea: view.safeArea });
    const camera = this.#camera.view;
    this.#workshop.globals.setView(camera);
    this.#labels.update(now);
    this.#labels.stand(camera);
    this.#fates = this.#picture.fates?.(now) ?? [];
    this.#drawBlocks(frame, now, view, camera);
    for (const shown of this.#traces) shown.setTime(frame, now, camera, view.reducedMotion);
    this.#fixtures.drawStill(this.#picture, now, camera, this.#theme);
    this.#travel.draw(frame, view, camera, this.#theme);
    this.#fixtures.drawOver(this.#picture, this.#shown, { frame, now, view, tied: this.#tied }, camera, this.#theme);
    this.#renderer.render(this.#scene, this.#viewer);
    this.#stats = { frames: this.#stats.frames + 1, milliseconds: performance.now() - started };
  }

  #drawBlocks(frame: Frame, now: Now, view: SceneView, camera: View): void {
    const fates = fateFlags(this.#fates);
    const ghostly = this.#picture.blocks.some(({ ghost }) => ghost);
    const active = ghostly ? activeFlags(frame, view) : undefined;
    for (const shown of this.#shown) {
      const tensor = shown.tensor(frame.iteration);
      shown.setTime(frame, now, view.colour, camera.unit);
      shown.flag(fates.get(tensor), active?.get(tensor));
      shown.arrange(camera);
    }
    const order = this.#farFirst(camera);
    order.forEach(({ drawing, block }, i) => drawing.place(block.factor ? 10_001 + i / 1e4 : i));
    this.#travel.drawing.mesh.renderOrder = flowOrder(order);
  }

  /** Far blocks first; on one plane, in the order of the picture. */
  #farFirst(camera: View): ShownBlock[] {
    const depth = (shown: ShownBlock): number => shown.depthIn(camera, this.#normal);
    return this.#shown.toSorted((a, b) => depth(b) - depth(a));
  }

  get #tied(): readonly CellRef[] {
    return this.#fates.filter(({ state }) => state === "tied").map(({ cell }) => cell);
  }

  /** The cell under a point of the canvas, CSS pixels. */
  pick(x: number, y: number, frame: Frame): CellRef | undefined {
    const camera = this.#camera.view;
    return cellAt(x, y, this.#farFirst(camera), camera, frame);
  }

  /** The rectangle of a cell on the canvas, CSS pixels. */
  locate(cell: CellRef): Rectangle | undefined {
    return rectangleOf(cell, this.#shown, this.#camera.view);
  }

  stats(): { frames: number; milliseconds: number } {
    return this.#stats;
  }

  /** What three counts as held on the device. */
  memory(): Readonly<Record<string, number>> {
    return { ...this.#renderer.info.memory };
  }

  /** What drawing holds on the device besides the buffers that it was lent: pipelines, buffers, and bytes with textures. */
  held(): { readonly pipelines: number; readonly buffers: number; readonly bytes: number } {
    const { programs, attributes, indexAttributes, storageAttributes, uniformBuffers, total } =
      this.#renderer.info.memory;
    const lent = this.#workshop.adoption.size;
    return {
      pipelines: programs,
      buffers: attributes + indexAttributes + uniformBuffers + storageAttributes - lent,
      bytes: total,
    };
  }

  dispose(): void {
    this.#takeHand();
    this.#labels.dispose();
    for (const drawing of [this.#pool, this.#tracePool, this.#workshop.quads, ...this.#fixed]) drawing.dispose();
    this.#workshop.adoption.keepOnly(new Set());
    this.#workshop.atlas.texture.dispose();
    this.#travel.free();
    this.#workshop.nothing.destroy();
    void this.#renderer.dispose();
  }
}

/** Over everything; among voxels over these alone, so that a plate hides the flow that leaves from behind it. */
const flowOrder = (order: readonly ShownBlock[]): number => {
  const voxels = order.findLastIndex(({ grid }) => grid.voxel);
  return voxels === -1 ? 10_002 : voxels + 0.5;
};
