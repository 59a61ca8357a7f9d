/**
 * What station 8 plays: every window's choice, its gradient the same way back, and the choice again one pixel on. Samples
 * do not wait for each other: a moment is the same window in all of them.
 */
import { format } from "../../core/numeral";
import type { Step } from "../../core/tape";
import type { Act, Caption, CellRef, Current, FlowPath, Now } from "../../story/picture";
import { drawnEvery, type Phase } from "../../story/score";
import { cellText, inEverySample, windowText } from "./batch";
import { backwardOfAll, forwardOfAll, movedOfAll, togetherText } from "./captions";
import { changed, comparedText, countedText, divisor, nanText, tieOf, tieText } from "./findings";
import { areKept, frameFlow, windowFlows, type Cargo } from "./flows";
import { places, type Lane } from "./geometry";
import { candidates, type Model } from "./model";
import type { Routes } from "./routes";
import { lowerLane } from "./turns";

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
  readonly say: Act["say"];
  readonly whole: Caption;
}

function act(m: Model, { step, lane, current, routes, cargo, reads, writes, stays, say, whole }: Played): Act {
  const all = places(m);
  const gate: Cargo["gate"] =
    m.pool === "max" && routes ? (window, at) => ({ tensor: routes.routes, at: routeAt(m, window, at) }) : undefined;
  const full: Cargo = { current, ...cargo, ...(gate && { gate }) };
  const flows = (moment: number): readonly FlowPath[] =>
    inEverySample(m, moment).flatMap((window, sample) =>
      routes ? windowFlows(all[sample], lane, window, full) : [frameFlow(all[sample], lane, window, full)],
    );
  const ofAll =
    (cells: (window: number) => readonly CellRef[]) =>
    (moment: number): readonly CellRef[] =>
      inEverySample(m, moment).flatMap(cells);
  return {
    step,
    current,
    iteration: 0,
    moments: m.windows,
    micros: m.batch,
    unit: "window",
    ...(stays && { stays }),
    flows,
    lit: ofAll(reads),
    writes: ofAll(writes),
    say,
    whole: { ...whole, quiet: `${whole.quiet ?? ""}${togetherText(m)}${thinned(m, routes)}` },
  };
}

/** Where the share of a cell stands in the routes: they have an axis for the windows of a sample, then the batch. */
const routeAt = (m: Model, window: number, at: number): number => (window % m.windows) * m.batch * m.cells + at;

/** What is left out where windows are many. */
function thinned(m: Model, routes: Routes | undefined): string {
  const every = drawnEvery({ moments: m.windows, micros: m.batch });
  const which =
    every === 1
      ? ""
      : ` The flows of every ${every}${every === 2 ? "nd" : every === 3 ? "rd" : "th"} window are drawn.`;
  return routes ? which : ` One flow stands for each window.${which}`;
}

/** What is said while a window runs: of one sample in full, of several what all of them do. */
const saying =
  (
    m: Model,
    one: (m: Model, window: number, results: Now["results"]) => Caption,
    all: (m: Model, moment: number, results: Now["results"]) => Caption,
  ): Act["say"] =>
  (window, { results }) => {
    if (!results.ready) return { main: `Window ${windowText(m, window)}` };
    return (m.batch > 1 ? all : one)(m, window, results);
  };

const cellsOf =
  (m: Model, tensor: CellRef["tensor"]) =>
  (window: number): readonly CellRef[] =>
    candidates(m, window).map(({ at }) => ({ tensor, at }));

const cellOf =
  (tensor: CellRef["tensor"]) =>
  (window: number): CellRef => ({ tensor, at: window });

// ── forward ─────────────────────────────────────────────────────────────────

function forwardAct(m: Model): Act {
  const shares = m.travelled?.shares;
  return act(m, {
    step: m.forward,
    lane: "above",
    current: "data",
    routes: m.travelled,
    cargo: {
      whole: cellOf(m.O),
      part: (window, at) => (shares ? { tensor: shares, at: routeAt(m, window, at) } : { tensor: m.I, at }),
    },
    reads: cellsOf(m, m.I),
    writes: (window) => [cellOf(m.O)(window), ...(m.indices ? [cellOf(m.indices)(window)] : [])],
    stays: areKept(m) && m.batch === 1,
    say: saying(m, forwardCaption, forwardOfAll),
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
  const main = `Window ${windowText(m, window)}: ${comparedText(m, window, results)}.`;
  if (!m.indices) return { main, quiet: countedText(m, window) };
  if (Number.isNaN(results.value(m.O, window)))
    return { main, quiet: `Here ${nanText(m, window, results)}: flat ${results.value(m.indices, window)}.` };
  const tie = tieOf(m, window, results);
  if (tie) return { main, quiet: `A tie: ${tieText(tie)}.` };
  return { main, quiet: `Found at flat ${results.value(m.indices, window)}; that is what must be remembered.` };
}

// ── backward ────────────────────────────────────────────────────────────────

function backwardAct(m: Model): Act {
  const sent = m.travelled?.sent;
  return act(m, {
    step: m.backward,
    lane: lowerLane(m),
    current: "gradient",
    routes: m.travelled,
    cargo: {
      whole: cellOf(m.dO),
      part: (window, at) => (sent ? { tensor: sent, at: routeAt(m, window, at) } : { tensor: m.dI, at }),
    },
    reads: (window) => [cellOf(m.dO)(window)],
    writes: cellsOf(m, m.dI),
    say: saying(m, backwardCaption, backwardOfAll),
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
  const gradient = format(results.value(m.dO, window));
  if (!m.indices) {
    const n = divisor(m, window);
    return {
      main: `$dO${windowText(m, window)}$ = ${gradient} is shared out: each cell of the window is given ${gradient} / ${n}.`,
      ...(m.kernel > m.stride && { quiet: "Where windows overlap, the shares add up." }),
    };
  }
  const at = results.value(m.indices, window);
  return {
    main: `$dO${windowText(m, window)}$ = ${gradient} goes to $I${cellText(m, at)}$, the winner of its window.`,
    quiet: "Only the winner is given anything.",
  };
}

// ── one pixel on ────────────────────────────────────────────────────────────

function movedAct(m: Model): Act {
  return act(m, {
    step: m.movedStep,
    lane: lowerLane(m),
    current: "data",
    routes: m.pool === "max" ? m.movedRoutes : undefined,
    cargo: { whole: cellOf(m.movedO), part: (_, at) => ({ tensor: m.moved, at }) },
    reads: cellsOf(m, m.moved),
    writes: (window) => [cellOf(m.movedO)(window)],
    say: saying(m, movedCaption, movedOfAll),
    whole: {
      main: "$I$ moved right by one pixel, and pooled again.",
      quiet: "Outlined outputs are not what they were.",
    },
  });
}

function movedCaption(m: Model, window: number, results: Now["results"]): Caption {
  const [before, after] = [m.O, m.movedO].map((tensor) => format(results.value(tensor, window)));
  const main = `Window ${windowText(m, window)}, one pixel on: ${before} ${changed(m, results).includes(window) ? "becomes" : "stays"} ${after}.`;
  return { main, quiet: "$I$ has moved right by one pixel; zeros come in at the left." };
}
