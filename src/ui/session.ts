/** One lesson under way: its program on the GPU, the numbers of the last run, and how they stand against the reference. */
import type { Comparison } from "../core/compare";
import { storage, type Tensor } from "../core/graph";
import { pack } from "../core/parcel";
import type { Program } from "../gpu/program";
import { noResults, type Results } from "../story/results";
import type { Edits, Feed, Knobs, Lesson, Station } from "../story/station";
import type { Explained, Numbered } from "./check.worker";
import type { Engine } from "./engine";

let tapes = 0;

export interface SessionEvents {
  /** New numbers, or new verdicts on them. */
  settled(session: Session): void;
  /** What was run could not be read back or checked; what was on screen stays. */
  failed(error: unknown): void;
}

export class Session {
  readonly station: Station;
  readonly lesson: Lesson;
  readonly program: Program | undefined;
  readonly #engine: Engine;
  readonly #tape = ++tapes;
  readonly #events: SessionEvents;
  readonly #tensors: readonly Tensor[];
  #latest: Feed | undefined;
  /** Reading back what was run, and checking what was read: a long check holds up no newer numbers. */
  #reading: Promise<void> | undefined;
  #checking: Promise<void> | undefined;
  #stale = false;
  #unchecked: ReadonlyMap<Tensor, Float32Array> | undefined;
  #disposed = false;
  #values: ReadonlyMap<Tensor, ArrayLike<number>> = new Map();
  results: Results = noResults;
  comparisons: ReadonlyMap<Tensor, Comparison> = new Map();

  private constructor(
    engine: Engine,
    station: Station,
    lesson: Lesson,
    program: Program | undefined,
    events: SessionEvents,
  ) {
    this.#engine = engine;
    this.station = station;
    this.lesson = lesson;
    this.program = program;
    this.#events = events;
    this.#tensors = [...new Set(lesson.tape.steps.flatMap((step) => [...step.reads, ...step.writes]))];
  }

  /** Makes a lesson ready to run. Rejects with SizeError where the device cannot hold it. */
  static async load(engine: Engine, station: Station, lesson: Lesson, events: SessionEvents): Promise<Session> {
    const program = await engine.processor?.prepare(lesson.tape, lesson.groups);
    const session = new Session(engine, station, lesson, program, events);
    await engine.checker.ask({ kind: "load", tape: session.#tape, parcel: pack(lesson.tape) });
    return session;
  }

  /** Runs at once on the GPU, in one submit; what it made is read back and checked off the frame path, newest first. */
  run(knobs: Knobs, edits: Edits): void {
    const feed = this.station.feed(this.lesson, knobs, edits);
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

  /** How a cell came about; undefined for a cell that no step writes. */
  async explain(tensor: Tensor, at: number): Promise<Explained | undefined> {
    await this.idle();
    return await this.#engine.checker.ask({ kind: "explain", tape: this.#tape, tensor: tensor.id, at });
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
    this.#unchecked = values;
    this.#checking ??= this.#check();
    this.#adopt(values);
  }

  /** Until nothing newer was read: hold it against the reference. */
  async #check(): Promise<void> {
    try {
      while (this.#unchecked && !this.#disposed) {
        const values: Numbered = Array.from(this.#unchecked, ([tensor, data]) => [tensor.id, data]);
        this.#unchecked = undefined;
        const comparisons = await this.#engine.checker.ask({ kind: "verify", tape: this.#tape, values });
        this.comparisons = this.#byTensor(comparisons);
        this.#events.settled(this);
      }
    } catch (error) {
      if (!this.#disposed) this.#events.failed(error);
    } finally {
      this.#checking = undefined;
    }
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
      value: (tensor, at) => storage(tensor).fill ?? values.get(storage(tensor))?.[at] ?? Number.NaN,
    };
    this.#events.settled(this);
  }
}
