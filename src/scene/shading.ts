/** The drawing shaders, as functions that TSL can call: each WGSL function by its name. */
import { wgsl, wgslFn } from "three/tsl";
import type { CodeNode, Node } from "three/webgpu";
import boxSource from "../../shaders/scene-box.wgsl?raw";
import cellSource from "../../shaders/scene-cell.wgsl?raw";
import colourSource from "../../shaders/scene-colour.wgsl?raw";
import sheetSource from "../../shaders/scene-sheet.wgsl?raw";
import numeralSource from "../../shaders/numeral.wgsl?raw";
import strokeSource from "../../shaders/scene-stroke.wgsl?raw";
import wordsSource from "../../shaders/scene-words.wgsl?raw";
import textSource from "../../shaders/scene-text.wgsl?raw";
import traceSource from "../../shaders/scene-trace.wgsl?raw";

export type Arguments = Readonly<Record<string, Node>>;
export type ShaderFunction = (given: Arguments) => Node;

const shapes = colourSource + cellSource.slice(0, cellSource.indexOf("// ── where it stands"));
const cells = colourSource + numeralSource + textSource + cellSource;
const sources = {
  cell: cells,
  sheet: cells + sheetSource,
  stroke: shapes + wordsSource + strokeSource,
  box: shapes + wordsSource + boxSource,
  trace: shapes + strokeSource + traceSource,
};
export type Family = keyof typeof sources;

/** The functions of one family of shaders; `constants` is WGSL that stands before them. */
export class Shading {
  readonly #library: CodeNode;
  readonly #source: string;
  readonly #called = new Map<string, ShaderFunction>();

  constructor(family: Family, constants = "") {
    this.#source = constants + sources[family];
    this.#library = wgsl(this.#source);
  }

  /** A WGSL function as TSL calls it, its arguments by name. */
  call(name: string): ShaderFunction {
    const called = this.#called.get(name) ?? this.#wrap(name);
    this.#called.set(name, called);
    return called;
  }

  #wrap(name: string): ShaderFunction {
    const declared = new RegExp(`fn ${name}\\(([^)]*)\\) -> (\\w+)`).exec(this.#source);
    if (!declared)
      throw new Error(`Shading: there is no function ${name} in shaders/; one of its files would declare it`);
    const [, parameters, result] = declared;
    const names = [...parameters.matchAll(/(\w+)\s*:/g)].map((match) => match[1]);
    const list = parameters.trim().replace(/,$/, "");
    const code = `fn ${name}Called(${list}) -> ${result} { return ${name}(${names.join(", ")}); }`;
    return wgslFn<Record<string, Node>>(code, [this.#library]);
  }
}
