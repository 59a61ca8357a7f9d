/** Every station on WebGPU, each slider at both ends and each preset: what is computed holds, is drawn, and where it is not finite says why. */
import { describe, expect, it } from "vitest";
import { storage, type Tensor } from "../../src/core/graph";
import { ShapeError } from "../../src/core/shape";
import { AttributeError } from "../../src/core/attributes";
import type { Program } from "../../src/gpu/program";
import { verify } from "../../src/gpu/verify";
import { stations } from "../../src/stations";
import { compose } from "../../src/story/score";
import { initialKnobs, type Feed, type Knobs, type Lesson, type Slider, type Station } from "../../src/story/station";
import { faults, openRig } from "./rig";

const { processor, errors } = await openRig();

/** A lesson that is ready to run. */
interface Ready {
  readonly station: Station;
  readonly lesson: Lesson;
  readonly program: Program;
}

async function prepare(station: Station, knobs: Knobs): Promise<Ready> {
  const lesson = station.build(knobs);
  return { station, lesson, program: await processor.prepare(lesson.tape, lesson.groups) };
}

/** A large step is looked at on samples: its kernels have tests of their own. */
const effort = { most: 3e5, sample: 128, products: 3e7 };

/** What is wrong with the numbers of these knobs, as text. */
async function wrong({ station, lesson, program }: Ready, knobs: Knobs): Promise<string[]> {
  const feed: Feed = station.feed(lesson, knobs, {});
  program.run(feed);
  const tensors = [...new Set(lesson.tape.steps.flatMap(({ reads, writes }) => [...reads, ...writes]))];
  const values = await program.read(tensors);
  const verdicts = faults(verify(lesson.tape.steps, values, effort));
  return [...verdicts, ...unexplained(lesson, values), ...undrawn(lesson, knobs)];
}

/** Cells that people see, that are not finite, and of which nothing says why. */
function unexplained(lesson: Lesson, values: ReadonlyMap<Tensor, Float32Array>): string[] {
  const value = (tensor: Tensor, at: number): number => values.get(storage(tensor))?.[at] ?? Number.NaN;
  const results = { value, ready: true };
  const seen = lesson.shown(0).flatMap(({ tensor, gradient }) => (gradient ? [tensor, gradient] : [tensor]));
  return seen.flatMap((tensor) => {
    const at = values.get(storage(tensor))?.findIndex((number) => !Number.isFinite(number)) ?? -1;
    return at < 0 || lesson.remark?.(tensor, at, results) ? [] : [`${tensor.name}[${at}] is ${value(tensor, at)}`];
  });
}

/** Flows of the last moment of each act that go nowhere. */
function undrawn(lesson: Lesson, knobs: Knobs): string[] {
  lesson.picture(knobs);
  const acts = compose(lesson.phases(knobs), "op").spans.map(({ act }) => act);
  const flows = acts.flatMap((act) => act.flows(act.moments - 1));
  return flows.some(({ points }) => !points.flat().every(Number.isFinite)) ? ["a flow goes nowhere"] : [];
}

/** The knobs with one slider at its end, and the knob turned without which it means nothing. */
const turned = (knobs: Knobs, { name, onlyWhile }: Slider, end: number): Knobs => ({
  ...knobs,
  ...(onlyWhile && { [onlyWhile.knob]: [onlyWhile.is].flat()[0] }),
  [name]: end,
});

/** What the lesson's presets turn the knobs to, by their labels. */
const presetsOf = (lesson: Lesson, knobs: Knobs): readonly (readonly [string, Knobs])[] =>
  lesson.passages
    .flatMap((passage) => (passage.kind === "presets" ? passage.presets : []))
    .map((preset) => [
      preset.label,
      { ...knobs, ...(typeof preset.knobs === "function" ? preset.knobs(knobs) : preset.knobs) },
    ]);

/** The same as `wrong`, in a lesson of its own; an impossible shape has to say what would fit. */
async function wrongAfresh(station: Station, knobs: Knobs): Promise<string[]> {
  try {
    const ready = await prepare(station, knobs);
    const found = await wrong(ready, knobs);
    ready.program.dispose();
    return found;
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof AttributeError)) throw error;
    return error.message.includes("would") ? [] : [error.message];
  }
}

describe.each(stations.map(({ id }) => id))("%s", (id) => {
  it(
    "holds with each slider at either end and each preset, and what is not finite says why",
    { timeout: 120_000 },
    async () => {
      const station = await stations.find((entry) => entry.id === id)!.load();
      const initial = initialKnobs(station);
      const first = await prepare(station, initial);
      const sliders = station.knobs.filter((knob) => knob.kind === "slider");
      expect(sliders.length).toBeGreaterThan(0);
      const found: Record<string, string[]> = { start: await wrong(first, initial) };
      for (const slider of sliders)
        for (const end of [slider.min, slider.max]) {
          const knobs = turned(initial, slider, end);
          const alike = slider.turns !== "structure" && !slider.onlyWhile;
          found[`${slider.name} ${end}`] = alike ? await wrong(first, knobs) : await wrongAfresh(station, knobs);
        }
      for (const [label, knobs] of presetsOf(first.lesson, initial)) found[label] = await wrongAfresh(station, knobs);
      first.program.dispose();
      expect(Object.entries(found).filter(([, problems]) => problems.length > 0)).toEqual([]);
      expect(errors).toEqual([]);
    },
  );
});
