/**
 * `npm run bench:dawn`: the same rows on whatever GPU Dawn finds (`webgpu` on npm), without a browser: ours, naive kernels,
 * plain JavaScript and the machine's limits. It needs a driver of Vulkan, Metal or Direct3D. Chromium's own SwiftShader does too:
 * VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json LD_LIBRARY_PATH=/usr/lib/chromium npm run bench:dawn
 */
import { create, globals } from "webgpu";
import { say } from "../tools/run.mjs";
import { asked, help, options, progress, tell } from "./options.mjs";
import { load } from "./server.mjs";

/** Puts Dawn where a page would find WebGPU. */
function provideGpu() {
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, "navigator", { value: { gpu: create([]) }, configurable: true });
}

async function main() {
  provideGpu();
  const server = await load();
  try {
    if (options.list) say((await rows(server)).join("\n"));
    else {
      const { run } = /** @type {typeof import("./run")} */ (await server.ssrLoadModule("/tests/bench/run.ts"));
      const report = await run(asked({ competitors: "ours,naive,plain" }), progress);
      progress(`on ${Object.values(report.adapter).join(" ")}`);
      await tell(report);
    }
  } finally {
    await server.close();
  }
}

/** @param {import("vite").ViteDevServer} server */
async function rows(server) {
  const { rowsNamed } = /** @type {typeof import("./rows")} */ (await server.ssrLoadModule("/tests/bench/rows.ts"));
  return rowsNamed([]).map(({ name }) => name);
}

if (options.help) say(help);
else await main();
// Dawn's own threads would outlive the work.
process.exit();
