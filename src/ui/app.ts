/** The page: its state, and how a change of it reaches the GPU, the picture and the cards. */
import type { Tensor } from "../core/graph";
import { parse } from "../core/numeral";
import { restingActs } from "../scene/stage";
import { stations } from "../stations";
import type { Claim } from "../story/claim";
import type { CellRef, Now, Picture } from "../story/picture";
import { endOf, type Frame } from "../story/score";
import {
  initialKnobs,
  type Edits,
  type Knob,
  type Knobs,
  type KnobValue,
  type Preset,
  type Station,
} from "../story/station";
import { readAddress, writeAddress, type Address, type View } from "./address";
import { Bookmark } from "./bookmark";
import { Cards, type PageState } from "./cards";
import { Easel } from "./easel";
import { fitEdits } from "./edits";
import { Engine } from "./engine";
import { Inspector, sameCell } from "./inspector";
import { listenKeys } from "./keys";
import { checkKnobs, notANumber } from "./knob";
import type { ErrorMessage } from "./messages";
import { listenPointer, type Point } from "./pointer";
import { editName, listed, withEdit, worstFailure } from "./present";
import { Session } from "./session";
import { Shell, type Theme } from "./shell";
import { Timeline } from "./timeline";

/** Knobs that every station has. */
const common: readonly Knob[] = [
  {
    kind: "choice",
    name: "colour",
    label: "colour",
    turns: "view",
    folder: "Picture",
    initial: "linear",
    options: [
      { value: "linear", label: "linear" },
      { value: "symlog", label: "symmetric log" },
    ],
  },
];

export class App {
  readonly engine: Engine;
  readonly timeline: Timeline;
  readonly #shell: Shell;
  readonly #cards: Cards;
  readonly #bookmark: Bookmark;
  readonly #inspector = new Inspector(() => this.invalidate());
  readonly #easel: Easel;
  #session: Session | undefined;
  #picture: Picture | undefined;
  #station: Station | undefined;
  #knobs: Knobs = {};
  #edits: Edits = {};
  #theme: Theme = "system";
  #errors: readonly ErrorMessage[] = [];
  #notices: readonly string[] = [];
  /** The frame that is asked for, and whether the GPU must run before it. */
  #request: number | undefined;
  #valuesTurned = false;
  /** Lessons are built one after the other; a newer wish overtakes an older one. */
  #building: Promise<void> = Promise.resolve();
  #wish = 0;
  #recovering: Promise<void> | undefined;

  constructor(root: HTMLElement) {
    this.engine = new Engine({ error: (message) => this.#gpuError(message), lost: (message) => this.#lost(message) });
    this.#shell = new Shell(root);
    this.timeline = new Timeline(() => this.#moved());
    this.#easel = new Easel(this.#shell, () => this.#changed());
    this.#bookmark = new Bookmark(() => this.#address());
    this.#cards = this.#makeCards();
    this.#listen();
  }

  #makeCards(): Cards {
    return new Cards(this.#shell, {
      station: (id) => void this.open(id),
      theme: (theme) => this.setTheme(theme),
      share: () => new URL(this.#address() ?? "", location.href).href,
      show: (claim) => void this.show(claim),
      preset: (preset) => void this.#preset(preset),
      panel: { change: (name, value) => this.#turn({ [name]: value }), reset: () => void this.reset() },
      seek: (time) => this.seek(time),
      play: () => this.timeline.player.play(),
      pause: () => this.timeline.player.pause(),
      step: (by) => this.step(by),
      toStart: () => this.seek(0),
      setGranularity: (granularity) => this.timeline.setGranularity(granularity),
      setSpeed: (speed) => this.timeline.player.setSpeed(speed),
      setLoop: (loop) => this.timeline.player.setLoop(loop),
      reading: { unpin: () => this.#pinTo(undefined), edit: (value) => this.#editRead(value) },
      editCell: (name, at, text) => this.#editText(name, at, text),
      look: (name, at) => this.#inspector.pointAt(this.#cellNamed(name, at)),
      verdict: () => this.#flyToFailure(),
    });
  }

  // ── what is ───────────────────────────────────────────────────────────────

  get station(): Station | undefined {
    return this.#station;
  }
  get session(): Session | undefined {
    return this.#session;
  }
  get knobs(): Knobs {
    return this.#knobs;
  }
  get edits(): Edits {
    return this.#edits;
  }
  /** Frames drawn, and how long the last one took the page to describe. */
  get drawn(): Easel["drawn"] {
    return this.#easel.drawn;
  }
  #allKnobs(station = this.#station): readonly Knob[] {
    return [...(station?.knobs ?? []), ...common];
  }

  // ── opening ───────────────────────────────────────────────────────────────

  /** Opens the device and the station that the address names. */
  async start(): Promise<void> {
    await this.engine.open();
    await this.#openStage();
    await this.#restore(location.search);
    void this.engine.warm();
  }

  async #openStage(): Promise<void> {
    if (this.engine.gpu) await this.#easel.open(this.engine.gpu);
  }

  /** Opens a station as it is shown first, with some knobs turned. Rejects for an unknown station or knob. */
  async open(id: string, knobs: Knobs = {}): Promise<void> {
    const entry = stations.find((candidate) => candidate.id === id);
    if (!entry)
      throw new Error(`station: there is no ${JSON.stringify(id)}; ${stations.map((s) => s.id).join(", ")} would fit`);
    const station = await entry.load();
    checkKnobs(station.id, this.#allKnobs(station), knobs);
    this.#bookmark.push();
    this.#notices = [];
    await this.#enter(station, { ...initialKnobs({ knobs: this.#allKnobs(station) }), ...knobs }, {});
  }

  async #restore(search: string): Promise<void> {
    this.#bookmark.drop();
    const asked = new URLSearchParams(search).get("station");
    const station = await (stations.find(({ id }) => id === asked) ?? stations[0]).load();
    const { address, problems } = readAddress(search, [station], common);
    this.#notices = problems;
    this.#theme = address.theme;
    this.#applyTheme();
    this.timeline.player.setSpeed(address.speed);
    this.timeline.player.setLoop(address.loop);
    await this.#enter(station, address.knobs, address.edits, address);
  }

  async #enter(station: Station, knobs: Knobs, edits: Edits, address?: Address): Promise<void> {
    this.timeline.player.pause();
    this.#station = station;
    this.#knobs = knobs;
    this.#edits = edits;
    this.#errors = [];
    await this.#rebuild(false);
    if (this.#session?.station !== station) return;
    this.timeline.setGranularity(address?.granularity ?? station.granularity);
    this.timeline.seek(address?.time ?? endOf(this.timeline.score, this.#session.lesson.opens));
    if (address) this.#restoreView(address.view);
    this.invalidate();
  }

  #restoreView({ camera, pin }: View): void {
    if (camera !== undefined && !this.#easel.restoreCamera(camera))
      this.#notices = [...this.#notices, "camera: the address holds no place to stand; this is the opening view."];
    if (pin) this.#restorePin(pin.tensor, pin.at);
  }

  #restorePin(name: string, at: number): void {
    const cell = this.#cellNamed(name, at);
    if (cell) this.#pinTo(cell);
    else this.#notices = [...this.#notices, `pin: there is no cell ${at} of “${name.slice(0, 40)}” here.`];
  }

  /** A cell by its tensor's name: of the tensors that stand in the tables, else of the first that is called so. */
  #cellNamed(name: string, at: number): CellRef | undefined {
    const { lesson } = this.#session ?? {};
    if (!lesson) return undefined;
    const named = lesson.tape.graph.tensors.map((tensor) => [tensor.name, tensor] as const);
    const [, tensor] = [...this.#listed(), ...named].find(([candidate]) => candidate === name) ?? [];
    return tensor && at < tensor.shape.reduce((n, extent) => n * extent, 1) ? { tensor, at } : undefined;
  }

  /** The tensors that the tables list now, by name. */
  #listed(): readonly (readonly [string, Tensor])[] {
    const { lesson } = this.#session ?? {};
    return lesson ? listed(lesson, this.timeline.frame().iteration) : [];
  }

  // ── turning ───────────────────────────────────────────────────────────────

  /** Turns knobs: a value moves the picture in the next frame, a structure as soon as its lesson is ready. */
  #turn(change: Knobs): void {
    const turned = this.#allKnobs().filter(({ name }) => name in change && !Object.is(change[name], this.#knobs[name]));
    if (turned.length === 0) return;
    this.#knobs = { ...this.#knobs, ...change };
    this.#bookmark.save();
    if (turned.some((knob) => knob.turns === "structure")) void this.#rebuild(true);
    else if (turned.some((knob) => knob.turns === "value")) this.#valuesTurned = true;
    else void this.#repaint();
    this.invalidate();
  }

  /** Turns several knobs after checking them; rejects, and turns none, where one does not fit. */
  async set(knobs: Record<string, KnobValue>): Promise<void> {
    checkKnobs(this.#station?.id ?? "", this.#allKnobs(), knobs);
    this.#turn(knobs);
    await this.idle();
  }

  async #preset({ knobs }: Preset): Promise<void> {
    this.#bookmark.push();
    this.#turn(typeof knobs === "function" ? knobs(this.#knobs) : knobs);
    await this.idle();
    if (this.#session) this.seek(endOf(this.timeline.score, this.#session.lesson.opens));
  }

  /** Back to the recitation's numbers. */
  async reset(): Promise<void> {
    if (this.#station) await this.open(this.#station.id);
  }

  /** Puts a number into a cell; throws where there is no such cell. */
  edit(name: string, at: number, value: number): void {
    const tensor = this.#session?.lesson.editable.find((editable) => editable.name === name)?.tensor;
    const cells = tensor?.shape.reduce((n, extent) => n * extent, 1) ?? 0;
    if (!tensor) throw new Error(`edit: there is no tensor ${JSON.stringify(name)} to change here`);
    if (!Number.isInteger(at) || at < 0 || at >= cells)
      throw new Error(`edit: ${name} has no cell ${at}; 0 to ${cells - 1} would fit`);
    this.#edits = withEdit(this.#edits, name, at, value);
    this.#valuesTurned = true;
    this.#bookmark.save();
    this.invalidate();
  }

  #editText(name: string, at: number, text: string): string | undefined {
    const value = parse(text);
    if (value === undefined) return `${notANumber(text)} A number, NaN, ∞ or −∞ would fit.`;
    this.edit(name, at, value);
    return undefined;
  }

  #editRead(value: number): string | undefined {
    const { cell } = this.#inspector;
    const name = cell && this.#session && editName(this.#session.lesson, cell.tensor);
    if (!cell || name === undefined) return "This cell is computed; only given cells can be changed.";
    this.edit(name, cell.at, value);
    return undefined;
  }

  // ── building ──────────────────────────────────────────────────────────────

  /** Builds the lesson of the current structure; the last good picture stays until the new one is ready. Newest wins. */
  #rebuild(keep: boolean): Promise<void> {
    const wish = ++this.#wish;
    this.#building = this.#building.then(() => (wish === this.#wish ? this.#build(keep, wish) : undefined));
    return this.#building;
  }

  async #build(keep: boolean, wish: number): Promise<void> {
    const station = this.#station;
    if (!station) return;
    const [knobs, edits] = [this.#knobs, this.#edits];
    let session: Session | undefined;
    try {
      session = await Session.load(this.engine, station, station.build(knobs), {
        settled: (of) => this.#settled(of),
        failed: (error) => this.#failed(error),
      });
      this.#fitEdits(session);
      session.run(knobs, this.#edits);
      const picture = session.lesson.picture(knobs);
      if (session.program) await this.#easel.show(session.program, picture, keep);
      else if (wish !== this.#wish) return session.dispose();
      this.#adopt(session, picture, keep);
      // What was turned while the lesson was built has not reached it yet.
      this.#valuesTurned = knobs !== this.#knobs || edits !== this.#edits;
      await session.idle();
    } catch (error) {
      if (session !== this.#session) session?.dispose();
      this.#refuse(error);
    }
  }

  #fitEdits(session: Session): void {
    const { edits, problems } = fitEdits(this.#edits, session.lesson.editable);
    this.#edits = edits;
    this.#notices = [...this.#notices, ...problems];
  }

  #adopt(session: Session, picture: Picture, keep: boolean): void {
    const before = this.#session;
    const pinned = keep ? this.#inspector.pin : undefined;
    this.#session = session;
    this.#picture = picture;
    this.#errors = [];
    this.#inspector.attach(session);
    this.timeline.replace(session.lesson.phases(this.#knobs), keep);
    const cell = pinned && this.#cellNamed(pinned.tensor.name, pinned.at);
    if (cell) this.#inspector.pinTo(cell);
    before?.dispose();
    this.invalidate();
  }

  /** Another picture of the same numbers, after whatever is being built. */
  #repaint(): Promise<void> {
    this.#building = this.#building.then(() => this.#paint());
    return this.#building;
  }

  async #paint(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const picture = session.lesson.picture(this.#knobs);
    if (session.program) await this.#easel.show(session.program, picture, true);
    this.#picture = picture;
    this.timeline.redraw(session.lesson.phases(this.#knobs));
    this.invalidate();
  }

  #refuse(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const [what, ...fits] = message.split("; ");
    const action = { label: "Back to the recitation", run: () => void this.reset() };
    this.#errors = [{ what: sentence(what), ...(fits.length > 0 && { fits: sentence(fits.join("; ")) }), action }];
    this.invalidate();
  }

  // ── time ──────────────────────────────────────────────────────────────────

  #moved(): void {
    if (!this.timeline.player.state.playing) this.#bookmark.save();
    this.invalidate();
  }

  /** Something that the address holds has changed by hand. */
  #changed(): void {
    this.#bookmark.save();
    this.invalidate();
  }

  seek(time: number): void {
    this.#inspector.highlight([]);
    this.timeline.seek(time);
  }

  step(by: 1 | -1): void {
    this.#inspector.highlight([]);
    this.timeline.step(by);
  }

  /** Turns to what a claim needs, seeks to where it can be seen, and lights its cells. */
  async show(claim: Claim): Promise<void> {
    this.timeline.player.pause();
    if (claim.shows.knobs) {
      this.#bookmark.push();
      this.#turn(claim.shows.knobs);
      await this.idle();
    }
    const here = this.#session?.lesson.claims.find(({ id }) => id === claim.id) ?? claim;
    if (here.shows.step) this.seek(endOf(this.timeline.score, here.shows.step));
    this.#inspector.highlight(here.shows.cells);
    this.#shell.stage.scrollIntoView({ block: "nearest" });
  }

  // ── pointing ──────────────────────────────────────────────────────────────

  #pinTo(cell: CellRef | undefined): void {
    this.#inspector.pinTo(cell);
    this.#bookmark.save();
  }

  #pick(at: Point | undefined): CellRef | undefined {
    return this.#easel.pick(at, this.timeline.frame());
  }

  #press(at: Point): void {
    const cell = this.#pick(at);
    this.#pinTo(sameCell(cell, this.#inspector.pin) ? undefined : cell);
    if (cell && this.#shell.mode === "phone") this.#shell.showTab("Reading");
  }

  #flyToFailure(): void {
    const cell = this.#session && worstFailure(this.#session);
    if (!cell) return this.#cards.openTables();
    const step = this.#session?.lesson.tape.steps.find(({ writes }) => writes.includes(cell.tensor));
    this.timeline.player.pause();
    if (step) this.seek(endOf(this.timeline.score, step));
    this.#pinTo(cell);
    this.#easel.frame(cell.tensor);
  }

  // ── drawing ───────────────────────────────────────────────────────────────

  /** Asks for a frame: the page draws only when something has changed. */
  invalidate(): void {
    this.#request ??= requestAnimationFrame(() => {
      this.#request = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#valuesTurned) this.#runAgain();
    const state = this.#state();
    this.#cards.showState(state);
    this.#cards.showTime(state, this.#inspector);
    if (!this.#session || !this.#picture) return;
    const frame = this.timeline.frame(this.#inspector.pin);
    const now = nowOf(frame, this.#session);
    this.#cards.showLesson(state, this.#session, this.#picture, frame, now, this.#inspector);
    if (this.#session.program) this.#easel.draw(frame, now, this.#view(frame));
  }

  /** The numbers of the present knobs; a lesson of another station waits for its successor. */
  #runAgain(): void {
    if (this.#session?.station !== this.#station) return;
    this.#valuesTurned = false;
    try {
      this.#session?.run(this.#knobs, this.#edits);
      this.#easel.touch();
    } catch (error) {
      this.#refuse(error);
    }
  }

  #state(): PageState {
    const { gpu, missing } = this.engine;
    const name =
      gpu && [gpu.adapter.description, gpu.adapter.architecture, gpu.adapter.vendor].find((part) => part !== "");
    return {
      stations,
      station: this.#station,
      knobs: { all: this.#allKnobs(), values: this.#knobs, errors: {} },
      theme: this.#theme,
      adapter: gpu ? `WebGPU, ${name ?? "unnamed adapter"}` : "no WebGPU",
      missing,
      errors: this.#errors,
      notices: this.#notices,
      score: this.timeline.score,
      granularity: this.timeline.granularity,
      player: this.timeline.player.state,
      session: this.#session,
    };
  }

  #view(frame: Frame): Parameters<Easel["draw"]>[2] {
    const { hover, pin, highlighted } = this.#inspector;
    return {
      ...(hover && { hover }),
      ...(pin && { pinned: pin }),
      highlighted,
      resting: restingActs(this.timeline.score, frame),
      sources: this.#inspector.sources(),
      colour: this.#knobs["colour"] === "symlog" ? "symlog" : "linear",
    };
  }

  #settled(session: Session): void {
    if (session === this.#session) void this.#inspector.refresh();
  }

  /** A run that came to nothing: because the device is being replaced, which says so itself, or for a reason worth telling. */
  #failed(error: unknown): void {
    if (!this.#recovering) this.#gpuError(error instanceof Error ? error.message : String(error));
  }

  /** Resolves when everything that was asked for is computed, checked and on the GPU. */
  async idle(): Promise<void> {
    do {
      await this.#recovering;
      await this.#building;
      if (this.#request !== undefined) await new Promise(requestAnimationFrame);
      await this.#session?.idle();
      await this.engine.gpu?.device.queue.onSubmittedWorkDone();
    } while (this.#request !== undefined || this.#valuesTurned || this.#recovering);
  }

  // ── the world around ──────────────────────────────────────────────────────

  #listen(): void {
    this.#shell.onResize(() => {
      this.#easel.fitSize();
      this.invalidate();
    });
    this.#shell.onMode(() => this.invalidate());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#applyTheme());
    window.addEventListener("popstate", () => void this.#restore(location.search));
    listenPointer(this.#shell.stage, {
      point: (at) => this.#inspector.pointAt(this.#pick(at)),
      press: (at) => this.#press(at),
    });
    listenKeys(this.#shell.stage, {
      playOrPause: () => this.timeline.player.toggle(),
      step: (by) => this.step(by),
      toStart: () => this.seek(0),
      toEnd: () => this.seek(this.timeline.score.duration),
      resetView: () => this.#resetView(),
      frame: () => this.#frameView(),
      walk: (right, down) =>
        this.#inspector.walk(
          this.#listed().map(([, tensor]) => tensor),
          right,
          down,
        ),
      pin: () => this.#pinTo(this.#inspector.cell),
      letGo: () => this.#letGo(),
    });
  }

  #letGo(): void {
    this.#inspector.pointAt(undefined);
    this.#pinTo(undefined);
  }

  #resetView(): void {
    this.#easel.reset();
    this.#changed();
  }

  #frameView(): void {
    this.#easel.frame(this.#inspector.pin?.tensor);
    this.#changed();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#applyTheme();
    this.#bookmark.save();
  }

  #applyTheme(): void {
    this.#shell.setTheme(this.#theme);
    this.#easel.fitTheme();
    this.invalidate();
  }

  #gpuError(message: string): void {
    this.#errors = [{ what: "The GPU reported an error.", fits: message.slice(0, 300) }];
    this.invalidate();
  }

  /** The device is gone: opens another, computes again, and shows the same moment. */
  #lost(message: string): void {
    this.#recovering ??= this.#recover(message).finally(() => (this.#recovering = undefined));
  }

  async #recover(message: string): Promise<void> {
    const { camera } = this.#easel;
    this.#errors = [{ what: "The GPU device was lost; opening another.", fits: message }];
    this.invalidate();
    this.#easel.close();
    await this.engine.reopen();
    await this.#openStage();
    await this.#rebuild(true);
    if (camera !== undefined) this.#easel.restoreCamera(camera);
    this.invalidate();
  }

  /** The address of everything that is. */
  #address(): string | undefined {
    if (!this.#station || !this.#session) return undefined;
    const { camera } = this.#easel;
    const { pin } = this.#inspector;
    const { speed, loop } = this.timeline.player.state;
    return writeAddress(
      {
        station: this.#station.id,
        knobs: this.#knobs,
        edits: this.#edits,
        time: this.timeline.time,
        granularity: this.timeline.granularity,
        speed,
        loop,
        theme: this.#theme,
        view: {
          ...(camera !== undefined && { camera }),
          ...(pin && { pin: { tensor: pin.tensor.name, at: pin.at } }),
        },
      },
      this.#station,
      common,
    );
  }
}

const nowOf = (frame: Frame, { results }: Session): Now => ({
  results,
  iteration: frame.iteration,
  progress: (step) => frame.progress.get(step)?.u ?? 1,
  ...(frame.act && { act: { step: frame.act.span.act.step, moment: frame.act.moment } }),
});

/** With one full stop at its end. */
const sentence = (text: string): string => `${text.replace(/\.$/, "")}.`;
