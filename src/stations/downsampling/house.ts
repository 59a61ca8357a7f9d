/** A small drawing with fine lines in it: a house with a tiled roof, a paling fence, the sun. */

type Inside = (row: number, column: number) => boolean;
interface Part {
  readonly inside: Inside;
  grey(row: number, column: number): number;
}

const box =
  (top: number, bottom: number, left: number, right: number): Inside =>
  (row, column) =>
    row >= top && row < bottom && column >= left && column < right;

const plain =
  (grey: number): Part["grey"] =>
  () =>
    grey;
/** Every second line is dark. */
const alternating = (at: number, light: number, dark: number): number => (at % 2 === 0 ? light : dark);

/** From the front to the back: the first that covers a pixel is seen. */
const parts: readonly Part[] = [
  { inside: box(30, 39, 30, 46), grey: (_, column) => alternating(column, 0.95, 0.2) },
  { inside: box(28, 39, 16, 20), grey: plain(0.1) },
  { inside: box(25, 30, 23, 28), grey: (row, column) => (row === 27 || column === 25 ? 0.1 : 1) },
  { inside: box(25, 30, 9, 14), grey: (row, column) => (row === 27 || column === 11 ? 0.1 : 1) },
  { inside: box(7, 14, 24, 27), grey: plain(0.3) },
  { inside: box(21, 39, 7, 30), grey: plain(0.7) },
  {
    inside: (row, column) => row >= 8 && row < 21 && Math.abs(column - 18) <= row - 6,
    grey: (row) => alternating(row, 0.55, 0.15),
  },
  { inside: (row, column) => (row - 10) ** 2 + (column - 38) ** 2 < 27, grey: plain(1) },
  { inside: box(39, 46, 0, 46), grey: plain(0.4) },
  { inside: () => true, grey: (row) => 0.2 + row / 200 },
];

/** The grey value of a pixel. */
export const house = (row: number, column: number): number =>
  parts.find(({ inside }) => inside(row, column))!.grey(row, column);
