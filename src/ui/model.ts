/** What the page shows, apart from the moment and the view: plain state that the parts of the page share. */
import type { Tensor } from "../core/graph";
import { size } from "../core/shape";
import type { CellRef, Picture } from "../story/picture";
import type { Edits, Knob, Knobs, Station } from "../story/station";
import type { Address } from "./address";
import type { ErrorMessage } from "./messages";
import { listed } from "./present";
import type { Session } from "./session";
import type { Theme } from "./shell";

/** Knobs that every station has. */
export const common: readonly Knob[] = [
  {
    kind: "choice",
    name: "colour",
    label: "colour",
    turns: "view",
    folder: "Picture",
    initial: "linear",
    options: [
      { value: "linear", label: "linear" },
      { value: "symlog", label: "symmetric log" },
    ],
  },
];

/** Where to stand in a station that is being opened; what is not said is as the station opens. */
export type Arrival = Partial<Pick<Address, "time" | "granularity" | "view">>;

export class Model {
  station: Station | undefined;
  knobs: Knobs = {};
  /** The knobs of the structure that were turned last, by name. */
  turned: readonly string[] = [];
  edits: Edits = {};
  theme: Theme = "system";
  errors: readonly ErrorMessage[] = [];
  notices: readonly string[] = [];
  /** Until the station's first lesson is there. */
  arrival: Arrival | undefined;
  /** The lesson that is shown; while another station is opened, it is still the last one's. */
  session: Session | undefined;
  picture: Picture | undefined;

  /** What was thrown, where what is set cannot be built or run. */
  get refusal(): ErrorMessage | undefined {
    return this.errors.find(({ cause }) => cause !== undefined);
  }

  knobsOf(station = this.station): readonly Knob[] {
    return [...(station?.knobs ?? []), ...common];
  }

  note(...notices: readonly string[]): void {
    this.notices = [...this.notices, ...notices];
  }

  /** The tensors that the tables list in an iteration, by name. */
  listed(iteration: number): readonly (readonly [name: string, tensor: Tensor])[] {
    return this.session ? listed(this.session.lesson, iteration) : [];
  }

  /** A cell by its tensor's name: of the tensors that stand in the tables, else of the first that is called so. */
  cellNamed(name: string, at: number, iteration: number): CellRef | undefined {
    const all = this.session?.lesson.tape.graph.tensors ?? [];
    const named = all.map((tensor) => [tensor.name, tensor] as const);
    const [, tensor] = [...this.listed(iteration), ...named].find(([candidate]) => candidate === name) ?? [];
    return tensor && at < size(tensor.shape) ? { tensor, at } : undefined;
  }
}
