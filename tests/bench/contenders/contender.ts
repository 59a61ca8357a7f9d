/** What takes part: anything that can be made ready for a row, run many times and awaited once. */
import type { Data, Row } from "../row";

export interface Contender {
  /** On the command line and in the JSON. */
  readonly name: string;
  /** Over its column. */
  readonly title: string;
  /** Resolves with undefined where it has no such op. */
  prepare(row: Row, data: Data): Promise<Prepared | undefined>;
}

/** One row's work, its inputs where they are computed with. */
export interface Prepared {
  /** Queues so many runs and resolves when the last of them has been computed. */
  batch(count: number): Promise<void>;
  /** What the latest run came to, row-major and in PyTorch's layout. */
  output(): Promise<ArrayLike<number>>;
  dispose(): void;
}
