/** The page's scripting interface, `window.backflow`, as the tests call it from outside. */
import type { Page } from "@playwright/test";

export type KnobValue = number | string | boolean;
export type Knobs = Readonly<Record<string, KnobValue>>;
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
export interface Call {
  readonly op: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly upstream?: Readonly<Record<string, Numbers>>;
  readonly backend?: "gpu" | "reference";
}
export interface Ran {
  readonly outputs: Readonly<Record<string, Numbers>>;
  readonly grads: Readonly<Record<string, Numbers>>;
}
export interface ClaimSaid {
  readonly id: string;
  readonly prompt: string;
  /** Not told while the question waits for its answer. */
  readonly answer?: number | readonly number[] | string;
  readonly slide?: number | readonly number[] | string;
  readonly source: string;
  readonly erratum?: string;
}
export interface Graded {
  readonly verdict: "right" | "wrong" | "unread";
  readonly given: string;
  readonly truth?: number | readonly number[] | string;
  readonly problem?: string;
}
export interface Verified {
  readonly tensor: string;
  readonly verdict: string;
  readonly worst: number;
  readonly bound: number;
  readonly method: string;
}
export interface Stats {
  readonly frames: number;
  readonly milliseconds: number;
  readonly pipelines: number;
  readonly buffers: number;
  readonly bytes: number;
}
export interface Lane {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly iteration: number;
}

/** What can be called. A setter is done when the frame that shows its effect is on the GPU. */
export interface Methods {
  ops(): readonly string[];
  run(call: Call): Ran;
  stations(): readonly { readonly id: string; readonly title: string }[];
  open(station: string, knobs?: Knobs): void;
  knobs(): Knobs;
  set(knobs: Knobs): void;
  edit(tensor: string, at: number, value: number): void;
  edits(): Readonly<Record<string, Readonly<Record<number, number>>>>;
  seek(seconds: number): void;
  play(): void;
  pause(): void;
  step(by: number): void;
  lanes(): readonly Lane[];
  claims(): readonly ClaimSaid[];
  ask(claim?: string, practice?: number): void;
  answer(given: string | readonly string[]): Graded;
  verify(): readonly Verified[];
  stats(): Stats;
}
/** What can be read. */
export interface Properties {
  readonly version: string;
  /** The station that is open, by its id. */
  readonly station: string;
  /** The moment shown, and the last one, in seconds at speed 1. */
  readonly time: number;
  readonly duration: number;
}

/** Calls a method of `window.backflow`. Typed arrays arrive as plain ones. */
export function call<M extends keyof Methods>(
  page: Page,
  method: M,
  ...words: Parameters<Methods[M]>
): Promise<ReturnType<Methods[M]>> {
  return page.evaluate(
    async ([name, given]) => {
      const { backflow } = globalThis as unknown as { backflow: Record<string, (...all: unknown[]) => unknown> };
      const plain = (value: unknown): unknown => {
        if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
        if (Array.isArray(value)) return value.map(plain);
        if (value === null || typeof value !== "object") return value;
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
      };
      return plain(await backflow[name](...given)) as never;
    },
    [method as string, words as unknown[]] as const,
  );
}

/** Reads a property of `window.backflow`. */
export function read<P extends keyof Properties>(page: Page, property: P): Promise<Properties[P]> {
  return page.evaluate(async (name) => {
    const { backflow } = globalThis as unknown as { backflow: Record<string, unknown> };
    return (await backflow[name]) as never;
  }, property as string);
}
