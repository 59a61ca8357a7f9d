/** How the menu lists this station before it is loaded. */
export const entry = { number: 7, name: "Convolution", group: "Convolutions" } as const;
