/** The lesson of one function. */
import type { Edits, Feed, Knobs, Lesson, Shown } from "../../../story/station";
import type { FunctionName } from "../functions";
import { claims } from "./claims";
import { single, type Single } from "./model";
import { passages, remark } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import { feedSingle } from "./samples";

export function singleLesson(name: FunctionName): {
  readonly lesson: Lesson;
  readonly feed: (knobs: Knobs, edits: Edits) => Feed;
} {
  const m = single(name);
  const { cells: f } = m.chosen;
  const { cells: g } = m.floor;
  const lesson: Lesson = {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [
      { name: "x", tensor: m.x },
      { name: "dy", tensor: m.dy },
    ],
    shown: () => shown(m),
    groups: {
      values: [m.x, f.y, ...(m.compares ? [g.y] : [])],
      gradients: [m.dy, f.slope, f.dx, ...(m.compares ? [g.slope, g.dx] : [])],
    },
    opens: m.writer(m.compares ? g.dx : f.dx),
    picture: () => picture(m),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
  return { lesson, feed: (knobs, edits) => feedSingle(m, knobs, edits) };
}

function shown({ x, dy, chosen, floor, compares }: Single): readonly Shown[] {
  return [
    { tensor: x, gradient: chosen.cells.dx },
    { tensor: chosen.cells.y, gradient: dy },
    { tensor: chosen.cells.slope },
    ...(compares ? [{ tensor: floor.cells.y, gradient: floor.cells.dx }, { tensor: floor.cells.slope }] : []),
  ];
}
