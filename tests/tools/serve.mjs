/** A small static server for the built site, which serves it from any folder: `node tests/tools/serve.mjs --base /some/base/`. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { readArguments } from "./arguments.mjs";
import { root, say } from "./run.mjs";

/** @type {Readonly<Record<string, string>>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".ttf": "font/ttf",
};

/**
 * The file that a request asks for; undefined where it lies outside the base or the folder, or does not exist.
 * @param {string} folder
 * @param {string} base
 * @param {string} url
 */
async function fileOf(folder, base, url) {
  const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
  if (!path.startsWith(base)) return undefined;
  const within = path.slice(base.length);
  const file = normalize(join(folder, within === "" ? "index.html" : within));
  const exists = file.startsWith(folder + sep) && (await stat(file).catch(() => undefined))?.isFile();
  return exists ? file : undefined;
}

/**
 * Serves a folder under a base path such as `/some/base/`, on this machine only.
 * @param {{ folder?: string, base?: string, port?: number }} [options] port 0 takes a free one
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export async function serve({ folder = join(root, "dist"), base = "/", port = 0 } = {}) {
  const server = createServer((request, response) => {
    void fileOf(folder, base, request.url ?? "/").then(
      (file) => {
        if (file === undefined) return response.writeHead(404).end(`${request.url ?? ""} is not here`);
        const type = types[extname(file)] ?? "application/octet-stream";
        return createReadStream(file).pipe(
          response.writeHead(200, { "content-type": type, "cache-control": "no-store" }),
        );
      },
      () => response.writeHead(400).end("no such address"),
    );
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const taken = server.address();
  const at = typeof taken === "object" && taken ? taken.port : port;
  return { address: `http://127.0.0.1:${at}${base}`, close: () => void server.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { base, port, folder } = readArguments(["base", "port", "folder"]);
  const { address } = await serve({
    ...(folder && { folder: join(root, folder) }),
    ...(base && { base }),
    port: Number(port ?? 4180),
  });
  say(address);
}
