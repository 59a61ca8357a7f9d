/** The stations in the order of the recitation: every folder beside this file is one, and is loaded when it is opened. */
import type { Listed, Station } from "../story/station";

/** What the menu shows before a station is loaded. */
export interface Entry extends Listed {
  /** The name of its folder. */
  readonly id: string;
  load(): Promise<Station>;
}

const listed = import.meta.glob<Listed>("./*/entry.ts", { eager: true, import: "entry" });
const loaders = import.meta.glob<Station>("./*/index.ts", { import: "station" });

const entryOf = ([path, about]: [string, Listed]): Entry => {
  const id = path.slice("./".length, -"/entry.ts".length);
  return { id, ...about, load: loaders[`./${id}/index.ts`] };
};

export const stations: readonly Entry[] = Object.entries(listed)
  .map(entryOf)
  .toSorted((a, b) => a.number - b.number);
