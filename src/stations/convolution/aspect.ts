/** How station 7 is seen: where sheets come to lie beside and above each other on the canvas, in units. */
import type { Opening, Vector } from "../../story/picture";

/** From the left and from above, without perspective. */
export const opening = { kind: "perspective", azimuth: -18, elevation: 30, fieldOfView: 0 } as const satisfies Opening;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const [sinAzimuth, cosAzimuth] = [Math.sin(radians(opening.azimuth)), Math.cos(radians(opening.azimuth))];
const [sinElevation, cosElevation] = [Math.sin(radians(opening.elevation)), Math.cos(radians(opening.elevation))];

const across = ([x, , z]: Vector): number => cosAzimuth * x - sinAzimuth * z;
const upwards = ([x, y, z]: Vector): number => cosElevation * y - sinElevation * (sinAzimuth * x + cosAzimuth * z);

/** What comes forward by this for every step to the right is seen level. */
export const level = -Math.tan(radians(opening.azimuth));
/** How much farther right on the canvas a level step to the right leads. */
const levelStep = across([1, 0, level]);

/** How far apart in depth sheets of that height must stand so that each is seen whole, with some air. */
export const apart = (height: number): number =>
  (cosElevation * height + 0.5) / (upwards([-sinAzimuth / cosAzimuth, 0, 0]) * -1 + upwards([0, 0, -1]));

/** How much higher what stands that far behind is seen, measured along a sheet that goes up. */
export const rise = (behind: Vector): number =>
  (upwards(behind) - (upwards([1, 0, 0]) / across([1, 0, 0])) * across(behind)) / cosElevation;

/** A sheet that faces the flat viewer: its top left corner and its size. */
export interface Panel {
  readonly corner: Vector;
  readonly width: number;
  readonly height: number;
}

interface Seen {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

function seen({ corner, width, height }: Panel): Seen {
  const [x, y, z] = corner;
  return {
    left: across(corner),
    right: across([x + width, y, z]),
    low: upwards([x, y - height, z]),
    high: upwards([x + width, y, z]),
  };
}

/** How far all of it must be raised for its middle to be seen at height 0. */
export function raise(panels: readonly Panel[]): number {
  const all = panels.map(seen);
  const middle = (Math.min(...all.map(({ low }) => low)) + Math.max(...all.map(({ high }) => high))) / 2;
  return -middle / cosElevation;
}

/** How far to the right, and forward by `level`, panels must move to be seen beside others with a gap between. */
export function clearOf(others: readonly Panel[], panels: readonly Panel[], gap: number): number {
  const left = others.map(seen);
  const moves = panels
    .map(seen)
    .flatMap((panel) =>
      left
        .filter(({ low, high }) => low < panel.high + air && panel.low < high + air)
        .map(({ right }) => (right + gap - panel.left) / levelStep),
    );
  return Math.max(...moves);
}

/** Panels that are seen less than this apart, one above the other, count as neighbours. */
const air = 0.8;
