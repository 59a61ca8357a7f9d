/** How the menu lists this station before it is loaded. */
export const entry = { number: 8, name: "Pooling", group: "Convolutions" } as const;
