/** Station 11 on WebGPU: equal tokens give equal bits, wherever they stand; a shuffle leaves no more than rounding. */
import { expect, it } from "vitest";
import { storage } from "../../src/core/graph";
import { reader } from "../../src/core/reader";
import { station } from "../../src/stations/attention";
import { initialKnobs, type Knobs } from "../../src/story/station";
import { compute, openRig } from "./rig";

const { processor, errors } = await openRig();

/** The answers to some claims at some knobs. */
async function answers(turned: Knobs, ids: readonly string[]): Promise<readonly unknown[]> {
  const knobs = { ...initialKnobs(station), ...turned };
  const lesson = station.build(knobs);
  const feed = station.feed(lesson, knobs, {});
  const values = await compute(processor, lesson.tape, feed);
  for (const [tensor, data] of feed) values.set(storage(tensor), data);
  const results = { value: reader(values), ready: true };
  return ids.map((id) => lesson.claims.find((claim) => claim.id === id)!.answer(results));
}

const asked = ["qkv", "weights", "outputs", "difference", "distinct", "shuffled", "pooled"];

it.each([{}, { heads: "2" }, { heads: "4", dim: "8" }, { temperature: 0.25 }, { temperature: 4, seed: 7 }] as Knobs[])(
  "gives both dogs the same bits, and shuffled tokens the same outputs but for rounding: %j",
  async (turned) => {
    const found = await answers(turned, asked);
    expect(found).toEqual(["the same", "the same", "the same", 0, 9, "equivariant", "the same"]);
    expect(errors).toEqual([]);
  },
);

it("does so for every draw and every width, with any number of heads", async () => {
  for (const dim of ["4", "8"])
    for (const heads of ["1", "2", "4"])
      for (const seed of [2, 3, 5]) {
        const turned = { dim, heads, seed };
        expect([turned, ...(await answers(turned, ["weights", "difference", "shuffled"]))]).toEqual([
          turned,
          "the same",
          0,
          "equivariant",
        ]);
      }
  expect(errors).toEqual([]);
});

it.each([{ positions: "sinusoidal" }, { causal: true }, { causal: true, positions: "sinusoidal" }] as Knobs[])(
  "tells them apart, and what a shuffle leaves is more than rounding: %j",
  async (turned) => {
    expect(await answers(turned, ["outputs", "distinct", "shuffled", "pooled"])).toEqual([
      "different",
      13,
      "neither",
      "different",
    ]);
    expect(errors).toEqual([]);
  },
);
