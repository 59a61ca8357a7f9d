/** Measures the rows that were asked for. */
import { openDevice, type Gpu } from "../../src/gpu/device";
import type { Contender } from "./contenders/contender";
import { copyLimit, multiplyAddLimit } from "./limits";
import { measure, type Result, type Say, type Settings } from "./measure";
import { rowsNamed } from "./rows";
import { remarks, rowLine, table } from "./table";

export interface Asked extends Settings {
  /** Texts that the names of rows hold; all rows where there are none. */
  readonly only: readonly string[];
  /** Names of contenders; all of them where there are none. */
  readonly contenders: readonly string[];
  /** The kernel family that ours must use. */
  readonly family?: string;
}

export interface Report {
  readonly adapter: Gpu["adapter"];
  readonly results: readonly Result[];
  /** The table. */
  readonly markdown: string;
  /** What went wrong, if anything. */
  readonly remarks: readonly string[];
}

/** Loaded when asked for, so that a single one starts fast and one that breaks leaves the others. */
const makers: Readonly<Record<string, (gpu: Gpu, asked: Asked) => Promise<Contender>>> = {
  ours: async (gpu, { family }) => (await import("./contenders/ours")).ours(gpu, family),
  tfjs: async () => await (await import("./contenders/tfjs")).tfjs(),
  ort: async () => (await import("./contenders/ort")).onnxruntime(),
  jax: async () => await (await import("./contenders/jax")).jax(),
  naive: async (gpu) => (await import("./naive/index")).naive(gpu.device),
  plain: async () => (await import("./plain/index")).plain,
};

/** The contenders asked for, in the order of the table. Throws where there is no such one. */
function namesOf(asked: readonly string[]): readonly string[] {
  const all = Object.keys(makers);
  const stranger = asked.find((name) => !all.includes(name));
  if (stranger !== undefined) throw new Error(`bench: there is no competitor ${stranger}; ${all.join(", ")} would fit`);
  return asked.length === 0 ? all : all.filter((name) => asked.includes(name));
}

/** Rejects where a name is unknown or no row fits; what goes wrong with a single contender is in the report. */
export async function run(asked: Asked, say: Say): Promise<Report> {
  const names = namesOf(asked.contenders);
  const rows = rowsNamed(asked.only);
  if (rows.length === 0) throw new Error(`bench: no row holds ${asked.only.join(" or ")}; --list tells their names`);
  const gpu = await openDevice();
  const contenders = await Promise.all(names.map(async (name) => await makers[name](gpu, asked)));
  const limits = [await multiplyAddLimit(gpu.device), await copyLimit(gpu.device)];
  const results: Result[] = [];
  for (const row of rows) {
    const result = await measure(row, contenders, limits, asked, say);
    say(rowLine(result, contenders));
    results.push(result);
  }
  return { adapter: gpu.adapter, results, markdown: table(results, contenders), remarks: remarks(results) };
}
