/** The sizes of station 9. */

/** The window of the image that both branches see. */
export const seen = 40;
/** How far the image can be moved: as many columns wait at its left to come in. */
export const mostShift = 6;
/** The image along each side. */
export const side = seen + mostShift;
/** Both branches halve the window. */
export const halved = seen / 2;
/** Every shift of the batch, in pixels. */
export const shifts: readonly number[] = Array.from({ length: mostShift + 1 }, (_, shift) => shift);
/** The whole output pixels by which an output would have moved. */
export const movedBy = (shift: number): number => Math.floor(shift / 2);

/**
 * The output columns that are compared: for every shift, the column that stood there before read no padding, neither at
 * the left edge nor at the right one.
 */
export const compared = { first: movedBy(mostShift) + 1, count: halved - movedBy(mostShift) - 2 } as const;
