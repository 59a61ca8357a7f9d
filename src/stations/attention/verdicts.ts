/** The sentences under the differences of the pictures. */
import type { Label, Shown, Vector } from "../../story/picture";
import { largest } from "./findings";
import type { Model } from "./model";

/** What the row of differences is made of. */
export function dogLabel(m: Model, at: Vector, shown: Shown, least: number): Label {
  const [first, second] = m.sentence.dogs;
  return {
    id: "difference",
    at,
    anchor: "top",
    kind: "note",
    least,
    shown,
    text: `row ${first} − row ${second}`,
  };
}

/** Whether the dogs are told apart. */
export const verdictLabel = (m: Model, at: Vector, shown: Shown, least: number): Label => ({
  id: "verdict",
  at,
  anchor: "top",
  kind: "strong",
  least,
  shown,
  text: ({ results }) => {
    if (!results.ready) return undefined;
    return largest(results, m.current.dogs) === 0 ? "exactly 0: the same" : "told apart";
  },
});
