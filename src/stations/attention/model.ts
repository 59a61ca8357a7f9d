/** What station 11 computes: tokens to outputs under every setting of order, and the way back of the setting that is shown. */
import { Graph, type Name, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { add } from "../../ops/add";
import { sinusoidalPositions } from "../../ops/compositions/positions";
import { embedding } from "../../ops/embedding";
import { sentenceOf, type Sentence, type Vocabulary } from "./sentence";
import {
  orders,
  project,
  sameOrder,
  variant,
  type Naming,
  type Order,
  type Positions,
  type Projected,
  type Shared,
  type Variant,
} from "./variants";

/** What the structure knobs say. */
export interface Settings extends Order {
  readonly vocabulary: Vocabulary;
  /** The width of a token. */
  readonly dim: number;
  readonly heads: number;
}

/** What comes from outside. */
export interface Given {
  readonly ids: Tensor;
  readonly shuffledIds: Tensor;
  /** For each token as written, where the shuffle put it. */
  readonly places: Tensor;
  readonly table: Tensor;
  readonly projections: Readonly<Record<"q" | "k" | "v", Tensor>>;
  readonly temperature: Tensor;
  readonly upstream: Tensor;
  /** 1 where a query may look at a key, for every head. */
  readonly mask: Tensor;
}

export interface Model extends Given {
  readonly settings: Settings;
  readonly sentence: Sentence;
  readonly tape: Tape;
  /** How many tokens there are. */
  readonly length: number;
  /** The rows of the table that the sentence picks. */
  readonly tokens: Tensor;
  /** The sinusoidal encoding, whether or not it is added. */
  readonly encoding: Tensor;
  readonly variants: readonly Variant[];
  /** The setting that is shown. */
  readonly current: Variant;
  /** The gradient of a tensor of the setting that is shown. */
  gradient(of: Tensor): Tensor;
  /** The step that writes a tensor. */
  writer(of: Tensor): Step;
  /** Whether a step belongs to the way back. */
  isBackward(step: Step): boolean;
}

/** Words for a setting of order. */
export const orderText = ({ positions, causal }: Order): string =>
  [positions === "none" ? "no positions" : "positions", causal ? "causal mask" : "no mask"].join(", ");

/** Plain letters for the setting that is shown; the others say which they are. */
function namingOf(order: Order, current: Order, mark: string): Naming {
  const aside = sameOrder(order, current) ? "" : ` (${orderText(order)})`;
  return (letter) => ({
    name: `${letter}${mark}${aside}`,
    tex: aside ? `${letter}${mark}\\text{${aside}}` : `${letter}${mark}`,
  });
}

const projection = (graph: Graph, letter: string, dim: number): Tensor =>
  graph.given({ name: `W_${letter}`, tex: `W_${letter}` }, [dim, dim]);

function given(graph: Graph, { dim, heads }: Settings, { ids, texts }: Sentence): Given {
  const n = ids.length;
  const numbers = (name: Name): Tensor => graph.given(name, [n], "index");
  return {
    ids: numbers("ids"),
    shuffledIds: numbers("ids'"),
    places: numbers("places"),
    table: graph.given("E", [texts.length, dim]),
    projections: {
      q: projection(graph, "Q", dim),
      k: projection(graph, "K", dim),
      v: projection(graph, "V", dim),
    },
    temperature: graph.given({ name: "τ", tex: "\\tau" }, []),
    upstream: graph.given("dO", [n, dim]),
    mask: graph.given("may look", heads === 1 ? [n, n] : [heads, n, n]),
  };
}

/** The rows that attention starts from, in one order of the tokens. */
interface Rows {
  readonly tokens: Tensor;
  readonly by: ReadonlyMap<Positions, Projected>;
}

/** Embedded tokens with and without their positions, each projected once: a mask changes nothing before the scores. */
function rowsOf(
  shared: Shared,
  { ids, table, encoding }: Readonly<Record<"ids" | "table" | "encoding", Tensor>>,
  { positions, causal }: Order,
  mark: string,
): Rows {
  const { graph } = shared.tape;
  const named = (of: Positions): Naming => namingOf({ positions: of, causal }, { positions, causal }, mark);
  const letter = `${positions === "none" ? "X" : "T"}${mark}`;
  const tokens = graph.apply(embedding, { input: ids, weight: table }, { names: letter });
  const placed = graph.apply(add, { a: tokens, b: encoding }, { names: named("sinusoidal")("X") });
  return {
    tokens,
    by: new Map([
      ["none", project(shared, tokens, named("none"))],
      ["sinusoidal", project(shared, placed, named("sinusoidal"))],
    ]),
  };
}

function encodingOf(tape: Tape, length: number, dim: number): Tensor {
  const { output } = sinusoidalPositions.apply(tape, {}, { length, dim }, {});
  return tape.graph.view(output, [length, dim], "P");
}

/** The whole computation for some structure. */
export function model(settings: Settings): Model {
  const sentence = sentenceOf(settings.vocabulary);
  const graph = new Graph();
  const tape = new Tape(graph);
  const all = given(graph, settings, sentence);
  const length = sentence.ids.length;
  const encoding = encodingOf(tape, length, settings.dim);
  const shared: Shared = { ...all, tape, heads: settings.heads, dogs: sentence.dogs };
  const rows = (ids: Tensor, mark: string): Rows => rowsOf(shared, { ids, table: all.table, encoding }, settings, mark);
  const [written, shuffled] = [rows(all.ids, ""), rows(all.shuffledIds, "'")];
  const variants = orders.map((order) => {
    const [own, moved] = [written, shuffled].map(({ by }) => by.get(order.positions)!);
    return variant(shared, order, { written: own, shuffled: moved }, (mark) => namingOf(order, settings, mark));
  });
  tape.forward();
  const current = variants.find(({ order }) => sameOrder(order, settings))!;
  const forwardSteps = tape.steps.length;
  const gradients = tape.backward(
    current.written.output,
    {
      of: [all.table, ...Object.values(all.projections)],
      upstream: all.upstream,
      name: ({ name, tex }) => ({ name: `d${name}`, tex: `d${tex}` }),
    },
    add,
  );
  return {
    ...all,
    settings,
    sentence,
    tape,
    length,
    tokens: written.tokens,
    encoding,
    variants,
    current,
    gradient: (of) => gradients.get(of)!,
    writer: (of) => tape.writer(of),
    isBackward: ({ index }) => index >= forwardSteps,
  };
}
