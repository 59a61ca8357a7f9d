/** What the acts of station 11 are made of: each goes token by token and writes a row or a column at a time. */
import type { Tensor } from "../../core/graph";
import type { Act, Caption, CellRef, Current, FlowPath, Now } from "../../story/picture";
import type { Model } from "./model";
import { visible } from "./sentence";

/** An act before it knows its step. */
export interface Part {
  readonly writes: Tensor;
  readonly current: Current;
  readonly moments: number;
  /** How many terms a moment adds up, at most: of many, not all flows are drawn at once. */
  readonly micros?: number;
  readonly unit: string;
  flows(moment: number): readonly FlowPath[];
  reads(moment: number): readonly CellRef[];
  written(moment: number): readonly CellRef[];
  say(moment: number, now: Now): Caption;
  readonly whole: Caption;
}

/** The act of a part. */
export const actOf = (m: Model, part: Part): Act => ({
  step: m.writer(part.writes),
  current: part.current,
  iteration: 0,
  moments: part.moments,
  micros: part.micros ?? 1,
  unit: part.unit,
  flows: (moment) => part.flows(moment),
  lit: (moment) => part.reads(moment),
  writes: (moment) => part.written(moment),
  say: (moment, now) => part.say(moment, now),
  whole: part.whole,
});

/** The cells of a row of a tensor with two axes. */
export const rowCells = (tensor: Tensor, row: number): readonly CellRef[] => {
  const width = tensor.shape.at(-1) ?? 1;
  return Array.from({ length: width }, (_, column) => ({ tensor, at: row * width + column }));
};

/** A row of scores or weights in every head. */
export const queryCells = (m: Model, tensor: Tensor, query: number): readonly CellRef[] =>
  Array.from({ length: m.settings.heads }, (_, head) => rowCells(tensor, head * m.length + query)).flat();

/** A column of scores or weights in every head. */
export const keyCells = (m: Model, tensor: Tensor, key: number): readonly CellRef[] =>
  Array.from({ length: m.settings.heads * m.length }, (_, at) => ({ tensor, at: at * m.length + key }));

/** "1, “dog␣”": a token by its place and its text. */
export const tokenText = ({ sentence: { ids, texts } }: Model, token: number): string =>
  `${token}, “${visible(texts[ids[token]])}”`;
