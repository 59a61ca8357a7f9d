/** Serves the project's sources: to the benchmark's page, with the headers that give it a fine clock, or to node itself. */
import { createServer } from "vite";
import { root } from "../tools/run.mjs";

/** The libraries that are measured beside Backflow. */
export const peers = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-webgpu", "@jax-js/jax", "onnxruntime-web"];

const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** @type {import("vite").InlineConfig} */
const shared = {
  configFile: false,
  root,
  // A cache of its own: the peers are in no other server's.
  cacheDir: "node_modules/.vite-bench",
  logLevel: "error",
};

/** Starts the server on a free port; the caller closes it. */
export async function serve() {
  const server = await createServer({
    ...shared,
    server: { port: 0, strictPort: false, host: "127.0.0.1", headers, hmr: false, watch: null },
    optimizeDeps: {
      entries: ["tests/bench/page.html"],
      // It finds its WebAssembly beside its own file.
      exclude: ["onnxruntime-web"],
    },
  });
  return await server.listen();
}

/** A server that loads TypeScript and WGSL into node by `ssrLoadModule`; the caller closes it. */
export const load = async () =>
  await createServer({ ...shared, appType: "custom", server: { middlewareMode: true, hmr: false, watch: null } });
