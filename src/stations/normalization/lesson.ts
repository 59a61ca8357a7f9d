/** The lesson of station 3: what is on its stage, in its tables and in its text. */
import type { Tensor } from "../../core/graph";
import { format } from "../../core/numeral";
import { unravel } from "../../core/shape";
import type { CellRef } from "../../story/picture";
import type { Results } from "../../story/results";
import type { Lesson, Shown } from "../../story/station";
import { claims } from "./claims";
import { structureOfJacobian } from "./jacobian";
import { sharing, type Model } from "./model";
import { passages } from "./passages";
import { phases } from "./phases";
import { picture } from "./picture";
import { oddSpread } from "./spread";

/** All of it, for a batch that can be normalized. */
export function lessonOf(m: Model): Lesson {
  const [start] = m.running;
  const { difference } = m.moved;
  return {
    tape: m.tape,
    phases: () => phases(m),
    claims: claims(m),
    passages: passages(m),
    editable: [m.x[0], m.gamma, m.beta, m.dy, ...(m.method === "layer" ? [] : [start.mean, start.variance])].map(
      (tensor) => ({ name: tensor.name, tensor }),
    ),
    shown: (iteration) => shown(m, iteration),
    groups: {
      values: [...m.x, ...m.batch.flatMap(({ mean, variance }) => [mean, variance]), ...averages(m)],
      outputs: [...m.normal, m.y, m.gamma, m.beta, difference],
      gradients: [m.unrolled.jacobian],
    },
    opens: m.writer(m.y),
    picture: () => picture(m),
    related: (cell) => related(m, cell),
    remark: (tensor, at, results) => remark(m, tensor, at, results),
  };
}

const averages = ({ running, method }: Model): readonly Tensor[] =>
  method === "layer" ? [] : running.flatMap(({ mean, variance }) => [mean, variance]);

/** What an iteration shows; the moved cell and the Jacobian belong to the first batch. */
function shown(m: Model, iteration: number): readonly Shown[] {
  const graded = (tensor: Tensor): Shown => {
    const gradient = m.gradient.get(tensor);
    return { tensor, ...(gradient && { gradient }) };
  };
  const batch = m.batch.at(iteration);
  const statistics = batch ? [batch.mean, batch.centred, batch.variance] : [];
  const rest = iteration === 0 ? [m.y, m.moved.x, m.moved.difference, m.unrolled.jacobian] : [];
  return [
    graded(m.x[iteration] ?? m.x[0]),
    ...statistics.map((tensor) => ({ tensor })),
    { tensor: m.normal[iteration] ?? m.normal[0] },
    ...[m.gamma, m.beta].map(graded),
    ...rest.map((tensor) => (tensor === m.y ? { tensor, gradient: m.dy } : { tensor })),
    ...averages(m).map((tensor) => ({ tensor })),
  ];
}

/** An output's row of the Jacobian, a batch cell's column of it. */
function related(m: Model, { tensor, at }: CellRef): readonly CellRef[] {
  const { jacobian } = m.unrolled;
  const n = m.samples * m.features;
  const cell = (k: number): CellRef => ({ tensor: jacobian, at: tensor === m.y ? at * n + k : k * n + at });
  return tensor === m.y || tensor === m.x[0] ? Array.from({ length: n }, (_, k) => cell(k)) : [];
}

function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  if (tensor === m.unrolled.jacobian) return entryRemark(m, at);
  if (tensor === m.moved.difference) return differenceRemark(m, at, results);
  const group = m.method === "layer" ? Math.floor(at / m.features) : at % m.features;
  if (tensor === m.normal[0] || tensor === m.y) return oddSpread(m, group, results);
  const batch = m.batch.find(({ mean, variance }) => tensor === mean || tensor === variance);
  if (batch) return `Shared by ${sharing(m)} cells: ${m.method === "layer" ? "sample" : "feature"} ${at}.`;
  const t = m.running.findIndex(({ mean, variance }) => tensor === mean || tensor === variance);
  if (t === 0) return "Where PyTorch starts: means of 0, variances of 1.";
  return t > 0 ? `Feature ${at}, after ${t === 1 ? "one batch" : `${t} batches`}.` : undefined;
}

/** Why an entry of the Jacobian is always zero, or what couples its two cells. */
function entryRemark(m: Model, at: number): string {
  const [sample, feature, from, by] = unravel(m.unrolled.jacobian.shape, at);
  if (structureOfJacobian(m.y, m.tape)[at] === 0)
    return `Always 0, for every batch: y[${sample}, ${feature}] does not read x[${from}, ${by}].`;
  if (sample !== from)
    return `Sample ${sample} depends on sample ${from}: they share the statistics of feature ${feature}.`;
  return feature === by
    ? "A cell and its own output."
    : `Two features of sample ${sample}, which share its mean and variance.`;
}

function differenceRemark({ moved }: Model, at: number, results: Results): string {
  const value = results.value(moved.difference, at);
  return value === 0 ? "This output does not notice." : `This output moves by ${format(value)}.`;
}
