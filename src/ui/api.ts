/**
 * `window.backflow`: the page by script, for the console, for pages that embed it, and for tests. Setters resolve when
 * the frame that shows them is on the GPU; everything rejects with the error that the page would show.
 */
import type { Comparison } from "../core/compare";
import type { Decisions } from "../gpu/families";
import { stations } from "../stations";
import { isErratum, slideOf, type Answer } from "../story/claim";
import { noResults } from "../story/results";
import type { Edits, Knobs, Look } from "../story/station";
import { version } from "../../package.json";
import type { App } from "./app";
import { inWords, isRecord } from "./knob";
import { fromJson, toJson, type GivenTensor, type JsonTensor } from "./json-tensor";
import { opReports, type OpReport } from "./op-report";

export interface RunRequest {
  readonly op: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** None where it reads none. */
  readonly inputs?: Readonly<Record<string, GivenTensor>>;
  /** Gradients that arrive, by output; `grads` comes back when there are any. */
  readonly upstream?: Readonly<Record<string, GivenTensor>>;
  readonly backend?: "gpu" | "reference";
}
export interface RunAnswer {
  readonly outputs: Readonly<Record<string, JsonTensor>>;
  readonly grads: Readonly<Record<string, JsonTensor>>;
}

export interface ClaimReport {
  readonly id: string;
  readonly prompt: string;
  /** Undefined while a question waits for its answer. */
  readonly answer?: Answer;
  readonly slide?: Answer;
  readonly source: string;
  readonly erratum?: string;
}
/** How an answer was graded; where nothing could be read of it, `verdict` is "unread" and `truth` is not told. */
export interface AnswerReport {
  readonly verdict: "right" | "wrong" | "unread";
  readonly given: string;
  readonly truth?: Answer;
  readonly problem?: string;
}
export interface VerdictReport extends Pick<Comparison, "verdict" | "bound" | "method"> {
  readonly tensor: string;
  /** |difference| / bound at the worst cell. */
  readonly worst: number;
}

/** A request that has at least the form of one; whether op, attributes and tensors fit is for the op to say. */
function checked(request: RunRequest): RunRequest {
  const like = '{op: "matmul", inputs: {a: …, b: …}} would fit';
  if (!isRecord(request)) throw new Error(`run: no request; ${like}`);
  const { op, attrs = {}, inputs = {}, upstream = {}, backend = "gpu" } = request;
  if (typeof op !== "string") throw new Error(`run: op is ${inWords(op)}; ${like}`);
  for (const [name, part] of Object.entries({ inputs, attrs, upstream }))
    if (!isRecord(part)) throw new Error(`run: ${name} is ${inWords(part)}; an object with a value per name would fit`);
  if (backend !== "gpu" && backend !== "reference")
    throw new Error(`backend: ${inWords(backend)}; "gpu" or "reference" would fit`);
  return request;
}

export class Backflow {
  readonly #app: App;
  readonly version = version;
  /** Resolves when the first station is on screen, whether or not it has been checked. */
  readonly ready: Promise<void>;

  constructor(app: App, ready: Promise<void>) {
    this.#app = app;
    this.ready = ready;
  }

  /** What computes, and which family of kernels the adapter chose where shapes leave that open. */
  get device(): {
    readonly backend: "webgpu" | "reference";
    readonly vendor: string;
    readonly architecture: string;
    readonly families: Decisions;
  } {
    const { gpu, processor } = this.#app.engine;
    return {
      backend: gpu ? "webgpu" : "reference",
      vendor: gpu?.adapter.vendor ?? "",
      architecture: gpu?.adapter.architecture ?? "",
      families: processor?.families.decided ?? {},
    };
  }

  /** Every op and composition that `run` answers for. */
  ops(): OpReport[] {
    return [...opReports];
  }

  /** Runs one op or composition on numbers in the goldens' format. Frames go on while large tensors are handed over. */
  async run(request: RunRequest): Promise<RunAnswer> {
    const { op, attrs, inputs: given = {}, upstream: arriving, backend = "gpu" } = checked(request);
    const inputs = await fromJson(given, (name) => `${op}: ${name}`);
    const upstream = arriving && (await fromJson(arriving, (name) => `${op}: the upstream of ${name}`));
    const { outputs, grads } = await this.#app.engine.run(
      { op, ...(attrs && { attrs }), inputs, ...(upstream && { upstream }) },
      backend,
    );
    return { outputs: await toJson(outputs), grads: await toJson(grads) };
  }

  stations(): { id: string; title: string; group: string; looks: readonly Look[] }[] {
    return stations.map(({ id, name, number, group, looks = [] }) => ({
      id,
      title: `${number} · ${name}`,
      group,
      looks,
    }));
  }
  get station(): string {
    return this.#app.station?.id ?? "";
  }
  async open(id: string, knobs?: Knobs): Promise<void> {
    await this.#app.open(id, knobs);
    await this.#app.frames.shown();
    this.#app.turning.demandFit();
  }

  knobs(): Knobs {
    return { ...this.#app.knobs };
  }
  async set(knobs: Knobs): Promise<void> {
    if (!isRecord(knobs)) throw new Error("set: no knobs; {x: 1.5} would fit");
    await this.#app.after(() => this.#app.turning.set(knobs));
  }
  edits(): Edits {
    return structuredClone(this.#app.edits);
  }
  /** Puts a number into a cell of a given tensor. */
  async edit(tensor: string, at: number, value: number): Promise<void> {
    if (typeof value !== "number") throw new Error(`edit: ${inWords(value)} is no number; 2.5 or NaN would fit`);
    await this.#app.after(() => this.#app.turning.edit(tensor, at, value));
    await this.#app.frames.shown();
  }

  get time(): number {
    return this.#app.timeline.time;
  }
  get duration(): number {
    return this.#app.timeline.score.duration;
  }
  lanes(): { name: string; start: number; end: number; iteration: number }[] {
    return this.#app.timeline.score.lanes.map(({ name, start, end, iteration }) => ({ name, start, end, iteration }));
  }
  async seek(seconds: number): Promise<void> {
    if (!Number.isFinite(seconds))
      throw new Error(`seek: ${inWords(seconds)}; a number of seconds from 0 to ${this.duration} would fit`);
    await this.#app.after(() => this.#app.guide.seek(seconds));
    await this.#app.frames.shown();
  }
  play(): void {
    void this.#app.after(() => this.#app.timeline.player.play());
  }
  pause(): void {
    void this.#app.after(() => this.#app.timeline.player.pause());
  }
  /** Steps of the chosen granularity; back where n is negative. */
  async step(n = 1): Promise<void> {
    if (!Number.isSafeInteger(n)) throw new Error(`step: ${inWords(n)}; a whole number such as 1 or -1 would fit`);
    await this.#app.after(() => this.#walk(n));
    await this.#app.frames.shown();
  }

  /** As far as time reaches. */
  #walk(steps: number): void {
    for (let i = 0; i < Math.abs(steps); i++) {
      const before = this.time;
      this.#app.guide.step(steps > 0 ? 1 : -1);
      if (this.time === before) return;
    }
  }

  claims(): ClaimReport[] {
    const { session } = this.#app;
    const results = session?.results ?? noResults;
    const { isOpen } = this.#app.predict;
    return (session?.lesson.claims ?? []).map((claim) => {
      const slide = slideOf(claim, results);
      const { id, prompt, source } = claim;
      // One answer tells another, and the next question is among them.
      if (isOpen) return { id, prompt, source };
      return {
        id,
        prompt,
        answer: claim.answer(results),
        ...(slide !== undefined && { slide }),
        source,
        ...(isErratum(claim, results) && { erratum: claim.erratum }),
      };
    });
  }

  /**
   * Asks a question of the open station before it is shown, with the numbers as they stand or those of a practice.
   * Without a question, reading goes on.
   */
  async ask(id?: string, practice?: number): Promise<void> {
    if (id === undefined && practice === undefined) return this.#app.predict.begin(undefined);
    if (practice !== undefined && !(Number.isSafeInteger(practice) && practice >= 0))
      throw new Error(`ask: practice is ${inWords(practice)}; a whole number such as 17 would fit`);
    await this.#app.after(() => this.#app.ask(id, practice));
    await this.#app.frames.shown();
  }

  /** Answers the question that waits: one text, or one for every number, cell by cell. */
  async answer(given: string | readonly string[]): Promise<AnswerReport> {
    await this.#app.after(() => this.#app.frames.shown());
    const { predict } = this.#app;
    if (!predict.open) throw new Error("answer: no question waits for one; ask(id) would ask it");
    const texts = typeof given === "string" ? [given] : given;
    if (!Array.isArray(texts) || !texts.every((text) => typeof text === "string"))
      throw new Error(`answer: ${inWords(given)} is no text; "60" or ["1.5", "-0.75"] would fit`);
    const unread = await predict.check(texts);
    const { outcome } = predict.state;
    const said = texts.join(", ");
    if (unread || !outcome) return { verdict: "unread", given: said, problem: unread?.problem ?? "" };
    return { verdict: outcome.verdict === "right" ? "right" : "wrong", given: said, truth: outcome.truth };
  }

  /** Every tensor that a step wrote, held against the reference. */
  async verify(): Promise<VerdictReport[]> {
    await this.#app.after(() => this.#app.frames.checked());
    return Array.from(this.#app.session?.comparisons ?? [], ([tensor, { verdict, ratio, bound, method }]) => ({
      tensor: tensor.name,
      verdict,
      worst: ratio,
      bound,
      method,
    }));
  }

  stats(): { frames: number; milliseconds: number; pipelines: number; buffers: number; bytes: number } {
    const { engine, drawn, held } = this.#app;
    const computing = engine.stats();
    const sum = (what: "pipelines" | "buffers" | "bytes"): number => computing[what] + held[what];
    return { ...drawn, pipelines: sum("pipelines"), buffers: sum("buffers"), bytes: sum("bytes") };
  }
}

declare global {
  interface Window {
    backflow: Backflow;
  }
}
