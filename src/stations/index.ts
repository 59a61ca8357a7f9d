/** The stations in the order of the recitation: every folder beside this file is one, and is loaded when it is opened. */
import type { Listed, Station } from "../story/station";

/** What the menu shows before a station is loaded. */
export interface Entry extends Listed {
  /** The name of its folder. */
  readonly id: string;
  /** Addresses of photographs of it, where there are some. */
  readonly thumbnails: { readonly light?: string; readonly dark?: string };
  load(): Promise<Station>;
}

const listed = import.meta.glob<Listed>("./*/entry.ts", { eager: true, import: "entry" });
const photographs = import.meta.glob<string>("./*/thumbnail-*.webp", { eager: true, query: "?url", import: "default" });
const loaders = import.meta.glob<Station>("./*/index.ts", { import: "station" });

/** A folder is a station once it has both files. */
const entryOf = ([path, about]: [string, Listed]): readonly Entry[] => {
  const id = path.slice("./".length, -"/entry.ts".length);
  const load = loaders[`./${id}/index.ts`] as Entry["load"] | undefined;
  const thumbnails = {
    light: photographs[`./${id}/thumbnail-light.webp`],
    dark: photographs[`./${id}/thumbnail-dark.webp`],
  };
  return load ? [{ id, ...about, thumbnails, load }] : [];
};

export const stations: readonly Entry[] = Object.entries(listed)
  .flatMap(entryOf)
  .toSorted((a, b) => a.number - b.number);
