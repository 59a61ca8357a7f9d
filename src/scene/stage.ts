/** The stage: draws a picture over a program's buffers. A frame is a function of buffers, frame, now and view alone. */
import { Color, Group, OrthographicCamera, Scene, type WebGPURenderer } from "three/webgpu";
import type { Tensor } from "../core/graph";
import type { Act, Block, CellRef, Current, FlowPath, Now, Picture } from "../story/picture";
import type { Frame } from "../story/score";
import { Adoption, openRenderer } from "./adopt";
import { openAtlas, type Atlas } from "./atlas";
import { BlockDrawing, type Workshop } from "./block";
import { BoxDrawing } from "./box";
import { Camera } from "./camera";
import { centreAt, cornersOf, indexAt } from "./cells";
import type { Subject } from "./framing";
import { Globals } from "./globals";
import { giveHand } from "./hand";
import { Labels, type WriteText } from "./labels";
import { isAbove, linePieces, platesOf } from "./line";
import { cellAt } from "./pick";
import { ringPlates, ringsOf } from "./rings";
import { ShownBlock, type Numbers } from "./shown";
import { carried, flowing, flowPieces, gating, underWay } from "./stream";
import { StrokeDrawing } from "./stroke";
import type { Theme } from "./theme";
import { add, times } from "./vector";
import type { CameraState, SafeArea, View } from "./view";

export { readTheme, type Theme } from "./theme";
export { mixStates } from "./camera";
export { restingActs } from "./stream";
export type { CameraState, SafeArea } from "./view";
export type { Numbers } from "./shown";

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
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
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
  readonly #free = { plate: [] as BlockDrawing[], voxel: [] as BlockDrawing[] };
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
    this.#workshop = { device, adoption: new Adoption(renderer, device), globals: new Globals(), atlas, nothing };
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
    const fixed = [this.#under, this.#over, this.#lines, this.#flows, this.#rings];
    fixed.forEach(({ mesh }) => (mesh.visible = false));
    this.#under.mesh.renderOrder = -1;
    [this.#over, this.#lines, this.#flows, this.#rings].forEach(({ mesh }, i) => (mesh.renderOrder = 10_000 + i));
    this.#scene.add(...fixed.map(({ mesh }) => mesh));
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
    return new Stage(canvas, overlay, gpu.device, renderer, atlas, writeText);
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
    for (const shown of this.#shown) shown.setTheme(theme);
  }

  /** CSS pixels, and device pixels for each. */
  resize(width: number, height: number, pixelRatio: number): void {
    this.#size = { width, height, pixelRatio };
    this.#renderer.setPixelRatio(pixelRatio);
    this.#renderer.setSize(width, height, false);
  }

  /** Shows another picture. Resolves once it can be drawn without waiting; until then the old one stays. */
  async show(program: Numbers, picture: Picture, keepCamera: boolean): Promise<void> {
    const lent = picture.blocks.map((block) => this.#lend(block));
    const shown = picture.blocks.map((block, i) => new ShownBlock(block, lent[i], program));
    await this.#compile(shown);
    this.#return(this.#shown);
    this.#program = program;
    this.#picture = picture;
    this.#shown = shown;
    this.#flowCache = new WeakMap();
    this.#copied = "";
    this.#scene.add(...lent.map(({ mesh }) => mesh));
    this.#flows.valuesEnd.show(program.extent("values"));
    this.#flows.gradientsEnd.show(program.extent("gradients"));
    this.#labels.show(picture.labels);
    if (this.#theme) this.setTheme(this.#theme);
    this.#camera.open(picture.opening, this.#subject(), keepCamera);
    this.#workshop.adoption.keepOnly(this.#kept());
  }

  #lend({ body }: Block): BlockDrawing {
    return this.#free[body.kind].pop() ?? new BlockDrawing(this.#workshop, body.kind === "voxel");
  }

  #return(shown: readonly ShownBlock[]): void {
    for (const { block, drawing } of shown) {
      this.#scene.remove(drawing.mesh);
      this.#free[block.body.kind].push(drawing);
    }
  }

  async #compile(shown: readonly ShownBlock[]): Promise<void> {
    const group = new Group();
    group.add(...shown.map(({ drawing }) => drawing.mesh));
    await this.#renderer.compileAsync(group, this.#viewer, this.#scene);
    group.clear();
  }

  /** Buffers that drawings still read, lent or free. */
  #kept(): Set<GPUBuffer> {
    const lentOrFree = [...this.#shown.map(({ drawing }) => drawing), ...this.#free.plate, ...this.#free.voxel];
    const fixed = [this.#under, this.#over, this.#rings, this.#lines, this.#flows];
    const program = this.#program ? [this.#program.extent("values"), this.#program.extent("gradients")] : [];
    for (const drawing of [...this.#free.plate, ...this.#free.voxel]) drawing.letGo();
    return new Set([
      ...this.#shown.flatMap(({ buffers }) => buffers),
      ...[...lentOrFree, ...fixed].flatMap(({ buffers }) => buffers),
      ...program,
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
    return { points: [...cells, ...lines.flatMap(({ points }) => points), ...sides], rooms: this.#labels.rooms() };
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
    this.#drawBlocks(frame, now, view, camera);
    this.#drawStill(now, camera, this.#theme);
    this.#drawFlows(frame, view, camera, this.#theme);
    this.#renderer.render(this.#scene, this.#viewer);
    this.#stats = { frames: this.#stats.frames + 1, milliseconds: performance.now() - started };
  }

  #drawBlocks(frame: Frame, now: Now, view: SceneView, camera: View): void {
    const dead = this.#picture.dead?.(now).map(({ cell }) => cell) ?? [];
    const moments = underWay(frame);
    const active = [
      ...moments.flatMap(({ act, moment }) => [...act.lit(moment), ...act.writes(moment)]),
      ...view.sources.map(({ cell }) => cell),
      ...(view.pinned ? [view.pinned] : []),
      ...(view.hover ? [view.hover] : []),
    ];
    for (const shown of this.#shown) {
      shown.setTime(frame, now, view.colour, !this.#camera.flat);
      shown.flag(dead, active, frame.iteration);
      if (!this.#camera.flat) shown.paintFor(camera.eye);
    }
    const order = this.#shown.toSorted((a, b) => rankOf(a, camera) - rankOf(b, camera));
    order.forEach(({ drawing, block }, i) => (drawing.mesh.renderOrder = block.factor ? 10_001 + i / 1e4 : i));
    this.#flows.mesh.renderOrder = flowOrder(order);
  }

  #drawStill(now: Now, camera: View, theme: Theme): void {
    const { lines, boxes } = this.#picture;
    const shown = boxes.filter((box) => box.shown?.(now) ?? true);
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
    this.#rings.draw(ringPlates(ringsOf(view, moments, theme), this.#shown, frame.iteration, camera));
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
    const nearestLast = this.#shown.toSorted((a, b) => rankOf(a, camera) - rankOf(b, camera));
    return cellAt(x, y, nearestLast, camera, frame);
  }

  /** The rectangle of a cell on the canvas, CSS pixels. */
  locate(cell: CellRef): Rectangle | undefined {
    const shown = this.#shown.find(({ block }) => !block.factor && block.tensors.includes(cell.tensor));
    if (!shown) return undefined;
    const { grid } = shown;
    const camera = this.#camera.view;
    const centre = centreAt(grid, indexAt(grid, cell.at));
    const seen = [-1, 1].flatMap((x) =>
      [-1, 1].map((y) => {
        const across = grid.voxel ? camera.right : grid.right;
        const upward = grid.voxel ? camera.up : grid.up;
        return camera.project(add(centre, add(times(across, x * grid.half[0]), times(upward, y * grid.half[1]))));
      }),
    );
    const [xs, ys] = [seen.map((p) => p.x), seen.map((p) => p.y)];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  }

  stats(): { frames: number; milliseconds: number } {
    return this.#stats;
  }

  /** What three counts as held on the device. */
  memory(): Readonly<Record<string, number>> {
    return { ...this.#renderer.info.memory };
  }

  dispose(): void {
    this.#takeHand();
    this.#labels.dispose();
    this.#return(this.#shown);
    const drawings = [...this.#free.plate, ...this.#free.voxel];
    for (const drawing of [...drawings, this.#under, this.#over, this.#rings, this.#lines, this.#flows])
      drawing.dispose();
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

/** Far blocks first; on one plane, in the order of the picture. */
const rankOf = (shown: ShownBlock, view: View): number => -shown.depthIn(view);
