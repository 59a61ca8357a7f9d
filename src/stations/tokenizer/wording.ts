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

/** A whole text: between letters, marks and joiners do their work. */
export const visible = (text: string): string =>
  Array.from(text, (symbol) => (/^[\p{M}\u200d]$/u.test(symbol) ? symbol : face(symbol))).join("");

/** The same between quotation marks. */
export const quoted = (text: string): string => `“${visible(text)}”`;

/** The beginning of a text, with dots where it goes on. */
export function shortened(text: string, most: number): string {
  const symbols = Array.from(text);
  return symbols.length > most ? `${symbols.slice(0, most - 1).join("")}…` : text;
}

/** "1 token", "3 tokens". */
export const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;
