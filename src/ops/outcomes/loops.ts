/** The training loops that an outcome map may run. */
import type { Loop } from "./loop";
import { network, networkActivations } from "./network";
import { descents, quadratic, type Descent } from "./quadratic";

export const loopNames = ["quadratic", "recitation_network", "biased_network"] as const;
export type LoopName = (typeof loopNames)[number];

/** Which loop, and by what it is trained or what it is made of. */
export interface Variant {
  readonly of: LoopName;
  readonly optimizer: string;
  readonly activation: string;
}

/** Every variant there is. */
export const variants: readonly Variant[] = [
  ...descents.map((optimizer) => ({ of: "quadratic" as const, optimizer, activation: "none" })),
  ...(["recitation_network", "biased_network"] as const).flatMap((of) =>
    networkActivations.map((activation) => ({ of, optimizer: "sgd", activation })),
  ),
];

/** A variant in words. */
export const variantOf = ({ of, optimizer, activation }: Variant): string =>
  of === "quadratic" ? `${of} ${optimizer}` : `${of} ${activation}`;

const made = new Map<string, Loop>();

/** The formulas of a variant; made once. */
export function loopFor(variant: Variant): Loop {
  const name = variantOf(variant);
  const loop = made.get(name) ?? loopOf(variant);
  made.set(name, loop);
  return loop;
}

const loopOf = ({ of, optimizer, activation }: Variant): Loop =>
  of === "quadratic"
    ? quadratic(optimizer as Descent)
    : network(activation, of === "biased_network" ? "biased" : "plain");

/** The parameters of a loop, in the order in which `settings` holds them. */
export const loopParameters = (of: LoopName): readonly string[] =>
  loopFor(variants.find((variant) => variant.of === of)!).parameters;
