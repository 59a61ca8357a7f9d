import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Knob, Station } from "../../src/story/station";
import { readAddress, writeAddress, type Address } from "../../src/ui/address";
import { defaults } from "../../src/ui/address-start";
import { fitEdits } from "../../src/ui/edits";

const slider = (name: string, min: number, max: number, step: number, initial: number): Knob => ({
  kind: "slider",
  name,
  label: name,
  turns: "value",
  min,
  max,
  step,
  initial,
});
const choice: Knob = {
  kind: "choice",
  name: "activation",
  label: "activation",
  turns: "structure",
  options: [
    { value: "relu", label: "ReLU" },
    { value: "tanh", label: "tanh" },
  ],
  initial: "relu",
};
const toggle: Knob = { kind: "toggle", name: "bias", label: "bias", turns: "structure", initial: false };

const station = (id: string, knobs: readonly Knob[]): Station => ({
  id,
  number: 1,
  name: id,
  group: "",
  title: id,
  eyebrow: "",
  source: "",
  knobs,
  granularity: "cell",
  granularities: ["multiply-add", "cell", "op"],
  build: () => {
    throw new Error("not built here");
  },
  practice: () => ({ knobs: {} }),
  feed: () => new Map(),
});
const backprop = station("backprop", [slider("x", -4, 4, 0.1, 1.5), slider("step", 0, 9, 1, 3), choice, toggle]);
const stations = [station("matmul", [slider("M", 1, 8, 1, 2)]), backprop];
const colour: Knob = {
  kind: "choice",
  name: "colour",
  label: "colour",
  turns: "view",
  options: [
    { value: "linear", label: "linear" },
    { value: "log", label: "symmetric log" },
  ],
  initial: "linear",
};
const plain: Address = {
  station: "matmul",
  knobs: { M: 2 },
  edits: {},
  speed: 1,
  loop: false,
  theme: "system",
  view: {},
};
const read = (search: string): ReturnType<typeof readAddress> => readAddress(search, stations, [colour]);

describe("reading an address", () => {
  it("takes the first station and every default where nothing is said", () => {
    expect(readAddress("", stations)).toEqual({ address: plain, problems: [] });
  });

  it("reads everything", () => {
    const { address, problems } = read(
      "?station=backprop&x=-1.25&k.step=4&activation=tanh&bias=1&colour=log&cells=A:0:2.5;B:3:nan&t=12.5&step=op&speed=2&loop=1&theme=dark&camera=o1,2&pin=A:3",
    );
    expect(problems).toEqual([]);
    expect(address).toEqual({
      station: "backprop",
      knobs: { x: -1.25, step: 4, activation: "tanh", bias: true, colour: "log" },
      edits: { A: { 0: 2.5 }, B: { 3: Number.NaN } },
      time: 12.5,
      granularity: "op",
      speed: 2,
      loop: true,
      theme: "dark",
      view: { camera: "o1,2", pin: { tensor: "A", at: 3 } },
    });
  });

  it.each([
    ["?station=nowhere&x=2", "nowhere"],
    ["?station=backprop&x=abc", "x: “abc”"],
    ["?station=backprop&x=5", "numbers from −4 to 4"],
    ["?station=backprop&k.step=1.5", "whole numbers from 0 to 9"],
    ["?station=backprop&x=nan", "x: “nan”"],
    ["?station=backprop&activation=evil", "relu, tanh"],
    ["?station=backprop&bias=yes", "bias: “yes”"],
    ["?station=backprop&cells=A:0", "cells: “A:0”"],
    ["?station=backprop&cells=A:-1:2", "cells"],
    ["?station=backprop&cells=A:%25E0:1", "cells"],
    ["?station=backprop&t=-1", "t: “-1”"],
    ["?station=backprop&t=nan", "t: “nan”"],
    ["?station=backprop&step=pass", "multiply-add, cell, op"],
    ["?station=backprop&speed=100", "speed"],
    ["?station=backprop&theme=pink", "theme"],
    ["?station=backprop&pin=A", "pin"],
    ["?station=backprop&camera=%3Cscript%3E", "camera: “<script>”"],
    ["?station=backprop&utm=1", "“utm”"],
    ["?station=backprop&x=1.5&x=2", "“x” is given more than once"],
  ])("falls back and says so: %s", (search, said) => {
    const { address, problems } = read(search);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(said);
    expect(address.knobs).toEqual(defaults([...(search.includes("nowhere") ? stations[0] : backprop).knobs, colour]));
    expect({ ...address, station: "", knobs: {} }).toEqual({ ...plain, station: "", knobs: {} });
  });

  it("keeps hostile text short and without control characters", () => {
    const [problem] = read(`?station=${encodeURIComponent(`\u202e\u0000${"<b>".repeat(1000)}`)}`).problems;
    expect(problem.length).toBeLessThan(100);
    expect(problem).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("reads a tensor called __proto__ as a name like any other", () => {
    const { address } = read("?station=backprop&cells=__proto__:0:1");
    expect(Object.keys(address.edits)).toEqual(["__proto__"]);
    expect(({} as Record<number, unknown>)[0]).toBeUndefined();
  });

  it("never throws, and always gives values that fit", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("station", "backprop", "x", "cells", "t", "A:1:", "%", "&", "=", ";"),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        for (const search of [parts.join(""), `?station=backprop&${parts.join("=")}`]) {
          const { address, problems } = read(search);
          expect(stations.map(({ id }) => id)).toContain(address.station);
          expect(address.time ?? 0).toBeGreaterThanOrEqual(0);
          expect(problems.every((problem) => problem.length < 200)).toBe(true);
        }
      }),
    );
  });
});

describe("writing an address", () => {
  it("writes only what differs", () => {
    expect(writeAddress(plain, stations[0])).toBe("?station=matmul");
    const turned = { ...plain, knobs: { M: 3 }, edits: { A: { 0: 2.5, 7: -Infinity } } };
    expect(writeAddress(turned, stations[0])).toBe("?station=matmul&M=3&cells=A:0:2.5;A:7:-inf");
  });

  it("comes back exactly", () => {
    const number = fc.double({ min: -4, max: 4, noNaN: true });
    const cells = fc.dictionary(fc.nat(999).map(String), fc.double(), {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    });
    const address = fc.record({
      station: fc.constant("backprop"),
      knobs: fc.record({
        x: number,
        step: fc.integer({ min: 0, max: 9 }),
        activation: fc.constantFrom("relu", "tanh"),
        bias: fc.boolean(),
        colour: fc.constantFrom("linear", "log"),
      }),
      edits: fc.dictionary(fc.string({ minLength: 1, unit: "grapheme" }), cells, { maxKeys: 3, noNullPrototype: true }),
      time: fc.double({ min: 0, max: 1e6, noNaN: true }).map((time) => time + 0),
      granularity: fc.constantFrom("multiply-add" as const, "op" as const),
      speed: fc.constantFrom(0.25, 1, 8),
      loop: fc.boolean(),
      theme: fc.constantFrom("system" as const, "light" as const, "dark" as const),
      view: fc.record({
        camera: fc.constant("p-0.5,3"),
        pin: fc.nat(99).map((at) => ({ tensor: "∂L/∂w:1;%", at })),
      }),
    });
    fc.assert(
      fc.property(address, (given) => {
        const { address: back, problems } = read(writeAddress(given, backprop, [colour]));
        expect(problems).toEqual([]);
        expect({ ...back, edits: Object.entries(back.edits) }).toEqual({
          ...given,
          edits: Object.entries(given.edits).map(([name, edited]) => [name, { ...edited }]),
        });
      }),
    );
  });
});

describe("edits held against a lesson", () => {
  it("leaves out cells that do not exist, and says so", () => {
    const tensor = { id: 0, name: "A", tex: "A", shape: [2, 3], type: "real", role: "tensor" } as const;
    const { edits, problems } = fitEdits({ A: { 5: 1, 6: 2 }, Z: { 0: 1 } }, [{ name: "A", tensor }]);
    expect(edits).toEqual({ A: { 5: 1 } });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("1 of the given cells lies outside");
  });
});
