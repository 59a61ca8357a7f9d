/** The kernels of matmul in families: register blocks, workgroup tiles, and what few rows or columns want. */
import { linearGrid, type Binding, type Grid, type Kernel, type Shader, type Site } from "../core/kernel";
import type { Choice, Routine } from "../core/recipe";
import registersCode from "../../shaders/matmul.wgsl?raw";
import skinnyCode from "../../shaders/matmul_skinny.wgsl?raw";
import summedCode from "../../shaders/matmul_summed.wgsl?raw";
import tilesCode from "../../shaders/matmul_tiles.wgsl?raw";
import { productOf, turned, type Part, type Product } from "./matmul_product";
import { idle, scratchOf, totalInto, type Split } from "./reduction";
import { rows as rowsOf } from "./walk";

/** How a kernel divides a product among its threads, and the sum of each cell among parts. */
interface Layout extends Split {
  /** Threads that stand side by side along the columns. */
  readonly across: number;
  readonly tilesAcross: number;
  readonly tilesDown: number;
  readonly grid: Grid;
}

type Arrange = (product: Product) => Layout;

/** Sums of `terms` terms in so many parts, or fewer; a chunk is at least `least` terms long. */
function split(terms: number, parts: number, least: number): Split {
  const chunk = Math.max(Math.ceil(terms / Math.max(1, Math.floor(parts))), Math.min(least, terms));
  return { parts: Math.ceil(terms / chunk), chunk };
}

/** Cells of a thread of `matmul.wgsl`, and the threads of its workgroups. */
const block = { rows: 8, columns: 16, width: 16 };

function inRegisters({ rows, columns, depth, sums, batches }: Product): Layout {
  const blocks = Math.ceil(columns / block.columns);
  const across = blocks < 4 ? 2 ** Math.floor(Math.log2(blocks)) : 4;
  const tilesAcross = Math.ceil(blocks / across);
  const tilesDown = Math.ceil(rows / ((block.rows * block.width) / across));
  const groups = tilesAcross * tilesDown * batches;
  const shared = split(depth * sums, 64 / groups, 512);
  return { across, tilesAcross, tilesDown, ...shared, grid: linearGrid(groups * shared.parts, 1) };
}

/** Rows and columns of a tile of `matmul_tiles.wgsl`. */
const edge = 64;

function inTiles({ rows, columns, depth, batches }: Product): Layout {
  const [tilesAcross, tilesDown] = [Math.ceil(columns / edge), Math.ceil(rows / edge)];
  const groups = tilesAcross * tilesDown * batches;
  const shared = split(depth, 256 / groups, 128);
  return { across: 1, tilesAcross, tilesDown, ...shared, grid: linearGrid(groups * shared.parts, 1) };
}

/** What a thread of `matmul_skinny.wgsl` holds, and whether it reads the right matrix along its rows or its columns. */
interface Strip {
  readonly entry: string;
  readonly rows: number;
  readonly columns: number;
  readonly way: "across" | "along";
}
const strips = {
  oneAcross: { entry: "oneAcross", rows: 1, columns: 64, way: "across" },
  fourAcross: { entry: "fourAcross", rows: 4, columns: 32, way: "across" },
  oneAlong: { entry: "oneAlong", rows: 1, columns: 4, way: "along" },
  fourAlong: { entry: "fourAlong", rows: 4, columns: 4, way: "along" },
} as const satisfies Readonly<Record<string, Strip>>;

const inStrips =
  (strip: Strip): Arrange =>
  ({ columns, depth, batches }) => {
    // Across, four threads take turns along the columns that they own together.
    const side = strip.way === "across" ? 4 : 1;
    const tilesAcross = side * Math.ceil(columns / (side * strip.columns));
    const threads = tilesAcross * batches;
    const shared = split(depth, 2048 / threads, 64);
    return { across: 1, tilesAcross, tilesDown: 1, ...shared, grid: linearGrid(threads * shared.parts, 32) };
  };

/** The strip for a product of few rows. */
const stripFor = ({ rows, right }: Product): keyof typeof strips => {
  if (right.column === 1) return rows === 1 ? "oneAcross" : "fourAcross";
  return rows === 1 ? "oneAlong" : "fourAlong";
};

/** Strips pay where a product has few rows, or few columns, and enough to read. */
const mostRows = 4;
const worthwhile = 2 ** 12;
const isSkinny = ({ rows, columns, depth, sums }: Product): boolean =>
  Math.min(rows, columns) <= mostRows && Math.max(rows, columns) * depth >= worthwhile && sums === 1;

interface Operands {
  readonly part: Part;
  readonly left: Binding;
  readonly right: Binding;
  readonly target: Binding;
}

function blockOf(product: Product, layout: Layout): readonly number[] {
  const { rows, columns, depth, left, right, result, kept, summed, batches, sums, cells } = product;
  const { across, tilesAcross, tilesDown, parts, chunk } = layout;
  const sizes = [rows, columns, depth, across, tilesAcross, tilesDown, batches, sums, parts, chunk, cells];
  const steps = [left.row, left.column, right.row, right.column, result.row, result.column];
  const ranks = [kept.extents.length, summed.extents.length];
  // Nineteen words after the one of +∞, so that the rows of vec4 start at a multiple of four.
  return [...sizes, ...steps, ...ranks, ...rowsOf(kept), ...rowsOf(summed)];
}

/** The dispatch of one kernel, and the one that adds up its parts. `turn` says how the product is to be read. */
function routine(
  shader: Shader,
  entry: string,
  { part, left, right, target }: Operands,
  arrange: Arrange,
  turn = (product: Product): Product => product,
): Routine {
  const read = (site: Site): Product => turn(productOf(site, part));
  const measure = (site: Site) => {
    const product = read(site);
    return { cells: product.cells, parts: arrange(product).parts };
  };
  /** Into the result where a cell's sum is in one part, else into scratch. */
  const multiply = (into: Binding, whole: boolean): Kernel => ({
    shader,
    entry,
    binds: [left, right, into],
    block: (site) => {
      const product = read(site);
      return blockOf(product, arrange(product));
    },
    workgroups: (site) => {
      const { parts, grid } = arrange(read(site));
      return (parts === 1) === whole ? grid : idle;
    },
    scratch: (site) => {
      const { cells, parts } = measure(site);
      return scratchOf(cells, parts);
    },
  });
  return [multiply(target, true), multiply({ scratch: "parts" }, false), totalInto(target, measure)];
}

/** A strip, for few rows or, on the transposed product, for few columns. */
function stripped(operands: Operands, which: keyof typeof strips, few: "rows" | "columns"): Routine {
  const shader = { file: "matmul_skinny.wgsl", code: skinnyCode };
  const arrange = inStrips(strips[which]);
  if (few === "rows") return routine(shader, which, operands, arrange);
  return routine(shader, which, { ...operands, left: operands.right, right: operands.left }, arrange, turned);
}

/** The families of a product: how it is computed wherever, and for few rows or few columns in either way of lying. */
export function productChoice(operands: Operands): Choice {
  const { part } = operands;
  return {
    families: {
      registers: routine({ file: "matmul.wgsl", code: registersCode }, "product", operands, inRegisters),
      summed: routine({ file: "matmul_summed.wgsl", code: summedCode }, "summedProduct", operands, inRegisters),
      tiles: routine({ file: "matmul_tiles.wgsl", code: tilesCode }, "tiled", operands, inTiles),
      ...Object.fromEntries(
        (["oneAcross", "fourAcross", "oneAlong", "fourAlong"] as const).flatMap((which) =>
          (["rows", "columns"] as const).map((few) => [`${which} ${few}`, stripped(operands, which, few)]),
        ),
      ),
    },
    suited: (site) => {
      const product = productOf(site, part);
      if (isSkinny(product))
        return product.rows <= product.columns
          ? [`${stripFor(product)} rows`]
          : [`${stripFor(turned(product))} columns`];
      return product.sums === 1 ? ["registers", "tiles"] : ["summed"];
    },
    probe: { shapes: { a: [384, 384], b: [384, 384] } },
  };
}
