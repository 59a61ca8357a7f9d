/** What kind of matrix a Jacobian is: read from where it may differ from 0, and from its numbers. */

/** A matrix of numbers, some of which are 0 whatever the inputs are. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  /** Whether the entry may differ from 0 for some inputs. */
  free(row: number, column: number): boolean;
  value(row: number, column: number): number;
}

/** Every kind there is, the narrower before the wider: a matrix is called by the first that fits. */
export const kinds = [
  "identity",
  "diagonal",
  "permutation",
  "selection",
  "Kronecker product",
  "block-diagonal",
  "block-diagonal after reordering",
  "triangular",
  "banded",
  "dense",
  "scattered",
] as const;
export type Kind = (typeof kinds)[number];

/** A kind with its sizes, in a few words; pieces between dollar signs are TeX. */
export interface Structure {
  readonly kind: Kind;
  readonly detail: string;
}

/** What a kind is called by, or undefined where a matrix is not of it. */
type Test = (table: Table) => string | undefined;

const tests: Readonly<Record<Kind, Test>> = {
  identity: (table) => (isDiagonal(table) && hasUnits(table) ? `$I_{${table.rows}}$` : undefined),
  diagonal: (table) => (isDiagonal(table) ? `${table.rows} numbers, one per cell` : undefined),
  permutation: (table) =>
    table.rows === table.columns && selects(table) && selects(transposed(table))
      ? "one 1 in every row and every column"
      : undefined,
  selection: (table) => (table.columns > 1 && selects(table) ? "a single 1 in a row picks an input" : undefined),
  "Kronecker product": kronecker,
  "block-diagonal": (table) => blocksText(blocksOf(table).filter(isWhole), table, true),
  "block-diagonal after reordering": (table) => blocksText(blocksOf(table), table, false),
  triangular,
  banded,
  dense: (table) => (every(table, (r, c) => table.free(r, c)) ? `${table.rows} × ${table.columns}` : undefined),
  scattered: () => "zeros without a simple pattern",
};

/** The first kind that fits. */
export function structureOf(table: Table): Structure {
  for (const kind of kinds) {
    const detail = tests[kind](table);
    if (detail !== undefined) return { kind, detail };
  }
  throw new Error("structure: no kind fits; “scattered” would");
}

const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const every = ({ rows, columns }: Table, holds: (row: number, column: number) => boolean): boolean =>
  range(rows).every((r) => range(columns).every((c) => holds(r, c)));

const transposed = (table: Table): Table => ({
  rows: table.columns,
  columns: table.rows,
  free: (r, c) => table.free(c, r),
  value: (r, c) => table.value(c, r),
});

const isDiagonal = (table: Table): boolean =>
  table.rows === table.columns && every(table, (r, c) => r === c || !table.free(r, c));
const hasUnits = (table: Table): boolean => range(table.rows).every((r) => table.value(r, r) === 1);

/** Whether every row holds at most a single 1, and nothing else. */
const selects = (table: Table): boolean =>
  range(table.rows).every((r) => {
    const held = range(table.columns).map((c) => table.value(r, c));
    return held.every((value) => value === 0 || value === 1) && held.filter((value) => value === 1).length <= 1;
  });

// ── Kronecker products ──────────────────────────────────────────────────────

/** The greatest copies first: I ⊗ X has equal blocks on its diagonal, X ⊗ I has every entry as a multiple of I. */
function kronecker(table: Table): string | undefined {
  const copies = range(Math.min(table.rows, table.columns) + 1)
    .filter((n) => n > 1 && table.rows % n === 0 && table.columns % n === 0)
    .toReversed();
  for (const n of copies) {
    const inner = `${table.rows / n} × ${table.columns / n}`;
    if (repeats(table, n, true)) return `$I_{${n}} \\otimes X$, $X$ is ${inner}`;
    if (repeats(table, n, false)) return `$X \\otimes I_{${n}}$, $X$ is ${inner}`;
  }
  return undefined;
}

/** Whether n equal copies stand on the diagonal (`outer`), or each entry repeats along a diagonal of its own. */
function repeats(table: Table, n: number, outer: boolean): boolean {
  const [height, width] = [table.rows / n, table.columns / n];
  /** The copy that a line belongs to, and its line in the first copy. */
  const split = (at: number, inner: number): readonly [copy: number, first: number] =>
    outer ? [Math.floor(at / inner), at % inner] : [at % n, at - (at % n)];
  return every(table, (r, c) => {
    const [copyOfRow, row] = split(r, height);
    const [copyOfColumn, column] = split(c, width);
    if (copyOfRow !== copyOfColumn) return !table.free(r, c);
    return table.free(r, c) === table.free(row, column) && table.value(r, c) === table.value(row, column);
  });
}

// ── blocks ──────────────────────────────────────────────────────────────────

/** Rows and columns that depend on each other, and on no others. */
export interface Part {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** The parts of a matrix, by their first rows. Columns that nothing reads belong to none. */
export function blocksOf(table: Table): readonly Part[] {
  const left = new Set(range(table.rows));
  const parts: Part[] = [];
  for (const first of range(table.rows)) if (left.has(first)) parts.push(partFrom(table, first, left));
  return parts;
}

const sorted = (set: ReadonlySet<number>): number[] => [...set].toSorted((a, b) => a - b);

function partFrom(table: Table, first: number, left: Set<number>): Part {
  const columns = new Set<number>();
  const rows = new Set([first]);
  // A row that is added brings its columns, and each of those its rows; the sets grow while they are read.
  for (const r of rows) {
    left.delete(r);
    for (const c of range(table.columns).filter((column) => table.free(r, column) && !columns.has(column))) {
      columns.add(c);
      for (const other of range(table.rows)) if (table.free(other, c)) rows.add(other);
    }
  }
  return { rows: sorted(rows), columns: sorted(columns) };
}

const adjoin = (lines: readonly number[]): boolean => lines.every((line, i) => line === lines[0] + i);
/** Whether its rows stand together, and its columns too. */
export const isWhole = ({ rows, columns }: Part): boolean => columns.length > 0 && adjoin(rows) && adjoin(columns);

/** Several full blocks that hold all rows, as words; `inOrder`: on the diagonal as it is. */
function blocksText(parts: readonly Part[], table: Table, inOrder: boolean): string | undefined {
  const covered = parts.reduce((n, { rows }) => n + rows.length, 0);
  if (parts.length < 2 || covered < table.rows || (inOrder && !descends(parts))) return undefined;
  const sizes = new Set(parts.map(({ rows, columns }) => `${rows.length} × ${columns.length}`));
  return sizes.size === 1 ? `${parts.length} blocks of ${[...sizes][0]}` : `${parts.length} blocks`;
}

const descends = (parts: readonly Part[]): boolean =>
  parts.every(({ columns }, i) => i === 0 || columns[0] > parts[i - 1].columns[0]);

// ── bands ───────────────────────────────────────────────────────────────────

function triangular(table: Table): string | undefined {
  if (table.rows !== table.columns || every(table, (r, c) => table.free(r, c))) return undefined;
  if (every(table, (r, c) => c <= r || !table.free(r, c))) return "nothing above the diagonal";
  return every(table, (r, c) => c >= r || !table.free(r, c)) ? "nothing below the diagonal" : undefined;
}

/** The columns that each row reads move on from row to row, and none reaches across the whole width. */
function banded(table: Table): string | undefined {
  const reads = range(table.rows)
    .map((r) => range(table.columns).filter((c) => table.free(r, c)))
    .filter((columns) => columns.length > 0);
  const widest = Math.max(0, ...reads.map((columns) => columns.at(-1)! - columns[0] + 1));
  const moveOn = reads.every(
    (columns, i) => i === 0 || (columns[0] >= reads[i - 1][0] && columns.at(-1)! >= reads[i - 1].at(-1)!),
  );
  return reads.length > 1 && moveOn && widest < table.columns ? `a band at most ${widest} wide` : undefined;
}
