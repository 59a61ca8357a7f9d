/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 4,
  name: "Convolution vs dense",
  group: "Warm-up",
  looks: [
    { name: "padded", knobs: { padded: true } },
    { name: "largest", knobs: { kernel: 1, inputs: 1024, outputs: 1024, height: 1024, width: 1024 } },
  ],
} as const;
