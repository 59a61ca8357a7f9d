/** The ways of station 7: along the streets between cells, through the list of products, the same both ways. */
import { unravel } from "../../core/shape";
import { cellShare, plus } from "../../story/layout";
import type { CellRef, FlowPath, Vector } from "../../story/picture";
import type { Model } from "./model";
import type { Pass, Term } from "./terms";
import { isListed, product, type Places } from "./places";
import { standing, type Standing } from "./standing";

const half = cellShare / 2;
const street = 0.5;

/** From a cell by the street beside it to the edge of its place that faces the list, and to the front of its stack. */
const outward = (cell: Standing): readonly Vector[] => [...inStreet(cell), ...cell.trunk];

/** From a cell to the edge of its own sheet. */
function inStreet({ side, at, edge, pitch }: Standing): readonly Vector[] {
  const by = (x: number, y: number): Vector => plus(at, [x * pitch, y * pitch, 0]);
  switch (side) {
    case "left":
    case "right": {
      const down = side === "left" ? -1 : 1;
      const y = at[1] + down * street * pitch;
      return [by(0, down * half), [at[0], y, at[2]], [edge, y, at[2]]];
    }
    case "above":
      return [by(-half, 0), by(-street, 0), [at[0] - street * pitch, edge, at[2]]];
    case "below": {
      const y = at[1] + 0.62 * pitch;
      return [by(0, half), [at[0], y, at[2]], [edge, y, at[2]]];
    }
  }
}

/** The middle of a product in the list. */
export const listed = ({ list, scale }: Places, slot: number): Vector =>
  plus(list, [0, -slot * product.pitch * scale, 0]);

/** From a cell to a product: in at the left for what comes from the left or from above, else at the right. */
function toList(places: Places, cell: Standing, slot: number): readonly Vector[] {
  const at = listed(places, slot);
  const by = (x: number, y: number): Vector => plus(at, [x, y, 0], places.scale);
  const side = cell.side === "left" || cell.side === "above" ? -1 : 1;
  const edge = side * (product.width / 2);
  const way = outward(cell);
  if (cell.side === "right" || cell.side === "below") {
    const [, y, z] = by(edge, -0.1);
    return [...way, [places.exit, y, z], by(edge, -0.1)];
  }
  if (cell.side === "left") return [...way, by(edge - 0.25, -0.1), by(edge, -0.1)];
  const bus = by(edge - 0.3, 0.1);
  return [...way, [bus[0], way[way.length - 1][1], at[2]], bus, by(edge, 0.1)];
}

const reversed = (points: readonly Vector[]): readonly Vector[] => points.toReversed();

type Place = (cell: CellRef) => Standing;
type Time = Pick<FlowPath, "start" | "end">;

/** The flows of one moment. */
export function flowsOf(m: Model, places: Places, pass: Pass, moment: number): readonly FlowPath[] {
  const terms = pass.terms(moment);
  const place = standing(m, places);
  const paths = travelling(pass, terms).flatMap((term) => {
    const k = terms.indexOf(term);
    return term.by
      ? throughList(places, pass, term, k, terms, place, carried(m, pass, moment, k))
      : [direct(pass, term, k, terms.length, place)];
  });
  const last = pass.last?.(moment);
  const all = isListed(pass.micros) ? paths : distinct(paths);
  if (!last) return all;
  const way = [...outward(place(last)), ...reversed(outward(place(terms[0].to)))];
  return [...all, { points: way, current: pass.current, carries: last, start: 0.8, end: 0.97 }];
}

/** The terms that travel: all of them where they are written out, else the middle one of each pair of sheets. */
export function travelling(pass: Pass, terms: readonly Term[]): readonly Term[] {
  if (isListed(pass.micros)) return terms;
  const bySheets = new Map<string, Term[]>();
  for (const term of terms) {
    const name = [term.by ?? term.from, term.to].map(sheetOf).join();
    bySheets.set(name, [...(bySheets.get(name) ?? []), term]);
  }
  return [...bySheets.values()].map((group) => group[Math.floor(group.length / 2)]);
}

/** The sheet that a cell lies on: its tensor, and all of its index but row and column. */
const sheetOf = ({ tensor, at }: CellRef): string => `${tensor.id}:${unravel(tensor.shape, at).slice(0, -2).join()}`;

/** Each way once: where products share a field, a cell that takes part in many of them travels once. */
function distinct(paths: readonly FlowPath[]): readonly FlowPath[] {
  const seen = new Set<string>();
  return paths.filter(({ points }) => {
    const way = points.flat().join();
    return !seen.has(way) && seen.add(way);
  });
}

/** The product that a term sends on, where the products of the pass are recorded. */
function carried(m: Model, pass: Pass, moment: number, k: number): CellRef | undefined {
  if (pass.result !== m.O || !m.sums.O || !isListed(pass.micros)) return undefined;
  const { products } = m.sums.O;
  const [taps, positions] = products.shape.slice(3);
  const position = moment % positions;
  const sheet = (moment - position) / positions;
  return { tensor: products, at: (sheet * taps + k) * positions + position };
}

/** The part of a moment in which its k-th term travels; all at once where products are not written out. */
function timing(pass: Pass, k: number, terms: number): (start: number, end: number) => Time {
  if (!isListed(pass.micros)) return (start, end) => ({ start, end });
  return (start, end) => ({ start: (k + start) / terms, end: (k + end) / terms });
}

/** Two cells meet at their product, which goes on to where it is added. */
function throughList(
  places: Places,
  pass: Pass,
  { from, by, to }: Term,
  k: number,
  terms: readonly Term[],
  place: Place,
  carries: CellRef | undefined,
): FlowPath[] {
  const slot = isListed(pass.micros) ? k : 0;
  const time = timing(pass, k, terms.length);
  const sources = [from, ...(by ? [by] : [])].map((cell): FlowPath => ({
    points: toList(places, place(cell), slot),
    current: pass.current,
    carries: cell,
    ...time(0.05, 0.5),
  }));
  const onward = reversed(toList(places, place(to), slot));
  return [...sources, { points: onward, current: pass.current, carries: carries ?? to, ...time(0.5, 0.9) }];
}

/** Straight over the gap between two places: what is added without a factor. */
const direct = (pass: Pass, { from, to }: Term, k: number, terms: number, place: Place): FlowPath => ({
  points: [...outward(place(from)), ...reversed(outward(place(to)))],
  current: pass.current,
  carries: from,
  ...timing(pass, k, terms)(0.05, 0.9),
});
