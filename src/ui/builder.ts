/** Lessons, built one after the other. The last good picture stays until the next is ready; a newer wish overtakes an older one. */
import { AttributeError } from "../core/attributes";
import { ShapeError } from "../core/shape";
import { FeedError, SizeError } from "../gpu/errors";
import type { Knobs, Station } from "../story/station";
import type { Easel } from "./easel";
import { fitEdits } from "./edits";
import type { Engine } from "./engine";
import type { Arrival, Model } from "./model";
import { Session, type SessionEvents } from "./session";
import type { Timeline } from "./timeline";

export interface BuilderEvents extends SessionEvents {
  /** The model has another lesson; `arrival` where it is the first of its station. */
  adopted(session: Session, arrival: Arrival | undefined): void;
  /** The last lesson is gone, and there is no other yet. */
  left(): void;
  /** What was asked for cannot be built or run. */
  refused(error: unknown): void;
  /** Something asks for another frame. */
  changed(): void;
}

export class Builder {
  readonly #model: Model;
  readonly #engine: Engine;
  readonly #easel: Easel;
  readonly #timeline: Timeline;
  readonly #events: BuilderEvents;
  #building: Promise<void> = Promise.resolve();
  #wish = 0;
  #valuesTurned = false;

  constructor(model: Model, engine: Engine, easel: Easel, timeline: Timeline, events: BuilderEvents) {
    this.#model = model;
    this.#engine = engine;
    this.#easel = easel;
    this.#timeline = timeline;
    this.#events = events;
  }

  /** Resolves when what is being built is shown. */
  idle(): Promise<void> {
    return this.#building;
  }

  /** Builds the lesson of the current structure. */
  rebuild(): Promise<void> {
    const wish = ++this.#wish;
    return this.#queue(() => (wish === this.#wish ? this.#build(wish, this.#model.knobs) : undefined));
  }

  /** Builds again what is shown: where the current structure was refused, the last good one under the same words. */
  revive(): Promise<void> {
    const { errors, refusal, session: shown } = this.#model;
    if (!refusal || !shown) return this.rebuild();
    const wish = ++this.#wish;
    return this.#queue(async () => {
      const { session, knobs } = this.#model;
      if (wish !== this.#wish || !session) return;
      await this.#build(wish, session.knobs(knobs));
      this.#model.errors = errors;
    });
  }

  /** Another picture of the same numbers. */
  repaint(): Promise<void> {
    return this.#queue(() => this.#paint());
  }

  /** There are knobs or edits that nothing was computed with: the next frame computes them, so that it is asked for here. */
  turnValues(): void {
    this.#valuesTurned = true;
    this.#events.changed();
  }

  /** Whether the GPU must run before the next frame: a lesson of another station only waits for its successor. */
  get isDue(): boolean {
    return this.#valuesTurned && this.#model.session?.station === this.#model.station;
  }

  /** The numbers of the present knobs. */
  runAgain(): void {
    const { session, knobs, edits } = this.#model;
    this.#valuesTurned = false;
    try {
      session?.run(knobs, edits);
      this.#easel.touch();
    } catch (error) {
      this.#events.refused(error);
    }
  }

  #queue(work: () => Promise<void> | undefined): Promise<void> {
    this.#building = this.#building.then(work);
    return this.#building;
  }

  async #build(wish: number, knobs: Knobs): Promise<void> {
    const { station, arrival, knobs: present } = this.#model;
    if (!station) return;
    const { gpu } = this.#engine;
    let session: Session | undefined;
    try {
      session = await Session.load(this.#engine, station, knobs, this.#events);
      if (this.#isOvertaken(session, station, wish)) return session.dispose();
      const edits = this.#fitEdits(session);
      session.run(knobs, edits);
      const picture = session.lesson.picture(knobs);
      if (session.program) await this.#easel.show(session.program, picture, arrival === undefined);
      this.#adopt(session, arrival);
      this.#model.picture = picture;
      // What was turned while the lesson was built has not reached it yet.
      this.#valuesTurned = present !== this.#model.knobs || edits !== this.#model.edits;
      await session.shown();
    } catch (error) {
      if (session !== this.#model.session) session?.dispose();
      // On the next device the same is built again.
      if (!blamesInput(error) && (await this.#engine.isLost(gpu))) return;
      this.#leaveOthers(station);
      this.#events.refused(error);
    }
  }

  /** Where a station opens with what does not fit, the one before is no last good picture of it. */
  #leaveOthers(station: Station): void {
    const { session } = this.#model;
    if (!session || session.station === station || station !== this.#model.station) return;
    this.#model.session = this.#model.picture = undefined;
    this.#timeline.replace([], false);
    this.#events.left();
    session.dispose();
  }

  /** By another station at once; by another structure only without a GPU, since a GPU is as fast as the hand. */
  #isOvertaken({ program }: Session, station: Station, wish: number): boolean {
    return station !== this.#model.station || (wish !== this.#wish && !program);
  }

  #fitEdits({ lesson }: Session): Model["edits"] {
    const { edits, problems } = fitEdits(this.#model.edits, lesson.editable);
    this.#model.note(...problems);
    this.#model.edits = edits;
    return edits;
  }

  #adopt(session: Session, arrival: Arrival | undefined): void {
    const before = this.#model.session;
    this.#model.session = session;
    this.#model.errors = [];
    if (this.#model.arrival === arrival) this.#model.arrival = undefined;
    this.#timeline.replace(session.lesson.phases(session.knobs(this.#model.knobs)), arrival === undefined);
    this.#events.adopted(session, arrival);
    before?.dispose();
    this.#events.changed();
  }

  async #paint(): Promise<void> {
    const { session } = this.#model;
    if (!session) return;
    const knobs = session.knobs(this.#model.knobs);
    const picture = session.lesson.picture(knobs);
    if (session.program) await this.#easel.show(session.program, picture, true);
    this.#model.picture = picture;
    this.#timeline.redraw(session.lesson.phases(knobs));
    this.#events.changed();
  }
}

/** Errors that a lost device cannot bring about. */
const blamesInput = (error: unknown): boolean =>
  [AttributeError, FeedError, ShapeError, SizeError].some((kind) => error instanceof kind);
