/** Where the page stands: opening a station or an address, and the address of everything that is. */
import { format } from "../core/numeral";
import { stations } from "../stations";
import { endOf } from "../story/score";
import { initialKnobs, type Knobs, type Station } from "../story/station";
import { readAddress, writeAddress, type Address, type Pin, type View } from "./address";
import { Bookmark } from "./bookmark";
import type { Builder } from "./builder";
import type { Easel } from "./easel";
import type { Inspector } from "./inspector";
import type { Exercise, Predict } from "./predict";
import { checkKnobs, inWords, isRecord } from "./knob";
import { common, type Arrival, type Model } from "./model";
import type { Session } from "./session";
import type { Timeline } from "./timeline";
import { Visits } from "./visits";

interface Parts {
  readonly model: Model;
  readonly builder: Builder;
  readonly easel: Easel;
  readonly inspector: Inspector;
  readonly timeline: Timeline;
  readonly predict: Predict;
  /** Shows the model's theme. */
  readonly applyTheme: () => void;
}

export class Pages {
  readonly visits = new Visits();
  readonly bookmark: Bookmark;
  readonly #parts: Parts;
  /** Nothing is entered before the device is open. */
  #device: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.bookmark = new Bookmark(() => this.address());
  }

  /** Opens what the browser's address names, as soon as the device is open. */
  async start(device: Promise<void>): Promise<void> {
    this.#device = device;
    await this.restore(location.search);
  }

  /**
   * Opens a station as it is shown first, with some knobs turned, asking where there is an exercise. Rejects for an
   * unknown station or knob.
   */
  async open(id: string, knobs: Knobs = {}, exercise?: Exercise): Promise<void> {
    const entry = stations.find((candidate) => candidate.id === id);
    if (!entry)
      throw new Error(`station: there is no ${inWords(id)}; ${stations.map((s) => s.id).join(", ")} would fit`);
    if (!isRecord(knobs)) throw new Error(`open: ${inWords(knobs)} holds no knobs; {x: 1.5} would fit`);
    await this.visits.open(async () => {
      const station = await entry.load();
      const all = this.#parts.model.knobsOf(station);
      checkKnobs(station.id, all, knobs);
      await this.#device;
      return () => this.#openFresh(station, { ...initialKnobs({ knobs: all }), ...knobs }, exercise);
    });
  }

  async restore(search: string): Promise<void> {
    this.bookmark.drop();
    const asked = new URLSearchParams(search).get("station");
    await this.visits.open(async () => {
      const station = await (stations.find(({ id }) => id === asked) ?? stations[0]).load();
      await this.#device;
      return () => this.#openAddress(station, search);
    });
  }

  async #openFresh(station: Station, knobs: Knobs, exercise: Exercise | undefined): Promise<void> {
    this.bookmark.push();
    this.#parts.predict.begin(exercise);
    this.#parts.model.notices = [];
    await this.#enter(station, { knobs, edits: {} });
  }

  async #openAddress(station: Station, search: string): Promise<void> {
    const { model, timeline, predict, applyTheme } = this.#parts;
    const { address, problems } = readAddress(search, [station], common);
    model.notices = problems;
    predict.begin(address.exercise);
    model.theme = address.theme;
    applyTheme();
    timeline.player.setSpeed(address.speed);
    timeline.player.setLoop(address.loop);
    await this.#enter(station, address);
  }

  async #enter(
    station: Station,
    { knobs, edits, ...arrival }: Pick<Address, "knobs" | "edits"> & Arrival,
  ): Promise<void> {
    const { model, builder, timeline } = this.#parts;
    timeline.player.pause();
    model.station = station;
    model.knobs = knobs;
    model.edits = edits;
    model.arrival = arrival;
    model.turned = [];
    model.errors = [];
    await builder.rebuild();
  }

  /** Stands in a lesson that was just built where its opening wants it. */
  arrive(session: Session, { granularity, time, view }: Arrival): void {
    const { timeline, model, predict } = this.#parts;
    const { station, lesson } = session;
    model.note(...predict.problemsIn(session));
    timeline.setGranularity(granularity ?? station.granularity);
    timeline.seek(time ?? endOf(timeline.score, lesson.opens));
    this.#noteEnd(time ?? 0);
    if (view) this.#restoreView(view);
  }

  #noteEnd(time: number): void {
    const { duration } = this.#parts.timeline.score;
    if (time > duration)
      this.#parts.model.note(
        `t: ${format(time)} lies beyond the end; this is the end, at ${format(duration)} seconds.`,
      );
  }

  #restoreView({ camera, pin }: View): void {
    const { model, easel } = this.#parts;
    if (camera !== undefined && !easel.restoreCamera(camera))
      model.note("camera: the address holds no place to stand; this is the opening view.");
    if (pin) this.#restorePin(pin);
  }

  #restorePin({ tensor, at }: Pin): void {
    const { model, inspector, timeline } = this.#parts;
    const cell = model.cellNamed(tensor, at, timeline.frame().iteration);
    if (cell) inspector.pinTo(cell);
    else model.note(`pin: there is no cell ${at} of “${tensor.slice(0, 40)}” here.`);
  }

  /** The address of everything that is; undefined while one station gives way to another. */
  address(): string | undefined {
    const { model, timeline, predict } = this.#parts;
    const { station, knobs, edits, theme } = model;
    const stands = this.#standing();
    if (!station || !stands) return undefined;
    const { speed, loop } = timeline.player.state;
    const { exercise } = predict;
    const address = { station: station.id, knobs, edits, speed, loop, theme, ...stands, ...(exercise && { exercise }) };
    return writeAddress(address, station, common);
  }

  /** Where time and view stand; in a station of which nothing could be built yet, where they would stand. */
  #standing(): Pick<Address, "time" | "granularity" | "view"> | undefined {
    const { station, session, arrival, refusal } = this.#parts.model;
    const { time, granularity } = this.#parts.timeline;
    if (session && session.station === station) return { time, granularity, view: this.#view() };
    return refusal && arrival && { view: {}, ...arrival };
  }

  #view(): View {
    const { camera } = this.#parts.easel;
    const { pin } = this.#parts.inspector;
    return {
      ...(camera !== undefined && { camera }),
      ...(pin && { pin: { tensor: pin.tensor.name, at: pin.at } }),
    };
  }
}
