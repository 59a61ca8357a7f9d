/** Texts as rows of numbers: every symbol is a number without a minus sign, and what has one is no symbol. */

/** What stands where there is no symbol. */
export const nothing = -1;

/** Whether a row ends before this number. */
export const isEnd = (symbol: number): boolean => symbol < 0 || Object.is(symbol, -0);
