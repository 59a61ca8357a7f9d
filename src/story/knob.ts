/** Knobs, written in a line each. */
import type { Choice, Knob, Knobs, Slider, Toggle } from "./station";

/** What goes without saying for most knobs: where a knob is listed, what turning it costs, and when it means something. */
type More = Partial<Pick<Knob, "folder" | "turns" | "onlyWhile">>;

/** A number between two ends; unless it is said otherwise, turning it changes values only. */
export const slider = (
  name: string,
  label: string,
  [min, max, step, initial]: readonly [min: number, max: number, step: number, initial: number],
  more: More = {},
): Slider => ({ kind: "slider", name, label, turns: "value", min, max, step, initial, ...more });

/** One of several, each a value with its label or a value that is its own label; turning it builds a new lesson. */
export const choice = <Value extends string>(
  name: string,
  label: string,
  options: readonly (Value | readonly [value: Value, label: string])[],
  initial: NoInfer<Value>,
  more: More = {},
): Choice => ({
  kind: "choice",
  name,
  label,
  turns: "structure",
  options: options.map((option) => {
    const [value, written] = typeof option === "string" ? [option, option] : option;
    return { value, label: written };
  }),
  initial,
  ...more,
});

/** On or off; turning it builds a new lesson. */
export const toggle = (name: string, label: string, initial: boolean, more: More = {}): Toggle => ({
  kind: "toggle",
  name,
  label,
  turns: "structure",
  initial,
  ...more,
});

/** Whether a knob has a meaning while the knobs stand so. */
export function isMeant({ onlyWhile }: Pick<Knob, "onlyWhile">, values: Knobs): boolean {
  if (!onlyWhile) return true;
  const { knob, is } = onlyWhile;
  return typeof is === "object" ? is.includes(values[knob]) : values[knob] === is;
}
