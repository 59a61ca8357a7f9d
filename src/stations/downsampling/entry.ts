/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 9,
  name: "Downsampling",
  group: "Convolutions",
  looks: [
    { name: "zone plate, blurred", knobs: { image: "zone plate", pool: "blur", period: 2 } },
    { name: "house, average", knobs: { image: "house", pool: "average" } },
  ],
} as const;
