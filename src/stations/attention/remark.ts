/** Why a hovered cell of station 11 is what it is. */
import type { Tensor } from "../../core/graph";
import type { Results } from "../../story/results";
import type { Model } from "./model";
import { tokenText } from "./parts";
import { visible } from "./sentence";

type Told = (m: Model, at: number, results: Results) => string | undefined;

/** A sentence on a cell; undefined where the equation says it all. */
export function remark(m: Model, tensor: Tensor, at: number, results: Results): string | undefined {
  return telling(m).get(tensor)?.(m, at, results);
}

const rowOf = (m: Model, at: number): number => Math.floor(at / m.settings.dim);

function telling(m: Model): ReadonlyMap<Tensor, Told> {
  const { written, shuffled, dogs, moved } = m.current;
  return new Map<Tensor, Told>([
    [m.ids, (_, at) => `The id of token ${tokenText(m, at)}.`],
    [m.table, tableRemark],
    [m.tokens, (_, at) => `Token ${tokenText(m, rowOf(m, at))} copied it from row ${idAt(m, at)} of E.`],
    [m.encoding, encodingRemark],
    [written.scores, scoreRemark],
    [written.weights, weightRemark],
    [
      written.output,
      (_, at) => `The values' numbers in this column, weighed by the row of token ${tokenText(m, rowOf(m, at))}.`,
    ],
    [shuffled.output, (_, at, results) => shuffledRemark(m, at, results)],
    [dogs, dogRemark],
    [moved, movedRemark],
    [m.gradient(written.scores), gradientRemark],
    [m.gradient(m.table), tableGradientRemark],
  ]);
}

const idAt = (m: Model, at: number): number => m.sentence.ids[rowOf(m, at)];

const tableRemark: Told = (m, at) => {
  const text = m.sentence.texts[rowOf(m, at)];
  return text === "" ? "No token has the id 0." : `A number of “${visible(text)}”, drawn by the seed.`;
};

const encodingRemark: Told = (m, at) => {
  const { dim } = m.settings;
  const [position, column] = [rowOf(m, at), at % dim];
  const wave = column % 2 === 0 ? "sin" : "cos";
  return `${wave}(${position} / 10000^(${column - (column % 2)}/${dim})): it depends on the position alone.`;
};

/** The query and the key of a score. */
const pairAt = ({ length }: Model, at: number): readonly [query: number, key: number] => [
  Math.floor(at / length) % length,
  at % length,
];

const isHidden = (m: Model, at: number): boolean => {
  const [query, key] = pairAt(m, at);
  return m.settings.causal && key > query;
};

const scoreRemark: Told = (m, at) => {
  const [query, key] = pairAt(m, at);
  if (isHidden(m, at)) return `The mask hides it: query ${query} may not look ahead at key ${key}.`;
  return `How query ${tokenText(m, query)} likes key ${tokenText(m, key)}.`;
};

const weightRemark: Told = (m, at) => {
  const [query, key] = pairAt(m, at);
  if (isHidden(m, at)) return `Always 0: its score is masked to −∞, since key ${key} comes after query ${query}.`;
  return `The share of value ${tokenText(m, key)} in the output of token ${tokenText(m, query)}.`;
};

const shuffledRemark = (m: Model, at: number, results: Results): string | undefined => {
  const text = m.sentence.texts[results.value(m.shuffledIds, rowOf(m, at))];
  return text === undefined ? undefined : `The output of “${visible(text)}”, which the shuffle put here.`;
};

const dogRemark: Told = (m, at, results) => {
  if (results.value(m.current.dogs, at) !== 0) return "Not 0: something tells the two dogs apart.";
  return "Exactly 0: both rows were made of the same numbers, by the same sums in the same order.";
};

const movedRemark: Told = (m, at, results) => {
  if (results.value(m.current.moved, at) === 0) return "Exactly 0: this output moved along with its token.";
  const { positions, causal } = m.settings;
  return positions === "none" && !causal
    ? "Rounding: the same terms, added in another order."
    : "The shuffled sentence is another sentence: something carries order.";
};

const gradientRemark: Told = (m, at) => {
  const [query] = pairAt(m, at);
  return isHidden(m, at) ? "Always 0: nothing passes back through a masked score." : `Row ${query} adds up to 0.`;
};

const tableGradientRemark: Told = (m, at) => {
  const id = rowOf(m, at);
  const users = [...m.sentence.ids.keys()].filter((token) => m.sentence.ids[token] === id);
  if (users.length === 0) return "0: no token of the sentence reads this row.";
  const which = users.length === 1 ? `token ${users[0]}` : `tokens ${users.join(", ")}`;
  return `What comes back from ${which}${users.length === 1 ? "" : ", added up"}.`;
};
