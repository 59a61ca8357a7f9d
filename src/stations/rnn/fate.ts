/** What becomes of a gradient on its way back. */
export type Fate = "vanishes" | "keeps its size" | "explodes";
export const fates: readonly Fate[] = ["vanishes", "keeps its size", "explodes"];

/** Its fate where its size is multiplied by this: below a tenth it vanishes, above ten it explodes. */
export const fateOf = (factor: number): Fate => {
  if (factor < 0.1) return "vanishes";
  return factor > 10 ? "explodes" : "keeps its size";
};
