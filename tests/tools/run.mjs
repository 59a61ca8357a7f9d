/** Runs commands of the project's own tools. */
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @param {string} text */
export const say = (text) => process.stdout.write(`${text}\n`);

/**
 * Runs a command of node_modules/.bin (or of the system) in the root folder, its output shown as it comes.
 * @param {string} command
 * @param {string[]} words
 * @param {NodeJS.ProcessEnv} [environment] added to that of this process
 * @returns {Promise<void>} rejects when the command fails
 */
export function run(command, words, environment = {}) {
  const path = [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(command, words, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, ...environment, PATH: path },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...words].join(" ")} ended with ${signal ?? `exit status ${code}`}`));
    });
  });
}
