/** Which family of kernels computes a step: by shape alone where the step is small, else the fastest on this adapter. */
import type { Step } from "../core/tape";
import { siteOf, storage } from "../core/graph";
import { isChoice, smallStep, type Choice, type Recipe, type Routine } from "../core/recipe";
import { size } from "../core/shape";
import { KernelError } from "./errors";

/** Family by question; a question is an op with the part of it that is computed: "matmul forward", "matmul gradient of a". */
export type Decisions = Readonly<Record<string, string>>;

/** How a step is computed. Throws KernelError where the op has no kernels for it. */
export function recipeOf(step: Pick<Step, "node" | "gradient">): Recipe {
  const { op } = step.node;
  if (!step.gradient) return op.kernels.forward;
  const recipe = op.kernels.gradient[step.gradient.input];
  if (!recipe) throw new KernelError(`${op.name}: no kernel for the gradient of ${step.gradient.input}`);
  return recipe;
}

export const questionOf = ({ node, gradient }: Pick<Step, "node" | "gradient">): string =>
  gradient ? `${node.op.name} gradient of ${gradient.input}` : `${node.op.name} forward`;

/** Something that only the adapter can answer: several families suit a step that is not small. */
export interface OpenQuestion {
  readonly question: string;
  readonly step: Step;
  readonly choice: Choice;
}

export class Families {
  readonly #decided = new Map<string, string>();
  readonly #forced = new Map<string, string>();
  readonly #hear: (decided: Decisions) => void;

  /** `remembered` are answers of an earlier visit on the same adapter; `hear` is told of each new one, with all the others. */
  constructor(remembered: Decisions = {}, hear: (decided: Decisions) => void = () => {}) {
    this.#hear = hear;
    for (const [question, family] of Object.entries(remembered)) this.#decided.set(question, family);
  }

  /** What has been found out on this adapter. */
  get decided(): Decisions {
    return Object.fromEntries(this.#decided);
  }

  /** Keeps an answer for as long as the device lives. */
  decide(question: string, family: string): void {
    this.#decided.set(question, family);
    this.#hear(this.decided);
  }

  /** From now on this family answers wherever it suits, whatever is faster, at every size; undefined lifts that. */
  force(question: string, family: string | undefined): void {
    if (family === undefined) this.#forced.delete(question);
    else this.#forced.set(question, family);
  }

  /** The kernels of a step. A question that is open is answered by the best guess. */
  routine(step: Step): Routine {
    const recipe = recipeOf(step);
    return isChoice(recipe) ? recipe.families[this.#family(step, recipe)] : recipe;
  }

  /** What must be timed before these steps are laid out, each question once. */
  open(steps: readonly Step[]): readonly OpenQuestion[] {
    const asked = new Map<string, OpenQuestion>();
    for (const step of steps) {
      const choice = recipeOf(step);
      const question = questionOf(step);
      if (!isChoice(choice) || this.#forced.has(question) || this.#decided.has(question)) continue;
      if (isLarge(step) && choice.suited(siteOf(step.node)).length > 1) asked.set(question, { question, step, choice });
    }
    return [...asked.values()];
  }

  #family(step: Step, choice: Choice): string {
    const suited = choice.suited(siteOf(step.node));
    const question = questionOf(step);
    const forced = this.#forced.get(question);
    if (forced !== undefined && suited.includes(forced)) return forced;
    const decided = this.#decided.get(question);
    return isLarge(step) && decided !== undefined && suited.includes(decided) ? decided : suited[0];
  }
}

/** Whether the largest tensor of a step has more cells than are computed by shape alone. */
const isLarge = ({ node }: Step): boolean =>
  [...Object.values(node.inputs), ...Object.values(node.outputs)].some(
    (tensor) => size(storage(tensor).shape) > smallStep,
  );
