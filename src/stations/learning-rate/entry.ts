/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 1,
  name: "Learning rate",
  group: "Warm-up",
  looks: [
    { name: "diverging", knobs: { lr: 2.1 } },
    { name: "bowl", knobs: { show: "bowl", lr: 1.8 } },
    { name: "map", knobs: { show: "map" } },
  ],
} as const;
