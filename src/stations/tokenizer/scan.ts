/** A greedy scan as ops: every match at every place, the walk from token to token, the longest of each step, and back to text. */
import type { Tensor } from "../../core/graph";
import type { Tape } from "../../core/tape";
import { embedding } from "../../ops/embedding";
import { follow } from "../../ops/follow";
import { join } from "../../ops/join";
import { longestMatch } from "../../ops/longest_match";
import { maxPool2d } from "../../ops/max_pool2d";
import { mul } from "../../ops/mul";
import { narrow } from "../../ops/narrow";
import { nothing } from "../../ops/symbols";
import { isUsed, momentsOf, startsOf, type Plan } from "./plan";

/** What the tokens come to; there are none where the very first step finds nothing. */
export interface Tokens {
  /** One id per token. */
  readonly ids: Tensor;
  /** What the ids spell: as many places as the text has, −1 where nothing was spelled. */
  readonly decoded: Tensor;
}

export interface Scan {
  readonly plan: Plan;
  /** Code points, filled up to whole lines. */
  readonly text: Tensor;
  /** Entries × code points. */
  readonly entries: Tensor;
  /** The id of each entry. */
  readonly table: Tensor;
  /** Places × entries. */
  readonly lengths: Tensor;
  /** Of the longest at each place. */
  readonly longest: Tensor;
  /** Where each step begins. */
  readonly starts: Tensor;
  /** Steps × entries. */
  readonly candidates: Tensor;
  /** The same, 0 but for the winner of each step. */
  readonly winners: Tensor;
  /** Which step each moment of the animation belongs to: one shows its candidates, the next its winner. */
  readonly halves: Tensor;
  /** Candidates and winners, moment by moment; and the candidates of the last step. */
  readonly played: { readonly candidates: Tensor; readonly winners: Tensor; readonly last: Tensor };
  readonly tokens?: Tokens;
}

const name = (label: string, of: string): { name: string; tex: string } => ({
  name: `${label}${of}`,
  tex: `\\text{${label}}`,
});

/** The scan of a plan whose text takes `places` cells; `of` tells it from other scans of the tape. */
export function scanned(tape: Tape, plan: Plan, places: number, of = ""): Scan {
  const { graph } = tape;
  const rows = plan.entries.length;
  const width = Math.max(...plan.entries.map(({ symbols }) => symbols.length));
  const steps = startsOf(plan).length;
  const text = graph.given(name("text", of), [places]);
  const entries = graph.given(name("vocabulary", of), [rows, width]);
  const table = graph.given(name("id of entry", of), [rows, 1]);
  const { lengths, longest } = graph.applyAll(
    longestMatch,
    { text, entries },
    { names: { lengths: name("matches", of), longest: name("longest", of) } },
  );
  const starts = graph.apply(follow, { advance: longest }, { attributes: { steps }, names: name("start", of) });
  const candidates = graph.apply(embedding, { input: starts, weight: lengths }, { names: name("candidates", of) });
  const winners = winnersOf(tape, candidates, of);
  const halves = graph.given(name("step of moment", of), [momentsOf(plan).length], "index");
  const tokens = tokensOf(tape, { plan, text, entries, table, candidates }, of);
  return {
    plan,
    text,
    entries,
    table,
    lengths,
    longest,
    starts,
    candidates,
    winners,
    halves,
    played: played(tape, { candidates, winners, halves }, of),
    ...(tokens && { tokens }),
  };
}

/** What stands there in each moment. */
function played(
  tape: Tape,
  { candidates, winners, halves }: Pick<Scan, "candidates" | "winners" | "halves">,
  of: string,
): Scan["played"] {
  const { graph } = tape;
  const [steps, rows] = candidates.shape;
  const repeated = (weight: Tensor, names: Name): Tensor =>
    graph.apply(embedding, { input: halves, weight }, { names });
  const last = taken(tape, candidates, steps - 1, 1, name("candidates of the last step", of));
  return {
    candidates: repeated(candidates, name("candidates, by moments", of)),
    winners: repeated(winners, name("winners, by moments", of)),
    last: graph.view(last, [rows]),
  };
}

type Name = ReturnType<typeof name>;

const taken = (tape: Tape, input: Tensor, start: number, length: number, names: Name): Tensor =>
  tape.graph.apply(narrow, { input }, { attributes: { dim: 0, start, length }, names });

/** Each step's longest: a window over all its candidates, whose first largest wins. */
function pooled(tape: Tape, candidates: Tensor, of: string): Readonly<Record<string, Tensor>> {
  const [steps, rows] = candidates.shape;
  return tape.graph.applyAll(
    maxPool2d,
    { input: tape.graph.view(candidates, [steps, 1, rows]) },
    {
      attributes: { kernel_size: [1, rows] },
      names: { output: name("longest of step", of), indices: name("winner", of) },
    },
  );
}

/** The pool's own gradient marks each winner with a 1; times its length, a step without any match has no winner. */
function winnersOf(tape: Tape, candidates: Tensor, of: string): Tensor {
  const { graph } = tape;
  const [steps, rows] = candidates.shape;
  const { output } = pooled(tape, candidates, of);
  const node = graph.nodes[graph.nodes.length - 1];
  tape.forward();
  const ones = graph.filled("ones", output.shape, 1);
  const marks = tape.gradient(node, "input", { output: ones }, name("winner marked", of));
  return graph.apply(mul, { a: graph.view(marks, [steps, rows]), b: candidates }, { names: name("winners", of) });
}

function tokensOf(
  tape: Tape,
  { plan, text, entries, table, candidates }: Pick<Scan, "plan" | "text" | "entries" | "table" | "candidates">,
  of: string,
): Tokens | undefined {
  const { graph } = tape;
  const n = plan.tokens.length;
  if (n === 0) return undefined;
  const winning = plan.stop === undefined ? candidates : taken(tape, candidates, 0, n, name("tokens' candidates", of));
  const { indices } = pooled(tape, winning, `${of} token`);
  const input = graph.view(indices, [n]);
  const ids = graph.apply(embedding, { input, weight: table }, { names: name("ids", of) });
  const pieces = graph.apply(embedding, { input, weight: entries }, { names: name("pieces", of) });
  const decoded = graph.apply(join, { pieces }, { attributes: { length: text.shape[0] }, names: name("decoded", of) });
  return { ids: graph.view(ids, [n]), decoded };
}

const filled = (symbols: readonly number[], n: number): readonly number[] => [
  ...symbols,
  ...Array.from({ length: n - symbols.length }, () => nothing),
];

/** The numbers that go into a scan. An entry that is set aside has no symbols. */
export function fed({ plan, text, entries, table, halves }: Scan): readonly (readonly [Tensor, Float32Array])[] {
  const [, width] = entries.shape;
  const rows = plan.entries.flatMap((entry) => filled(isUsed(plan, entry) ? entry.symbols : [], width));
  return [
    [text, Float32Array.from(filled(plan.symbols, text.shape[0]))],
    [entries, Float32Array.from(rows)],
    [table, Float32Array.from(plan.entries, ({ id }) => id)],
    [halves, Float32Array.from(momentsOf(plan))],
  ];
}
