/** The list of products between the filter and the output: what a moment multiplies, term by term. */
import { format } from "../../core/numeral";
import type { Box, CellRef, Label, Now } from "../../story/picture";
import { listed } from "./flows";
import { isListed, product } from "./places";
import type { Scene } from "./scene";
import type { Pass, Term } from "./terms";

/** Below this many pixels a unit a product is written without its factors, and below the second not at all. */
const roomy = 42;
const cramped = 17;

const allPasses = ({ passes }: Scene): readonly Pass[] => [passes.O, passes.dI, passes.dF];

/** The pass that runs, and how many fields of the list it fills: one where its products are not written out. */
function listing(
  scene: Scene,
  { act }: Now,
): { readonly pass: Pass; readonly terms: readonly Term[]; readonly fields: number } | undefined {
  const pass = act && allPasses(scene).find(({ step }) => step === act.step);
  if (!pass) return undefined;
  const terms = pass.terms(act.moment);
  return { pass, terms, fields: isListed(pass.micros) ? terms.length : 1 };
}

/** The fields of the list, as many as the moment fills. */
export function capsules(scene: Scene): readonly Box[] {
  const { places } = scene;
  return Array.from({ length: places.listed }, (_, k) => k).flatMap((k) =>
    (["data", "gradient"] as const).map((stroke): Box => ({
      centre: listed(places, k),
      width: product.width * places.scale,
      height: product.height * places.scale,
      radius: 15,
      fill: "surface-canvas",
      stroke,
      strokeWidth: 1.5,
      shown: (now) => {
        const found = listing(scene, now);
        return found !== undefined && found.pass.current === stroke && k < found.fields;
      },
    })),
  );
}

const factors = (from: CellRef, by: CellRef, { results }: Now): readonly number[] =>
  [from, by].map(({ tensor, at }) => results.value(tensor, at));

/** "−2": the product of two cells. */
const productText = (from: CellRef, by: CellRef, now: Now): string =>
  format(factors(from, by, now).reduce((all, factor) => all * factor, 1));

/** "1 · (−2) = −2": what two cells make. */
function termText(from: CellRef, by: CellRef, now: Now): string {
  const [a, b] = factors(from, by, now);
  const factor = format(b);
  return `${format(a)} · ${factor.startsWith("−") ? `(${factor})` : factor} = ${format(a * b)}`;
}

/** Each product with its two factors, or alone where there is less room; the count of those that are not written out. */
export const productLabels = (scene: Scene): readonly Label[] =>
  Array.from({ length: scene.places.listed }, (_, k) => k).flatMap((k) => {
    const { scale } = scene.places;
    const label = (id: string, room: readonly [least: number, most: number], write: typeof termText): Label => ({
      id: `${id} ${k}`,
      at: listed(scene.places, k),
      anchor: "centre",
      kind: "product",
      least: room[0] / scale,
      most: room[1] / scale,
      text: (now: Now) => {
        const found = now.results.ready ? listing(scene, now) : undefined;
        if (!found || k >= found.fields) return undefined;
        const { from, by } = found.terms[k];
        if (found.fields < found.terms.length) return countText(found.terms.length, room[1] === Infinity);
        return by && write(from, by, now);
      },
    });
    return [label("term", [roomy, Infinity], termText), label("product", [cramped, roomy], productText)];
  });

const countText = (count: number, inFull: boolean): string => (inFull ? `${count} products` : String(count));
