/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 6,
  name: "Backprop",
  group: "Backpropagation",
  looks: [
    { name: "map-weights", knobs: { map: "w2" } },
    { name: "map-rate", knobs: { map: "lr" } },
    { name: "biases", knobs: { biased: true, bias: 0.5 } },
  ],
} as const;
