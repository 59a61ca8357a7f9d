/** A stage of a test file's own, and curves on it whose numbers the tests give. */
import { afterAll, beforeEach } from "vitest";
import { Graph, type Tensor } from "../../src/core/graph";
import type { SceneView } from "../../src/scene/stage";
import type { Trace } from "../../src/story/picture";
import type { Frame } from "../../src/story/score";
import { now, pictureOf, still, view, type World } from "./scene-picture";
import { Shot } from "./scene-shot";
import { FakeProgram, openStage } from "./scene-world";

/** Opens a stage that closes after the file's last test; every test begins with a program of its own. */
export async function openCurves(): Promise<Curves> {
  const curves = new Curves(await openStage());
  afterAll(() => curves.world.close());
  beforeEach(() => curves.begin());
  return curves;
}

export class Curves {
  readonly world: World;
  #graph = new Graph();
  #program: FakeProgram;

  constructor(world: World) {
    this.world = world;
    this.#program = new FakeProgram(world.device);
  }

  get program(): FakeProgram {
    return this.#program;
  }

  /** Takes another program, in which nothing is given yet. */
  begin(): void {
    this.#graph = new Graph();
    this.#program = new FakeProgram(this.world.device);
  }

  /** A tensor of these numbers. */
  given(numbers: readonly number[]): Tensor {
    const tensor = this.#graph.given("numbers", [numbers.length]);
    this.#program.set(tensor, numbers);
    return tensor;
  }

  /** Curves alone in a picture, as it stands at a moment. */
  async drawn(traces: readonly Trace[], frame: Frame = still, seeing: Partial<SceneView> = {}): Promise<Shot> {
    await this.world.stage.show(this.#program, pictureOf([], { traces }), false);
    this.world.stage.draw(frame, now, { ...view, ...seeing });
    return new Shot(this.world);
  }
}
