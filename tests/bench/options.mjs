/** The command line of the benchmarks, and what they print. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { say } from "../tools/run.mjs";

/** What `--help` prints. */
export const help = `npm run bench -- [options]

  --only TEXT[,TEXT]         only rows whose name holds one of the texts
  --competitors NAME[,NAME]  ours, tfjs, ort, jax, naive, plain; all of them unless named
  --rounds N                 timed batches of each (default 9; slow ones stop after 12 seconds and three rounds)
  --target MS                milliseconds that a batch is to take (default 40)
  --family NAME              the kernel family that ours must use wherever it suits
  --json FILE                where the numbers go (default bench.json)
  --markdown                 print the table alone, as it stands in the README
  --list                     print the rows and stop

npm run bench:dawn takes the same options; it has no browser, so ours, naive and plain alone.`;

/** The options as they were given. */
export const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    competitors: { type: "string", default: "" },
    rounds: { type: "string", default: "9" },
    target: { type: "string", default: "40" },
    family: { type: "string" },
    json: { type: "string", default: "bench.json" },
    markdown: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** @param {string} text */
const listed = (text) => text.split(",").filter((part) => part.trim() !== "");

/** @param {"rounds" | "target"} name */
function positive(name) {
  const value = Number(options[name]);
  if (!(value >= 1)) throw new Error(`bench: --${name} is ${options[name]}; a number from 1 on would fit`);
  return value;
}

/**
 * What is to be measured. `competitors` stands in where none are named.
 * @param {{ competitors?: string }} [otherwise]
 * @returns {import("./run").Asked}
 */
export const asked = ({ competitors = "" } = {}) => ({
  only: listed(options.only),
  contenders: listed(options.competitors || competitors),
  rounds: positive("rounds"),
  target: positive("target"),
  patience: 12_000,
  ...(options.family !== undefined && { family: options.family }),
});

/**
 * A line for whoever waits, beside the table that may be piped on.
 * @param {string} line
 */
export const progress = (line) => {
  if (!options.markdown) process.stderr.write(`${line}\n`);
};

/**
 * Writes the numbers to their file and the table to the terminal.
 * @param {import("./run").Report} report
 */
export async function tell(report) {
  await writeFile(options.json, `${JSON.stringify(report, null, 1)}\n`);
  say(report.markdown);
  for (const remark of report.remarks) process.stderr.write(`${remark}\n`);
  progress(`\nThe numbers are in ${options.json}.`);
}
