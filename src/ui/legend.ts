/** What the colours and marks mean now: ramp, ends of the scales, and only those marks that the scene uses. */
import type { LegendMark } from "../story/picture";
import { format } from "../core/numeral";
import { hidden, make, Once } from "./dom";
import { drawMark, drawSwatch, markNames, type Mark } from "./marks";

export interface ScaleEnds {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
}
export interface LegendProps {
  readonly groups: readonly ScaleEnds[];
  readonly marks: readonly LegendMark[];
  /** The names of classes, each with its colour. */
  readonly outcomes?: readonly string[];
  readonly hasNaN: boolean;
  readonly hasInfinite: boolean;
  /** Said when it is not the usual one. */
  readonly scale?: "linear" | "symmetric log";
}

export class Legend {
  readonly #ramp = make("div", { class: "ramp", "aria-hidden": "true" });
  readonly #ends = make("div", { class: "legend-ends" });
  readonly #line = make("div", { class: "legend-line" });
  readonly #marks = make("ul", { class: "legend-marks", "aria-label": "Marks" });
  readonly #builtEnds = new Once();
  readonly #builtMarks = new Once();

  constructor(slot: HTMLElement) {
    slot.classList.add("card");
    slot.setAttribute("role", "group");
    slot.setAttribute("aria-label", "Legend");
    slot.append(this.#ramp, this.#ends, this.#line, this.#marks);
  }

  update({ groups, marks, outcomes = [], hasNaN, hasInfinite, scale = "linear" }: LegendProps): void {
    const ends = merge(groups, scale === "linear" ? "" : `, ${scale}`);
    this.#builtEnds.when(JSON.stringify(ends), () => this.#showEnds(ends));
    const all: Mark[] = [...marks, ...(hasNaN ? ["NaN" as const] : []), ...(hasInfinite ? ["infinite" as const] : [])];
    const key = [...outcomes, ...all].join();
    this.#marks.classList.toggle("names-outcomes", outcomes.length > 0);
    this.#builtMarks.when(key, () => this.#marks.replaceChildren(...outcomes.map(outcomeItem), ...all.map(markItem)));
  }

  #showEnds(ends: readonly Ends[]): void {
    // A picture of classes alone has no scale.
    this.#ramp.hidden = ends.length === 0;
    const half = ends.every(({ lower }) => lower === "0");
    this.#ramp.classList.toggle("from-zero", half);
    this.#ends.replaceChildren(...ends.map(endsRow));
    const [first, ...rest] = ends;
    this.#line.replaceChildren();
    if (!first) return;
    const others = rest.map(({ name, upper }) => ` · ${name} ${half ? "to " : "±"}${upper}`).join("");
    const ramp = make("span", { class: half ? "ramp from-zero" : "ramp", "aria-hidden": "true" });
    this.#line.append(first.lower, ramp, first.upper, make("span", { class: "legend-what" }, first.name + others));
  }
}

interface Ends {
  readonly name: string;
  readonly lower: string;
  readonly upper: string;
}

/** Groups with the same ends share a line. */
function merge(groups: readonly ScaleEnds[], remark: string): Ends[] {
  const byEnds = new Map<string, Ends>();
  for (const group of groups) {
    const [lower, upper] = endTexts(group);
    const known = byEnds.get(`${lower} ${upper}`);
    const name = known ? `${known.name} and ${group.name}` : group.name;
    byEnds.set(`${lower} ${upper}`, { name, lower, upper });
  }
  return Array.from(byEnds.values(), (ends) => ({ ...ends, name: ends.name + remark }));
}

/** A symmetric scale reads so: alone, a minus sign may cost the lower end a digit. */
function endTexts({ lower, upper }: ScaleEnds): [lower: string, upper: string] {
  const most = format(upper);
  return [upper > 0 && lower === -upper ? `−${most}` : format(lower), most];
}

const endsRow = ({ name, lower, upper }: Ends): HTMLElement =>
  make("div", {}, make("span", {}, lower), make("span", { class: "legend-name" }, name), make("span", {}, upper));

const outcomeItem = (name: string, index: number): HTMLElement =>
  make("li", { class: "outcome" }, drawSwatch(`outcome-${index}`), make("span", {}, name));

function markItem(mark: Mark): HTMLElement {
  const { label, more } = markNames[mark];
  return make("li", {}, drawMark(mark), make("span", {}, label, more ? hidden(` ${more}`) : undefined));
}
