// The functions by which rules of formulas are printed, beside those of math.wgsl: what they decide is decided by bits,
// because a compiler may take NaN to be absent and turn a comparison round.

// Whether x lets pass: above 0, or NaN, as in PyTorch's ReLU.
fn lets(x: f32) -> bool {
  let bits = bitcast<u32>(x);
  return bits - 1u < 0x7f800000u || (bits & 0x7fffffffu) > 0x7f800000u;
}

// Whether x > 0; NaN is not.
fn isAbove(x: f32) -> bool {
  return bitcast<u32>(x) - 1u < 0x7f800000u;
}

// x where x > 0, else 0; NaN stays.
fn rectified(x: f32) -> f32 {
  return select(0.0, x, lets(x));
}

// What arrives where x > 0 or x is NaN; elsewhere 0, whatever arrives.
fn gated(x: f32, up: f32) -> f32 {
  return select(0.0, up, lets(x));
}

// x where x > 0, else slope · x.
fn leaky(x: f32, slope: f32) -> f32 {
  return select(slope * x, x, isAbove(x));
}

// What arrives where x > 0, else slope times it.
fn sloped(x: f32, up: f32, slope: f32) -> f32 {
  return select(slope * up, up, isAbove(x));
}

// factor · x, and 0 where the factor is 0, whatever x is.
fn term(factor: f32, x: f32) -> f32 {
  return select(factor * x, 0.0, factor == 0.0);
}

// |a / b|, and 0 where a is 0, whatever b is.
fn share(a: f32, b: f32) -> f32 {
  return select(abs(a / b), 0.0, (bitcast<u32>(a) & 0x7fffffffu) == 0u);
}
