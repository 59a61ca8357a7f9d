// Numbers that the page wrote, by instance and place.

fn wordSlot(instance: u32, stride: u32, place: u32) -> u32 { return instance * stride + place; }

fn fourOf(a: u32, b: u32, c: u32, d: u32) -> vec4f {
  return vec4f(bitcast<f32>(a), bitcast<f32>(b), bitcast<f32>(c), bitcast<f32>(d));
}
