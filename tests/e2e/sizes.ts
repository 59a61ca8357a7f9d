/** Sizes of the window. */

/** The two that the design is drawn for. */
export const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** What most tests are done at: the layout of a desktop with fewer pixels, since software draws them. */
export const working = { width: 1100, height: 720 } as const;
