/** The page: how a change of its state reaches the GPU, the picture and the cards. */
import { size } from "../core/shape";
import { format, parse } from "../core/numeral";
import { restingActs } from "../scene/stage";
import { stations } from "../stations";
import type { Claim } from "../story/claim";
import type { CellRef } from "../story/picture";
import { endOf, type Frame } from "../story/score";
import {
  initialKnobs,
  type Edits,
  type Knobs,
  type KnobValue,
  type Practice,
  type Preset,
  type Station,
} from "../story/station";
import { Builder } from "./builder";
import { Cards, type PageState } from "./cards";
import { Easel } from "./easel";
import { Engine } from "./engine";
import { Hands } from "./hands";
import { Inspector } from "./inspector";
import { checkKnobs, inWords, notANumber } from "./knob";
import { faultTexts, worded, type Action } from "./messages";
import { Model, type Arrival } from "./model";
import { Pages } from "./pages";
import { Predict, questionsOf } from "./predict";
import { editName, nowOf, withEdit, worstFailure } from "./present";
import { Recovery } from "./recovery";
import { faultsOf, remediesOf, type Remedy } from "./remedy";
import type { Session } from "./session";
import { Shell, type Theme } from "./shell";
import { Timeline } from "./timeline";

export class App {
  readonly engine: Engine;
  readonly timeline: Timeline;
  readonly #model = new Model();
  readonly #shell: Shell;
  readonly #cards: Cards;
  readonly #inspector = new Inspector(() => this.invalidate());
  readonly #easel: Easel;
  readonly #builder: Builder;
  readonly #pages: Pages;
  readonly #recovery: Recovery;
  readonly #predict: Predict;
  /** The frame that is asked for. */
  #request: number | undefined;

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
    this.#recovery = new Recovery(this.engine, this.#easel, {
      revive: () => this.#builder.revive(),
      changed: () => this.invalidate(),
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
      changed: () => this.invalidate(),
      settled: (session) => this.#settled(session),
      checking: () => this.#cards.showState(this.#state()),
      failed: (error) => void this.#failed(error),
    });
  }

  #makePredict(): Predict {
    return new Predict({
      session: () => (this.session?.station === this.station ? this.session : undefined),
      shown: () => this.shown(),
      renumber: (practice) => this.#renumber(practice),
      demonstrate: (claim) => this.show(claim, true),
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

  #makeCards(): Cards {
    return new Cards(this.#shell, {
      station: (id) => void this.open(id),
      theme: (theme) => this.setTheme(theme),
      share: () => new URL(this.#pages.address() ?? "", location.href).href,
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
      verdict: () => this.#weigh(),
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
      seek: (time) => this.seek(time),
      step: (by) => this.step(by),
      pinTo: (cell) => this.#pinTo(cell),
      choose: (knobs) => void this.#preset({ knobs }),
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

  // ── turning ───────────────────────────────────────────────────────────────

  /** Turns knobs: a value moves the picture in the next frame, a structure as soon as its lesson is ready. */
  #turn(change: Knobs): void {
    const before = this.#model.knobs;
    const turned = this.#model.knobsOf().filter(({ name }) => name in change && !Object.is(change[name], before[name]));
    if (turned.length === 0) return;
    this.#model.knobs = { ...before, ...change };
    if (turned.some((knob) => knob.turns !== "view")) this.#predict.numbersTurned();
    this.#pages.bookmark.save();
    const structure = turned.filter((knob) => knob.turns === "structure").map(({ name }) => name);
    if (structure.length > 0) this.#restructure(structure);
    else if (turned.some((knob) => knob.turns === "value")) this.#builder.turnValues();
    else void this.#builder.repaint();
    this.invalidate();
  }

  #restructure(turned: readonly string[]): void {
    this.#model.turned = turned;
    // A moment that the address names belongs to the structure that it names.
    if (this.#model.arrival) {
      const { time: _, ...rest } = this.#model.arrival;
      this.#model.arrival = rest;
    }
    void this.#builder.rebuild();
  }

  /**
   * Turns several knobs after checking them; rejects, and turns none, where one does not fit. Where they do not fit each
   * other it rejects with the error that the page shows.
   */
  async set(knobs: Record<string, KnobValue>): Promise<void> {
    checkKnobs(this.station?.id ?? "", this.#model.knobsOf(), knobs);
    const { refusal } = this.#model;
    this.#turn(knobs);
    await this.shown();
    if (this.#model.refusal !== refusal) this.demandFit();
  }

  /** Throws the error that the page shows, where what is set cannot be built or run. */
  demandFit(): void {
    const { refusal } = this.#model;
    if (refusal) throw refusal.cause;
  }

  async #preset({ knobs, recited }: Pick<Preset, "knobs" | "recited">): Promise<void> {
    this.#pages.bookmark.push();
    if (recited) {
      this.#model.edits = {};
      this.#builder.turnValues();
    }
    this.#turn(typeof knobs === "function" ? knobs(this.knobs) : knobs);
    await this.shown();
    if (this.session) this.seek(endOf(this.timeline.score, this.session.lesson.opens));
  }

  /** Other numbers for the same questions: what the picture looks like stays. */
  #renumber({ knobs, edits = {} }: Practice): void {
    const { station } = this;
    if (!station) return;
    this.#model.edits = edits;
    const change = { ...initialKnobs(station), ...knobs };
    const rebuilt = station.knobs.some(
      ({ name, turns }) => turns === "structure" && !Object.is(change[name], this.knobs[name]),
    );
    this.#turn(change);
    if (!rebuilt) this.#builder.turnValues();
  }

  /** Asks a question; throws where the lesson has none of that name. */
  async ask(id: string | undefined, practice: number | undefined): Promise<void> {
    if (practice === undefined) this.#predict.begin({ ...(id !== undefined && { ask: id }) });
    else this.#predict.another(practice, id);
    await this.shown();
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

  /** Puts a number into a cell; throws where there is no such cell. */
  edit(name: string, at: number, value: number): void {
    const tensor = this.session?.lesson.editable.find((editable) => editable.name === name)?.tensor;
    if (!tensor) throw new Error(`edit: there is no tensor ${inWords(name)} to change here`);
    const cells = size(tensor.shape);
    if (!Number.isInteger(at) || at < 0 || at >= cells)
      throw new Error(`edit: ${name} has no cell ${inWords(at)}; 0 to ${cells - 1} would fit`);
    this.#model.edits = withEdit(this.edits, name, at, value);
    this.#predict.numbersTurned();
    this.#builder.turnValues();
    this.#pages.bookmark.save();
  }

  #editText(name: string, at: number, text: string): string | undefined {
    const value = parse(text);
    if (value === undefined) return `${notANumber(text)} A number, NaN, ∞ or −∞ would fit.`;
    this.edit(name, at, value);
    return undefined;
  }

  #editRead(value: number): string | undefined {
    const { cell } = this.#inspector;
    const name = cell && this.session && editName(this.session.lesson, cell.tensor);
    if (!cell || name === undefined) return "This cell is computed; only given cells can be changed.";
    this.edit(name, cell.at, value);
    return undefined;
  }

  #refuse(error: unknown): void {
    const { turned } = this.#model;
    const knobs = this.#model.knobsOf();
    const remedies = remediesOf(error, knobs).map((remedy) => this.#offer(remedy));
    const back = { label: "Back to the recitation", run: () => void this.reset() };
    const actions = remedies.length > 0 ? remedies : [back];
    const faults = faultsOf(error, knobs, turned);
    this.#model.errors = [{ ...worded(error), actions, faults, cause: error }];
    this.invalidate();
  }

  #offer({ knob, value }: Remedy): Action {
    return { label: `Set ${knob.label} to ${format(value)}`, run: () => this.#remedy({ [knob.name]: value }) };
  }

  /** The button goes with its card, so that the focus needs another place. */
  #remedy(change: Knobs): void {
    this.#turn(change);
    this.#shell.stage.focus({ preventScroll: true });
  }

  // ── time ──────────────────────────────────────────────────────────────────

  #moved(): void {
    if (!this.timeline.player.state.playing) this.#pages.bookmark.save();
    this.invalidate();
  }

  /** Something that the address holds has changed by hand. */
  #changed(): void {
    this.#pages.bookmark.save();
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

  /** Turns to what a claim needs, seeks to where it can be seen, or plays up to there, and lights its cells. */
  async show(claim: Claim, plays = false): Promise<void> {
    this.timeline.player.pause();
    if (claim.shows.knobs) {
      this.#pages.bookmark.push();
      this.#turn(claim.shows.knobs);
      await this.shown();
    }
    const here = this.session?.lesson.claims.find(({ id }) => id === claim.id) ?? claim;
    const { step, pin, cells } = here.shows;
    if (step) this.seek(endOf(this.timeline.score, step));
    this.#pinTo(pin);
    this.#inspector.highlight(cells);
    if (step && plays) this.timeline.playThrough(step);
    this.#shell.stage.scrollIntoView({ block: "nearest" });
  }

  // ── pointing ──────────────────────────────────────────────────────────────

  #pinTo(cell: CellRef | undefined): void {
    this.#inspector.pinTo(cell);
    this.#pages.bookmark.save();
  }

  /** A click on the badge: to the worst cell where something fails; else it stops a long check, or runs one again. */
  #weigh(): void {
    const { session } = this;
    const cell = session && worstFailure(session);
    if (cell) return this.#flyTo(session, cell);
    if (!session?.check) return this.#cards.openTables();
    if (session.check.goesOn) session.stopCheck();
    else session.checkAgain();
  }

  #flyTo(session: Session, cell: CellRef): void {
    const step = session.lesson.tape.steps.find(({ writes }) => writes.includes(cell.tensor));
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
    if (this.#builder.isDue) this.#builder.runAgain();
    const state = this.#state();
    this.#cards.showState(state);
    this.#cards.showTime(state, this.#inspector);
    const { session, picture, station, refusal } = this.#model;
    if (!session && station && refusal) this.#cards.showTitle(station);
    if (!session || !picture) return;
    const frame = this.timeline.frame(this.#inspector.pin);
    const now = nowOf(frame, session);
    this.#cards.showLesson(state, session, picture, frame, now, this.#inspector);
    if (session.program && !this.#predict.isOpen) this.#easel.draw(frame, now, this.#view(frame));
  }

  #state(): PageState {
    const { station, knobs, theme, errors, notices, session } = this.#model;
    const { message } = this.#recovery;
    const { adapter, missing, crashed } = this.engine;
    const { score, granularity, player } = this.timeline;
    return {
      stations,
      station,
      knobs: { all: this.#model.knobsOf(), values: knobs, errors: faultTexts(errors) },
      theme,
      adapter,
      missing,
      crashed,
      errors: message ? [message, ...errors] : errors,
      notices,
      score,
      granularity,
      player: player.state,
      session,
      iteration: this.timeline.frame().iteration,
      predict: this.#predict.state,
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
      colour: this.knobs["colour"] === "symlog" ? "symlog" : "linear",
    };
  }

  #settled(session: Session): void {
    if (session === this.session) void this.#inspector.refresh();
  }

  /** A run that came to nothing: because the device is being replaced, which says so itself, or for a reason worth telling. */
  async #failed(error: unknown): Promise<void> {
    if (this.#recovery.running || (await this.engine.isLost(this.engine.gpu))) return;
    this.#gpuError(error instanceof Error ? error.message : String(error));
  }

  /** Resolves when everything that was asked for is computed, checked and on the GPU. */
  async idle(): Promise<void> {
    do {
      await this.shown();
      await this.session?.idle();
    } while (this.#isDue);
  }

  /** The same, and a check that was stopped is run again. */
  async checked(): Promise<void> {
    await this.shown();
    if (this.session?.check?.goesOn === false) this.session.checkAgain();
    await this.idle();
  }

  get #isDue(): boolean {
    return this.#request !== undefined || this.#builder.isDue || this.#recovery.running !== undefined;
  }

  /** Resolves when the frame that shows everything that was asked for is on the GPU, whether or not it has been checked. */
  async shown(): Promise<void> {
    do {
      await this.#recovery.running;
      await this.#builder.idle();
      if (this.#request !== undefined) await new Promise(requestAnimationFrame);
      await this.session?.shown();
      await this.engine.done();
    } while (this.#isDue);
  }

  // ── the world around ──────────────────────────────────────────────────────

  #listen(): void {
    this.#shell.onResize(() => {
      this.#easel.fitSize();
      this.invalidate();
    });
    this.#shell.onMode(() => this.invalidate());
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
    this.invalidate();
  }

  #gpuError(message: string): void {
    this.#model.errors = [{ what: "The GPU reported an error.", fits: message.slice(0, 300) }];
    this.invalidate();
  }
}
