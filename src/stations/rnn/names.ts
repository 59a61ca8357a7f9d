/** What tensors of station 12 are called. */
import type { Name, Tensor } from "../../core/graph";

/** A letter with the number of its step: h₁. */
export const numbered = (letter: string, t: number): { name: string; tex: string } => ({
  name: `${letter}${t}`,
  tex: `${letter}_{${t}}`,
});

/** ∂L/∂ of a tensor. */
export const gradientName = ({ name, tex }: Pick<Tensor, "name" | "tex">): Name => ({
  name: `∂L/∂${name}`,
  tex: `\\partial L/\\partial ${tex}`,
});
