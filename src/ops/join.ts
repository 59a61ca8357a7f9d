/** Pieces of text one after the other: what a row of tokens spells. */
import { AttributeError, integer, only } from "../core/attributes";
import { apply, constant } from "../core/formula";
import { linearGrid, type Kernel } from "../core/kernel";
import { defineOp } from "../core/op";
import { called, type Rule } from "../core/rule";
import { checkShape, shapeText, ShapeError, size } from "../core/shape";
import code from "../../shaders/join.wgsl?raw";
import { width } from "./reduction";
import { isEnd, nothing } from "./symbols";

const where = "join";

interface JoinAttributes extends Readonly<Record<string, unknown>> {
  readonly length: number;
}

const forward: Kernel<JoinAttributes> = {
  shader: { file: "join.wgsl", code },
  entry: "forward",
  binds: [{ input: "pieces" }, { output: "joined" }],
  block: ({ inputs, attributes }) => [...inputs["pieces"], attributes.length],
  workgroups: ({ attributes }) => linearGrid(attributes.length, width),
};

/** The symbol at `place` of rows of `columns` symbols each, once what follows a row's end is left out. */
function symbolAt([place, columns, ...pieces]: readonly number[]): number {
  let before = 0;
  for (let row = 0; row < pieces.length; row += columns) {
    for (const symbol of pieces.slice(row, row + columns)) {
      if (isEnd(symbol)) break;
      if (before === place) return symbol;
      before++;
    }
  }
  return nothing;
}

const joinedRule: Rule = {
  name: "joined",
  value: symbolAt,
  partials: (x) => x.map(() => "blocked"),
  roundoff: () => 0,
  partialRoundoff: 0,
  write: (args) => called("joined", "\\mathrm{joined}", args),
  writePartial: () => undefined,
  // Moving any symbol may move what is read here.
  kink: () => true,
};

/** Symbols are numbers without a minus sign, and a row ends before its first number that has one. */
export const join = defineOp<"pieces", never, JoinAttributes>({
  name: where,
  source: "https://docs.python.org/3/library/stdtypes.html#str.join",
  inputs: [{ name: "pieces", differentiable: false }],
  scalars: [],
  outputs: [{ name: "joined", differentiable: false }],
  attributes(given) {
    only(where, given, ["length"]);
    const length = integer(where, given, "length", undefined);
    if (length < 1) throw new AttributeError(`${where}: length is ${length}; 1 or more would fit`);
    return { length };
  },
  shape({ pieces }, { length }) {
    checkShape(`${where}: pieces`, pieces);
    if (pieces.length !== 2)
      throw new ShapeError(`${where}: pieces is ${shapeText(pieces)}; pieces × symbols would fit`);
    return { joined: [length] };
  },
  formula: (_, [place], { pieces }) =>
    apply(
      joinedRule,
      constant(place),
      constant(pieces.shape[1]),
      ...Array.from({ length: size(pieces.shape) }, (__, at) => pieces.flat(at)),
    ),
  kernels: { forward: [forward], gradient: {} },
  cases: [
    { shapes: { pieces: [3, 4] }, attributes: { length: 6 } },
    { shapes: { pieces: [1, 1] }, attributes: { length: 1 } },
    { shapes: { pieces: [2, 3] }, attributes: { length: 9 } },
    { shapes: { pieces: [40, 3] }, attributes: { length: 70 } },
  ],
});
