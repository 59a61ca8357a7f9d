import { vocabularies } from "./recitation";

/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 10,
  name: "Tokenizer",
  group: "Transformers",
  looks: [
    { name: "printed", knobs: { vocabulary: vocabularies.printed } },
    { name: "stopped", knobs: { vocabulary: vocabularies.first.replace('"that"\n', "") } },
  ],
} as const;
