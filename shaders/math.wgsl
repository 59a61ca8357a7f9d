// Functions of our own, built from + − × ÷ and bit operations, because WGSL leaves theirs loose and has no erf. What each
// may err by is stated in src/core/transcendental.ts and tested over the whole range. A kernel joins this text to its own.
//
// NaN and infinities are decided by bits: a compiler may take them to be absent. An infinity or a NaN that is due is
// chosen among bits at run time, since a constant may not be one.

const infinityBits = 0x7f800000u;
const nanBits = 0x7fc00000u;

fn magnitudeBits(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x7fffffffu;
}

// What was computed, or x itself where x is NaN.
fn unlessNaN(x: f32, computed: u32) -> f32 {
  return bitcast<f32>(select(computed, bitcast<u32>(x), (bitcast<i32>(x) & 0x7fffffff) > 0x7f800000));
}

// What was computed, or NaN where x is not finite.
fn unlessBoundless(x: f32, computed: u32) -> f32 {
  return bitcast<f32>(select(computed, nanBits, (bitcast<i32>(x) & 0x7fffffff) >= 0x7f800000));
}

// 2ⁿ for −126 ≤ n ≤ 127.
fn powerOfTwo(n: i32) -> f32 {
  return bitcast<f32>((n + 127) << 23u);
}

// The same for n ≤ 127; 0 where 2ⁿ is subnormal.
fn powerOrZero(n: i32) -> f32 {
  return bitcast<f32>(max(n + 127, 0) << 23u);
}

// A whole number below 2²² as an integer: it stands in the last bits of its sum with 1.5 · 2²³. A conversion costs more,
// since it guards against what does not fit.
fn integer(n: f32) -> i32 {
  return bitcast<i32>(n + 12582912.0) - 0x4b400000;
}

// The whole number of ln 2 nearest to x.
fn nearestPower(x: f32) -> f32 {
  return floor(x * 1.44269504 + 0.5);
}

// x − n · ln 2, with ln 2 in two parts, so that the first product is exact.
fn remainder(x: f32, n: f32) -> f32 {
  return (x - n * 0.693359375) + n * 2.1219444e-4;
}

// eʳ − 1 for |r| ≤ 0.375.
fn smallExponential(r: f32) -> f32 {
  return r + r * r * (0.50000002 + r * (0.16666464 + r * (0.04166603 + r * (0.00837497 + r * 0.0013961))));
}

// eˣ. Two factors for the power of two reach what is subnormal and what is beyond 2¹²⁷.
fn exponential(x: f32) -> f32 {
  let inside = clamp(x, -104.0, 88.8);
  let n = nearestPower(inside);
  let whole = integer(n);
  let half = whole >> 1u;
  let y = (1.0 + smallExponential(remainder(inside, n))) * powerOfTwo(half) * powerOfTwo(whole - half);
  return unlessNaN(x, select(bitcast<u32>(y), infinityBits, x > 88.72284));
}

// e to the power of high + low, where −10⁶ ≤ high ≤ 0 and low is at most 0.025: 0 where that is subnormal.
fn decayOfSum(high: f32, low: f32) -> f32 {
  let n = nearestPower(high);
  return (1.0 + smallExponential(remainder(high, n) + low)) * powerOrZero(integer(n));
}

// e to the power of −|x|
fn decay(x: f32) -> f32 {
  return decayOfSum(-min(abs(x), 110.0), 0.0);
}

// k · ln 2 + ln(1 + f) for √½ ≤ 1 + f ≤ √2. As in fdlibm's e_log.c, f comes in whole and only what corrects it is rounded.
fn logarithmNear(f: f32, k: f32) -> f32 {
  let s = f / (2.0 + f);
  let z = s * s;
  let half = 0.5 * f * f;
  let rest = z * (0.66666783 + z * (0.39976608 + z * 0.2989879));
  return k * 0.693359375 + (f - (half - (s * (half + rest) - k * 2.1219444e-4)));
}

// The bits of a positive x whose exponent is in range: a subnormal number is counted in units of 2⁻¹⁴⁹, without
// arithmetic that might take it for 0.
fn normalBits(bits: u32) -> u32 {
  return select(bits, bitcast<u32>(f32(bits)), bits < 0x00800000u);
}

// The natural logarithm: −∞ at 0, NaN below.
fn logarithm(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let normal = normalBits(bits);
  let k = i32(normal - 0x3f3504f3u) >> 23u;
  let f = bitcast<f32>(normal - (u32(k) << 23u)) - 1.0;
  let y = bitcast<u32>(logarithmNear(f, f32(k - select(0, 149, bits < 0x00800000u))));
  let defined = select(y, select(nanBits, 0xff800000u, magnitudeBits(x) == 0u), bits - 1u >= infinityBits);
  return unlessNaN(x, select(defined, bits, bits == infinityBits));
}

// 1 / √x for a normal x > 0: a guess from the bits and three steps of Newton's. Neither product leaves the range.
fn reciprocalRootNear(x: f32) -> f32 {
  var y = bitcast<f32>(0x5f3759dfu - (bitcast<u32>(x) >> 1u));
  y *= 1.5 - (x * y) * (0.5 * y);
  y *= 1.5 - (x * y) * (0.5 * y);
  return y + y * (0.5 - (x * y) * (0.5 * y));
}

// 1 / √x: ±∞ at ±0, NaN below.
fn reciprocalSquareRoot(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let small = bits < 0x00800000u;
  // A subnormal x comes as x · 2¹⁵⁰: the root of that power of two is 2⁷⁵.
  let y = bitcast<u32>(reciprocalRootNear(select(x, 2.0 * f32(bits), small)) * select(1.0, 0x1p75f, small));
  let defined = select(y, select(nanBits, bits | infinityBits, magnitudeBits(x) == 0u), bits - 1u >= infinityBits);
  return unlessNaN(x, select(defined, 0u, bits == infinityBits));
}

// √x: ±0 at ±0, NaN below.
fn squareRoot(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let small = bits < 0x00800000u;
  let scaled = select(x, 2.0 * f32(bits), small);
  let inverse = reciprocalRootNear(scaled);
  let root = scaled * inverse;
  let y = bitcast<u32>((root + 0.5 * inverse * (scaled - root * root)) * select(1.0, 0x1p-75f, small));
  let defined = select(y, select(nanBits, bits, magnitudeBits(x) == 0u), bits - 1u >= infinityBits);
  return unlessNaN(x, select(defined, bits, bits == infinityBits));
}

// eˣ − 1 for −18 ≤ x ≤ 88.8: with half the power of two, so that it stays in range, and without cancellation.
fn expm1Near(x: f32) -> f32 {
  let n = nearestPower(x);
  let half = powerOfTwo(integer(n) - 1);
  let small = smallExponential(remainder(x, n));
  return select(2.0 * (half * small + (half - 0.5)), small, n == 0.0);
}

// eˣ − 1
fn expm1(x: f32) -> f32 {
  let y = bitcast<u32>(expm1Near(clamp(x, -18.0, 88.8)));
  return unlessNaN(x, select(y, infinityBits, x > 88.72284));
}

// ln(1 + x) for −1 < x: where 1 + x needs no power of two, x itself goes in, unrounded.
fn log1pNear(x: f32) -> f32 {
  let bits = bitcast<u32>(1.0 + x);
  let k = i32(bits - 0x3f3504f3u) >> 23u;
  let f = bitcast<f32>(bits - (u32(k) << 23u)) - 1.0;
  return logarithmNear(select(f, x, k == 0), f32(k));
}

// ln(1 + x): −∞ at −1, NaN below.
fn log1p(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let y = bitcast<u32>(log1pNear(x));
  let defined = select(y, select(nanBits, 0xff800000u, bits == 0xbf800000u), bits >= 0xbf800000u);
  return unlessNaN(x, select(defined, bits, bits == infinityBits));
}

// 1 / (1 + e⁻ˣ), from e to a power that is not positive on both sides.
fn sigmoid(x: f32) -> f32 {
  let e = decay(x);
  return unlessNaN(x, bitcast<u32>(select(1.0, e, x < 0.0) / (1.0 + e)));
}

// Its slope σ(x) · (1 − σ(x)) without the difference.
fn sigmoidSlope(x: f32) -> f32 {
  let e = decay(x);
  let s = 1.0 / (1.0 + e);
  return unlessNaN(x, bitcast<u32>(e * s * s));
}

// tanh x, which keeps the sign of x.
fn hyperbolicTangent(x: f32) -> f32 {
  let t = expm1Near(-2.0 * min(abs(x), 9.0));
  let y = bitcast<u32>(abs(t) / (2.0 + t));
  return unlessNaN(x, y | (bitcast<u32>(x) & 0x80000000u));
}

// Its slope 1 − tanh²x without the difference: the square of 2 / (eˣ + e⁻ˣ).
fn hyperbolicTangentSlope(x: f32) -> f32 {
  let e = decay(x);
  let root = 2.0 * e / (1.0 + e * e);
  return unlessNaN(x, bitcast<u32>(root * root));
}

// ln(1 + e) for 0 ≤ e ≤ 1, as 2 artanh(e / (2 + e)).
fn log1pOfShare(e: f32) -> f32 {
  let s = e / (1.0 + 0.5 * e);
  let z = s * s;
  return s + s * z * (0.08333302 + z * (0.012506783 + z * (0.002187423 + z * 0.000547366)));
}

// ln(1 + eˣ) as max(x, 0) + ln(1 + e to the power of −|x|).
fn softplus(x: f32) -> f32 {
  return unlessNaN(x, bitcast<u32>(max(x, 0.0) + log1pOfShare(decay(x))));
}

// e to the power of −a²/2 for 0 ≤ a ≤ 15. The square of the leading 12 bits is exact, so that no rounding grows with a.
fn bell(a: f32) -> f32 {
  let h = bitcast<f32>((bitcast<u32>(a) + 0x800u) & 0xfffff000u);
  return decayOfSum(-0.5 * h * h, -0.5 * (a - h) * (a + h));
}

// Mills' ratio by √(2π) for 0 ≤ a ≤ 15: what the bell is multiplied by to give the area beyond a. Fitted as a quotient
// of polynomials to 5 · 10⁻⁹.
fn areaPerBell(a: f32) -> f32 {
  let above = 0.5 + a * (0.43849581 + a * (0.18338411 + a * (0.04068349 + a * 0.00412378)));
  let below = 1.0 + a * (1.6748766 + a * (1.20312155 + a * (0.46986394 + a * (0.10198477 + a * 0.01033667))));
  return above / below;
}

// The share of the standard normal distribution that lies beyond a, given its bell there.
fn tailBeyond(a: f32, bell: f32) -> f32 {
  return bell * areaPerBell(a);
}

// The standard normal distribution Φ(x) = ½ (1 + erf(x / √2)): the share that lies below x.
fn normalDistribution(x: f32) -> f32 {
  let a = min(abs(x), 15.0);
  let tail = tailBeyond(a, bell(a));
  return unlessNaN(x, bitcast<u32>(select(tail, 1.0 - tail, x > 0.0)));
}

// Its density φ(x).
fn normalDensity(x: f32) -> f32 {
  return unlessNaN(x, bitcast<u32>(0.3989423 * bell(min(abs(x), 15.0))));
}

// An angle as whole quarter turns and a rest of at most an eighth of a turn either way.
struct Turned {
  rest: f32,
  quarters: u32,
}

// The upper half of a product.
fn upperProduct(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let other = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (other >> 16u);
}

// 32 zeros, then the bits of 2 / π.
const twoOverPi = array<u32, 8>(
  0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
);

// Bits first … first + 31 of these.
fn bitsOfTwoOverPi(first: u32) -> u32 {
  let at = first >> 5u;
  let shift = first & 31u;
  return (twoOverPi[at] << shift) | ((twoOverPi[at + 1u] >> 1u) >> (31u - shift));
}

// Large angles, by the method of Payne and Hanek: of a · 2 / π in whole numbers only the bits below 4 are needed, 96 of
// which come from the 24 of a and the bits of 2 / π that stand where they meet.
fn turnedFar(a: f32) -> Turned {
  let bits = bitcast<u32>(a);
  let whole = (bits & 0x7fffffu) | 0x800000u;
  let first = (bits >> 23u) - 120u;
  let low = whole * bitsOfTwoOverPi(first + 64u);
  let carried = upperProduct(whole, bitsOfTwoOverPi(first + 64u));
  let middleWord = bitsOfTwoOverPi(first + 32u);
  let middle = whole * middleWord + carried;
  let high = whole * bitsOfTwoOverPi(first) + upperProduct(whole, middleWord) + select(0u, 1u, middle < carried);
  // Two bits of quarter turns, then the fraction, which counts from the nearer quarter.
  let fraction = bitcast<i32>((high << 2u) | (middle >> 30u));
  let finer = (middle << 2u) | (low >> 30u);
  let rest = (f32(fraction) * 0x1p-32f + f32(finer) * 0x1p-64f) * 1.57079633;
  return Turned(rest, (high >> 30u) + select(0u, 1u, fraction < 0));
}

// Angles up to 2¹⁶ less whole quarter turns: π/2 in four parts, whose products with up to 41,722 are exact but for the last.
fn turnedNear(a: f32) -> Turned {
  let n = floor(a * 0.636619772 + 0.5);
  let rest = ((a - n * 1.5703125) - n * 0.0004825592041015625) - n * 1.26659870147705078125e-6;
  return Turned(rest - n * 9.9209362947e-10, u32(n));
}

fn turned(a: f32) -> Turned {
  if (a > 65536.0) { return turnedFar(a); }
  return turnedNear(a);
}

// The sine after `quarters` quarter turns and a rest.
fn sineOf(rest: f32, quarters: u32) -> f32 {
  let z = rest * rest;
  let sine = rest + rest * z * (-0.16666655 + z * (0.00833217 - z * 0.00019517));
  let cosine = 1.0 - (0.5 * z - z * z * (0.0416666467 + z * (-0.00138873614 + z * 0.00002443773)));
  let y = select(sine, cosine, (quarters & 1u) == 1u);
  return select(y, -y, (quarters & 2u) == 2u);
}

// sin x, which keeps the sign of x.
fn sine(x: f32) -> f32 {
  let angle = turned(abs(x));
  let y = bitcast<u32>(sineOf(angle.rest, angle.quarters));
  return unlessBoundless(x, y ^ (bitcast<u32>(x) & 0x80000000u));
}

// cos x
fn cosine(x: f32) -> f32 {
  let angle = turned(abs(x));
  return unlessBoundless(x, bitcast<u32>(sineOf(angle.rest, angle.quarters + 1u)));
}

fn squareRoot4(x: vec4<f32>) -> vec4<f32> {
  return vec4(squareRoot(x.x), squareRoot(x.y), squareRoot(x.z), squareRoot(x.w));
}
