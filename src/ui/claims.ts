/** Claims: what is asked, the answer for the current knobs, and a way to see it. Where the slide errs, both readings. */
import { isErratum, slideOf, type Answer, type Claim } from "../story/claim";
import type { Results } from "../story/results";
import { fewDigits } from "../story/agreement";
import { format, grouped } from "../core/numeral";
import { button, make, setText, uniqueId } from "./dom";
import { writeText } from "./richtext";

const mostNumbers = 16;

/** Counts in full; other numbers in no more digits than they need, with a power of ten where they are very large or small. */
function numberText(answer: number): string {
  if (Number.isSafeInteger(answer)) return grouped(answer).replace("-", "−");
  if (!Number.isFinite(answer)) return format(answer);
  const short = fewDigits(answer);
  const size = Math.abs(short);
  const text = size < 1e6 && size >= 1e-4 ? String(short) : short.toExponential();
  return text.replaceAll("-", "−").replace("e+", "e");
}

/** An answer as text; long lists keep their beginning. */
export function answerText(answer: Answer): string {
  if (typeof answer === "string") return answer;
  if (typeof answer === "bigint") return grouped(answer);
  if (typeof answer === "number") return numberText(answer);
  const shown = answer.slice(0, mostNumbers).map(numberText).join(", ");
  return answer.length > mostNumbers ? `${shown}, … ${answer.length - mostNumbers} more` : shown;
}

export class ClaimList {
  readonly element = make("ul", { class: "claims" });
  readonly #claims: readonly { readonly claim: Claim; readonly value: HTMLElement; readonly both?: HTMLElement }[];

  constructor(claims: readonly Claim[], show: (claim: Claim) => void) {
    this.#claims = claims.map((claim) => {
      const value = make("b", {});
      const both = claim.erratum === undefined ? undefined : make("p", { class: "erratum-both" });
      this.element.append(item(claim, value, both, show));
      return { claim, value, ...(both && { both }) };
    });
  }

  update(results: Results): void {
    for (const { claim, value, both } of this.#claims) {
      const text = results.ready ? answerText(claim.answer(results)) : "…";
      writeText(value, text);
      value.classList.toggle("long", text.length > 22);
      if (!both) continue;
      both.parentElement?.toggleAttribute("hidden", results.ready && !isErratum(claim, results));
      setText(both, bothReadings(slideOf(claim, results), text));
    }
  }
}

const bothReadings = (slide: Answer | undefined, computed: string): string =>
  slide === undefined ? `Computed: ${computed}.` : `The slide says ${answerText(slide)}; computed: ${computed}.`;

function item(
  claim: Claim,
  value: HTMLElement,
  both: HTMLElement | undefined,
  show: (claim: Claim) => void,
): HTMLElement {
  const prompt = make("span", { id: uniqueId("prompt") });
  writeText(prompt, claim.prompt);
  const link = hasSomethingToShow(claim) ? showButton(prompt, () => show(claim)) : undefined;
  return make("li", { title: claim.source }, prompt, value, link, both && erratumNote(claim, both));
}

const hasSomethingToShow = ({ shows: { step, cells, pin, knobs } }: Claim): boolean =>
  step !== undefined || cells.length > 0 || pin !== undefined || knobs !== undefined;

function showButton(prompt: HTMLElement, show: () => void): HTMLButtonElement {
  const id = uniqueId("show");
  return button({ class: "show", id, "aria-labelledby": `${id} ${prompt.id}` }, show, "show me");
}

function erratumNote(claim: Claim, both: HTMLElement): HTMLElement {
  const reason = make("p", {});
  writeText(reason, claim.erratum ?? "");
  return make("div", { class: "note" }, make("p", { class: "note-title" }, "Where the slide errs"), both, reason);
}
