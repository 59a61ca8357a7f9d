/**
 * `npm test`: every check in order, stopping at the first that fails. `npm test -- types lint` runs only the stages named.
 */
import { provideBrowser } from "./browser.mjs";
import { run, say } from "./run.mjs";

const findBrowserFirst = async () => {
  say(`using ${provideBrowser()}`);
};

/**
 * Runs the quarters of the test files, two at a time, each in a browser of its own: most of a quarter keeps one core busy,
 * and whoever is done first takes the next.
 * @param {string} command
 * @param {string[]} words
 */
async function quarters(command, words) {
  const shards = ["1/4", "2/4", "3/4", "4/4"];
  const takeAll = async () => {
    for (let shard = shards.shift(); shard !== undefined; shard = shards.shift())
      await run(command, [...words, `--shard=${shard}`]);
  };
  const ended = await Promise.allSettled([takeAll(), takeAll()]);
  const failed = ended.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}

/** @typedef {{ name: string, title: string, run: () => Promise<void> }} Stage */

/** @type {readonly Stage[]} */
const stages = [
  { name: "browser", title: "A browser with WebGPU", run: findBrowserFirst },
  { name: "types", title: "Type check", run: () => run("tsc", ["--noEmit"]) },
  { name: "lint", title: "Lint", run: () => run("oxlint", ["--type-aware", "--deny-warnings"]) },
  { name: "format", title: "Format", run: () => run("prettier", ["--check", "."]) },
  {
    name: "node",
    title: "Laws and numbers, in node",
    run: () => run("vitest", ["run", "--project", "node", "--maxWorkers=100%"]),
  },
  { name: "gpu", title: "Kernels and scene, on WebGPU", run: () => quarters("vitest", ["run", "--project", "gpu"]) },
  { name: "build", title: "Build", run: () => run("vite", ["build"]) },
  {
    name: "e2e",
    title: "The built site, as a person uses it",
    run: () => run("playwright", ["test", "--config", "tests/e2e/playwright.config.ts"]),
  },
];

/**
 * The stages to run, in their own order.
 * @param {readonly string[]} names none means all
 */
function chosen(names) {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    throw new Error(`test: no stage is named ${unknown}; there are ${stages.map((stage) => stage.name).join(", ")}`);
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

const seconds = (/** @type {number} */ since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs the stages one after another and prints the time of each.
 * @param {readonly Stage[]} list
 */
async function runStages(list) {
  const lines = [];
  const start = performance.now();
  for (const stage of list) {
    const since = performance.now();
    say(`\n━━ ${stage.title} (${stage.name}) ━━`);
    try {
      await stage.run();
    } catch (error) {
      say(
        `\n✗ FAILED: ${stage.title}, after ${seconds(since)}\n${error instanceof Error ? error.message : String(error)}`,
      );
      say(`Again, this stage alone: npm test -- ${stage.name}`);
      process.exitCode = 1;
      return;
    }
    lines.push(`${seconds(since).padStart(8)}  ${stage.title}`);
  }
  say(`\n✓ All passed in ${seconds(start)}\n${lines.join("\n")}`);
}

await runStages(chosen(process.argv.slice(2)));
