/** What is played while one function is shown: values forward, the slope at each, gradients back through the slopes. */
import type { Tensor } from "../../../core/graph";
import { format } from "../../../core/numeral";
import { plus } from "../../../story/layout";
import type { Act, Caption, CellRef, Current, FlowPath, Now } from "../../../story/picture";
import type { Phase } from "../../../story/score";
import { cellAt, edge, rowOf } from "./geometry";
import { cells, type Single, type Variant } from "./model";

export function phases(m: Single): readonly Phase[] {
  const pairs = m.compares ? [m.chosen, m.floor] : [m.chosen];
  const wrong = (of: Variant): boolean => of === m.floor;
  return [
    { name: "forward", current: "data", acts: pairs.map((of) => forward(m, of, wrong(of))) },
    { name: "slope", current: "gradient", acts: pairs.map((of) => slope(m, of, wrong(of))) },
    { name: "backward", current: "gradient", acts: pairs.map((of) => backward(m, of, wrong(of))) },
  ];
}

/** What an act of this station is made of. */
interface Part {
  readonly writes: Tensor;
  readonly current: Current;
  readonly reads: readonly Tensor[];
  readonly flows: (i: number) => readonly FlowPath[];
  readonly say: (i: number, now: Now) => Caption;
  readonly whole: Caption;
}

const actOf = (m: Single, part: Part): Act => ({
  step: m.writer(part.writes),
  current: part.current,
  iteration: 0,
  moments: cells,
  micros: 1,
  unit: "cell",
  stays: true,
  flows: part.flows,
  lit: (i) => part.reads.map((tensor) => ({ tensor, at: i })),
  writes: (i) => [{ tensor: part.writes, at: i }],
  say: part.say,
  whole: part.whole,
});

/** From a cell to the one in the same column of another row. */
function travel(m: Single, from: Tensor, to: Tensor, i: number, more: Omit<FlowPath, "points">): FlowPath {
  const [a, b] = [rowOf(m, from), rowOf(m, to)];
  const away = Math.sign(a.down - b.down) * edge;
  return {
    points: [plus(cellAt(a.side, a.down, i), [0, away, 0]), plus(cellAt(b.side, b.down, i), [0, -away, 0])],
    ...more,
  };
}

const value = ({ results }: Now, { tensor, at }: CellRef): string =>
  results.ready ? format(results.value(tensor, at)) : "…";
const factor = (now: Now, cell: CellRef): string => {
  const text = value(now, cell);
  return text.startsWith("−") ? `(${text})` : text;
};
const letterOf = (wrong: boolean): string => (wrong ? "g" : "f");

const forward = (m: Single, { cells: { y } }: Variant, wrong: boolean): Act =>
  actOf(m, {
    writes: y,
    current: "data",
    reads: [m.x],
    flows: (i) => [travel(m, m.x, y, i, { current: "data", carries: { tensor: m.x, at: i }, start: 0.1, end: 0.85 })],
    say: (i, now) => ({
      main: wrong ? "The wrong answer puts a floor under $x$." : "Each cell goes through the function on its own.",
      quiet: `$${letterOf(wrong)}$(${value(now, { tensor: m.x, at: i })}) = ${value(now, { tensor: y, at: i })}`,
    }),
    whole: wrong
      ? { main: "The wrong answer: below the floor every cell holds the same.", quiet: "$g(x) = \\max(\\alpha, x)$" }
      : { main: "Each cell goes through the function on its own.", quiet: `$f(x) = ${m.about.tex}$` },
  });

const slope = (m: Single, { cells: { y, slope: at } }: Variant, wrong: boolean): Act =>
  actOf(m, {
    writes: at,
    current: "gradient",
    reads: [m.x, y],
    flows: () => [],
    say: (i, now) => ({
      main: "How steep is the curve at this cell's number?",
      quiet: `$${letterOf(wrong)}'$(${value(now, { tensor: m.x, at: i })}) = ${value(now, { tensor: at, at: i })}`,
    }),
    whole: wrong
      ? {
          main: "The floor is flat: its slope is exactly 0.",
          quiet: "$g'(x) = 1 \\text{ if } x > \\alpha \\text{, else } 0$",
        }
      : { main: "The slope of the curve at each cell's number.", quiet: `$f'(x) = ${m.about.slopeTex}$` },
  });

function backward(m: Single, { cells: { slope: by, dx } }: Variant, wrong: boolean): Act {
  const name = wrong ? "dx_g" : "dx";
  return actOf(m, {
    writes: dx,
    current: "gradient",
    reads: [m.dy, by],
    flows: (i) => {
      const gate = { by: { tensor: by, at: i } };
      // g's gradient has to pass its own slope on the way down, f's on the way up; a slope of 0 stops it there.
      return [
        travel(m, m.dy, by, i, { current: "gradient", carries: { tensor: m.dy, at: i }, start: 0.1, end: 0.5 }),
        travel(m, by, dx, i, {
          current: "gradient",
          carries: { tensor: dx, at: i },
          start: 0.5,
          end: 0.85,
          gate: { ...gate, stop: 0 },
        }),
      ];
    },
    say: (i, now) => ({
      main: "What arrives is multiplied by the slope.",
      quiet: `$${name}$ = ${factor(now, { tensor: m.dy, at: i })} · ${factor(now, { tensor: by, at: i })} = ${value(now, { tensor: dx, at: i })}`,
    }),
    whole: {
      main: "Backward each gradient is multiplied by the slope at its own cell.",
      quiet: wrong ? "$dx_g = dy \\cdot g'(x)$" : "$dx = dy \\cdot f'(x)$",
    },
  });
}
