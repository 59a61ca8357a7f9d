/** Reads a tool's command line. */
import { parseArgs } from "node:util";

/**
 * The value of each `--name value`; an unknown name is an error that lists those which exist.
 * @template {string} Name
 * @param {readonly Name[]} names
 * @param {string[]} [given]
 * @returns {Partial<Record<Name, string>>}
 */
export function readArguments(names, given = process.argv.slice(2)) {
  /** @type {Record<string, { type: "string" }>} */
  const options = {};
  for (const name of names) options[name] = { type: "string" };
  try {
    return /** @type {Partial<Record<Name, string>>} */ (parseArgs({ args: given, options }).values);
  } catch (error) {
    const known = names.map((name) => `--${name}`).join(" ");
    throw new Error(`arguments: ${String(error)}; these exist: ${known}`, { cause: error });
  }
}
