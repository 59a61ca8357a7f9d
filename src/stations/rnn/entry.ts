/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 12,
  name: "Recurrence",
  group: "Recurrent networks",
  looks: [
    { name: "vanishing", knobs: { radius: 0.5 } },
    { name: "LSTM", knobs: { show: "lstm" } },
    { name: "far back", knobs: { show: "distance", radius: 1.4 } },
    { name: "eight", knobs: { steps: 8 } },
  ],
} as const;
