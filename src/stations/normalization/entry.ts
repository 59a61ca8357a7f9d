/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 3,
  name: "Normalization",
  group: "Warm-up",
  looks: [
    { name: "inference", knobs: { method: "inference" } },
    { name: "layer", knobs: { method: "layer" } },
  ],
} as const;
