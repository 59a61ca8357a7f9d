// Colours of values: three anchors mixed in OKLab (Ottosson 2020), so that equal steps look equal.

fn encodeLinear(linear: f32) -> f32 {
  let x = clamp(linear, 0.0, 1.0);
  return select(1.055 * pow(max(x, 1e-6), 1.0 / 2.4) - 0.055, 12.92 * x, x <= 0.0031308);
}

/// OKLab to sRGB.
fn srgbOf(lab: vec3f) -> vec3f {
  let l = lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z;
  let m = lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z;
  let s = lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z;
  let c = vec3f(l * l * l, m * m * m, s * s * s);
  return vec3f(
    encodeLinear(dot(c, vec3f(4.0767416621, -3.3077115913, 0.2309699292))),
    encodeLinear(dot(c, vec3f(-1.2684380046, 2.6097574011, -0.3413193965))),
    encodeLinear(dot(c, vec3f(-0.0041960863, -0.7034186147, 1.7076147010))),
  );
}

fn isNaN(bits: u32) -> bool { return (bits & 0x7fffffffu) > 0x7f800000u; }
fn isInfinite(bits: u32) -> bool { return (bits & 0x7fffffffu) == 0x7f800000u; }

/// Where a value stands between the ends of its scale, −1 to 1; a scale that ends at 0 counts as 1.
fn valueShare(value: f32, end: f32, symlog: bool) -> f32 {
  var share = clamp(value / select(end, 1.0, end == 0.0), -1.0, 1.0);
  if (symlog) { share = sign(share) * log(1.0 + 99.0 * abs(share)) / log(100.0); }
  return share;
}

fn valueColour(bits: u32, end: f32, symlog: bool, minus: vec3f, zero: vec3f, plus: vec3f) -> vec3f {
  let share = valueShare(bitcast<f32>(bits), end, symlog);
  return srgbOf(mix(zero, select(plus, minus, share < 0.0), abs(share)));
}
