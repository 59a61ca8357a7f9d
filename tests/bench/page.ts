/** What the benchmark's page offers to the script that opened it: `window.bench`. */
import { rowsNamed } from "./rows";
import { run } from "./run";

const bench = { rows: (): readonly string[] => rowsNamed([]).map(({ name }) => name), run };

declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;
