/**
 * Writes the kernels of matmul: `node shaders/generate/matmul.mjs`. Their bodies are unrolled, since sums that are named
 * one by one stay in registers, while sums in an array that a loop walks lie in memory.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @type {(count: number) => number[]} */
const upTo = (count) => Array.from({ length: count }, (_, i) => i);
/** @type {(lines: readonly string[], by: number) => string} */
const indented = (lines, by) => lines.map((line) => " ".repeat(by) + line).join("\n");
/** @type {(terms: readonly string[]) => string} */
const vector = (terms) => `vec4<f32>(${terms.join(", ")})`;
/** A stride taken `count` times. @type {(count: number, stride: string) => string} */
const times = (count, stride) => (count === 1 ? stride : `${count}u * ${stride}`);
/** The multiples of a stride, from the first on, named after it. @type {(name: string, count: number, stride: string) => string[]} */
const multiples = (name, count, stride) => upTo(count - 1).map((i) => `let ${name}${i + 1} = ${times(i + 1, stride)};`);
/** A place `count` whole steps further. @type {(start: string, count: number, step?: string) => string} */
const ahead = (start, count, step) => (count === 0 ? start : `${start} + ${step ? step + count : `${count}u`}`);

// ── what the kernels share ──────────────────────────────────────────────────

/** @type {(comment: readonly string[]) => string} */
const beginning = (comment) => `// Written by generate/matmul.mjs. A batched product of strided matrices:
// result(i, j) = Σ over k, and over the summed batches, of left(i, k) · right(k, j).
// The strides turn one kernel into the product and both of its gradients: dA = dC · Bᵀ and dB = Aᵀ · dC.
//
${comment.map((line) => `// ${line}`).join("\n")}

struct Block {
  infinity: f32,
  rows: u32,
  columns: u32,
  depth: u32,
  across: u32,
  tilesAcross: u32,
  tilesDown: u32,
  batches: u32,
  summed: u32,
  parts: u32,
  chunk: u32,
  cells: u32,
  leftRow: u32,
  leftDepth: u32,
  rightDepth: u32,
  rightColumn: u32,
  resultRow: u32,
  resultColumn: u32,
  keptRank: u32,
  summedRank: u32,
  keptExtents: array<vec4<u32>, 2>,
  keptLeft: array<vec4<u32>, 2>,
  keptRight: array<vec4<u32>, 2>,
  keptResult: array<vec4<u32>, 2>,
  summedExtents: array<vec4<u32>, 2>,
  summedLeft: array<vec4<u32>, 2>,
  summedRight: array<vec4<u32>, 2>,
}

@group(0) @binding(0) var<uniform> block: Block;
@group(0) @binding(1) var<storage, read> left: array<f32>;
@group(0) @binding(2) var<storage, read> right: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

// Where a batch begins in left, right and result.
fn batchOf(place: u32) -> vec3<u32> {
  var rest = place;
  var at = vec3<u32>(0u);
  for (var axis = block.keptRank; axis > 0u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.keptExtents[i][j];
    rest /= block.keptExtents[i][j];
    at += step * vec3<u32>(block.keptLeft[i][j], block.keptRight[i][j], block.keptResult[i][j]);
  }
  return at;
}

// What lies beyond an edge falls onto the last row or column within, whose own number then overwrites it: sums are stored
// from the last to the first.
fn acrossTo(column: u32) -> vec4<u32> {
  return min(column + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(block.columns - 1u)) * block.resultColumn;
}

fn downTo(row: u32) -> u32 {
  return min(row, block.rows - 1u) * block.resultRow;
}

fn storeFour(cells: vec4<u32>, sums: vec4<f32>) {
  result[cells.w] = sums.w;
  result[cells.z] = sums.z;
  result[cells.y] = sums.y;
  result[cells.x] = sums.x;
}
`;

/** @type {(four: number, column: number) => string} */
const reaching = (four, column) => `let across${four} = home + acrossTo(${ahead("column", column)});`;
/** @type {(margin: string, row: number, four: number, sums: string) => string} */
const storing = (margin, row, four, sums) =>
  `${margin}storeFour(across${four} + downTo(${ahead("row", row)}), ${sums});`;

/** @type {(width: number) => string} */
const placed = (width) => `const width = ${width}u;
`;

const asks = `  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
`;

// ── registers ───────────────────────────────────────────────────────────────

const tall = 8;
const broad = 16;
const fours = upTo(broad / 4);

/**
 * A column of left times a row of right, into all sums. Where it need not be, both factors are 0: a sum takes nothing from
 * it, and a test around it would cost more, since every sum would have to be merged with itself.
 * @type {(into: (row: number, four: number) => string, needed?: string) => string[]}
 */
const outerProduct = (into, needed) => {
  const perhaps = /** @type {(zero: string, value: string) => string} */ (zero, value) =>
    needed ? `select(${zero}, ${value}, ${needed})` : value;
  const rightOf = /** @type {(four: number) => string} */ (four) =>
    vector(upTo(4).map((j) => `right[${ahead("r", 4 * four + j, "column")}]`));
  return [
    ...fours.map((four) => `let right${four} = ${perhaps("vec4<f32>()", rightOf(four))};`),
    ...upTo(tall).flatMap((row) => [
      `let left${row} = ${perhaps("0.0", `left[${ahead("l", row, "row")}]`)};`,
      ...fours.map((four) => `${into(row, four)} left${row} * right${four};`),
    ]),
  ];
};
/** @type {(row: number, four: number) => string} */
const adding = (row, four) => `sum${row}_${four} +=`;
const step = [
  "{",
  ...outerProduct(adding).map((line) => `  ${line}`),
  "  l += block.leftDepth;",
  "  r += block.rightDepth;",
  "}",
];
const steps = `for (; k < last; k += 2u) {
${indented([...step, ...step], 2)}
}`.split("\n");
const passOdd = ["l += odd * block.leftDepth;", "r += odd * block.rightDepth;", "var k = first + odd;"];

/** The whole depth in one piece. */
const once = [
  "let first = part * block.chunk;",
  "let last = min(first + block.chunk, block.depth);",
  "var l = batch.x + row * block.leftRow + first * block.leftDepth;",
  "var r = batch.y + column * block.rightColumn + first * block.rightDepth;",
  "// Two steps a turn; an odd one comes first.",
  "let odd = (last - first) & 1u;",
  ...outerProduct((row, four) => `var sum${row}_${four} =`, "odd == 1u"),
  ...passOdd,
  ...steps,
];

/** The depth of each summed batch after that of the one before. */
const again = [
  ...upTo(tall).flatMap((row) => fours.map((four) => `var sum${row}_${four} = vec4<f32>();`)),
  "var place = part * block.chunk;",
  "let end = min(place + block.chunk, block.depth * block.summed);",
  "while (place < end) {",
  ...[
    "let first = place % block.depth;",
    "let last = min(block.depth, first + end - place);",
    "let shift = summedOf(place / block.depth);",
    "var l = batch.x + shift.x + row * block.leftRow + first * block.leftDepth;",
    "var r = batch.y + shift.y + column * block.rightColumn + first * block.rightDepth;",
    "// Two steps a turn; an odd one comes first.",
    "let odd = (last - first) & 1u;",
    "{",
    ...outerProduct(adding, "odd == 1u").map((line) => `  ${line}`),
    "}",
    ...passOdd,
    ...steps,
    "place += last - first;",
  ].map((line) => `  ${line}`),
  "}",
];

/** Where a summed batch lies. */
const summing = `
// How far a summed batch lies from the beginning of its batch in left and right.
fn summedOf(place: u32) -> vec2<u32> {
  var rest = place;
  var at = vec2<u32>(0u);
  for (var axis = block.summedRank; axis > 0u; axis--) {
    let i = (axis - 1u) >> 2u;
    let j = (axis - 1u) & 3u;
    let step = rest % block.summedExtents[i][j];
    rest /= block.summedExtents[i][j];
    at += step * vec2<u32>(block.summedLeft[i][j], block.summedRight[i][j]);
  }
  return at;
}
`;

/** @type {(entry: string, walking: readonly string[]) => string} */
const registers = (entry, walking) => `${placed(16)}
@compute @workgroup_size(width)
fn ${entry}(
${asks}) {
  let tile = group.x + group.y * groups.x;
  let line = tile / block.tilesAcross;
  let rest = line / block.tilesDown;
  let part = rest / block.batches;
  let batch = batchOf(rest - part * block.batches);
  // Divisions are slow: across is a power of two.
  let shift = firstTrailingBit(block.across);
  let row = (((line - rest * block.tilesDown) << (4u - shift)) + (lane >> shift)) * ${tall}u;
  let column = (((tile - line * block.tilesAcross) << shift) + (lane & (block.across - 1u))) * ${broad}u;
  if (part >= block.parts || row >= block.rows || column >= block.columns) { return; }

${indented([...multiples("row", tall, "block.leftRow"), ...multiples("column", broad, "block.rightColumn"), ...walking], 2)}

  let home = batch.z + part * block.cells;
${indented(
  [
    ...fours.map((four) => reaching(four, 4 * four)),
    ...upTo(tall)
      .toReversed()
      .flatMap((row) => fours.toReversed().map((four) => storing("", row, four, `sum${row}_${four}`))),
  ],
  2,
)}
}
`;

const owning = [
  `Each thread owns ${tall} × ${broad} cells held in registers: ${tall * broad} multiply-adds share ${tall + broad} loads. 16 threads stand \`across\``,
  "by 16 / across, which fits thin results too. Beyond the last row or column whatever lies there is read, and not stored:",
  "the inner loop has no test. Where there are few cells and long sums, `parts` threads share a cell, and `total.wgsl` adds",
  "up what they left in the scratch buffer.",
];
const plain = `${beginning(owning)}\n${registers("product", once)}`;
const summed = `${beginning([...owning, "This one also sums over batches."])}${summing}\n${registers("summedProduct", again)}`;

// ── skinny ──────────────────────────────────────────────────────────────────

/** Few rows times a matrix whose rows lie in one piece. @type {(name: string, rows: number, columns: number) => string} */
const across = (name, rows, columns) => {
  // Four threads side by side take turns with groups of four columns.
  const runs = upTo(columns / 4);
  return `@compute @workgroup_size(width)
fn ${name}(
${asks}) {
  var rest = (group.x + group.y * groups.x) * width + lane;
  let tileColumn = rest % block.tilesAcross;
  rest /= block.tilesAcross;
  let row = (rest % block.tilesDown) * ${rows}u;
  rest /= block.tilesDown;
  let batch = batchOf(rest % block.batches);
  let part = rest / block.batches;
  let column = (tileColumn >> 2u) * ${4 * columns}u + (tileColumn & 3u) * 4u;
  if (part >= block.parts || column >= block.columns) { return; }

${indented(
  [
    ...multiples("row", rows, "block.leftRow"),
    ...upTo(rows).flatMap((row) => runs.map((run) => `var sum${row}_${run} = vec4<f32>();`)),
  ],
  2,
)}
  let first = part * block.chunk;
  let last = min(first + block.chunk, block.depth);
  var l = batch.x + row * block.leftRow + first * block.leftDepth;
  var r = batch.y + column + first * block.rightDepth;
  for (var k = first; k < last; k++) {
${indented(
  [
    ...upTo(rows).map((row) => `let left${row} = left[${ahead("l", row, "row")}];`),
    ...runs.flatMap((run) => [
      `let right${run} = ${vector(upTo(4).map((j) => `right[${ahead("r", 16 * run + j)}]`))};`,
      ...upTo(rows).map((row) => `sum${row}_${run} += left${row} * right${run};`),
    ]),
  ],
  4,
)}
    l += block.leftDepth;
    r += block.rightDepth;
  }

  let home = batch.z + part * block.cells;
${indented(
  runs.flatMap((run) => [
    `if (${ahead("column", 16 * run)} < block.columns) {`,
    `  ${reaching(run, 16 * run)}`,
    ...upTo(rows)
      .toReversed()
      .map((row) => storing("  ", row, run, `sum${row}_${run}`)),
    "}",
  ]),
  2,
)}
}
`;
};

/** @type {(row: number, k: number) => string} */
const leftAt = (row, k) => `left[${ahead(ahead("l", row, "row"), k, "depth")}]`;
/** @type {(column: number, k: number) => string} */
const rightAt = (column, k) => `right[${ahead(ahead("r", column, "column"), k)}]`;

/** Few rows times four columns that lie in one piece each. @type {(name: string, rows: number, turn: number) => string} */
const along = (name, rows, turn) => {
  const quads = upTo(turn / 4);
  const cells = upTo(rows).flatMap((row) => upTo(4).map((column) => ({ row, column, sum: `sum${row}_${column}` })));
  return `@compute @workgroup_size(width)
fn ${name}(
${asks}) {
  var rest = (group.x + group.y * groups.x) * width + lane;
  let part = rest % block.parts;
  rest /= block.parts;
  let column = (rest % block.tilesAcross) * 4u;
  rest /= block.tilesAcross;
  let row = (rest % block.tilesDown) * ${rows}u;
  rest /= block.tilesDown;
  if (rest >= block.batches) { return; }

  let batch = batchOf(rest);
  let origin = batch.xy + vec2<u32>(row * block.leftRow, column * block.rightColumn);
${indented(
  [
    ...multiples("row", rows, "block.leftRow"),
    ...multiples("column", 4, "block.rightColumn"),
    ...multiples("depth", turn, "block.leftDepth"),
    ...cells.map(({ sum }) => `var ${sum} = vec4<f32>();`),
  ],
  2,
)}
  let whole = block.depth / ${turn}u * ${turn}u;
  for (var k = part * ${turn}u; k < whole; k += block.parts * ${turn}u) {
    let l = origin.x + k * block.leftDepth;
    let r = origin.y + k;
${indented(
  [
    ...upTo(rows).flatMap((row) =>
      quads.map((quad) => `let left${row}_${quad} = ${vector(upTo(4).map((j) => leftAt(row, 4 * quad + j)))};`),
    ),
    ...upTo(4).flatMap((column) =>
      quads.flatMap((quad) => [
        `let right${column}_${quad} = ${vector(upTo(4).map((j) => rightAt(column, 4 * quad + j)))};`,
        ...upTo(rows).map((row) => `sum${row}_${column} += left${row}_${quad} * right${column}_${quad};`),
      ]),
    ),
  ],
  4,
)}
  }
  for (var k = whole + part; k < block.depth; k += block.parts) {
    let l = origin.x + k * block.leftDepth;
    let r = origin.y + k;
${indented(
  [
    ...upTo(rows).map((row) => `let left${row} = ${leftAt(row, 0)};`),
    ...upTo(4).flatMap((column) => [
      `let right${column} = ${rightAt(column, 0)};`,
      ...upTo(rows).map((row) => `sum${row}_${column}.x += left${row} * right${column};`),
    ]),
  ],
  4,
)}
  }

  let home = batch.z + part * block.cells;
${indented(
  [reaching(0, 0)].concat(
    upTo(rows)
      .toReversed()
      .map((row) => storing("", row, 0, vector(upTo(4).map((column) => `added(sum${row}_${column})`)))),
  ),
  2,
)}
}
`;
};

const skinny = `${beginning([
  "For few rows: what counts is how fast the right matrix can be read. `oneAcross` and `fourAcross` read it along its rows,",
  "which lie in one piece (rightColumn is 1), many columns a thread; `oneAlong` and `fourAlong` along its columns, which do",
  "(rightDepth is 1). Few columns are few rows of the transposed product. `parts` threads share a cell, each with a chunk of",
  "the depth or with every so manieth piece of it, and `total.wgsl` adds up what they left in the scratch buffer.",
])}
fn added(sums: vec4<f32>) -> f32 {
  return (sums.x + sums.y) + (sums.z + sums.w);
}

${placed(32)}
${[across("oneAcross", 1, 64), across("fourAcross", 4, 32), along("oneAlong", 1, 16), along("fourAlong", 4, 4)].join("\n")}`;

// ── tiles ───────────────────────────────────────────────────────────────────

const edge = 64;
/** Every cell of workgroup memory is set to 0 at first, by code that costs half a millisecond of compiling in SwiftShader. */
const slab = 8;
/** Where a group of four lies: neighbouring threads that store or load never want the same bank. @type {(four: string) => string} */
const placeOf = (four) => `k * ${edge / 4}u + (${four} ^ k)`;

/** The place of a group of four among the threads of a load. @type {(side: string, unit: string) => string[]} */
const filling = (side, unit) => {
  const [origin, along4, stepDepth] =
    side === "left"
      ? ["leftStart", "block.leftRow", "block.leftDepth"]
      : ["rightStart", "block.rightColumn", "block.rightDepth"];
  return [
    `for (var load = lane; load < ${(edge / 4) * slab}u; load += width) {`,
    `  let k = select(load / ${edge / 4}u, load % ${slab}u, ${unit});`,
    `  let four = select(load % ${edge / 4}u, load / ${slab}u, ${unit});`,
    `  let at = ${origin} + four * 4u * ${along4} + (start + k) * ${stepDepth};`,
    `  let values = vec4<f32>(${upTo(4)
      .map((j) => `${side}[at${j === 0 ? "" : ` + ${j === 1 ? "" : `${j}u * `}${along4}`}]`)
      .join(", ")});`,
    `  ${side}Tile[${placeOf("four")}] = select(vec4<f32>(), values, start + k < last);`,
    `}`,
  ];
};

const halves = [0, 1];
const tiles = `${beginning([
  `A workgroup of 64 threads owns ${edge} × ${edge} cells and walks the depth in slabs of ${slab}, which it first brings into workgroup`,
  "memory: for GPUs with memory of that kind. Each thread holds 8 × 8 sums, four rows and four columns in either half of the",
  "tile. What lies beyond the depth enters as 0 times 0; beyond the last row or column whatever lies there is read, and not",
  "stored. Where there are few tiles and long sums, `parts` workgroups share a tile, and `total.wgsl` adds up what they left.",
])}
var<workgroup> leftTile: array<vec4<f32>, ${(edge / 4) * slab}>;
var<workgroup> rightTile: array<vec4<f32>, ${(edge / 4) * slab}>;

${placed(64)}
@compute @workgroup_size(width)
fn tiled(
${asks}) {
  let tile = group.x + group.y * groups.x;
  let line = tile / block.tilesAcross;
  let rest = line / block.tilesDown;
  let part = rest / block.batches;
  let batch = batchOf(rest - part * block.batches);
  let tileColumn = tile - line * block.tilesAcross;
  let tileRow = line - rest * block.tilesDown;
  if (part >= block.parts) { return; }

  let leftStart = batch.x + tileRow * ${edge}u * block.leftRow;
  let rightStart = batch.y + tileColumn * ${edge}u * block.rightColumn;
  let down = lane / 8u;
  let over = lane % 8u;
${indented(
  upTo(8).flatMap((row) => halves.map((half) => `var sum${row}_${half} = vec4<f32>();`)),
  2,
)}
  let first = part * block.chunk;
  let last = min(first + block.chunk, block.depth);
  for (var start = first; start < last; start += ${slab}u) {
    // Neighbouring threads load neighbouring cells, whichever way the matrix lies.
${indented([...filling("left", "block.leftDepth == 1u"), ...filling("right", "block.rightColumn != 1u")], 4)}
    workgroupBarrier();
    for (var k = 0u; k < ${slab}u; k++) {
${indented(
  [
    ...halves.map((half) => `let left${half} = leftTile[${placeOf(half === 0 ? "down" : `(down + 8u)`)}];`),
    ...halves.map((half) => `let right${half} = rightTile[${placeOf(half === 0 ? "over" : `(over + 8u)`)}];`),
    ...upTo(8).flatMap((row) =>
      halves.map((half) => `sum${row}_${half} += left${row >> 2}.${"xyzw"[row & 3]} * right${half};`),
    ),
  ],
  6,
)}
    }
    workgroupBarrier();
  }

  let row = tileRow * ${edge}u + down * 4u;
  let column = tileColumn * ${edge}u + over * 4u;
  let home = batch.z + part * block.cells;
${indented(
  halves
    .map((further) => reaching(further, 32 * further))
    .concat(
      halves.flatMap((lower) =>
        halves.flatMap((further) => [
          `if (${ahead("row", 32 * lower)} < block.rows && ${ahead("column", 32 * further)} < block.columns) {`,
          ...upTo(4)
            .toReversed()
            .map((row) => storing("  ", row + 32 * lower, further, `sum${row + 4 * lower}_${further}`)),
          "}",
        ]),
      ),
    ),
  2,
)}
}
`;

// ── the files ───────────────────────────────────────────────────────────────

/** The text of each file under `shaders/`. */
export const files = {
  "matmul.wgsl": plain,
  "matmul_summed.wgsl": summed,
  "matmul_skinny.wgsl": skinny,
  "matmul_tiles.wgsl": tiles,
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(`../${name}`, import.meta.url), text);
