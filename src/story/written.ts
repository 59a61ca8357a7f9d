/** Numbers as people write them: what they are worth, how far they were worked out, and why some cannot be read. */

/** A number with the digits that it was given to. */
export interface Written {
  readonly value: number;
  /** Without any rounding, where it is whole. */
  readonly whole?: bigint;
  /** What one more in its last digit would add; 0 for a fraction, NaN and the infinities, which leave nothing open. */
  readonly unit: number;
  /** How many digits there are from the first that is not 0. */
  readonly digits: number;
}
/** Why a text cannot be read, in a sentence. */
export interface Unread {
  readonly problem: string;
}

export const isUnread = (reading: Written | Unread): reading is Unread => "problem" in reading;

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const minuses = /[−–—﹣－‐‑⁻]/g;
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/;
/** `1.03 × 10^13`, with any of the usual signs between. */
const power = /^(?:(.+?)\s*[×x*·]\s*)?10\s*\^\s*([+-]?\d{1,4})$/;
/** Whole groups of three behind the first, parted by one and the same sign. */
const groups = /^[+-]?[1-9]\d{0,2}(?:([,\s'’])\d{3})(?:\1\d{3})*(?:\.\d*)?$/;
const commaOnce = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * Reads `−2`, `1/3`, `1e-3`, `1.03 × 10^13`, `NaN`, `∞`, `10,312,216`. One comma before three digits may part thousands
 * or decimals: it is read where the number can only be whole.
 */
export function readNumber(text: string, isWhole: boolean): Written | Unread {
  const plain = plainSigns(text);
  if (plain === "") return { problem: "A number is missing." };
  const [top, bottom, ...rest] = plain.split(/[/⁄]/);
  if (rest.length > 0) return unreadable(text);
  return bottom === undefined ? readOne(top, text, isWhole) : readFraction(top, bottom, text);
}

/** With one kind of minus, powers written with ^, and small letters. */
const plainSigns = (text: string): string =>
  text
    .trim()
    .replaceAll(minuses, "-")
    .replaceAll(/(-?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, sign: string, digits: string) => `^${sign}${plainDigits(digits)}`)
    .toLowerCase();

const plainDigits = (digits: string): string =>
  Array.from(digits, (digit) => String(superscripts.indexOf(digit))).join("");

const unreadable = (text: string): Unread => ({
  problem: `“${text.trim().slice(0, 24)}” is not a number. Numbers such as −2, 0.125, 3/4, 1e−3, NaN or ∞ can be read.`,
});

function readFraction(top: string, bottom: string, text: string): Written | Unread {
  const [above, below] = [top, bottom].map((part) => readOne(part.trim(), text, false));
  if (isUnread(above) || isUnread(below) || above.unit === 0 || below.unit === 0) return unreadable(text);
  if (below.value === 0) return { problem: "A fraction needs something other than 0 below its line." };
  const value = above.value / below.value;
  return { value, unit: 0, digits: 0, ...(Number.isSafeInteger(value) && { whole: BigInt(value) }) };
}

function readOne(plain: string, text: string, isWhole: boolean): Written | Unread {
  if (/^nan$/.test(plain)) return { value: Number.NaN, unit: 0, digits: 0 };
  const infinite = /^([+-]?)(?:∞|inf(?:inity)?)$/.exec(plain);
  if (infinite) return { value: infinite[1] === "-" ? -Infinity : Infinity, unit: 0, digits: 0 };
  const raised = power.exec(plain);
  const joined = raised ? `${raised[1] ?? "1"}e${raised[2]}` : plain;
  if (commaOnce.test(joined) && !isWhole)
    return {
      problem: `“${text.trim()}” may mean two numbers: write it without the comma, with a point before decimals.`,
    };
  if (/^[+-]?\d+,\d+$/.test(joined) && !groups.test(joined))
    return { problem: `“${text.trim()}”: a point stands before decimals, as in ${joined.replace(",", ".")}.` };
  return readDecimal(groups.test(joined) ? joined.replaceAll(/[,\s'’]/g, "") : joined) ?? unreadable(text);
}

function readDecimal(plain: string): Written | undefined {
  const [all, sign = "", before = "", after = "", exponent = "0"] = decimal.exec(plain) ?? [];
  if (all === undefined || before + after === "") return undefined;
  const last = Number(exponent) - after.length;
  const whole = wholeOf(BigInt(before + after), last);
  return {
    value: Number(all),
    unit: 10 ** last,
    digits: (before + after).replace(/^0+/, "").length,
    ...(whole !== undefined && { whole: sign === "-" ? -whole : whole }),
  };
}

/** The digits moved by powers of ten, where nothing is left behind the point. */
function wholeOf(digits: bigint, last: number): bigint | undefined {
  const scale = 10n ** BigInt(Math.abs(last));
  if (last >= 0) return digits * scale;
  return digits % scale === 0n ? digits / scale : undefined;
}
