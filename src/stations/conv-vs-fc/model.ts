/** What station 4 computes: two counts, the square that shows them, and a small convolution as a matrix. */
import { Graph, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { counted, type Counts } from "./counts";
import { smallConvolution, type Small, type SmallSizes } from "./small";
import { zoomed, type Zoom } from "./zoom";

export interface Model {
  readonly tape: Tape;
  readonly counts: Counts;
  readonly zoom: Zoom;
  readonly small: Small;
  writer(tensor: Tensor): Step;
}

export function model(sizes: SmallSizes): Model {
  const graph = new Graph();
  const tape = new Tape(graph);
  const counts = counted(graph);
  const zoom = zoomed(graph, counts);
  tape.forward();
  const small = smallConvolution(tape, sizes);
  return {
    tape,
    counts,
    zoom,
    small,
    writer: (tensor) => tape.writer(tensor),
  };
}
