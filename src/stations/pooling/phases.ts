/** What station 8 plays: every window's choice, its gradient the same way back, and the choice again one pixel on. */
import { format } from "../../core/numeral";
import type { Step } from "../../core/tape";
import type { Act, Caption, CellRef, Current, FlowPath, Now } from "../../story/picture";
import { drawnEvery, type Phase } from "../../story/score";
import { changed, comparedText, divisor, indexText, nanText, reachesOut, tieOf, tieText } from "./findings";
import { areKept, frameFlow, windowFlows, type Cargo } from "./flows";
import { geometry, type Lane } from "./geometry";
import { candidates, type Model } from "./model";
import type { Routes } from "./routes";

export function phases(m: Model): readonly Phase[] {
  return [
    { name: "forward", current: "data", acts: [forwardAct(m)] },
    { name: "backward", current: "gradient", acts: [backwardAct(m)] },
    { name: "one pixel on", current: "data", acts: [movedAct(m)] },
  ];
}

interface Played {
  readonly step: Step;
  readonly lane: Lane;
  readonly current: Current;
  readonly routes: Routes | undefined;
  readonly cargo: Omit<Cargo, "current" | "gate">;
  readonly reads: (window: number) => readonly CellRef[];
  readonly writes: (window: number) => readonly CellRef[];
  readonly stays?: boolean;
  readonly say: (window: number, now: Now) => Caption;
  readonly whole: Caption;
}

function act(m: Model, { step, lane, current, routes, cargo, reads, writes, stays, say, whole }: Played): Act {
  const g = geometry(m);
  const cells = m.height * m.width;
  const gate: Cargo["gate"] =
    m.pool === "max" && routes ? (window, at) => ({ tensor: routes.routes, at: window * cells + at }) : undefined;
  const full: Cargo = { current, ...cargo, ...(gate && { gate }) };
  const flows = (window: number): readonly FlowPath[] =>
    routes ? windowFlows(g, lane, window, full) : [frameFlow(g, lane, window, full)];
  return {
    step,
    current,
    iteration: 0,
    moments: m.windows,
    micros: 1,
    unit: "window",
    ...(stays && { stays }),
    flows,
    lit: reads,
    writes,
    say,
    whole: { ...whole, quiet: `${whole.quiet ?? ""}${thinned(m, routes)}` },
  };
}

/** What is left out where windows are many. */
function thinned(m: Model, routes: Routes | undefined): string {
  const every = drawnEvery({ moments: m.windows, micros: 1 });
  const which =
    every === 1
      ? ""
      : ` The flows of every ${every}${every === 2 ? "nd" : every === 3 ? "rd" : "th"} window are drawn.`;
  return routes ? which : ` One flow stands for each window.${which}`;
}

const cellsOf =
  (m: Model, tensor: CellRef["tensor"]) =>
  (window: number): readonly CellRef[] =>
    candidates(m, window).map(({ at }) => ({ tensor, at }));

const cellOf =
  (tensor: CellRef["tensor"]) =>
  (window: number): CellRef => ({ tensor, at: window });

const name = (m: Model, window: number): string => indexText(window, m.outputColumns);

// ── forward ─────────────────────────────────────────────────────────────────

function forwardAct(m: Model): Act {
  const shares = m.travelled?.shares;
  const cells = m.height * m.width;
  return act(m, {
    step: m.forward,
    lane: "above",
    current: "data",
    routes: m.travelled,
    cargo: {
      whole: cellOf(m.O),
      part: (window, at) => (shares ? { tensor: shares, at: window * cells + at } : { tensor: m.I, at }),
    },
    reads: cellsOf(m, m.I),
    writes: (window) => [cellOf(m.O)(window), ...(m.indices ? [cellOf(m.indices)(window)] : [])],
    stays: areKept(m),
    say: (window, { results }) => forwardCaption(m, window, results),
    whole:
      m.pool === "max"
        ? {
            main: "Every window lets its largest number through.",
            quiet: "Where it stood is remembered; the others are lost.",
          }
        : { main: "Every window lets its mean through.", quiet: "Every cell takes part, with the same share." },
  });
}

function forwardCaption(m: Model, window: number, results: Now["results"]): Caption {
  if (!results.ready) return { main: `Window ${name(m, window)}` };
  const main = `Window ${name(m, window)}: ${comparedText(m, window, results)}.`;
  if (!m.indices) return { main, quiet: countedText(m, window) };
  if (Number.isNaN(results.value(m.O, window)))
    return { main, quiet: `Here ${nanText(m, window, results)}: flat ${results.value(m.indices, window)}.` };
  const tie = tieOf(m, window, results);
  if (tie) return { main, quiet: `A tie: ${tieText(tie)}.` };
  return { main, quiet: `Found at flat ${results.value(m.indices, window)}; that is what must be remembered.` };
}

/** What each cell of a window counts in its mean: those in the padding are no cells of I. */
function countedText(m: Model, window: number): string {
  const part = `1/${divisor(m, window)}`;
  if (!reachesOut(m, window)) return `Each of its ${m.kernel} × ${m.kernel} cells counts ${part}.`;
  const inside = candidates(m, window).length;
  const cells = inside === 1 ? `Its one cell in $I$ counts ${part}` : `Its ${inside} cells in $I$ count ${part} each`;
  return `${cells}; the padding ${m.countsPadding ? "counts as zeros" : "is not counted"}.`;
}

// ── backward ────────────────────────────────────────────────────────────────

function backwardAct(m: Model): Act {
  const sent = m.travelled?.sent;
  const cells = m.height * m.width;
  return act(m, {
    step: m.backward,
    lane: "below",
    current: "gradient",
    routes: m.travelled,
    cargo: {
      whole: cellOf(m.dO),
      part: (window, at) => (sent ? { tensor: sent, at: window * cells + at } : { tensor: m.dI, at }),
    },
    reads: (window) => [cellOf(m.dO)(window)],
    writes: cellsOf(m, m.dI),
    say: (window, { results }) => backwardCaption(m, window, results),
    whole:
      m.pool === "max"
        ? { main: "Every gradient goes back along the path that its value came by.", quiet: lostText(m) }
        : {
            main: "Every gradient is shared out among the cells of its window.",
            quiet: "The shares are those of the way forward.",
          },
  });
}

const lostText = ({ kernel, stride }: Model): string =>
  kernel > stride
    ? "Only winners are given anything; who wins twice is given both."
    : "Only winners are given anything.";

function backwardCaption(m: Model, window: number, results: Now["results"]): Caption {
  if (!results.ready) return { main: `Window ${name(m, window)}` };
  const gradient = format(results.value(m.dO, window));
  if (!m.indices) {
    const n = divisor(m, window);
    return {
      main: `$dO${name(m, window)}$ = ${gradient} is shared out: each cell of the window is given ${gradient} / ${n}.`,
      ...(m.kernel > m.stride && { quiet: "Where windows overlap, the shares add up." }),
    };
  }
  const at = results.value(m.indices, window);
  return {
    main: `$dO${name(m, window)}$ = ${gradient} goes to $I${indexText(at, m.width)}$, the winner of its window.`,
    quiet: "Only the winner is given anything.",
  };
}

// ── one pixel on ────────────────────────────────────────────────────────────

function movedAct(m: Model): Act {
  return act(m, {
    step: m.movedStep,
    lane: "below",
    current: "data",
    routes: m.pool === "max" ? m.movedRoutes : undefined,
    cargo: { whole: cellOf(m.movedO), part: (_, at) => ({ tensor: m.moved, at }) },
    reads: cellsOf(m, m.moved),
    writes: (window) => [cellOf(m.movedO)(window)],
    say: (window, { results }) => movedCaption(m, window, results),
    whole: {
      main: "$I$ moved right by one pixel, and pooled again.",
      quiet: "Outlined outputs are not what they were.",
    },
  });
}

function movedCaption(m: Model, window: number, results: Now["results"]): Caption {
  if (!results.ready) return { main: `Window ${name(m, window)}, one pixel on` };
  const [before, after] = [m.O, m.movedO].map((tensor) => format(results.value(tensor, window)));
  const main = `Window ${name(m, window)}, one pixel on: ${before} ${changed(m, results).includes(window) ? "becomes" : "stays"} ${after}.`;
  return { main, quiet: "$I$ has moved right by one pixel; zeros come in at the left." };
}
