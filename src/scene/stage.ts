/** The stage: draws a picture over a program's buffers. A frame is a function of buffers, frame, now and view alone. */
import { Color, OrthographicCamera, Scene, type WebGPURenderer } from "three/webgpu";
import type { Tensor } from "../core/graph";
import type { Act, CellRef, Current, Fate, FlowPath, Now, Picture, Vector } from "../story/picture";
import type { Frame } from "../story/score";
import { Adoption, openRenderer } from "./adopt";
import { openAtlas, type Atlas } from "./atlas";
import { BlockDrawing, kinds, type Kind, type Workshop } from "./block";
import { BoxDrawing } from "./box";
import { Camera } from "./camera";
import { cornersOf } from "./cells";
import type { Subject } from "./framing";
import { Globals } from "./globals";
import { giveHand } from "./hand";
import { Labels, type WriteText } from "./labels";
import { isAbove, linePieces, platesOf, slid } from "./line";
import { cellAt, rectangleOf, type Rectangle } from "./pick";
import { Pool } from "./pool";
import { Quads, setInstances } from "./quads";
import { ringPlates, ringsOf } from "./rings";
import { flagBits, kindOf, ShownBlock, type Flags, type Numbers } from "./shown";
import { commonNormal, slicesOf } from "./slices";
import { carried, flowing, flowPieces, gating, underWay } from "./stream";
import { StrokeDrawing } from "./stroke";
import type { Theme } from "./theme";
import { TraceDrawing, traceKinds, type TraceKind } from "./trace";
import { ShownTrace, traceKindOf } from "./traced";
import { add } from "./vector";
import type { CameraState, SafeArea, View } from "./view";

export { readTheme, type Theme } from "./theme";
export { mixStates } from "./camera";
export { restingActs } from "./stream";
export type { CameraState, SafeArea } from "./view";
export type { Numbers } from "./shown";
export type { Rectangle } from "./pick";

/** Everything about a frame that is neither number nor time nor camera. */
export interface SceneView {
  readonly hover?: CellRef;
  readonly pinned?: CellRef;
  /** What a claim shows. */
  readonly highlighted: readonly CellRef[];
  /** What the hovered or pinned cell was read from. */
  readonly sources: readonly { readonly cell: CellRef; readonly current: Current }[];
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
const mostFlows = 600;

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
  readonly #under: BoxDrawing;
  readonly #over: BoxDrawing;
  readonly #rings: BoxDrawing;
  readonly #lines: StrokeDrawing;
  readonly #flows: StrokeDrawing;
  readonly #amounts: GPUBuffer;
  readonly #gates: GPUBuffer;
  #flowCache = new WeakMap<Act, Map<number, readonly FlowPath[]>>();
  #copied = "";
  #theme: Theme | undefined;
  #picture = emptyPicture;
  #program: Numbers | undefined;
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
    this.#under = new BoxDrawing(this.#workshop);
    this.#over = new BoxDrawing(this.#workshop);
    this.#rings = new BoxDrawing(this.#workshop);
    this.#lines = new StrokeDrawing(this.#workshop);
    this.#flows = new StrokeDrawing(this.#workshop);
    [this.#amounts, this.#gates] = [0, 1].map(() =>
      device.createBuffer({ size: mostFlows * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }),
    );
    this.#flows.amounts.show(this.#amounts);
    this.#flows.gates.show(this.#gates);
    this.#under.mesh.renderOrder = -1;
    [this.#over, this.#lines, this.#flows, this.#rings].forEach(({ mesh }, k) => (mesh.renderOrder = 10_000 + k));
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
    this.#program = program;
    this.#picture = picture;
    this.#flowCache = new WeakMap();
    this.#copied = "";
    this.#flows.valuesEnd.show(program.extent("values"));
    this.#flows.gradientsEnd.show(program.extent("gradients"));
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

  /** Compiles what every picture needs, so that nothing waits later. */
  async #warm(): Promise<void> {
    for (const { mesh } of this.#fixed) setInstances(mesh, 1);
    await this.#renderer.compileAsync(this.#scene, this.#viewer);
    for (const { mesh } of this.#fixed) setInstances(mesh, 0);
    await this.#pool.prepare(kinds, this.#scene, this.#viewer);
  }

  get #fixed(): readonly (BoxDrawing | StrokeDrawing)[] {
    return [this.#under, this.#over, this.#lines, this.#flows, this.#rings];
  }

  /** Buffers that drawings still read. */
  #kept(program: Numbers): Set<GPUBuffer> {
    return new Set([
      ...[...this.#shown, ...this.#traces].flatMap(({ buffers }) => buffers),
      ...[this.#pool, this.#tracePool].flatMap(({ buffers }) => buffers),
      ...this.#fixed.flatMap(({ buffers }) => buffers),
      program.extent("values"),
      program.extent("gradients"),
      this.#amounts,
      this.#gates,
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
    this.#copied = "";
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
    this.#drawStill(now, camera, this.#theme);
    this.#drawFlows(frame, view, camera, this.#theme);
    this.#drawOver(frame, now, view, camera, this.#theme);
    this.#renderer.render(this.#scene, this.#viewer);
    this.#stats = { frames: this.#stats.frames + 1, milliseconds: performance.now() - started };
  }

  #drawBlocks(frame: Frame, now: Now, view: SceneView, camera: View): void {
    const fates = flagged(this.#fates.flatMap(flagsOf));
    const active = flagged(this.#activeCells(frame, view).map((cell) => [cell, flagBits.active]));
    for (const shown of this.#shown) {
      const tensor = shown.tensor(frame.iteration);
      shown.setTime(frame, now, view.colour, camera.unit);
      shown.flag(fates.get(tensor), active.get(tensor));
      shown.arrange(camera);
    }
    const order = this.#farFirst(camera);
    order.forEach(({ drawing, block }, i) => drawing.place(block.factor ? 10_001 + i / 1e4 : i));
    this.#flows.mesh.renderOrder = flowOrder(order);
  }

  /** What takes part in the step, where the rest stands back. */
  #activeCells(frame: Frame, view: SceneView): CellRef[] {
    if (!this.#picture.blocks.some(({ ghost }) => ghost)) return [];
    return [
      ...underWay(frame).flatMap(({ act, moment }) => [...act.lit(moment), ...act.writes(moment)]),
      ...view.sources.map(({ cell }) => cell),
      ...(view.pinned ? [view.pinned] : []),
      ...(view.hover ? [view.hover] : []),
    ];
  }

  /** Far blocks first; on one plane, in the order of the picture. */
  #farFirst(camera: View): ShownBlock[] {
    const depth = (shown: ShownBlock): number => shown.depthIn(camera, this.#normal);
    return this.#shown.toSorted((a, b) => depth(b) - depth(a));
  }

  #drawStill(now: Now, camera: View, theme: Theme): void {
    const { lines, boxes } = this.#picture;
    const shown = boxes.filter((box) => !box.slides && camera.unit >= (box.least ?? 0) && (box.shown?.(now) ?? true));
    this.#under.draw(shown.filter((box) => !isAbove(box)).map((box) => platesOf(box, theme)));
    this.#over.draw(shown.filter(isAbove).map((box) => platesOf(box, theme)));
    this.#lines.draw(
      lines.filter((line) => line.shown?.(now) ?? true).flatMap((line) => linePieces(line, camera, theme)),
    );
  }

  #drawFlows(frame: Frame, view: SceneView, camera: View, theme: Theme): void {
    const moments = underWay(frame, view.resting);
    const flows = flowing(moments, this.#flowsOf, view.reducedMotion);
    this.#copyAmounts(carried(flows), gating(flows));
    this.#flows.draw(flowPieces(flows, camera, theme));
  }

  /** Over everything: the frames that slide, and the rings around cells. */
  #drawOver(frame: Frame, now: Now, view: SceneView, camera: View, theme: Theme): void {
    const frames = this.#picture.boxes
      .filter((box) => box.slides && (box.shown?.(now) ?? true))
      .flatMap((box) => slid(box, frame, view.reducedMotion) ?? []);
    const tied = this.#fates.filter(({ state }) => state === "tied").map(({ cell }) => cell);
    const rings = ringsOf(view, underWay(frame, view.resting), tied, theme);
    this.#rings.draw([
      ...frames.map((box) => platesOf(box, theme)),
      ...ringPlates(rings, this.#shown, frame.iteration, camera),
    ]);
  }

  readonly #flowsOf = (act: Act, moment: number): readonly FlowPath[] => {
    const known = this.#flowCache.get(act) ?? new Map<number, readonly FlowPath[]>();
    this.#flowCache.set(act, known);
    const flows = known.get(moment) ?? act.flows(moment);
    known.set(moment, flows);
    return flows;
  };

  #copyAmounts(amounts: readonly CellRef[], gates: readonly CellRef[]): void {
    const key = [...amounts, ...gates].map(({ tensor, at }) => `${tensor.id}:${at}`).join(" ");
    if (key === this.#copied || amounts.length === 0) return;
    this.#program?.copyCells(amounts, this.#amounts);
    this.#program?.copyCells(gates, this.#gates);
    this.#copied = key;
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
    this.#amounts.destroy();
    this.#gates.destroy();
    this.#workshop.nothing.destroy();
    void this.#renderer.dispose();
  }
}

/** Over everything; among voxels over these alone, so that a plate hides the flow that leaves from behind it. */
const flowOrder = (order: readonly ShownBlock[]): number => {
  const voxels = order.findLastIndex(({ grid }) => grid.voxel);
  return voxels === -1 ? 10_002 : voxels + 0.5;
};

/** What a fate makes of its cell; a tied one has a ring, no flag. */
const flagsOf = ({ cell, state }: Fate): (readonly [CellRef, number])[] =>
  state === "tied" ? [] : [[cell, flagBits[state]]];

/** Flags by tensor and position; those of one cell add up. */
function flagged(cells: readonly (readonly [CellRef, number])[]): ReadonlyMap<Tensor, Flags> {
  const byTensor = new Map<Tensor, Map<number, number>>();
  for (const [{ tensor, at }, bits] of cells) {
    const flags = byTensor.get(tensor) ?? new Map<number, number>();
    flags.set(at, (flags.get(at) ?? 0) | bits);
    byTensor.set(tensor, flags);
  }
  return byTensor;
}
