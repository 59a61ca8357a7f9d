/**
 * Numbers as people read them. One formatter serves the scene (whose shader states it a second time), the tables and the
 * reading. A minus is U+2212; a number that is not 0 never prints as 0.
 */

const most = 6;

/** At most six glyphs: integers below 10⁴ in full, else up to four significant digits, from 10⁴ and below 10⁻³ as `1.2e4`. */
export const format = (x: number): string => formatIn(4, x);

/** How many significant digits there may be. */
type Digits = 4 | 3 | 2;

/**
 * The same in fewer digits, as small cells show it: fewer of them stand behind the point, and before an exponent is one.
 * Integers below 10⁴ are never cut.
 */
export function formatIn(digits: Digits, x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "+∞" : "−∞";
  if (x === 0) return "0";
  const sign = x < 0 ? "−" : "";
  const size = Math.abs(x);
  const room = most - sign.length;
  if (size >= 1e4 || size < Math.max(1e-3, 10 ** -decimalsOf(digits)))
    return sign + (digits === 4 ? scientific(size, room) : exponential(size, 0));
  return sign + fixed(size, room, digits);
}

/** How many digits may stand behind the point. */
const decimalsOf = (digits: Digits): number => (digits === 4 ? 4 : digits - 1);

function fixed(size: number, room: number, digits: Digits): string {
  const exponent = Math.floor(Math.log10(size) + 1e-12);
  const magnitude = size >= 10 ** (exponent + 1) ? exponent + 1 : size < 10 ** exponent ? exponent - 1 : exponent;
  const whole = Math.max(1, magnitude + 1);
  const decimals = Math.max(0, Math.min(digits - 1 - magnitude, room - whole - 1, decimalsOf(digits)));
  const text = cut(size.toFixed(decimals));
  return text === "10000" ? "1e4" : text;
}

function scientific(size: number, room: number): string {
  const two = exponential(size, 1);
  return two.length <= room ? two : exponential(size, 0);
}

function exponential(size: number, decimals: number): string {
  const [mantissa, exponent] = size.toExponential(decimals).split("e");
  return `${cut(mantissa)}e${exponent.replace("+", "").replace("-", "−")}`;
}

const cut = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** All digits that a number has: 9 for a float32, 17 for a float64, trailing zeros cut. */
export function precise(x: number, digits: 9 | 17): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "+∞" : "−∞";
  return String(Number(x.toPrecision(digits)))
    .replaceAll("-", "−")
    .replace("e+", "e");
}

/** A float32 as the shortest decimal number that is the same float32: 0.1, where its own digits go on. */
export function shortest(x: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return Number(x.toPrecision(9));
}

/** The number that a person typed; undefined where it is none. Takes both minus signs, NaN and ±∞ in words or signs. */
export function parse(text: string): number | undefined {
  const plain = text.trim().replaceAll("−", "-").replaceAll("∞", "inf").toLowerCase();
  if (/^nan$/.test(plain)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/.exec(plain);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}

/** A count in full, its thousands apart by a thin space. */
export const grouped = (count: number | bigint): string => String(count).replace(/\B(?=(\d{3})+$)/g, "\u2009");

const subscripts = "₀₁₂₃₄₅₆₇₈₉";
/** 12 as ₁₂. */
export const subscript = (n: number): string => String(n).replace(/\d/g, (digit) => subscripts[Number(digit)]);
