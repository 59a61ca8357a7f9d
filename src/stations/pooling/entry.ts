/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 8,
  name: "Pooling",
  group: "Convolutions",
  looks: [
    { name: "average", knobs: { pool: "average" } },
    { name: "overlapping", knobs: { kernel_size: 3, stride: 1 } },
    { name: "large", knobs: { height: 64, width: 64 } },
  ],
} as const;
