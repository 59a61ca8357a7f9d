// A float32 as people read it, in at most six glyphs: the same text as `format` of the page, digit for digit. Exact for
// every bit pattern: the digits come from whole numbers of ten 16-bit limbs, never from a rounded float. Where six glyphs
// cannot be read, fewer digits do; whole numbers below 10⁴ are never cut.
//
// The result packs the glyphs into 5 bits each, the first in the lowest bits, 0 for none:
// 1 to 10 are the digits 0 to 9, then − . e N a ∞ + ·

const numeralRoom = 6u;
const numeralRoomBehind = 4;
const numeralDigits = 4;
const glyphMinus = 11u;
const glyphPoint = 12u;
const glyphExponent = 13u;
const glyphInfinity = 16u;

// NaN, +∞, −∞, 0 and 1e4 (without its sign) as glyphs.
const textNaN = 14u | (15u << 5u) | (14u << 10u);
const textInfinity = 17u | (glyphInfinity << 5u);
const textMinusInfinity = glyphMinus | (glyphInfinity << 5u);

const bitsOfOneThousandth = 0x3a83126fu;
const bitsOfTenThousand = 0x461c4000u;

var<private> limbs: array<u32, 10>;
var<private> packed: u32;
var<private> written: u32;

fn put(glyph: u32) {
  packed |= glyph << (5u * written);
  written += 1u;
}

fn loadLimbs(number: u32) {
  for (var i = 0u; i < 10u; i++) { limbs[i] = 0u; }
  limbs[0] = number & 0xffffu;
  limbs[1] = number >> 16u;
}

/// Factors up to 2^16.
fn multiplyLimbs(factor: u32) {
  var carry = 0u;
  for (var i = 0u; i < 10u; i++) {
    let product = limbs[i] * factor + carry;
    limbs[i] = product & 0xffffu;
    carry = product >> 16u;
  }
}

/// Rounds down; divisors up to 2^16.
fn divideLimbs(divisor: u32) {
  var rest = 0u;
  for (var i = 10u; i > 0u; i--) {
    let part = (rest << 16u) | limbs[i - 1u];
    limbs[i - 1u] = part / divisor;
    rest = part % divisor;
  }
}

/// Times 2^by, rounded down.
fn shiftLimbs(by: i32) {
  let whole = by >> 4u;
  let bits = u32(by & 15);
  let old = limbs;
  for (var i = 0; i < 10; i++) {
    let source = i - whole;
    var high = 0u;
    var low = 0u;
    if (source >= 0 && source < 10) { high = old[source]; }
    if (source >= 1 && source < 11) { low = old[source - 1]; }
    limbs[i] = ((high << bits) | (low >> (16u - bits))) & 0xffffu;
  }
}

fn limbsAsNumber() -> u32 { return limbs[0] | (limbs[1] << 16u); }

/// The three leading digits of m · 2^e, cut off rather than rounded, and the power of ten of the first.
fn leadingDigits(m: u32, e: i32) -> vec2i {
  let log = i32(31u - countLeadingZeros(m)) + e;
  var exponent = (log * 1233) >> 12u;
  let tens = 2 - exponent;
  loadLimbs(m);
  if (tens >= 0) {
    for (var i = 0; i < tens; i++) { multiplyLimbs(5u); }
    shiftLimbs(e + tens);
  } else {
    shiftLimbs(e);
    for (var i = tens; i < 0; i++) { divideLimbs(10u); }
  }
  var digits = limbsAsNumber();
  while (digits >= 1000u) {
    digits /= 10u;
    exponent += 1;
  }
  return vec2i(i32(digits), exponent);
}

fn exponentLength(exponent: i32) -> u32 {
  return 2u + select(0u, 1u, exponent < 0) + select(0u, 1u, abs(exponent) >= 10);
}

fn putScientific(mantissa: u32, tenths: u32, exponent: i32) {
  put(mantissa + 1u);
  if (tenths > 0u) {
    put(glyphPoint);
    put(tenths + 1u);
  }
  put(glyphExponent);
  if (exponent < 0) { put(glyphMinus); }
  let size = u32(abs(exponent));
  if (size >= 10u) { put(size / 10u + 1u); }
  put(size % 10u + 1u);
}

/// Two digits where they fit, else one. A tie rounds up, which the digit after decides alone.
fn scientific(m: u32, e: i32, room: u32) {
  let leading = leadingDigits(m, e);
  var two = (u32(leading.x) + 5u) / 10u;
  var exponent = leading.y;
  if (two == 100u) {
    two = 10u;
    exponent += 1;
  }
  let length = select(3u, 1u, two % 10u == 0u) + exponentLength(exponent);
  if (length <= room) {
    putScientific(two / 10u, two % 10u, exponent);
    return;
  }
  let one = (u32(leading.x) + 50u) / 100u;
  putScientific(select(one, 1u, one == 10u), 0u, leading.y + select(0, 1, one == 10u));
}

/// The power of ten of the first digit, for sizes from 10⁻³ up to 10⁴.
fn magnitudeOf(size: u32) -> i32 {
  if (size >= 0x447a0000u) { return 3; }
  if (size >= 0x42c80000u) { return 2; }
  if (size >= 0x41200000u) { return 1; }
  if (size >= 0x3f800000u) { return 0; }
  if (size >= 0x3dcccccdu) { return -1; }
  if (size >= 0x3c23d70bu) { return -2; }
  return -3;
}

fn powerOfTen(exponent: u32) -> u32 {
  var power = 1u;
  for (var i = 0u; i < exponent; i++) { power *= 10u; }
  return power;
}

fn putDecimal(number: u32, decimals: u32) {
  var places = decimals;
  while (number >= powerOfTen(places + 1u)) { places += 1u; }
  for (var i = i32(places); i >= 0; i--) {
    put((number / powerOfTen(u32(i))) % 10u + 1u);
    if (u32(i) == decimals && decimals > 0u) { put(glyphPoint); }
  }
}

fn fixedPoint(m: u32, e: i32, magnitude: i32, room: i32, digits: i32) {
  let whole = max(1, magnitude + 1);
  var decimals = u32(max(0, min(digits - 1 - magnitude, min(room - whole - 1, mostDecimals(digits)))));
  loadLimbs(m);
  for (var i = 0u; i <= decimals; i++) { multiplyLimbs(10u); }
  shiftLimbs(e);
  var number = (limbsAsNumber() + 5u) / 10u;
  while (decimals > 0u && number % 10u == 0u) {
    number /= 10u;
    decimals -= 1u;
  }
  if (decimals == 0u && number == 10000u) {
    putScientific(1u, 0u, 4);
  } else {
    putDecimal(number, decimals);
  }
}

/// How many digits may stand behind the point.
fn mostDecimals(digits: i32) -> i32 { return select(digits - 1, numeralRoomBehind, digits == numeralDigits); }

/// The glyphs of the float32 with these bits, in at most so many significant digits, 2 to 4; with fewer than 4, an
/// exponent leaves one.
fn numeralOf(bits: u32, digits: i32) -> u32 {
  let size = bits & 0x7fffffffu;
  let negative = bits != size;
  if (size > 0x7f800000u) { return textNaN; }
  if (size == 0x7f800000u) { return select(textInfinity, textMinusInfinity, negative); }
  if (size == 0u) { return 1u; }
  packed = 0u;
  written = 0u;
  if (negative) { put(glyphMinus); }
  let room = numeralRoom - written;
  let biased = size >> 23u;
  let m = (size & 0x7fffffu) | select(0u, 0x800000u, biased > 0u);
  let e = i32(max(biased, 1u)) - 150;
  if (size >= bitsOfOneThousandth && size < bitsOfTenThousand && -magnitudeOf(size) <= mostDecimals(digits)) {
    fixedPoint(m, e, magnitudeOf(size), i32(room), digits);
  } else {
    scientific(m, e, select(0u, room, digits == numeralDigits));
  }
  return packed;
}
