/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 2,
  name: "Activations",
  group: "Warm-up",
  looks: [
    { name: "gelu", knobs: { activation: "gelu" } },
    { name: "deep-relu", knobs: { show: "stack" } },
    { name: "deep-small", knobs: { show: "stack", activation: "tanh", init: "small", axis: "powers" } },
  ],
} as const;
