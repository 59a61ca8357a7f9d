/** The page: how a change of its state reaches the GPU, the picture and the cards. */
import type { CellRef } from "../story/picture";
import type { Edits, Knobs, Station } from "../story/station";
import { Builder } from "./builder";
import { Cards } from "./cards";
import { Easel } from "./easel";
import { Engine } from "./engine";
import { Frames } from "./frames";
import { Guide } from "./guide";
import { Hands } from "./hands";
import { Inspector } from "./inspector";
import { inWords } from "./knob";
import { Model, type Arrival } from "./model";
import { pageState, sceneView } from "./page-state";
import { Pages } from "./pages";
import { Predict, questionsOf } from "./predict";
import { nowOf } from "./present";
import { Recovery } from "./recovery";
import { refusalOf } from "./refusal";
import type { Session } from "./session";
import { Shell, type Theme } from "./shell";
import { Timeline } from "./timeline";
import { Turning } from "./turning";

export class App {
  readonly engine: Engine;
  readonly timeline: Timeline;
  readonly turning: Turning;
  readonly guide: Guide;
  readonly frames = new Frames(
    () => this.#parts,
    () => this.#draw(),
  );
  readonly #model = new Model();
  readonly #shell: Shell;
  readonly #cards: Cards;
  readonly #inspector = new Inspector(() => this.frames.ask());
  readonly #easel: Easel;
  readonly #builder: Builder;
  readonly #pages: Pages;
  readonly #recovery: Recovery;
  readonly #predict: Predict;

  constructor(root: HTMLElement) {
    this.engine = new Engine({
      error: (message) => this.#gpuError(message),
      lost: (reason) => this.#recovery.lost(reason),
    });
    this.#shell = new Shell(root);
    this.timeline = new Timeline(() => this.#moved());
    this.#easel = new Easel(this.#shell, () => this.#changed());
    this.#builder = this.#makeBuilder();
    this.#predict = this.#makePredict();
    this.#pages = this.#makePages();
    this.turning = this.#makeTurning();
    this.guide = this.#makeGuide();
    this.#recovery = new Recovery(this.engine, this.#easel, {
      revive: () => this.#builder.revive(),
      changed: () => this.frames.ask(),
    });
    this.#cards = this.#makeCards();
    this.#listen();
    this.#useHands();
  }

  #makeBuilder(): Builder {
    return new Builder(this.#model, this.engine, this.#easel, this.timeline, {
      adopted: (session, arrival) => this.#adopted(session, arrival),
      left: () => this.#inspector.attach(undefined),
      refused: (error) => this.#refuse(error),
      changed: () => this.frames.ask(),
      settled: (session) => this.#settled(session),
      checking: () => this.#cards.showState(pageState(this.#parts)),
      failed: (error) => void this.#failed(error),
    });
  }

  #makePredict(): Predict {
    return new Predict({
      session: () => (this.session?.station === this.station ? this.session : undefined),
      shown: () => this.frames.shown(),
      knobs: () => this.knobs,
      turn: (knobs) => this.turning.turn(knobs),
      renumber: (practice) => this.turning.renumber(practice),
      demonstrate: (claim, missed) => this.guide.show(claim, missed),
      changed: () => this.#changed(),
    });
  }

  #makePages(): Pages {
    return new Pages({
      model: this.#model,
      builder: this.#builder,
      easel: this.#easel,
      inspector: this.#inspector,
      timeline: this.timeline,
      predict: this.#predict,
      applyTheme: () => this.#applyTheme(),
    });
  }

  #makeTurning(): Turning {
    const parts = {
      model: this.#model,
      builder: this.#builder,
      pages: this.#pages,
      predict: this.#predict,
      inspector: this.#inspector,
      timeline: this.timeline,
    };
    return new Turning(parts, {
      shown: () => this.frames.shown(),
      seek: (time) => this.guide.seek(time),
      changed: () => this.frames.ask(),
    });
  }

  #makeGuide(): Guide {
    const parts = {
      model: this.#model,
      easel: this.#easel,
      inspector: this.#inspector,
      timeline: this.timeline,
      pages: this.#pages,
      turning: this.turning,
    };
    return new Guide(parts, {
      shown: () => this.frames.shown(),
      reveal: () => this.#shell.stage.scrollIntoView({ block: "nearest" }),
      openTables: () => this.#cards.openTables(),
    });
  }

  #makeCards(): Cards {
    return new Cards(this.#shell, {
      station: (id) => void this.open(id),
      theme: (theme) => this.setTheme(theme),
      share: () => new URL(this.#pages.address() ?? "", location.href).href,
      show: (claim) => void this.guide.show(claim),
      preset: (preset) => void this.turning.preset(preset),
      panel: { change: (name, value) => this.turning.turn({ [name]: value }), reset: () => void this.reset() },
      seek: (time) => this.guide.seek(time),
      play: () => this.timeline.player.play(),
      pause: () => this.timeline.player.pause(),
      step: (by) => this.guide.step(by),
      toStart: () => this.guide.seek(0),
      setGranularity: (granularity) => this.timeline.setGranularity(granularity),
      setSpeed: (speed) => this.timeline.player.setSpeed(speed),
      setLoop: (loop) => this.timeline.player.setLoop(loop),
      reading: { unpin: () => this.guide.pinTo(undefined), edit: (value) => this.turning.editRead(value) },
      editCell: (name, at, text) => this.turning.editText(name, at, text),
      look: (name, at) => this.#inspector.pointAt(this.#cellNamed(name, at)),
      verdict: () => this.guide.weigh(),
      predict: {
        answerFirst: (on) => (on ? this.#predict.start() : this.#predict.begin(undefined)),
        ask: (id) => this.#predict.ask(id),
        walk: (by) => this.#predict.walk(by),
        another: () => this.#predict.another(),
        again: () => this.#predict.begin(this.#predict.exercise),
        check: (given) => this.#predict.check(given),
        giveUp: () => this.#predict.giveUp(),
        replay: () => this.#predict.replay(),
      },
    });
  }

  #useHands(): void {
    const parts = {
      shell: this.#shell,
      easel: this.#easel,
      inspector: this.#inspector,
      timeline: this.timeline,
      model: this.#model,
    };
    new Hands(parts, {
      seek: (time) => this.guide.seek(time),
      step: (by) => this.guide.step(by),
      pinTo: (cell) => this.guide.pinTo(cell),
      choose: (knobs) => void this.turning.preset({ knobs }),
      changed: () => this.#changed(),
      isOpen: () => !this.#predict.isOpen,
    }).listen();
  }

  // ── what is ───────────────────────────────────────────────────────────────

  get station(): Station | undefined {
    return this.#model.station;
  }
  get session(): Session | undefined {
    return this.#model.session;
  }
  get knobs(): Knobs {
    return this.#model.knobs;
  }
  get edits(): Edits {
    return this.#model.edits;
  }
  /** What is asked before it is shown. */
  get predict(): Predict {
    return this.#predict;
  }
  /** What drawing holds on the device. */
  get held(): Easel["held"] {
    return this.#easel.held;
  }
  /** Frames drawn, and how long the last one took the page to describe. */
  get drawn(): Easel["drawn"] {
    return this.#easel.drawn;
  }
  get #parts() {
    return {
      model: this.#model,
      engine: this.engine,
      builder: this.#builder,
      recovery: this.#recovery,
      timeline: this.timeline,
      predict: this.#predict,
    };
  }
  #cellNamed(name: string, at: number): CellRef | undefined {
    return this.#model.cellNamed(name, at, this.timeline.frame().iteration);
  }

  // ── opening ───────────────────────────────────────────────────────────────

  /** Opens the device and the station that the address names. */
  async start(): Promise<void> {
    await this.#pages.start(this.#openDevice());
  }

  async #openDevice(): Promise<void> {
    await this.engine.open();
    if (this.engine.gpu) await this.#easel.open(this.engine.gpu);
  }

  /** Opens a station as it is shown first, with some knobs turned. Rejects for an unknown station or knob. */
  open(id: string, knobs?: Knobs): Promise<void> {
    return this.#pages.open(id, knobs);
  }

  /** Changes what is being opened, once it is there; leaves the change out where something newer is opened meanwhile. */
  after(change: () => void | Promise<void>): Promise<void> {
    return this.#pages.visits.after(change);
  }

  /** Another lesson: nothing of the old one is looked at, and a cell that was pinned is found again by its name. */
  #adopted(session: Session, arrival: Arrival | undefined): void {
    const { pin } = this.#inspector;
    this.#inspector.attach(session);
    if (arrival && this.#predict.isOpen) this.#shell.showTab("Lesson");
    if (arrival) return this.#pages.arrive(session, arrival);
    const cell = pin && this.#cellNamed(pin.tensor.name, pin.at);
    if (cell) this.#inspector.pinTo(cell);
  }

  // ── asking ────────────────────────────────────────────────────────────────

  /** Asks a question; throws where the lesson has none of that name. */
  async ask(id: string | undefined, practice: number | undefined): Promise<void> {
    if (practice === undefined) this.#predict.begin({ ...(id !== undefined && { ask: id }) });
    else this.#predict.another(practice, id);
    await this.frames.shown();
    const asked = this.session && questionsOf(this.session.lesson);
    if (id === undefined || !asked || asked.some((claim) => claim.id === id)) return;
    this.#predict.begin(undefined);
    throw new Error(
      `ask: there is no question ${inWords(id)} here; ${asked.map((claim) => claim.id).join(", ")} would fit`,
    );
  }

  /** Back to the recitation's numbers; what is asked is asked of them. */
  async reset(): Promise<void> {
    const ask = this.#predict.exercise && { ...this.#predict.exercise, practice: undefined };
    if (this.station) await this.#pages.open(this.station.id, {}, ask);
  }

  // ── what happens to it ────────────────────────────────────────────────────

  #refuse(error: unknown): void {
    const refusal = refusalOf(error, this.#model, {
      turn: (change) => this.#remedy(change),
      reset: () => void this.reset(),
    });
    this.#model.errors = [refusal];
    this.frames.ask();
  }

  /** The button goes with its card, so that the focus needs another place. */
  #remedy(change: Knobs): void {
    this.turning.turn(change);
    this.#shell.stage.focus({ preventScroll: true });
  }

  #moved(): void {
    if (!this.timeline.player.state.playing) this.#pages.bookmark.save();
    this.frames.ask();
  }

  /** Something that the address holds has changed by hand. */
  #changed(): void {
    this.#pages.bookmark.save();
    this.frames.ask();
  }

  // ── drawing ───────────────────────────────────────────────────────────────

  #draw(): void {
    if (this.#builder.isDue) this.#builder.runAgain();
    const state = pageState(this.#parts);
    this.#cards.showState(state);
    this.#cards.showTime(state, this.#inspector);
    const { session, picture, station, refusal } = this.#model;
    if (!session && station && refusal) this.#cards.showTitle(station);
    if (!session || !picture) return;
    const frame = this.timeline.frame(this.#inspector.pin);
    const now = nowOf(frame, session);
    this.#cards.showLesson(state, session, picture, frame, now, this.#inspector);
    if (session.program && !this.#predict.isOpen)
      this.#easel.draw(frame, now, sceneView(this.#model, { score: this.timeline.score, frame }, this.#inspector));
    void session.warm();
  }

  #settled(session: Session): void {
    if (session === this.session) void this.#inspector.refresh();
  }

  /** A run that came to nothing: because the device is being replaced, which says so itself, or for a reason worth telling. */
  async #failed(error: unknown): Promise<void> {
    if (this.#recovery.running || (await this.engine.isLost(this.engine.gpu))) return;
    this.#gpuError(error instanceof Error ? error.message : String(error));
  }

  // ── the world around ──────────────────────────────────────────────────────

  #listen(): void {
    this.#shell.onResize(() => {
      this.#easel.fitSize();
      this.frames.ask();
    });
    this.#shell.onMode(() => this.frames.ask());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#applyTheme());
    window.addEventListener("popstate", () => void this.#pages.restore(location.search));
  }

  setTheme(theme: Theme): void {
    this.#model.theme = theme;
    this.#applyTheme();
    this.#pages.bookmark.save();
  }

  #applyTheme(): void {
    this.#shell.setTheme(this.#model.theme);
    this.#easel.fitTheme();
    this.frames.ask();
  }

  #gpuError(message: string): void {
    this.#model.errors = [{ what: "The GPU reported an error.", fits: message.slice(0, 300) }];
    this.frames.ask();
  }
}
