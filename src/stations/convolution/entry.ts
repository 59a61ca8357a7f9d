/** How the menu lists this station before it is loaded. */
export const entry = {
  number: 7,
  name: "Convolution",
  group: "Convolutions",
  looks: [
    { name: "as-convolutions", knobs: { gradients: "convolution" } },
    { name: "padded", knobs: { padding: 1, stride: 2 } },
    { name: "batch", knobs: { batch: 3 } },
    { name: "channels", knobs: { in_channels: 3, out_channels: 2 } },
    { name: "large", knobs: { height: 32, width: 32, kernel_size: 5, padding: 2, in_channels: 4, out_channels: 4 } },
    { name: "stem", knobs: { size: "stem", kernel_size: 7, stride: 2, padding: 3 } },
  ],
} as const;
