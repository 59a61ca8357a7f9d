/** Trainings stated a second time, by hand: what an outcome map's pixels are held against. */

/** What is left after the last step, and the class. */
interface Result {
  readonly measure: number;
  readonly flips: number;
  readonly outcome: number;
}

/** One step on a parabola: the weight and what the optimizer remembers. */
type Descent = (state: number[], g: number, lr: number, momentum: number, t: number) => void;

/** PyTorch's numbers, as float32 has them. */
const [alpha, beta2, eps] = [0.99, 0.999, 1e-8].map(Math.fround);

const descents: Readonly<Record<string, Descent>> = {
  sgd(s, g, lr, mu) {
    s[1] = mu * s[1] + g;
    s[0] -= lr * s[1];
  },
  nesterov(s, g, lr, mu) {
    s[1] = mu * s[1] + g;
    s[0] -= lr * (g + mu * s[1]);
  },
  rmsprop(s, g, lr, mu) {
    s[2] = alpha * s[2] + (1 - alpha) * g * g;
    s[1] = mu * s[1] + g / (Math.sqrt(s[2]) + eps);
    s[0] -= lr * s[1];
  },
  adam(s, g, lr, beta, t) {
    s[1] = beta * s[1] + (1 - beta) * g;
    s[2] = beta2 * s[2] + (1 - beta2) * g * g;
    s[0] -= ((lr / (1 - beta ** t)) * s[1]) / (Math.sqrt(s[2]) / Math.sqrt(1 - beta2 ** t) + eps);
  },
};

/** A training told step by step: how far it has to go and on which side it is. */
interface Told {
  readonly sizes: readonly number[];
  readonly sides: readonly number[];
  readonly dead: boolean;
}

function parabola(kind: string, steps: number, [w0, curvature, lr, momentum]: readonly number[]): Told {
  const s = [w0, 0, 0];
  const sides = [w0];
  for (let t = 1; t <= steps; t++) {
    descents[kind](s, curvature * s[0], lr, momentum, t);
    sides.push(s[0]);
  }
  return { sizes: sides.map((w) => (w === 0 ? 0 : Math.abs(w / w0))), sides, dead: false };
}

const slopes: Readonly<Record<string, (z: number, slope: number) => readonly [number, number]>> = {
  relu: (z) => (z > 0 ? [z, 1] : [0, 0]),
  leaky_relu: (z, slope) => (z > 0 ? [z, 1] : [slope * z, slope]),
  identity: (z) => [z, 1],
};

function network(kind: string, steps: number, [x, y, ...rest]: readonly number[], biased: boolean): Told {
  const [w, [lr, slope, bias = 0]] = [rest.slice(0, 3), rest.slice(3)];
  const b = [bias, bias];
  const sides: number[] = [];
  let dead = false;
  for (let t = 0; t <= steps; t++) {
    const [[a1, d1], [a2, d2]] = [0, 1].map((n) => slopes[kind](w[n] * x + b[n], slope));
    const miss = w[2] * (a1 + a2) - y;
    const gradient = [miss * w[2] * d1 * x, miss * w[2] * d2 * x, miss * (a1 + a2)];
    // A bias receives what its weight receives, before that is multiplied by x.
    const offsets = biased ? [miss * w[2] * d1, miss * w[2] * d2] : [];
    dead = [...gradient, ...offsets].every((g) => g === 0);
    sides.push(miss);
    gradient.forEach((g, i) => (w[i] -= lr * g));
    offsets.forEach((g, i) => (b[i] -= lr * g));
  }
  return { sizes: sides.map(Math.abs), sides, dead };
}

/** The training of this variant, with parameters in the order of its loop. */
export function training(variant: string, steps: number, parameters: readonly number[]): Result {
  const [of, kind] = variant.split(" ");
  const told =
    of === "quadratic" ? parabola(kind, steps, parameters) : network(kind, steps, parameters, of === "biased_network");
  const lost = told.sizes.findIndex((size) => !(size <= 1e15));
  const until = lost < 0 ? steps : lost - 1;
  const watched = Math.max(1, Math.floor(steps / 4));
  let flips = 0;
  for (let t = steps - watched + 1; t <= until; t++) {
    const turns = told.sides[t] < 0 !== told.sides[t - 1] < 0;
    if (turns && Math.max(told.sizes[t], told.sizes[t - 1]) > 1e-3) flips++;
  }
  const measure = lost < 0 ? told.sizes[steps] : Infinity;
  return { measure, flips, outcome: classOf(measure, told, flips, Math.max(1, Math.ceil(watched / 10))) };
}

function classOf(measure: number, { sizes, dead }: Told, flips: number, least: number): number {
  if (measure === Infinity) return 4;
  if (measure <= 1e-3) return 0;
  if (dead) return 5;
  if (measure > 1e3) return 4;
  if (measure >= sizes[0]) return 3;
  return flips >= least ? 2 : 1;
}

/** Whether a word names what a training comes to, as equations write it. */
export const isTraining = (word: string): boolean => /^(measure|flips|outcome):/.test(word);

/** What "outcome:quadratic:sgd:3" comes to. */
export function trainingNamed(word: string, parameters: readonly number[]): number {
  const [result, of, kind, steps] = word.split(":");
  return training(`${of} ${kind}`, Number(steps), parameters)[result as keyof Result];
}
