/** The two counts from the sizes: as tensors that kernels multiply, and exactly, past 2⁵³ too. */
import type { Graph, Tensor } from "../../core/graph";
import { add } from "../../ops/add";
import { div } from "../../ops/div";
import { mul } from "../../ops/mul";
import type { Results } from "../../story/results";

/** The sizes that sliders turn, a cell each. */
export interface Sizes {
  readonly kernel: Tensor;
  readonly inputs: Tensor;
  readonly outputs: Tensor;
  readonly height: Tensor;
  readonly width: Tensor;
}
export interface Counts {
  readonly sizes: Sizes;
  /** Weights of the convolution, and with a bias for each output channel. */
  readonly convolution: Tensor;
  readonly biased: Tensor;
  /** Pixels, and their square: a dense map joins every pixel to every pixel. */
  readonly pixels: Tensor;
  readonly pairs: Tensor;
  /** Weights of the dense map. */
  readonly dense: Tensor;
  readonly ratio: Tensor;
}

/** Multiplies the sizes out. */
export function counted(graph: Graph): Counts {
  const given = (name: string, tex: string): Tensor => graph.given({ name, tex }, [1]);
  const sizes: Sizes = {
    kernel: given("k", "k"),
    inputs: given("Cin", "C_{\\mathrm{in}}"),
    outputs: given("Cout", "C_{\\mathrm{out}}"),
    height: given("H", "H"),
    width: given("W", "W"),
  };
  const times = (a: Tensor, b: Tensor, name: string, tex: string): Tensor =>
    graph.apply(mul, { a, b }, { names: { name, tex } });
  const channels = times(sizes.inputs, sizes.outputs, "Cin · Cout", "C_{\\mathrm{in}} C_{\\mathrm{out}}");
  const window = times(sizes.kernel, sizes.kernel, "k · k", "k^2");
  const convolution = times(window, channels, "conv weights", "n_{\\mathrm{conv}}");
  const biased = graph.apply(add, { a: convolution, b: sizes.outputs }, { names: "conv weights and biases" });
  const pixels = times(sizes.height, sizes.width, "H · W", "HW");
  const pairs = times(pixels, pixels, "pairs of pixels", "(HW)^2");
  const dense = times(pairs, channels, "dense weights", "n_{\\mathrm{dense}}");
  const ratio = graph.apply(div, { a: dense, b: convolution }, { names: "dense / conv" });
  return { sizes, convolution, biased, pixels, pairs, dense, ratio };
}

/** The sizes as they stand, as whole numbers without end. */
export type Whole = Readonly<Record<keyof Sizes, bigint>>;

/** Reads the sizes, which a float32 holds exactly. Only once there are results. */
export function wholeOf({ sizes }: Counts, results: Results): Whole {
  const read = (tensor: Tensor): bigint => BigInt(results.value(tensor, 0));
  return {
    kernel: read(sizes.kernel),
    inputs: read(sizes.inputs),
    outputs: read(sizes.outputs),
    height: read(sizes.height),
    width: read(sizes.width),
  };
}

/** k · k · Cin · Cout, exactly. */
export const convolutionWeights = ({ kernel, inputs, outputs }: Whole): bigint => kernel * kernel * inputs * outputs;
/** Dense weights for each weight of the convolution, to the nearest whole number. */
export const ratioOf = (whole: Whole): bigint => {
  const [few, many] = [convolutionWeights(whole), denseWeights(whole)];
  return (2n * many + few) / (2n * few);
};
/** (H · W · Cin) · (H · W · Cout), exactly. */
export const denseWeights = ({ height, width, inputs, outputs }: Whole): bigint =>
  height * width * inputs * (height * width * outputs);
