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
  #settling: Promise<void> | undefined;
  #stale = false;
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
    this.#settling ??= this.#settle();
  }

  /** Resolves when the results and the verdicts are those of the last run. */
  async idle(): Promise<void> {
    while (this.#settling) await this.#settling;
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

  /** Until nothing newer has run: read back, show, check, show. */
  async #settle(): Promise<void> {
    try {
      while (this.#stale && !this.#disposed) {
        this.#stale = false;
        await (this.program ? this.#readBack(this.program) : this.#refer());
      }
    } catch (error) {
      if (!this.#disposed) this.#events.failed(error);
    } finally {
      this.#settling = undefined;
    }
  }

  async #readBack(program: Program): Promise<void> {
    const values = await program.read(this.#tensors);
    if (this.#disposed) return;
    this.#adopt(values);
    if (this.#stale) return;
    const held: Numbered = Array.from(values, ([tensor, data]) => [tensor.id, data]);
    const comparisons = await this.#engine.checker.ask({ kind: "verify", tape: this.#tape, values: held });
    this.comparisons = this.#byTensor(comparisons);
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
      value: (tensor, at) => storage(tensor).fill ?? values.get(storage(tensor))?.[at] ?? Number.NaN,
    };
    this.#events.settled(this);
  }
}
