/** The four pictures of station 11, and what each of them plays. */
import type { Picture } from "../../story/picture";
import type { Phase } from "../../story/score";
import type { Knobs } from "../../story/station";
import { attentionPhases, attentionPicture } from "./attention";
import { inputPhases } from "./input";
import { learningPhases } from "./learning";
import type { Model } from "./model";
import { inputPicture, learningPicture } from "./rows-picture";
import { shufflePhases, shufflePicture } from "./shuffled";

/** A way to look at the same numbers. */
type View = "attention" | "input" | "learning" | "shuffle";

const views = {
  attention: { phases: attentionPhases, picture: attentionPicture },
  input: { phases: inputPhases, picture: inputPicture },
  learning: { phases: learningPhases, picture: learningPicture },
  shuffle: { phases: shufflePhases, picture: shufflePicture },
} as const;

const viewOf = (knobs: Knobs): View => knobs["view"] as View;

/** What the chosen picture plays. */
export const phases = (m: Model, knobs: Knobs): readonly Phase[] => views[viewOf(knobs)].phases(m);

/** The chosen picture. */
export const picture = (m: Model, knobs: Knobs): Picture => views[viewOf(knobs)].picture(m);
