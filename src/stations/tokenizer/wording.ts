/** Texts as people see them: spaces, line ends and what has no face of its own get one. */

/** A dollar sign would begin a formula: one stands for it. */
const faces: Readonly<Record<string, string>> = { " ": "␣", "\n": "⏎", "\t": "⇥", $: "$\\textdollar$" };

/** What stands for one code point. A mark that sits on another letter sits on a dotted circle here. */
export function face(symbol: string): string {
  const known = faces[symbol];
  if (known !== undefined) return known;
  if (/^\p{M}$/u.test(symbol)) return `◌${symbol}`;
  return /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u.test(symbol) ? "·" : symbol;
}

/** Whether a symbol does its work on the letters around it: a mark needs one before it, a joiner one behind it too. */
const isAtWork = (symbol: string, at: number, symbols: readonly string[]): boolean =>
  at > 0 && (/^\p{M}$/u.test(symbol) || (symbol === "\u200d" && at < symbols.length - 1));

/** A whole text: between letters, marks and joiners do their work; elsewhere they have faces of their own. */
export const visible = (text: string): string =>
  Array.from(text)
    .map((symbol, at, all) => (isAtWork(symbol, at, all) ? symbol : face(symbol)))
    .join("");

/** The same between quotation marks. */
export const quoted = (text: string): string => `“${visible(text)}”`;

/** The beginning of a text, with dots where it goes on. */
export function shortened(text: string, most: number): string {
  const symbols = Array.from(text);
  return symbols.length > most ? `${symbols.slice(0, most - 1).join("")}…` : text;
}

/** "1 token", "3 tokens". */
export const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;
