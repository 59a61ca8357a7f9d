/** How the menu lists this station before it is loaded. */
export const entry = { number: 6, name: "Backprop", group: "Backpropagation" } as const;
