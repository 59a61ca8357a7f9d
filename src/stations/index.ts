/** The stations in the order of the recitation, each loaded when it is opened. */
import type { Station } from "../story/station";

/** What the menu shows before a station is loaded. */
export interface Entry {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  load(): Promise<Station>;
}

export const stations: readonly Entry[] = [
  { id: "jacobian", number: 5, name: "Jacobian", load: async () => (await import("./jacobian")).station },
  { id: "backprop", number: 6, name: "Backprop", load: async () => (await import("./backprop")).station },
  { id: "convolution", number: 7, name: "Convolution", load: async () => (await import("./convolution")).station },
  { id: "pooling", number: 8, name: "Pooling", load: async () => (await import("./pooling")).station },
];
