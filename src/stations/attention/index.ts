/** Station 11, part 5: attention on the tokens of a sentence, and what tells two equal tokens apart. */
import type { Feed, Knobs, Lesson, Shown, Station } from "../../story/station";
import { drawKnobs, span } from "../../story/practice";
import { claims } from "./claims";
import { entry } from "./entry";
import { feedOf } from "./feed";
import { knobs } from "./knobs";
import { model, type Model } from "./model";
import { passages } from "./passages";
import { remark } from "./remark";
import type { Vocabulary } from "./sentence";
import type { Positions } from "./variants";
import { phases, picture } from "./view";

const built = new WeakMap<Lesson, Model>();

function build(turned: Knobs): Lesson {
  const m = model({
    vocabulary: turned["vocabulary"] as Vocabulary,
    positions: turned["positions"] as Positions,
    causal: turned["causal"] === true,
    dim: Number(turned["dim"]),
    heads: Number(turned["heads"]),
  });
  const { written, shuffled, dogs, moved } = m.current;
  const { x, q, k, v, scores, weights, output } = written;
  const lesson: Lesson = {
    tape: m.tape,
    phases: (view) => phases(m, view),
    claims: claims(m),
    passages: passages(m),
    editable: [m.table, m.upstream].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => shown(m),
    groups: {
      values: [m.table, m.encoding, x, q, k, v, scores, output, shuffled.output, dogs, moved],
      outputs: [weights],
      gradients: [m.upstream, ...[m.table, x, q, k, v, scores, weights].map((tensor) => m.gradient(tensor))],
    },
    outputsAre: "weights",
    opens: m.writer(dogs),
    picture: (view) => picture(m, view),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  built.set(lesson, m);
  return lesson;
}

/** The tensors as the tables list them. */
function shown(m: Model): readonly Shown[] {
  const { written, shuffled, dogs, moved, pooledMoved } = m.current;
  const { x, q, k, v, scores, weights, output, pooled } = written;
  const graded = [m.table, ...(x === m.tokens ? [] : [m.tokens]), x, q, k, v, scores, weights];
  return [
    { tensor: m.ids },
    ...graded.map((tensor): Shown => ({ tensor, gradient: m.gradient(tensor) })),
    ...Object.values(m.projections).map((tensor): Shown => ({ tensor, gradient: m.gradient(tensor) })),
    { tensor: output, gradient: m.upstream },
    { tensor: m.encoding },
    ...[dogs, shuffled.output, moved, pooled, shuffled.pooled, pooledMoved].map((tensor) => ({ tensor })),
  ];
}

const feed: Station["feed"] = (lesson, turned, edits): Feed => feedOf(built.get(lesson)!, turned, edits);

export const station: Station = {
  id: "attention",
  ...entry,
  title: "Which dog is which?",
  eyebrow: "Station 11, part 5",
  source: "Midterm review recitation, part 5",
  granularity: "op",
  granularities: ["cell", "op", "pass"],
  knobs,
  build,
  practice: (seed) => ({
    knobs: drawKnobs(seed, {
      dim: ["4", "8"],
      heads: ["1", "2", "4"],
      seed: span(2, 99),
      order: span(1, 99),
    }),
  }),
  feed,
};
