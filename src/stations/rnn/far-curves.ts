/** The curves over all distances: what each is, and how it is drawn, in the picture and in the lesson's plot. */
import type { Tensor } from "../../core/graph";
import type { Trace } from "../../story/picture";
import type { Model } from "./model";

export interface Curve extends Pick<Trace, "token" | "dash" | "width"> {
  readonly id: string;
  /** By distance, from 0 on. */
  readonly tensor: Tensor;
  readonly name: string;
  /** Where there is little room. */
  readonly brief: string;
}

/** Gradients of the network warm, of the LSTM in ink; dashed and dotted is what each is made of. */
export const curvesOf = ({ distances, memory }: Model): readonly Curve[] => [
  {
    id: "norms",
    tensor: distances.norms,
    name: "$\\lVert\\partial h_T/\\partial h_t\\rVert$",
    brief: "$\\lVert\\partial h_T/\\partial h_t\\rVert$",
    token: "gradient",
    width: 3,
  },
  {
    id: "powers",
    tensor: distances.powers,
    name: "$\\rho^n$",
    brief: "$\\rho^n$",
    token: "gradient",
    width: 2,
    dash: "dashed",
  },
  {
    id: "slopes",
    tensor: distances.slopes,
    name: "slopes alone",
    brief: "slopes",
    token: "gradient",
    width: 2,
    dash: "dotted",
  },
  {
    id: "lstm",
    tensor: memory.norms,
    brief: "LSTM",
    name: "LSTM, $\\lVert\\partial c_T/\\partial c_t\\rVert$",
    token: "text",
    width: 3,
  },
  {
    id: "gates",
    tensor: memory.gates,
    name: "its forget gates alone",
    brief: "its gates",
    token: "text",
    width: 2,
    dash: "dotted",
  },
];
