/** What the view knob chooses: which tensors are drawn, what is played, and where the station opens. */
import type { Tensor } from "../../core/graph";
import type { Picture } from "../../story/picture";
import type { Phase } from "../../story/score";
import type { Lesson, Shown } from "../../story/station";
import { curvesOf } from "./far-curves";
import { farPhases } from "./far-phases";
import { farPicture } from "./far-picture";
import { lstmPhases } from "./lstm-phases";
import { lstmPicture } from "./lstm-picture";
import type { DrawnLstm } from "./lstm";
import type { Model } from "./model";
import { networkPhases } from "./network-phases";
import { networkPicture } from "./network-picture";

export interface View {
  readonly phases: readonly Phase[];
  readonly picture: Picture;
  /** What stands at the end when the station opens. */
  readonly opens: Tensor;
  readonly shown: readonly Shown[];
  readonly groups: Lesson["groups"];
}

export function viewOf(m: Model): View {
  if (m.lstm) return lstmView(m, m.lstm);
  return m.show === "distance" ? farView(m) : networkView(m);
}

const curves = (m: Model): readonly Shown[] => curvesOf(m).map(({ tensor }) => ({ tensor }));

const networkView = (m: Model): View => ({
  phases: networkPhases(m),
  picture: networkPicture(m),
  opens: m.total,
  shown: [
    { tensor: m.drawn },
    { tensor: m.w_hh },
    ...m.states.map((tensor, t) => ({ tensor, gradient: m.gradients[t] })),
    ...m.parts.map((tensor, i) => ({ tensor, called: partName(i + 1) })),
    { tensor: m.total },
    { tensor: m.clip.norm },
    { tensor: m.clip.factor },
    { tensor: m.clip.clipped },
    ...curves(m),
  ],
  groups: {
    values: [m.w_hh, m.drawn, ...m.states],
    gradients: [m.total, m.clip.clipped, ...m.gradients, ...m.parts],
  },
});

const partName = (t: number): Shown["called"] => ({
  name: `∂L/∂W_hh, part of step ${t}`,
  tex: `\\partial L/\\partial W_{hh}\\text{, part of step }${t}`,
});

const lstmView = (m: Model, drawn: DrawnLstm): View => ({
  phases: lstmPhases(m, drawn),
  picture: lstmPicture(m, drawn),
  opens: drawn.gradients[0],
  shown: [
    { tensor: m.drawn },
    ...drawn.forgets.map((tensor) => ({ tensor })),
    ...drawn.memories.map((tensor, t) => ({ tensor, gradient: drawn.gradients[t] })),
    ...curves(m),
  ],
  groups: { values: [m.drawn, ...drawn.forgets, ...drawn.memories], gradients: drawn.gradients },
});

const farView = (m: Model): View => ({
  phases: farPhases(m),
  picture: farPicture(m),
  opens: m.distances.powers,
  shown: [{ tensor: m.w_hh }, { tensor: m.distances.farthest }, ...curves(m)],
  groups: { values: [m.w_hh], gradients: [m.distances.jacobians] },
});
