/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 12,
  name: "Recurrence",
  group: "Recurrent networks",
  looks: [
    { name: "vanishing", knobs: { radius: 0.5 } },
    { name: "linear", knobs: { activation: "linear", radius: 1.3 } },
    { name: "eight", knobs: { steps: 8 } },
  ],
} as const;
