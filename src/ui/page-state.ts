/** What the cards and the scene show, gathered from the parts of the page. */
import { restingActs, type SceneView } from "../scene/stage";
import { stations } from "../stations";
import type { Frame, Score } from "../story/score";
import type { PageState } from "./cards";
import type { Engine } from "./engine";
import type { Inspector } from "./inspector";
import { faultTexts } from "./messages";
import type { Model } from "./model";
import type { Predict } from "./predict";
import type { Recovery } from "./recovery";
import type { Timeline } from "./timeline";

interface Parts {
  readonly model: Model;
  readonly engine: Engine;
  readonly recovery: Recovery;
  readonly timeline: Timeline;
  readonly predict: Predict;
}

/** What the page shows besides the picture. */
export function pageState({ model, engine, recovery, timeline, predict }: Parts): PageState {
  const { station, knobs, theme, errors, notices, session } = model;
  const { adapter, missing, crashed } = engine;
  const { score, granularity, player } = timeline;
  return {
    stations,
    station,
    knobs: { all: model.knobsOf(), values: knobs, errors: faultTexts(errors) },
    theme,
    adapter,
    missing,
    crashed,
    errors: recovery.message ? [recovery.message, ...errors] : errors,
    notices,
    score,
    granularity,
    player: player.state,
    session,
    iteration: timeline.frame().iteration,
    predict: predict.state,
  };
}

/** What is lit in the scene, and how values are coloured. */
export function sceneView(
  { knobs }: Model,
  { score, frame }: { score: Score; frame: Frame },
  inspector: Inspector,
): Omit<SceneView, "safeArea" | "reducedMotion"> {
  const { hover, pin, highlighted } = inspector;
  return {
    ...(hover && { hover }),
    ...(pin && { pinned: pin }),
    highlighted,
    resting: restingActs(score, frame),
    sources: inspector.sources(),
    colour: knobs["colour"] === "symlog" ? "symlog" : "linear",
  };
}
