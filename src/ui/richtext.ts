/** Text with formulas: pieces between dollar signs are TeX, set by KaTeX, which is fetched when the first one comes. */
import "katex/dist/katex.min.css";
import { subscript } from "../core/numeral";

type Katex = typeof import("katex").default;
type Mode = "line" | "display";

let katex: Katex | undefined;
let fetching: Promise<void> | undefined;
const written = new WeakMap<HTMLElement, string>();
const waiting = new Map<HTMLElement, Mode>();
const drawn = new Map<string, Node>();
const mostDrawn = 600;

/** Writes text into an element; nothing happens when it is there already. */
export function writeText(element: HTMLElement, text: string): void {
  if (written.get(element) === text) return;
  written.set(element, text);
  fill(element, text, "line");
}

/** Writes one formula as a line of its own. */
export function writeFormula(element: HTMLElement, tex: string): void {
  if (written.get(element) === tex) return;
  written.set(element, tex);
  fill(element, tex, "display");
}

/** The text without its dollar signs and without TeX's signs: for labels that hold plain text only. */
export const plainText = (text: string): string =>
  text.split("$").reduce((all, piece, at) => all + (at % 2 === 1 ? withoutTex(piece) : piece), "");

/** Resolves once formulas are set in their own faces, so that what measures them measures what will stand there. */
export async function formulasReady(): Promise<void> {
  fetching ??= fetchKatex();
  await fetching;
  await Promise.allSettled(['italic 22px "KaTeX_Math"', '22px "KaTeX_Main"'].map((face) => document.fonts.load(face)));
}

function fill(element: HTMLElement, text: string, mode: Mode): void {
  waiting.delete(element);
  if (mode === "display") element.replaceChildren(formula(text, true));
  else element.replaceChildren(...pieces(text));
  if (katex || (mode === "line" && !text.includes("$"))) return;
  waiting.set(element, mode);
  fetching ??= fetchKatex();
}

/** Text and formulas in turn; a sign that follows a formula stays on its line. */
function pieces(text: string): (Node | string)[] {
  const parts = text.split("$");
  return parts.flatMap((piece, at): (Node | string)[] => {
    if (at % 2 === 1) return [together(formula(piece, false), signOf(parts[at + 1] ?? ""))];
    const rest = at === 0 ? piece : piece.slice(signOf(piece).length);
    return rest === "" ? [] : [rest];
  });
}

const signOf = (text: string): string => /^[,.:;!?)’]/.exec(text)?.[0] ?? "";

function together(node: Node, sign: string): Node {
  if (sign === "") return node;
  const span = document.createElement("span");
  span.style.whiteSpace = "nowrap";
  span.append(node, sign);
  return span;
}

function formula(tex: string, display: boolean): Node {
  const key = `${display ? "d" : "i"}${tex}`;
  const known = drawn.get(key);
  if (known) return known.cloneNode(true);
  const span = document.createElement("span");
  span.className = "tex";
  if (!katex) {
    span.textContent = withoutTex(tex);
    return span;
  }
  katex.render(tex, span, {
    displayMode: display,
    output: "htmlAndMathml",
    trust: false,
    throwOnError: false,
    strict: "ignore",
    errorColor: "var(--verdict-fails)",
  });
  if (drawn.size >= mostDrawn) drawn.clear();
  drawn.set(key, span.cloneNode(true));
  return span;
}

async function fetchKatex(): Promise<void> {
  try {
    katex = (await import("katex")).default;
  } catch {
    // The plain text stays; the next formula tries again.
    fetching = undefined;
    return;
  }
  for (const [element, mode] of waiting) fill(element, written.get(element) ?? "", mode);
  waiting.clear();
}

/** TeX's names of letters and signs, and what is read in their place. */
const names: readonly (readonly [name: string, sign: string])[] = [
  ["alpha", "α"],
  ["beta", "β"],
  ["gamma", "γ"],
  ["eta", "η"],
  ["lambda", "λ"],
  ["mu", "μ"],
  ["rho", "ρ"],
  ["sigma", "σ"],
  ["varepsilon", "ε"],
  ["lVert", "‖"],
  ["rVert", "‖"],
  ["sqrt", "√"],
  ["max", "max"],
  ["le", "≤"],
  ["ge", "≥"],
  ["leftarrow", "←"],
  ["mathsf", ""],
];

const withoutTex = (tex: string): string =>
  [...names]
    .reduce((text, [name, letter]) => text.replaceAll(new RegExp(`\\\\${name}(?![a-z])\\s*`, "g"), letter), tex)
    .replaceAll("\\tfrac12", "½")
    .replaceAll(/\^\{?(\d+)\}?/g, (_, digits: string) =>
      Array.from(digits, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join(""),
    )
    .replaceAll(/_\{?(\d+)\}?/g, (_, digits: string) => subscript(Number(digits)))
    .replaceAll(/\\partial\s*/g, "∂")
    .replaceAll("\\times", "×")
    .replaceAll("\\cdot", "·")
    .replaceAll(/\\(?:mathrm|mathbf|text|operatorname|hat|bar)\b/g, "")
    .replaceAll(/\\[,;! ]/g, " ")
    .replaceAll(/[\\{}]/g, "");
