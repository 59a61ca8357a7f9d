/** Everything on the page but the canvas: the cards and bars, told in one place what they show. */
import type { Act, Caption, Now, Picture } from "../story/picture";
import { compose, describe, isInTurn, type Frame, type Granularity, type Score } from "../story/score";
import type { Knob, Knobs, Station } from "../story/station";
import { Badge, type BadgeProps } from "./badge";
import { CaptionView } from "./caption";
import { listenDrop } from "./drop";
import type { Inspector } from "./inspector";
import { Legend } from "./legend";
import { LessonView, type LessonActions } from "./lesson";
import type { StationEntry } from "./menu";
import { Messages, noWebGpu, type ErrorMessage } from "./messages";
import { Panel, type PanelActions } from "./panel";
import type { PlayerState } from "./player";
import { questionOf, type PredictState } from "./predict";
import { Curtain } from "./predict-curtain";
import { badgeOf, cellText, legendOf, tablesOf } from "./present";
import { ReadingCard, type ReadingActions } from "./reading";
import type { Session } from "./session";
import type { Shell, Theme } from "./shell";
import { Tables, type TableActions } from "./tables";
import { TopBar, type TopBarActions } from "./topbar";
import { Transport, type TransportActions } from "./transport";

export interface CardActions extends TopBarActions, LessonActions, TransportActions, TableActions {
  readonly panel: PanelActions;
  readonly reading: ReadingActions;
  /** A click on the badge. */
  verdict(): void;
}

/** What the page shows besides the picture. */
export interface PageState {
  readonly stations: readonly StationEntry[];
  readonly station: Station | undefined;
  readonly knobs: {
    readonly all: readonly Knob[];
    readonly values: Knobs;
    readonly errors: Readonly<Record<string, string>>;
  };
  readonly theme: Theme;
  /** The adapter in words, and why there is none. */
  readonly adapter: string;
  readonly missing: string | undefined;
  /** Whether there was one before. */
  readonly crashed: boolean;
  readonly errors: readonly ErrorMessage[];
  readonly notices: readonly string[];
  readonly score: Score;
  readonly granularity: Granularity;
  readonly player: PlayerState;
  readonly session: Session | undefined;
  /** The one that is seen. */
  readonly iteration: number;
  readonly predict: PredictState;
}

const noScore = compose([], "cell");

/** Whether a question waits for its answer, which nothing may tell until then. */
const isCovered = ({ predict: { exercise, outcome } }: PageState): boolean =>
  exercise !== undefined && outcome === undefined;

/** What is happening: in one moment, or in all at once. */
function captionOf({ act: running }: Frame, act: Act | undefined, now: Now): Caption | undefined {
  const atOnce = running && !isInTurn(running.span.rhythm, running.span.act.moments);
  return (atOnce ? act?.whole : undefined) ?? act?.say(running?.moment ?? 0, now);
}

export class Cards {
  readonly #shell: Shell;
  readonly #bar: TopBar;
  readonly #badge: Badge;
  readonly #lesson: LessonView;
  readonly #panel: Panel;
  readonly #transport: Transport;
  readonly #reading: ReadingCard;
  readonly #legend: Legend;
  readonly #tables: Tables;
  readonly #messages: Messages;
  readonly #caption: CaptionView;
  readonly #curtain: Curtain;

  constructor(shell: Shell, actions: CardActions) {
    const { slots } = shell;
    this.#shell = shell;
    this.#bar = new TopBar(slots, actions);
    this.#badge = new Badge(slots.badge, () => actions.verdict());
    this.#lesson = new LessonView(slots.lesson, actions);
    this.#panel = new Panel(slots.parameters, actions.panel);
    listenDrop(shell.stage, { wanted: () => this.#panel.takesFile, take: (file) => this.#panel.takeFile(file) });
    this.#transport = new Transport(slots.transport, actions);
    this.#reading = new ReadingCard(slots.reading, actions.reading);
    this.#legend = new Legend(slots.legend);
    this.#tables = new Tables(slots.tables, actions);
    this.#messages = new Messages(slots.messages);
    this.#caption = new CaptionView(slots.caption);
    this.#curtain = new Curtain(slots.curtain);
  }

  openTables(): void {
    this.#tables.open();
  }

  /** The bars and messages: what there is to say without a lesson, too. */
  showState(state: PageState): void {
    const { errors, notices, missing, crashed, station } = state;
    const empty =
      missing === undefined || crashed
        ? {}
        : { empty: { what: noWebGpu.what, instead: `${missing} ${noWebGpu.instead}` } };
    this.#messages.update({ errors, notices, hasPicture: state.session !== undefined, ...empty });
    this.#badge.update(isCovered(state) ? closedBadge(badgeOf(state)) : badgeOf(state));
    this.#shell.showCurtain(isCovered(state));
    if (this.#shell.hasPicture !== (missing === undefined)) this.#showPicture(missing === undefined);
    if (!station) return;
    this.#bar.update({ stations: state.stations, station: station.id, adapter: state.adapter, theme: state.theme });
    this.#panel.update({ knobs: state.knobs.all, values: state.knobs.values, errors: state.knobs.errors });
  }

  /** Where there is no picture, the tables are it. */
  #showPicture(shown: boolean): void {
    this.#shell.showPicture(shown);
    this.#reading.setEmpty(shown ? "Point at a cell" : "Choose a cell in a table");
    if (!shown) this.#tables.open();
  }

  showTime(state: PageState, inspector: Inspector): void {
    const { granularity, station, player } = state;
    // Its lanes and ticks count what comes out.
    const score = isCovered(state) ? noScore : state.score;
    const { time, playing, speed, loop } = player;
    const aside = inspector.pin && !isCovered(state) ? { aside: `pinned: ${cellText(inspector.pin)}` } : {};
    const sentence = score.spans.length === 0 ? "" : describe(score, time);
    this.#transport.update({
      score,
      time,
      playing,
      sentence,
      ...aside,
      granularities: station?.granularities ?? [],
      granularity,
      speed,
      loop,
    });
  }

  /** A station of which nothing could be built. */
  showTitle(station: Station): void {
    this.#lesson.showTitle(station);
    this.#tellNothing();
  }

  #tellNothing(): void {
    this.#caption.update({ main: "", live: true });
    this.#legend.update({ groups: [], marks: [], hasNaN: false, hasInfinite: false });
    this.#tables.update([]);
    this.#reading.update(undefined);
  }

  /** A question that waits for its answer: what is given, and nothing that comes of it. */
  #cover(state: PageState, session: Session): void {
    this.#tellNothing();
    if (session.station !== state.station) return;
    const { lesson, results } = session;
    this.#lesson.update({ station: session.station, lesson, results, predict: state.predict });
    const { claim } = questionOf(lesson, state.predict.exercise) ?? {};
    if (claim) this.#curtain.update({ session, claim, knobs: state.knobs.all, values: state.knobs.values });
  }

  showLesson(state: PageState, session: Session, picture: Picture, frame: Frame, now: Now, inspector: Inspector): void {
    if (isCovered(state)) return this.#cover(state, session);
    this.#curtain.lift();
    const { knobs, player, score, predict } = state;
    const { lesson, results } = session;
    this.#lesson.update({ station: session.station, lesson, results, iteration: frame.iteration, predict });
    const act = frame.act?.span.act ?? score.spans[0]?.act;
    const caption = captionOf(frame, act, now);
    this.#caption.update({ main: caption?.main ?? "", quiet: caption?.quiet ?? "", live: !player.playing });
    this.#legend.update(legendOf(session, picture, knobs.values["colour"] === "symlog" ? "symmetric log" : "linear"));
    this.#tables.update(tablesOf(session, frame.iteration));
    this.#reading.update(inspector.reading(picture, now));
  }
}

/** The verdict in a word: which tensors there are, and how many, comes with the answer. */
const closedBadge = ({ verdict, text }: BadgeProps): BadgeProps => ({
  verdict,
  text: text.replace(/[,:].*/s, ""),
  detail: "The picture and its check open with your answer.",
});
