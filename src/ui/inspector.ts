/** What is looked at: the cell under the cursor, the pinned one, the cells of a claim, and how they came about. */
import { storage, type Tensor } from "../core/graph";
import { ravel, unravel } from "../core/shape";
import type { SceneView } from "../scene/stage";
import type { CellRef, Now, Picture } from "../story/picture";
import type { Explained } from "./check.worker";
import { readingOf } from "./present";
import type { Reading } from "./reading";
import type { Session } from "./session";

export const sameCell = (a: CellRef | undefined, b: CellRef | undefined): boolean =>
  a?.tensor === b?.tensor && a?.at === b?.at;

export class Inspector {
  readonly #changed: () => void;
  #session: Session | undefined;
  #explained: { readonly cell: CellRef; readonly answer: Explained | undefined } | undefined;
  #hover: CellRef | undefined;
  #pin: CellRef | undefined;
  #highlighted: readonly CellRef[] = [];
  #asked = 0;

  /** `changed` hears of everything that asks for another frame. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get hover(): CellRef | undefined {
    return this.#hover;
  }
  get pin(): CellRef | undefined {
    return this.#pin;
  }
  get highlighted(): readonly CellRef[] {
    return this.#highlighted;
  }
  /** The cell that the reading tells about. */
  get cell(): CellRef | undefined {
    return this.#hover ?? this.#pin;
  }

  /** Another lesson: its tensors are others, so nothing is looked at. */
  attach(session: Session | undefined): void {
    this.#session = session;
    this.#hover = this.#pin = this.#explained = undefined;
    this.#highlighted = [];
  }

  pointAt(cell: CellRef | undefined): void {
    if (sameCell(cell, this.#hover)) return;
    this.#hover = cell;
    void this.refresh();
  }

  pinTo(cell: CellRef | undefined): void {
    this.#pin = cell;
    this.#highlighted = [];
    void this.refresh();
  }

  /** From cell to cell by the keyboard; over the edge of a tensor to the next of `tensors`. */
  walk(tensors: readonly Tensor[], right: number, down: number): void {
    if (tensors.length === 0) return;
    const { cell } = this;
    this.pointAt(cell ? neighbour(tensors, cell, right, down) : { tensor: tensors[0], at: 0 });
  }

  highlight(cells: readonly CellRef[]): void {
    this.#highlighted = cells;
    this.#changed();
  }

  /** Asks how the cell came about; the newest question wins. */
  async refresh(): Promise<void> {
    const { cell } = this;
    this.#changed();
    const asked = ++this.#asked;
    if (!cell || !this.#session) return;
    const answer = await this.#session.explain(cell.tensor, cell.at).catch(() => undefined);
    if (asked !== this.#asked) return;
    this.#explained = { cell, answer };
    this.#changed();
  }

  reading(picture: Picture | undefined, now: Now): Reading | undefined {
    const { cell } = this;
    if (!cell || !this.#session) return undefined;
    const because = picture?.fates?.(now).find((fate) => sameCell(fate.cell, cell))?.because;
    return readingOf(this.#session, {
      cell,
      pinned: sameCell(cell, this.#pin),
      explained: this.#answer(cell),
      because,
    });
  }

  /** The cells that the cell was read from, and those elsewhere that belong to it. */
  sources(): SceneView["sources"] {
    const { cell } = this;
    const { lesson } = this.#session ?? {};
    if (!cell || !lesson) return [];
    const isGradient = lesson.groups.gradients.some((tensor) => storage(tensor) === storage(cell.tensor));
    const current = isGradient ? ("gradient" as const) : ("data" as const);
    const read = (this.#answer(cell)?.sources ?? []).map(({ tensor, at }) => ({
      tensor: lesson.tape.graph.tensors[tensor],
      at,
    }));
    return [...read, ...(lesson.related?.(cell) ?? [])].map((source) => ({ cell: source, current }));
  }

  #answer(cell: CellRef): Explained | undefined {
    return sameCell(this.#explained?.cell, cell) ? this.#explained?.answer : undefined;
  }
}

/** The cell beside this one: along the last axis, along the one before it; else the first cell of the tensor that follows. */
function neighbour(tensors: readonly Tensor[], { tensor, at }: CellRef, right: number, down: number): CellRef {
  const index = unravel(tensor.shape, at);
  const last = index.length - 1;
  const moved = index.map((i, axis) => i + (axis === last ? right : axis === last - 1 ? down : 0));
  const inside = moved.every((i, axis) => i >= 0 && i < tensor.shape[axis]);
  const still = moved.every((i, axis) => i === index[axis]);
  if (inside && !still) return { tensor, at: ravel(tensor.shape, moved) };
  const here = tensors.indexOf(tensor);
  return { tensor: tensors[(here + right + down + tensors.length) % tensors.length], at: 0 };
}
