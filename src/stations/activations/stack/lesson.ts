/** The lesson of the deep stack. */
import type { Feed, Knobs, Lesson } from "../../../story/station";
import type { FunctionName } from "../functions";
import { claims } from "./claims";
import { feedStack } from "./draws";
import { stack } from "./model";
import { passages, remark } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";

export function stackLesson(
  name: FunctionName,
  depth: number,
): { readonly lesson: Lesson; readonly feed: (knobs: Knobs) => Feed } {
  const m = stack(name, depth);
  const { forward, backward } = m;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [],
    shown: () =>
      [forward.counts, backward.counts, forward.size, backward.size, m.open, m.edges].map((tensor) => ({ tensor })),
    groups: { values: [], outputs: [m.fullest], gradients: [] },
    outputsAre: "numbers in a bin",
    opens: m.writer(backward.counts),
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  return { lesson, feed: (knobs) => feedStack(m, knobs) };
}
