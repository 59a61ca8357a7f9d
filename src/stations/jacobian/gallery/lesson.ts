/** The lesson of one exhibit. */
import type { Tensor } from "../../../core/graph";
import { size, unravel } from "../../../core/shape";
import type { CellRef } from "../../../story/picture";
import type { Results } from "../../../story/results";
import type { Lesson } from "../../../story/station";
import { galleryClaims } from "./claims";
import type { Shown } from "./model";
import { galleryPassages } from "./passages";
import { columnOf, galleryPhases, rowOf } from "./phases";
import { galleryPicture } from "./picture";
import { indexText } from "./places";

export function galleryLesson(m: Shown): Lesson {
  const inputs = Object.values(m.node.inputs);
  const real = inputs.filter(({ type }) => type === "real");
  return {
    tape: m.tape,
    phases: () => galleryPhases(m),
    claims: galleryClaims(m),
    passages: galleryPassages(m),
    editable: [...real, m.dy].map((tensor) => ({ name: tensor.name, tensor })),
    shown: () => [
      ...inputs.map((tensor) => (tensor === m.x ? { tensor, gradient: m.dx } : { tensor })),
      { tensor: m.y, gradient: m.dy },
      { tensor: m.jacobian },
      { tensor: m.long },
    ],
    groups: { values: [...real, m.y], outputs: [m.jacobian], gradients: [m.dx, m.dy, m.long] },
    outputsAre: "derivatives",
    opens: m.forward,
    picture: () => galleryPicture(m),
    related: (cell) => related(m, cell),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
}

/** An output's row of the Jacobian, an input's column. */
function related(m: Shown, { tensor, at }: CellRef): readonly CellRef[] {
  if (tensor === m.y || tensor === m.dy) return rowOf(m, at);
  return tensor === m.x || tensor === m.dx ? columnOf(m, at) : [];
}

const named = (tensor: Tensor, at: number): string =>
  size(tensor.shape) === 1 ? tensor.name : `${tensor.name}[${indexText(tensor.shape, unravel(tensor.shape, at))}]`;

function remark(m: Shown, tensor: Tensor, at: number, results: Results): string | undefined {
  if (tensor === m.jacobian) return entryRemark(m, at, results.value(tensor, at));
  if (tensor === m.long) return "The long way: every entry of this column of J takes part, the zeros too.";
  if (Number.isFinite(results.value(tensor, at))) return undefined;
  return tensor === m.y
    ? `${m.exhibit.op.name} is not finite here; its derivative may be all the same.`
    : "Not finite: a number that went in, or a derivative at it, is not.";
}

function entryRemark(m: Shown, at: number, value: number): string {
  const [r, c] = [Math.floor(at / m.columns), at % m.columns];
  const [output, input] = [named(m.y, r), named(m.x, c)];
  if (m.structure[at] === 0) return `Always 0, whatever goes in: ${output} does not read ${input}.`;
  if (!Number.isFinite(value)) return `Not finite: at these numbers ${output} has no finite slope in ${input}.`;
  return value === 0
    ? `0 with these numbers only: ${output} reads ${input}, and does not move with it now.`
    : `How far ${output} moves for each unit of ${input}. The gradient kernel made it from a 1 at that output alone.`;
}
