/** The house: imports go one way only, three.js stays in the scene, shaders belong to those that run or draw. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const source = resolve(import.meta.dirname, "../../src");

/** What each folder may import besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["ui"],
  ui: ["stations", "scene", "gpu", "story", "ops", "core"],
  stations: ["story", "ops", "core"],
  scene: ["gpu", "story", "core"],
  gpu: ["core"],
  story: ["core"],
  ops: ["core"],
  core: [],
};
const withShaders = new Set(["ops", "gpu", "scene"]);

const patterns = [
  /\b(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']/g,
  /\bimport\s*\(?\s*["']([^"']+)["']/g,
  /\bnew URL\(\s*["']([^"']+)["']/g,
];

/** What a file imports, types and workers included. */
const importsOf = (code: string): readonly string[] =>
  patterns.flatMap((pattern) => Array.from(code.matchAll(pattern), (match) => match[1]));

/** Why a file in `src` may not import this; undefined where it may. */
function fault(file: string, specifier: string): string | undefined {
  const [folder] = file.split("/");
  const refused = `${file} imports ${specifier}`;
  if (!specifier.startsWith(".")) {
    return /^three($|\/)/.test(specifier) && folder !== "scene" ? `${refused}: only the scene knows three` : undefined;
  }
  const target = relative(source, resolve(source, dirname(file), specifier));
  const [to] = target.split("/");
  if (to === "..") {
    const isShader = /^\.\.\/shaders\/.*\.wgsl\?raw$/.test(target) && withShaders.has(folder);
    // The page says its version.
    const isPackage = target === "../package.json" && folder === "ui";
    return isShader || isPackage ? undefined : `${refused}: outside of src`;
  }
  if (to === folder || allowed[folder]?.includes(to)) return undefined;
  return `${refused}: ${folder} may import ${allowed[folder]?.join(", ") || "nothing"}`;
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

test("every file lives in a folder of the house", () => {
  expect(files.filter((file) => !(file.split("/")[0] in allowed))).toEqual([]);
});

test("imports go one way only", () => {
  const faults = files.flatMap((file) =>
    importsOf(readFileSync(join(source, file), "utf8")).flatMap((specifier) => fault(file, specifier) ?? []),
  );
  expect(faults).toEqual([]);
});

test.each([
  ["core/shape.ts", 'import { add } from "../ops/add";'],
  ["core/shape.ts", 'import type { Gpu } from "../gpu/device";'],
  ["ops/add.ts", 'const later = import("../story/score");'],
  ["gpu/device.ts", 'import { add } from "../ops";'],
  ["gpu/device.ts", 'export * from "../scene/stage";'],
  ["story/score.ts", 'import code from "../../shaders/sum.wgsl?raw";'],
  ["stations/matmul/index.ts", 'import { stage } from "../../scene/stage";'],
  ["ui/app.ts", 'import * as three from "three/webgpu";'],
  ["main.ts", 'import "./scene/stage";'],
  ["ui/app.ts", 'import { golden } from "../../tests/tools/golden";'],
])("a planted import in %s is caught: %s", (file, code) => {
  expect(importsOf(code).map((specifier) => fault(file, specifier))).toEqual([expect.stringContaining(file)]);
});
