/** One row: everyone is made ready and checked, then timed in turns. */
import { fault, type Expectation } from "./check";
import type { Contender, Prepared } from "./contenders/contender";
import { expectationOf } from "./expected/index";
import type { Limit } from "./limits";
import { dataOf, type Data, type Row } from "./row";
import { spreadOf, type Spread } from "./statistics";

export interface Settings {
  readonly rounds: number;
  /** Milliseconds that a batch is to take, so that the wait for it, 1 to 3 ms, does not count. */
  readonly target: number;
  /** Milliseconds after which a slow one is timed no more, its third round done. */
  readonly patience: number;
}

/** What became of a contender; milliseconds of one run if it was timed. */
export type Outcome =
  | { readonly state: "timed"; readonly milliseconds: Spread; readonly batch: number }
  | { readonly state: "absent" }
  | { readonly state: "wrong" | "failed"; readonly why: string };

export interface Result {
  readonly row: Row;
  /** By the contender's name. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Operations or bytes per second that the machine reached in its best round of this row: a limit is what can be reached. */
  readonly limits: Readonly<Partial<Record<Limit["name"], number>>>;
}

interface Runner {
  readonly prepared: Prepared;
  readonly batch: number;
  readonly rounds: number;
  readonly samples: number[];
}

/** Says what is being done, for the terminal. */
export type Say = (line: string) => void;

/** Measures one row. What fails or is wrong is an outcome, never an exception. */
export async function measure(
  row: Row,
  contenders: readonly Contender[],
  limits: readonly Limit[],
  settings: Settings,
  say: Say,
): Promise<Result> {
  const data = dataOf(row);
  const expectation = expectationOf(row, data);
  const outcomes: Record<string, Outcome> = {};
  const runners = new Map<string, Runner>();
  for (const contender of contenders) {
    say(`${row.name}: ${contender.title}`);
    const entered = await entering(contender, row, data, expectation, settings);
    if ("state" in entered) outcomes[contender.name] = entered;
    else runners.set(contender.name, entered);
  }
  const wanted = limits.filter(({ name }) => (name === "copy" ? row.bytes : row.operations) !== undefined);
  const bars = await Promise.all(wanted.map(async ({ prepared }) => await calibrated(prepared, settings)));
  say(`${row.name}: rounds`);
  await inTurns([...runners.values(), ...bars]);
  for (const [name, { prepared, samples, batch }] of runners) {
    outcomes[name] = { state: "timed", milliseconds: spreadOf(samples), batch };
    prepared.dispose();
  }
  const rates = wanted.map(({ name, amount }, i) => [name, amount / (Math.min(...bars[i].samples) / 1000)]);
  return { row, outcomes, limits: Object.fromEntries(rates) as Result["limits"] };
}

/** Ready to be timed, its output checked; or why not. */
async function entering(
  contender: Contender,
  row: Row,
  data: Data,
  expectation: Expectation,
  settings: Settings,
): Promise<Runner | Outcome> {
  try {
    const prepared = await contender.prepare(row, data);
    if (!prepared) return { state: "absent" };
    await prepared.batch(1);
    const why = fault(await prepared.output(), expectation);
    if (why === undefined) return await calibrated(prepared, settings);
    prepared.dispose();
    return { state: "wrong", why };
  } catch (error) {
    return { state: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

/** Finds how many runs fill a batch, and how many rounds there is patience for. */
async function calibrated(prepared: Prepared, { rounds, target, patience }: Settings): Promise<Runner> {
  let batch = 1;
  let taken = await timed(prepared, batch);
  while (taken < target / 2 && batch < 4096) {
    batch = Math.min(4096, Math.ceil((batch * target) / Math.max(taken, target / 16)));
    taken = await timed(prepared, batch);
  }
  return { prepared, batch, rounds: Math.max(3, Math.min(rounds, Math.floor(patience / taken))), samples: [] };
}

async function timed(prepared: Prepared, count: number): Promise<number> {
  const start = performance.now();
  await prepared.batch(count);
  return performance.now() - start;
}

/** A batch of each in every round, one after the other. */
async function inTurns(runners: readonly Runner[]): Promise<void> {
  const rounds = Math.max(0, ...runners.map((runner) => runner.rounds));
  for (let round = 0; round < rounds; round++)
    for (const { prepared, batch, samples, rounds: own } of runners)
      if (round < own) samples.push((await timed(prepared, batch)) / batch);
}
