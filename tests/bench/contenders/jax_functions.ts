/**
 * The rows as functions of jax-js. Gradients of convolutions are the convolutions that they come to, and those of rowwise ops
 * their formulas, so that no forward pass is timed; only the pools' take `vjp`, whose forward pass the compiler drops where it
 * can.
 */
import { lax, nn, numpy as np, vjp, type Array as Tensor } from "@jax-js/jax";
import { epsilon, extentsOf, type Row } from "../row";

/** Takes the tensors in the order of their names, and consumes them. */
type Apply = (...tensors: Tensor[]) => Tensor;
/** A function, and the names of what it reads. */
export interface Making {
  readonly reads: readonly string[];
  readonly apply: Apply;
}

const lastAxis = { keepdims: true };

function convolution(row: Row): Making {
  const { taps, stride, padding, height, width, down, across } = extentsOf(row);
  const strides = [stride, stride];
  const all: [number, number] = [padding, padding];
  if (row.gradient === undefined)
    return {
      reads: ["input", "weight"],
      apply: (input, weight) => lax.convGeneralDilated(input, weight, strides, [all, all]),
    };
  // What the stride leaves unread at the far edges.
  const left = (extent: number, windows: number): number => extent + 2 * padding - taps - (windows - 1) * stride;
  const rest = [left(height, down), left(width, across)];
  if (row.gradient === "input") {
    const near = taps - 1 - padding;
    const edges = rest.map((far): [number, number] => [near, near + far]);
    return {
      reads: ["upstream", "weight"],
      apply: (upstream, weight) => {
        const turned = np.flip(np.transpose(weight, [1, 0, 2, 3]), [2, 3]);
        return lax.convGeneralDilated(upstream, turned, [1, 1], edges, { lhsDilation: strides });
      },
    };
  }
  const edges = rest.map((far): [number, number] => [padding, padding - far]);
  return {
    reads: ["input", "upstream"],
    apply: (input, upstream) => {
      const [images, kernels] = [input, upstream].map((tensor) => np.transpose(tensor, [1, 0, 2, 3]));
      const result = lax.convGeneralDilated(images, kernels, [1, 1], edges, { rhsDilation: strides });
      return np.transpose(result, [1, 0, 2, 3]);
    },
  };
}

function pool(row: Row): Making {
  const { taps, stride, padding } = extentsOf(row);
  const forward = (input: Tensor): Tensor =>
    lax.reduceWindow(
      padding === 0 ? input : edged(input, padding),
      (window) => np.max(window),
      [taps, taps],
      [stride, stride],
    );
  if (row.gradient === undefined) return { reads: ["input"], apply: forward };
  return {
    reads: ["input", "upstream"],
    apply: (input, upstream) => {
      const [output, back] = vjp(forward, [input]);
      output.dispose();
      const [gradient] = back(upstream);
      back.dispose();
      return gradient;
    },
  };
}

/** −∞ around an image: its own padding is of zeros. */
function edged(input: Tensor, padding: number): Tensor {
  const around: Record<number, [number, number]> = { 2: [padding, padding], 3: [padding, padding] };
  const inside = np.pad(np.onesLike(input.ref), around);
  return np.where(np.greater(inside, 0), np.pad(input, around), -Infinity);
}

function softmax({ gradient }: Row): Making {
  if (gradient === undefined) return { reads: ["input"], apply: (input) => nn.softmax(input, -1) };
  return {
    reads: ["output", "upstream"],
    apply: (y, upstream) => {
      const weighted = y.ref.mul(upstream);
      return weighted.ref.sub(np.sum(weighted, -1, lastAxis).mul(y));
    },
  };
}

function layerNorm({ gradient }: Row): Making {
  if (gradient === undefined)
    return {
      reads: ["input", "weight", "bias"],
      apply: (input, weight, bias) => nn.standardize(input, -1, { epsilon }).mul(weight).add(bias),
    };
  return {
    reads: ["input", "weight", "upstream"],
    apply: (input, weight, upstream) => {
      const centred = input.ref.sub(np.mean(input, -1, lastAxis));
      const variance = np.mean(np.square(centred.ref), -1, lastAxis);
      const inverse = np.reciprocal(np.sqrt(variance.add(epsilon)));
      const hat = centred.mul(inverse.ref);
      const g = upstream.mul(weight);
      const along = np.mean(g.ref.mul(hat.ref), -1, lastAxis);
      const middle = np.mean(g.ref, -1, lastAxis);
      return g.sub(middle).sub(hat.mul(along)).mul(inverse);
    },
  };
}

function gelu({ gradient }: Row): Making {
  if (gradient === undefined) return { reads: ["input"], apply: (input) => nn.gelu(input, { approximate: false }) };
  const scale = 1 / Math.sqrt(2 * Math.PI);
  return {
    reads: ["input", "upstream"],
    apply: (input, upstream) => {
      const share = lax.erf(input.ref.mul(Math.SQRT1_2)).add(1).mul(0.5);
      const density = np.exp(np.square(input.ref).mul(-0.5)).mul(scale);
      return upstream.mul(share.add(input.mul(density)));
    },
  };
}

function chain(length: number): Making {
  return {
    reads: ["a", "b"],
    apply: (a, b) => {
      let now = a;
      for (let i = 0; i < length; i++) now = i % 2 === 0 ? np.matmul(now, b.ref) : nn.relu(now);
      b.dispose();
      return now;
    },
  };
}

/** By the op's name; nothing where there is nothing to compute. */
export const makings: Readonly<Record<string, (row: Row) => Making | undefined>> = {
  matmul: ({ chain: length }) =>
    length === undefined ? { reads: ["a", "b"], apply: (a, b) => np.matmul(a, b) } : chain(length),
  conv2d: convolution,
  max_pool2d: pool,
  softmax,
  layer_norm: layerNorm,
  gelu,
  relu: ({ gradient }) =>
    gradient === undefined
      ? { reads: ["input"], apply: (input) => nn.relu(input) }
      : {
          reads: ["input", "upstream"],
          apply: (input, upstream) => np.where(np.greater(input, 0), upstream, 0),
        },
  // The gradient of a sum is what arrives: nothing is computed.
  add: ({ gradient }) => (gradient === undefined ? { reads: ["a", "b"], apply: (a, b) => np.add(a, b) } : undefined),
  mul: ({ gradient }) => ({
    reads: [gradient === undefined ? "a" : "upstream", "b"],
    apply: (a, b) => np.multiply(a, b),
  }),
};
