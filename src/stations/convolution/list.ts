/** The list of products between the filter and the output: what a moment multiplies, term by term. */
import { format } from "../../core/numeral";
import type { Box, CellRef, Current, Label, Now } from "../../story/picture";
import { listed } from "./flows";
import { isListed, product } from "./places";
import type { Scene } from "./scene";
import type { Pass, Term } from "./terms";

/** Below this many pixels a unit a product is written without its factors, and below the second not at all. */
const roomy = 42;
const cramped = 17;

const allPasses = ({ passes }: Scene): readonly Pass[] => [passes.O, passes.dI, passes.dF];

/** The pass that runs, and how many fields of the list it fills: one where its products are not written out. */
interface Listing {
  readonly pass: Pass;
  readonly terms: readonly Term[];
  readonly fields: number;
}

function listing(scene: Scene, { act }: Now): Listing | undefined {
  const pass = act && allPasses(scene).find(({ step }) => step === act.step);
  if (!pass) return undefined;
  const terms = pass.terms(act.moment);
  return { pass, terms, fields: isListed(pass.micros) ? terms.length : 1 };
}

/** How a field stands: its product is still to come, is made right now, or is there. */
type State = "to come" | "current" | "there";

/** Where the two factors meet, as a share of the time that one product takes: when their flows arrive. */
const meeting = 0.5;

/**
 * The products of a moment that is under way: 0 to their number, the part after the point within one product. All of
 * them where all moments run at once, which no list can follow.
 */
function reached({ pass, fields }: Listing, now: Now): number {
  const through = now.progress(pass.step) * pass.moments - (now.act?.moment ?? 0);
  return through > 0 && through < 1 - 1e-6 ? through * fields : fields;
}

function stateOf(found: Listing, k: number, now: Now): State {
  // One field for all products is filled from the start.
  if (found.fields < found.terms.length) return "there";
  const at = reached(found, now);
  // A step of one multiply-add ends at the next whole number and still shows the product that it made.
  if (at < found.fields && Math.ceil(at - 1e-6) - 1 === k) return "current";
  return at >= k + 1 ? "there" : "to come";
}

/** Whether the product in a field can be read. */
function isMade(found: Listing, k: number, now: Now): boolean {
  const state = stateOf(found, k, now);
  return state === "there" || (state === "current" && reached(found, now) >= k + meeting);
}

/** The fields of the list, as many as the moment fills: quiet before their product, strong while it is made. */
export function capsules(scene: Scene): readonly Box[] {
  const { places } = scene;
  const field = (k: number, state: State, current: Current): Box => ({
    centre: listed(places, k),
    width: product.width * places.scale,
    height: product.height * places.scale,
    radius: 15,
    fill: "surface-canvas",
    stroke: state === "to come" ? "line-control" : current,
    strokeWidth: state === "current" ? 3 : 1.5,
    shown: (now) => {
      const found = listing(scene, now);
      if (!found || found.pass.current !== current || k >= found.fields) return false;
      return stateOf(found, k, now) === state;
    },
  });
  return Array.from({ length: places.listed }, (_, k) => k).flatMap((k) =>
    (["data", "gradient"] as const).flatMap((current) =>
      (["to come", "current", "there"] as const).map((state) => field(k, state, current)),
    ),
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

/**
 * Each product with its two factors once they have met, or alone where there is less room; the count of those that are
 * not written out.
 */
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
        if (!found || k >= found.fields || !isMade(found, k, now)) return undefined;
        const { from, by } = found.terms[k];
        if (found.fields < found.terms.length) return countText(found.terms.length, room[1] === Infinity);
        return by && write(from, by, now);
      },
    });
    return [label("term", [roomy, Infinity], termText), label("product", [cramped, roomy], productText)];
  });

const countText = (count: number, inFull: boolean): string => (inFull ? `${count} products` : String(count));
