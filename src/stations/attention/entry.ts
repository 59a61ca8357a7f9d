/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 11,
  name: "Attention",
  group: "Transformers",
  looks: [
    { name: "positions", knobs: { view: "input", positions: "sinusoidal" } },
    { name: "shuffled", knobs: { view: "shuffle" } },
    { name: "two-causal-heads", knobs: { heads: "2", causal: true } },
  ],
} as const;
