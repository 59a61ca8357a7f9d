/** A training loop as WGSL, printed from its formulas: the functions that `shaders/training_outcomes.wgsl` calls. */
import type { Cell, Formula } from "../../core/formula";
import { stateInput } from "../../core/march";
import { printWgsl } from "../../core/wgsl";
import type { Loop } from "./loop";

const name = ({ input, at }: Cell): string => `${input === stateInput ? "s" : "p"}[${at}]`;

interface Function {
  readonly head: string;
  readonly formulas: readonly Formula[];
  readonly end: (results: readonly string[]) => readonly string[];
}

function printed({ head, formulas, end }: Function): string {
  const { statements, results } = printWgsl(formulas, name);
  const body = [statements, ...end(results).map((line) => `  ${line}`)].filter((text) => text !== "");
  return `${head} {\n${body.join("\n")}\n}\n`;
}

/** The types and functions of a loop. */
export function printLoop(loop: Loop): string {
  const { parameters, start, next, measure, side, gradients } = loop;
  const types = [
    `// ${loop.name}`,
    `const settingsCount = ${parameters.length}u;`,
    `alias Settings = array<f32, ${parameters.length}>;`,
    `alias State = array<f32, ${next.length}>;`,
  ];
  const watched = [measure, side];
  const functions: readonly Function[] = [
    { head: "fn begin(p: Settings) -> State", formulas: start, end: (all) => [`return State(${all.join(", ")});`] },
    {
      head: "fn advance(s: ptr<function, State>, p: Settings) -> Standing",
      formulas: [...next, ...watched],
      end: (all) => [
        // The state may be read by either, so it moves last.
        `let stood = Standing(${all.slice(next.length).join(", ")});`,
        `*s = State(${all.slice(0, next.length).join(", ")});`,
        "return stood;",
      ],
    },
    {
      head: "fn isStill(s: State, p: Settings) -> bool",
      formulas: gradients,
      end: (all) => [`return ${all.length === 0 ? "false" : all.map((each) => `${each} == 0.0`).join(" && ")};`],
    },
  ];
  return `\n${types.join("\n")}\n\n${functions.map(printed).join("\n")}`;
}
