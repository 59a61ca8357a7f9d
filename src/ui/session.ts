/** One lesson under way: its program on the GPU, the numbers of the last run, and how they stand against the reference. */
import type { Comparison } from "../core/compare";
import { constantAt, storage, type Tensor } from "../core/graph";
import { pack } from "../core/parcel";
import type { Program } from "../gpu/program";
import { noResults, type Results } from "../story/results";
import type { Edits, Feed, Knobs, Lesson, Station } from "../story/station";
import type { Checked, Explained, Numbered } from "./check.worker";
import type { Engine } from "./engine";

let tapes = 0;

/** A check that takes longer than this, in milliseconds, gives way to newer numbers; a shorter one is let finish. */
const patience = 300;

export interface SessionEvents {
  /** New numbers, or new verdicts on them. */
  settled(session: Session): void;
  /** A long check has come further. */
  checking(session: Session): void;
  /** What was run could not be read back or checked; what was on screen stays. */
  failed(error: unknown): void;
}

export class Session {
  readonly station: Station;
  readonly lesson: Lesson;
  readonly program: Program | undefined;
  /** What the knobs were that only another lesson can follow. */
  readonly #structure: Knobs;
  readonly #engine: Engine;
  readonly #tape = ++tapes;
  readonly #events: SessionEvents;
  readonly #tensors: readonly Tensor[];
  #latest: Feed | undefined;
  /** Reading back what was run, and checking what was read: a long check holds up no newer numbers. */
  #reading: Promise<void> | undefined;
  #checking: Promise<void> | undefined;
  #stale = false;
  /** Whether there are numbers that no check has begun with. */
  #unchecked = false;
  #checkBegan = 0;
  #disposed = false;
  #warmed = false;
  #values: ReadonlyMap<Tensor, ArrayLike<number>> = new Map();
  results: Results = noResults;
  comparisons: ReadonlyMap<Tensor, Comparison> = new Map();
  /** A check that takes long or was stopped: how many tensors it is of, and whether it goes on. */
  check: { readonly tensors: number; readonly goesOn: boolean } | undefined;

  private constructor(
    engine: Engine,
    station: Station,
    lesson: Lesson,
    knobs: Knobs,
    program: Program | undefined,
    events: SessionEvents,
  ) {
    this.#engine = engine;
    this.station = station;
    this.lesson = lesson;
    this.program = program;
    this.#structure = structureOf(station, knobs);
    this.#events = events;
    this.#tensors = [...new Set(lesson.tape.steps.flatMap((step) => [...step.reads, ...step.writes]))];
  }

  /** Builds a lesson and makes it ready to run. Rejects with what `build` throws, and with SizeError where the device cannot hold it. */
  static async load(engine: Engine, station: Station, knobs: Knobs, events: SessionEvents): Promise<Session> {
    const lesson = station.build(knobs);
    const program = await engine.processor?.prepare(lesson.tape, lesson.groups);
    const session = new Session(engine, station, lesson, knobs, program, events);
    await engine.checker.ask({ kind: "load", tape: session.#tape, parcel: pack(lesson.tape) });
    return session;
  }

  /** The present knobs as this lesson can follow them: those of its structure are as they were when it was built. */
  knobs(present: Knobs): Knobs {
    return { ...present, ...this.#structure };
  }

  /** Runs at once on the GPU, in one submit; what it made is read back and checked off the frame path, newest first. */
  run(knobs: Knobs, edits: Edits): void {
    const feed = this.station.feed(this.lesson, this.knobs(knobs), edits);
    this.#latest = feed;
    this.program?.run(feed);
    this.#stale = true;
    this.#reading ??= this.#read();
  }

  /** Resolves when the results are those of the last run, checked or not. */
  async shown(): Promise<void> {
    while (this.#reading) await this.#reading;
  }

  /** Resolves when the results and the verdicts are those of the last run. */
  async idle(): Promise<void> {
    while (this.#reading ?? this.#checking) await (this.#reading ?? this.#checking);
  }

  /** How a cell came about; undefined for a cell that no step writes. It waits for the numbers, not for the check. */
  async explain(tensor: Tensor, at: number): Promise<Explained | undefined> {
    await this.shown();
    return await this.#engine.checker.ask({ kind: "explain", tape: this.#tape, tensor: tensor.id, at });
  }

  /** Ends the check that is under way; what was compared by then stays. */
  stopCheck(): void {
    void this.#engine.checker.ask({ kind: "stop", tape: this.#tape });
  }

  /** Checks the numbers of the last run once more. */
  checkAgain(): void {
    this.#unchecked = this.program !== undefined;
    this.#checking ??= this.#check();
  }

  /** The numbers of a tensor, for tables and scales. */
  numbers(tensor: Tensor): ArrayLike<number> | undefined {
    return this.#values.get(storage(tensor));
  }

  dispose(): void {
    this.#disposed = true;
    this.program?.dispose();
    void this.#engine.checker.ask({ kind: "forget", tape: this.#tape });
  }

  /** Until nothing newer has run: read back and show; the newest numbers wait for the check. */
  async #read(): Promise<void> {
    try {
      while (this.#stale && !this.#disposed) {
        this.#stale = false;
        await (this.program ? this.#readBack(this.program) : this.#refer());
      }
    } catch (error) {
      if (!this.#disposed) this.#events.failed(error);
    } finally {
      this.#reading = undefined;
    }
  }

  async #readBack(program: Program): Promise<void> {
    const values = await program.read(this.#tensors);
    if (this.#disposed) return;
    const held: Numbered = Array.from(values, ([tensor, data]) => [tensor.id, data]);
    void this.#engine.checker.ask({ kind: "hold", tape: this.#tape, values: held });
    this.#unchecked = true;
    if (this.#checking && performance.now() - this.#checkBegan > patience) this.stopCheck();
    this.#checking ??= this.#check();
    this.#adopt(values);
  }

  /** Once there is something to see: the other kernels of this lesson's ops, so that a structure knob compiles nothing. */
  async warm(): Promise<void> {
    if (this.#warmed) return;
    this.#warmed = true;
    await this.#engine.done();
    if (!this.#disposed) await this.#engine.warm([...new Set(this.lesson.tape.graph.nodes.map(({ op }) => op))]);
  }

  /** Until nothing newer was read: hold it against the reference. */
  async #check(): Promise<void> {
    try {
      while (this.#unchecked && !this.#disposed) {
        this.#unchecked = false;
        this.#checkBegan = performance.now();
        const hear = (soFar: Checked): void => this.#hear(soFar);
        this.#judge(await this.#engine.checker.ask({ kind: "verify", tape: this.#tape }, hear));
      }
    } catch (error) {
      if (!this.#disposed) this.#events.failed(error);
    } finally {
      this.#checking = undefined;
    }
  }

  #hear({ comparisons, tensors }: Checked): void {
    this.comparisons = this.#byTensor(comparisons);
    this.check = { tensors, goesOn: true };
    this.#events.checking(this);
  }

  /** The verdicts of a check that is over; one that gave way to newer numbers says nothing about these. */
  #judge({ comparisons, tensors, complete }: Checked): void {
    if (!complete && this.#unchecked) return;
    this.comparisons = this.#byTensor(comparisons);
    this.check = complete ? undefined : { tensors, goesOn: false };
    this.#events.settled(this);
  }

  async #refer(): Promise<void> {
    const given: Numbered = Array.from(this.#latest ?? new Map<Tensor, Float32Array>(), ([tensor, data]) => [
      tensor.id,
      data,
    ]);
    this.#adopt(this.#byTensor(await this.#engine.checker.ask({ kind: "reference", tape: this.#tape, given })));
  }

  #byTensor<T>(numbered: readonly (readonly [number, T])[]): Map<Tensor, T> {
    const { tensors } = this.lesson.tape.graph;
    return new Map(numbered.map(([id, data]) => [tensors[id], data]));
  }

  #adopt(values: ReadonlyMap<Tensor, ArrayLike<number>>): void {
    this.#values = values;
    this.results = {
      ready: true,
      value: (tensor, at) => constantAt(tensor, at) ?? values.get(storage(tensor))?.[at] ?? Number.NaN,
    };
    this.#events.settled(this);
  }
}

const structureOf = ({ knobs }: Station, values: Knobs): Knobs =>
  Object.fromEntries(
    knobs.flatMap(({ name, turns }) => (turns === "structure" && name in values ? [[name, values[name]]] : [])),
  );
