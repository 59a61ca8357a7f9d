/** Whether a value fits a knob. The panel and the address refuse the same things with the same words. */
import { readOwnImage } from "../story/image";
import type { Knob, KnobValue, Slider } from "../story/station";
import { parse, precise } from "../core/numeral";

/** Whether a slider moves in whole numbers only: sizes and counts. */
export const isWhole = (slider: Slider): boolean => Number.isInteger(slider.step) && Number.isInteger(slider.min);

/** What would fit a slider: "whole numbers from 1 to 8". */
export const rangeText = (slider: Slider): string =>
  `${isWhole(slider) ? "whole numbers" : "numbers"} from ${precise(slider.min, 9)} to ${precise(slider.max, 9)}`;

/**
 * The value so many steps on, between the slider's ends: a value between two steps, as an address or a click may give it,
 * goes to the next one first. No steps on, it is the nearest.
 */
export function stepped({ min, max, step }: Slider, from: number, by: number): number {
  if (!Number.isFinite(by)) return by < 0 ? min : max;
  const exact = (from - min) / step;
  const nearest = Math.round(exact);
  const between = Math.abs(exact - nearest) > 1e-9;
  const first = between && by !== 0 ? (by > 0 ? Math.floor(exact) : Math.ceil(exact)) : nearest;
  return Math.min(max, Math.max(min, Number((min + (first + by) * step).toPrecision(12))));
}

/** A value read from text, or a sentence on why it does not fit. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

/** A number for a slider from text. */
export function readSlider(slider: Slider, text: string): Reading<number> {
  const value = parse(text);
  if (value === undefined || Number.isNaN(value)) return { problem: `${quote(text)} is not a number` };
  if (value < slider.min || value > slider.max || (isWhole(slider) && !Number.isInteger(value))) {
    return { problem: `${quote(text)} does not fit; ${rangeText(slider)} would` };
  }
  return { value };
}

/** Why a text that is no number is refused. */
export const notANumber = (text: string): string =>
  text.trim() === "" ? "A number is missing." : `${quote(text.trim())} is not a number.`;

/** A knob's value from text, as an address holds it. */
export function readKnob(knob: Knob, text: string): Reading<KnobValue> {
  switch (knob.kind) {
    case "slider":
      return readSlider(knob, text);
    case "toggle":
      if (text === "1" || text === "true") return { value: true };
      if (text === "0" || text === "false") return { value: false };
      return { problem: `${quote(text)} is neither 1 nor 0` };
    case "choice":
      if (knob.options.some((option) => option.value === text)) return { value: text };
      return { problem: `${quote(text)} is no option; ${knob.options.map((o) => o.value).join(", ")} would fit` };
    case "text":
    case "image": {
      const fits = whatFits(knob, text);
      return fits === undefined ? { value: text } : { problem: `${quote(text)} does not fit; ${fits} would` };
    }
  }
}

/** Whether a script handed over names with values, whatever they are. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whatever a script handed over, in a few words. */
export function inWords(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function" || (typeof value === "object" && value !== null))
    return `a${typeof value === "object" ? "n object" : " function"}`;
  return String(value);
}

const longest = 32;

/** Outside text between quotation marks: no control characters, cut when long. */
export function quote(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "·");
  const letters = Array.from(plain);
  return `“${letters.length > longest ? `${letters.slice(0, longest).join("")}…` : plain}”`;
}

/** Refuses values by name, with words: a knob that does not exist, a value that it cannot take. Throws Error. */
export function checkKnobs(where: string, knobs: readonly Knob[], values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    const knob = knobs.find((candidate) => candidate.name === name);
    if (!knob)
      throw new Error(`${where}: there is no knob ${quote(name)}; ${knobs.map((k) => k.name).join(", ")} would fit`);
    const fits = whatFits(knob, value);
    if (fits !== undefined) throw new Error(`${where}: ${name} is ${inWords(value)}; ${fits} would fit`);
  }
}

/** What would fit, where the value does not. */
function whatFits(knob: Knob, value: unknown): string | undefined {
  switch (knob.kind) {
    case "slider": {
      const fits =
        typeof value === "number" &&
        value >= knob.min &&
        value <= knob.max &&
        (!isWhole(knob) || Number.isInteger(value));
      return fits ? undefined : rangeText(knob);
    }
    case "choice":
      return knob.options.some((option) => option.value === value)
        ? undefined
        : knob.options.map((option) => option.value).join(" or ");
    case "toggle":
      return typeof value === "boolean" ? undefined : "true or false";
    case "text":
      return typeof value === "string" && Array.from(value).length <= knob.most
        ? undefined
        : `a text of at most ${knob.most} characters`;
    case "image":
      return knob.options.some((option) => option.value === value) ||
        (typeof value === "string" && readOwnImage(value, knob.side) !== undefined)
        ? undefined
        : `${knob.options.map((option) => option.value).join(", ")} or a picture of ${knob.side} x ${knob.side} grey values`;
  }
}
