/** The results as Markdown. */
import type { Contender } from "./contenders/contender";
import type { Outcome, Result } from "./measure";

/** The libraries that people would use instead, by name. */
export const peers: readonly string[] = ["tfjs", "ort", "jax"];

const digits = (value: number): string => {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2);
};

/** Milliseconds of one application: a chain's are shared among its links. */
const each = ({ row }: Result, value: number): number => value / (row.chain ?? 1);

const medianOf = (outcome: Outcome | undefined): number | undefined =>
  outcome?.state === "timed" ? outcome.milliseconds.median : undefined;

function cell(result: Result, name: string): string {
  const outcome = result.outcomes[name];
  if (!outcome || outcome.state === "absent") return "–";
  if (outcome.state !== "timed") return outcome.state;
  const { median, lower, upper } = outcome.milliseconds;
  const [middle, from, to] = [median, lower, upper].map((value) => digits(each(result, value)));
  return `${name === "ours" ? `**${middle}**` : middle} (${from}–${to})`;
}

/** How many times slower the fastest peer was; empty where there is none, or not ours. */
export function againstPeers({ outcomes }: Result): string {
  const own = medianOf(outcomes["ours"]);
  const others = peers.flatMap((name) => {
    const median = medianOf(outcomes[name]);
    return median === undefined ? [] : [median];
  });
  return own === undefined || others.length === 0 ? "" : `${(Math.min(...others) / own).toFixed(1)}×`;
}

/** Operations or bytes per second of ours, by what limits the row. */
function rateOf({ row, outcomes }: Result): string {
  const own = medianOf(outcomes["ours"]);
  if (own === undefined) return "";
  if (row.bytes !== undefined) return `${digits(row.bytes / own / 1e6)} GB/s`;
  return row.operations === undefined ? "" : `${digits(row.operations / own / 1e6)} GFLOP/s`;
}

/** How much of what the machine reached in the same rounds: of its copy where bytes limit, else of its multiply-adds. */
export function ofLimit({ row, outcomes, limits }: Result): string {
  const own = medianOf(outcomes["ours"]);
  if (own === undefined) return "";
  const share = (amount: number, limit: number): string => `${((100 * amount) / (own / 1000) / limit).toFixed(0)} %`;
  if (row.bytes !== undefined && limits.copy !== undefined) return `${share(row.bytes, limits.copy)} of copy`;
  if (row.operations !== undefined && limits.multiplyAdd !== undefined)
    return `${share(row.operations, limits.multiplyAdd)} of multiply-add`;
  return "";
}

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** One row of the table. */
export const rowLine = (result: Result, contenders: readonly Pick<Contender, "name">[]): string =>
  line([
    result.row.name,
    ...contenders.map(({ name }) => cell(result, name)),
    againstPeers(result),
    rateOf(result),
    ofLimit(result),
  ]);

/** A row per result, a column per contender. */
export function table(results: readonly Result[], contenders: readonly Pick<Contender, "name" | "title">[]): string {
  const heads = [
    "milliseconds",
    ...contenders.map(({ title }) => title),
    "fastest peer / ours",
    "ours",
    "of the limit",
  ];
  const rule = heads.map((_, i) => (i === 0 ? "---" : "--:"));
  return [
    line(heads),
    line(rule),
    ...results.map((result) => rowLine(result, contenders)),
    "",
    ...limitLines(results),
  ].join("\n");
}

/** What the machine reached, over all rows. */
function limitLines(results: readonly Result[]): readonly string[] {
  const range = (name: "multiplyAdd" | "copy", unit: string): string => {
    const rates = results.flatMap(({ limits }) => limits[name] ?? []).map((rate) => rate / 1e9);
    return rates.length === 0 ? "" : `${digits(Math.min(...rates))} to ${digits(Math.max(...rates))} ${unit}`;
  };
  const [multiplyAdd, copy] = [range("multiplyAdd", "GFLOP/s"), range("copy", "GB/s")];
  return [...(multiplyAdd ? [`Multiply-add limit: ${multiplyAdd}.`] : []), ...(copy ? [`Copy limit: ${copy}.`] : [])];
}

/** What was wrong, failed or slow to say in a table: one sentence each. */
export const remarks = (results: readonly Result[]): readonly string[] =>
  results.flatMap(({ row, outcomes }) =>
    Object.entries(outcomes).flatMap(([name, outcome]) =>
      "why" in outcome ? [`${row.name}: ${name} ${outcome.state}: ${outcome.why}`] : [],
    ),
  );
