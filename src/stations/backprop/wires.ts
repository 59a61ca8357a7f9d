/** The ways between the tiles and capsules of station 6: data on one line, gradients back on another. */
import type { Vector } from "../../story/picture";
import { at, capsuleSize, columnsOf, drop, tile, type Columns } from "./graph";
import type { Model } from "./model";

const edge = tile.width / 2 + 3;
const side = capsuleSize.width / 2 + 3;

/** The ways between tiles and capsules, in pixels, in the direction of the data; gradients go back on lines of their own. */
export interface Wires {
  readonly forward: Readonly<Record<string, readonly Vector[]>>;
  readonly backward: Readonly<Record<string, readonly Vector[]>>;
}

type Points = readonly (readonly [number, number])[];
const way = (points: Points): readonly Vector[] => points.map(([x, y]) => at(x, y));

export function wires(m: Model): Wires {
  const c = columnsOf(m.biased);
  const forward: Record<string, Points> = {};
  const backward: Record<string, Points> = {};
  for (const n of [0, 1] as const) neuronWires(c, n, forward, backward);
  const { middle } = c;
  const low = middle + drop;
  Object.assign(forward, {
    "add→out": [
      [c.add + side, middle],
      [c.out - side, middle],
    ],
    "w3→out": vertical(c.out - 9, middle - 107 + drop + 20, middle - 23),
    "out→prediction": [
      [c.out + side, middle],
      [c.prediction - edge, middle],
    ],
    "prediction→loss": [
      [c.prediction + edge, middle],
      [c.loss - side, middle],
    ],
    "y→loss": vertical(c.loss, middle + 101 - 23, middle + 62),
    "loss→L": [
      [c.loss + side, middle],
      [c.L - edge, middle],
    ],
  });
  Object.assign(backward, {
    "L→loss": [
      [c.L - edge, low],
      [c.loss + side, low],
    ],
    "loss→prediction": [
      [c.loss - side, low],
      [c.prediction + edge, low],
    ],
    "prediction→out": [
      [c.prediction - edge, low],
      [c.out + side, low],
    ],
    "out→w3": vertical(c.out + 9, middle - 23, middle - 107 + drop + 20),
    "out→add": [
      [c.out - side, low],
      [c.add + side, low],
    ],
  });
  const both = (ways: Record<string, Points>): Record<string, readonly Vector[]> =>
    Object.fromEntries(Object.entries(ways).map(([key, points]) => [key, way(points)]));
  return { forward: both(forward), backward: both(backward) };
}

const vertical = (x: number, from: number, to: number): Points => [
  [x, from],
  [x, to],
];

/** The wires of one neuron: x splits towards it, its weight enters from outside, its output bends into the sum. */
function neuronWires(c: Columns, n: 0 | 1, forward: Record<string, Points>, backward: Record<string, Points>): void {
  const y = c.rows[n];
  const low = y + drop;
  const id = n + 1;
  const fork = c.x + 42;
  const meet = c.add - 38 - n * 6;
  const back = c.add - 52 + n * 30;
  forward[`x→scale${id}`] = [
    [c.x + edge, c.middle],
    [fork, c.middle],
    [fork, y],
    [c.scale - side, y],
  ];
  const join = c.bias ?? c.scale;
  if (c.bias !== undefined) {
    forward[`scale→bias${id}`] = [
      [c.scale + side, y],
      [c.bias - side, y],
    ];
    backward[`bias→scale${id}`] = [
      [c.bias - side, low],
      [c.scale + side, low],
    ];
    weightWires(c.bias, `b${id}`, y, n, forward, backward);
  }
  weightWires(c.scale, `w${id}`, y, n, forward, backward);
  forward[`scale→z${id}`] = [
    [join + side, y],
    [c.z - edge, y],
  ];
  forward[`z→act${id}`] = [
    [c.z + edge, y],
    [c.act - side, y],
  ];
  forward[`act→a${id}`] = [
    [c.act + side, y],
    [c.a - edge, y],
  ];
  const into = c.middle - 6 + 12 * n;
  forward[`a→add${id}`] = [
    [c.a + edge, y],
    [meet, y],
    [meet, into],
    [c.add - side, into],
  ];
  const from = c.middle + drop - 4 + 8 * n;
  backward[`add→a${id}`] = [
    [c.add - side, from],
    [back, from],
    [back, low],
    [c.a + edge, low],
  ];
  backward[`a→act${id}`] = [
    [c.a - edge, low],
    [c.act + side, low],
  ];
  backward[`act→z${id}`] = [
    [c.act - side, low],
    [c.z + edge, low],
  ];
  backward[`z→scale${id}`] = [
    [c.z - edge, low],
    [join + side, low],
  ];
}

/** A weight stands above the upper neuron and below the lower one; its two wires run side by side. */
function weightWires(
  x: number,
  name: string,
  y: number,
  n: 0 | 1,
  forward: Record<string, Points>,
  backward: Record<string, Points>,
): void {
  const [near, far] = n === 0 ? [y - 23, y - 107 + drop + 20] : [y + 61, y + 103 - 23];
  forward[`${name}→`] = vertical(x - 9, far, near);
  backward[`→${name}`] = n === 0 ? vertical(x + 9, near, far) : vertical(x + 9, near, y + 103 - 23);
}
