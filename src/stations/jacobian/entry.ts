/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 5,
  name: "Jacobian",
  group: "Backpropagation",
  looks: [
    { name: "cube", knobs: { layout: "cube" } },
    { name: "gallery", knobs: { show: "gallery", op: "conv2d.input" } },
  ],
} as const;
