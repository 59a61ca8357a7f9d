/** The picture of one function: its curve and its slope, with the cells of a tensor as dots on them and as numbers below. */
import type { Tensor } from "../../../core/graph";
import { format } from "../../../core/numeral";
import { plus } from "../../../story/layout";
import type { Box, Fate, Frame, Label, Now, Picture, Run, Shown, Token, Trace, Vector } from "../../../story/picture";
import { blockOf, cellAt, frames, rows, type Row } from "./geometry";
import { cells, probeAt, type Applied, type Single } from "./model";
import { below, pointsOf } from "./samples";

export function picture(m: Single): Picture {
  return {
    blocks: rows(m).map((row) => blockOf(m, row)),
    lines: [],
    boxes: Object.values(frames(m)).map(boxOf),
    labels: [...rows(m).map(nameOf), ...titles(m), ...ticks(m)],
    traces: traces(m),
    opening: { kind: "flat" },
    fates: (now) => dead(m, now),
    legend: ["data", "negative", "gradient", "negative gradient", "blocked"],
  };
}

const boxOf = ({ left, bottom, width, height }: Frame): Box => ({
  centre: [left + width / 2, bottom + height / 2, 0],
  width,
  height,
  radius: 4,
  fill: "surface-raised",
  stroke: "line",
  strokeWidth: 1,
});

// ── curves ──────────────────────────────────────────────────────────────────

const all = (tensor: Tensor): Run => ({ tensor, first: 0, stride: 1 });
/** The same number again and again: a 0 from the numbers that are looked at. */
const zero = ({ probe }: Single): Run => ({ tensor: probe, first: probeAt.zero, stride: 0 });
const ends = (limits: Tensor, first: number): Run => ({ tensor: limits, first, stride: 1 });

function traces(m: Single): readonly Trace[] {
  const { value, slope, near } = frames(m);
  const floor = (frame: Frame, id: string, y: Tensor): readonly Trace[] =>
    m.compares ? [curve(m, frame, `${id} of g`, y, "text-quiet", "dashed")] : [];
  return [
    ...[value, slope, ...(near ? [near] : [])].flatMap((frame, i) => axes(m, frame, `axis ${i}`)),
    ...floor(value, "curve", m.floor.curve.y),
    curve(m, value, "curve of f", m.chosen.curve.y, "data"),
    ...floor(slope, "slope", m.floor.curve.slope),
    curve(m, slope, "slope of f", m.chosen.curve.slope, "gradient"),
    dots(m, value, "dots of f", m.chosen.cells.y, "data"),
    dots(m, slope, "dots of f′", m.chosen.cells.slope, "gradient"),
    ...(near ? closeUp(m, near) : []),
  ];
}

/** The same two curves near 0, where a slope of 0.01 can be told from a floor of 0.01. */
const closeUp = (m: Single, frame: Frame): readonly Trace[] => [
  curve(m, frame, "g up close", m.floor.curve.y, "text-quiet", "dashed"),
  curve(m, frame, "f up close", m.chosen.curve.y, "data"),
  dots(m, frame, "dots of g up close", m.floor.cells.y, "text-quiet"),
  dots(m, frame, "dots of f up close", m.chosen.cells.y, "data"),
];

const curve = (m: Single, frame: Frame, id: string, y: Tensor, token: Token, dash?: "dashed"): Trace => ({
  id,
  x: all(m.samples),
  y: all(y),
  points: pointsOf.curve,
  frame,
  drawn: "line",
  token,
  width: dash ? 1.75 : 2.5,
  ...(dash && { dash }),
});

/** The cells of the tensor on the curve, as soon as they are computed. */
const dots = (m: Single, frame: Frame, id: string, y: Tensor, token: Token): Trace => ({
  id,
  x: all(m.x),
  y: all(y),
  points: cells,
  frame,
  drawn: "dots",
  token,
  width: 8,
  shown: landed(m, y),
});

const landed =
  (m: Single, tensor: Tensor): Shown =>
  (now) =>
    now.progress(m.writer(tensor)) >= 0.85;

/** The lines along which x and y are 0. */
const axes = (m: Single, frame: Frame, id: string): readonly Trace[] => {
  const line = { points: 2, frame, drawn: "line", token: "line-control", width: 1 } as const;
  return [
    { ...line, id: `${id} across`, x: ends(frame.limits, 0), y: zero(m) },
    { ...line, id: `${id} up`, x: zero(m), y: ends(frame.limits, 2) },
  ];
};

// ── words ───────────────────────────────────────────────────────────────────

const nameOf = ({ tensor, side, down, current, tex }: Row): Label => ({
  id: `name ${tensor.name}`,
  at: plus(cellAt(side, down, 0), [-0.56, 0, 0]),
  anchor: "right",
  offset: [-5, 0],
  kind: "tensor",
  text: `$${tex}$`,
  mark: current,
});

/** Below this many pixels a unit only short words have room. */
const roomy = 34;

/** What a frame shows, above one of its ends. */
const title = (id: string, frame: Frame, end: "left" | "right", text: Label["text"], more: Partial<Label>): Label => ({
  id,
  at: [frame.left + (end === "left" ? 0 : frame.width), frame.bottom + frame.height, 0],
  anchor: end,
  offset: [0, -13],
  kind: "note",
  text,
  ...more,
});

function titles(m: Single): readonly Label[] {
  const { value, slope, near } = frames(m);
  return [
    title("f", value, "left", `$f$: ${m.about.label}`, { kind: "strong", hue: "data" }),
    title("f′", slope, "left", "$f'$: its slope", { kind: "strong", hue: "gradient" }),
    title("at zero", slope, "right", (now) => atZero(m, now), { least: roomy }),
    ...(m.compares ? [title("g", value, "right", "dashed: $g = \\max(\\alpha, x)$", { least: roomy })] : []),
    ...(near ? [title("near", near, "left", "the same, up close", {})] : []),
  ];
}

/** What the kernel says at exactly 0. */
const atZero = ({ chosen }: Single, { results }: Now): string | undefined =>
  results.ready ? `at exactly 0: $f'(0)$ = ${format(results.value(chosen.probe.slope, probeAt.zero))}` : undefined;

function ticks(m: Single): readonly Label[] {
  const { value, slope, near } = frames(m);
  return [
    ...across(value, "value"),
    ...across(slope, "slope"),
    ...upward(value, "value", below.value),
    ...upward(slope, "slope", below.slope),
    ...(near ? upward(near, "near", below.near) : []),
  ];
}

const tick = (
  id: string,
  at: Vector,
  anchor: Label["anchor"],
  offset: readonly [number, number],
  text: Label["text"],
): Label => ({
  id: `tick ${id}`,
  at,
  anchor,
  offset,
  kind: "axis",
  text,
});

/** The end of an axis, as the picture has it. */
const endText =
  ({ limits }: Frame, at: number): Label["text"] =>
  ({ results }) =>
    results.ready ? format(results.value(limits, at)) : undefined;

const across = (frame: Frame, id: string): readonly Label[] => {
  const at = (share: number): Vector => [frame.left + share * frame.width, frame.bottom, 0];
  return [
    tick(`${id} left`, at(0), "centre", [8, 10], endText(frame, 0)),
    tick(`${id} middle`, at(0.5), "centre", [0, 10], "0"),
    tick(`${id} right`, at(1), "centre", [-5, 10], endText(frame, 1)),
  ];
};

/** The bottom, 0 and the top of the axis that goes up; 0 always stands at the same height. */
const upward = (frame: Frame, id: string, share: number): readonly Label[] => {
  // Where there is little room, the end that says more stays: 0, or in the low frame the bottom.
  const low = id === "near";
  const at = (height: number): Vector => [frame.left, frame.bottom + height * frame.height, 0];
  return [
    { ...tick(`${id} bottom`, at(0), "right", [-6, -6], endText(frame, 2)), ...(!low && { least: roomy }) },
    { ...tick(`${id} zero`, at(share / (1 + share)), "right", [-6, 0], "0"), ...(low && { least: roomy }) },
    tick(`${id} top`, at(1), "right", [-6, 6], endText(frame, 3)),
  ];
};

// ── dead ────────────────────────────────────────────────────────────────────

/** Cells through which no gradient comes, once that has been found. */
function dead(m: Single, now: Now): readonly Fate[] {
  const pairs: readonly (readonly [string, Applied & { readonly dx: Tensor }])[] = [
    ["f", m.chosen.cells],
    ...(m.compares ? [["g", m.floor.cells] as const] : []),
  ];
  return pairs.flatMap(([letter, { slope, dx }]) => {
    if (!now.results.ready || !landed(m, dx)(now)) return [];
    return Array.from({ length: cells }, (_, at) => at)
      .filter((at) => now.results.value(slope, at) === 0)
      .map((at): Fate => {
        const x = format(now.results.value(m.x, at));
        return { cell: { tensor: dx, at }, state: "dead", because: `0, because ${letter}′(${x}) = 0` };
      });
  });
}
