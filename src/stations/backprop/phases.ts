/** What station 6 plays, step of SGD after step of SGD: forward, loss, backward, update. */
import { format } from "../../core/numeral";
import type { Step } from "../../core/tape";
import type { Act, Current } from "../../story/picture";
import type { Phase } from "../../story/score";
import { backward } from "./backward";
import { forward, loss } from "./forward";
import { at, columnsOf, drop, weightPlace } from "./graph";
import type { Iteration, Model, Weight } from "./model";
import { cell, factor, flow, value, type Part } from "./parts";
import { wires } from "./wires";

export function phases(m: Model, steps: number): readonly Phase[] {
  const ways = wires(m);
  return m.iterations.slice(0, steps).flatMap((iteration, index) => {
    const act = (part: Part): Act => actOf(part, m.writer(part.writes), index);
    const phase = (name: string, parts: readonly Part[], current?: Current): Phase => ({
      name,
      ...(current && { current }),
      acts: parts.map(act),
    });
    return [
      phase("forward", forward(m, iteration, ways), "data"),
      phase("loss", loss(m, iteration, ways)),
      phase("backward", backward(m, iteration, ways), "gradient"),
      phase("update", update(m, iteration)),
    ];
  });
}

const actOf = (part: Part, step: Step, iteration: number): Act => ({
  step,
  current: part.current,
  iteration,
  moments: 1,
  micros: 1,
  unit: step.node.op.name,
  stays: step.kind !== "update",
  flows: () => part.flows,
  lit: () => part.reads.map(cell),
  writes: () => [cell(part.writes)],
  say: (_, now) => part.say(now),
});

function update(m: Model, it: Iteration): Part[] {
  const c = columnsOf(m.biased);
  return Object.entries(it.next).map(([name, next]): Part => {
    const weight = it.weights[name as Weight]!;
    const gradient = it.gradient.get(weight)!;
    const [x, y] = weightPlace(c, name as Weight);
    // On the side where the name does not stand.
    const side = name.startsWith("b") ? -1 : 1;
    const points = [
      at(x + 33 * side, y + drop),
      at(x + 41 * side, y + drop),
      at(x + 41 * side, y),
      at(x + 33 * side, y),
    ];
    return {
      writes: next,
      current: "gradient",
      reads: [weight, gradient],
      flows: [flow(points, "gradient", gradient)],
      say: (now) => ({
        main: `SGD moves $${weight.tex}$ against its gradient.`,
        quiet: `${value(now, weight)} − ${format(now.results.value(m.rate, 0))} · ${factor(now, gradient)} = ${value(now, next)}`,
      }),
    };
  });
}
