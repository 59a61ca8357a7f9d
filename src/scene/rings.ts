/** Rings around cells: what the cursor, the pin, a claim and the flows light. */
import type { Tensor } from "../core/graph";
import type { CellRef, Current, Vector } from "../story/picture";
import { centreAt } from "./cells";
import type { Plate } from "./box";
import { clear } from "./box";
import { faceTowards } from "./globals";
import type { ShownBlock } from "./shown";
import type { UnderWay } from "./stream";
import type { Rgba, Theme } from "./theme";
import { add, times } from "./vector";
import type { View } from "./view";

/** What is lit, by the page's own doing. */
export interface Lights {
  readonly hover?: CellRef;
  readonly pinned?: CellRef;
  /** What a claim shows. */
  readonly highlighted: readonly CellRef[];
  /** What the hovered or pinned cell was read from. */
  readonly sources: readonly { readonly cell: CellRef; readonly current: Current }[];
}
/** A ring to be drawn; widths in CSS pixels. */
interface Ring {
  readonly cell: CellRef;
  readonly colour: Rgba;
  readonly width: number;
  readonly offset: number;
  readonly dashed?: boolean;
}
const bearable = 80;
const mostRings = 3000;
/** On smaller cells, CSS pixels, dashes would be all there is. */
const dashedFrom = 9;
/** The share of a moment in which its target answers. */
const answering = 0.15;

const ring = (cell: CellRef, colour: Rgba, width: number, offset = 0): Ring => ({ cell, colour, width, offset });
const faded = ([r, g, b, a]: Rgba, by: number): Rgba => [r, g, b, a * by];

function momentRings({ act, moment, v, resting }: UnderWay, theme: Theme): Ring[] {
  const hue = theme[act.current];
  const lit = v > 0 ? act.lit(moment).map((cell) => ring(cell, hue, 2)) : [];
  const answer = resting || v < 1 - answering ? 0 : (1 - v) / answering;
  return answer > 0 ? [...lit, ...act.writes(moment).map((cell) => ring(cell, faded(hue, answer), 3))] : lit;
}

/** All rings, the strongest last. Cells that are tied with a winner have dashes. */
export function ringsOf(
  lights: Lights,
  moments: readonly UnderWay[],
  tied: readonly CellRef[],
  theme: Theme,
): readonly Ring[] {
  const ink = theme.text;
  const current = moments.filter(({ act }) => act === moments[0].act);
  const lit = current.flatMap((moment) => momentRings(moment, theme));
  return [
    ...tied.slice(0, mostRings).map((cell): Ring => ({ ...ring(cell, ink, 2), dashed: true })),
    // Where nearly everything is lit, rings say nothing and hide the numbers.
    ...(lit.length > bearable ? [] : lit),
    ...lights.sources.slice(0, mostRings).map(({ cell, current: by }) => ring(cell, theme[by], 2)),
    ...lights.highlighted.slice(0, mostRings).map((cell) => ring(cell, ink, 2)),
    ...(lights.hover ? [ring(lights.hover, ink, 2)] : []),
    ...(lights.pinned ? [ring(lights.pinned, ink, 3)] : []),
  ];
}

/** The ring of a cell in a block that shows it. */
function plateOf(
  { colour, width, offset, dashed = false }: Ring,
  shown: ShownBlock,
  index: readonly number[],
  view: View,
): Plate {
  const { grid } = shown;
  const [right, up, out] = planeOf(shown, view);
  const centre = add(centreAt(grid, index), times(out, grid.half[0]));
  const lineWidth = grid.half[1] * view.unit < 6 ? 1.5 : width;
  return {
    centre,
    right,
    up,
    half: ringHalf(grid, view),
    radius: view.perspective ? 1 : Math.min(5, 1 + 0.3 * grid.half[1] * view.unit),
    fill: clear,
    line: colour,
    lineWidth,
    offset,
    dashed,
  };
}

/** A cell of less than three pixels would be a speck in its ring: the ring stands off it. */
function ringHalf({ half }: ShownBlock["grid"], { unit }: View): readonly [number, number] {
  const speck = 1.5;
  const air = 4;
  return Math.min(...half) * unit < speck ? [air / unit, air / unit] : half;
}

/** The plane that a cell's ring lies in: the cell's own, or a voxel's face towards the viewer. */
function planeOf({ grid }: ShownBlock, view: View): readonly [Vector, Vector, Vector] {
  if (!grid.voxel) return [grid.right, grid.up, [0, 0, 0]];
  const face = faceTowards(view);
  const right: Vector = face[0] === 0 ? [1, 0, 0] : [0, 0, 1];
  const up: Vector = face[1] === 0 ? [0, 1, 0] : [0, 0, 1];
  return [right, up, face];
}

/** Rings as plates, on every block that shows the cell in this iteration. */
export function ringPlates(
  rings: readonly Ring[],
  blocks: readonly ShownBlock[],
  iteration: number,
  view: View,
): Plate[] {
  const byTensor = new Map<Tensor, ShownBlock[]>();
  for (const shown of blocks) {
    if (!shown.visible || shown.block.factor) continue;
    const tensor = shown.tensor(iteration);
    byTensor.set(tensor, [...(byTensor.get(tensor) ?? []), shown]);
  }
  return rings.flatMap((each) =>
    (byTensor.get(each.cell.tensor) ?? []).flatMap((shown) => {
      const index = shown.find(each.cell.at);
      const seen = index && !(each.dashed && 2 * shown.grid.half[1] * view.unit < dashedFrom);
      return seen ? [plateOf(each, shown, index, view)] : [];
    }),
  );
}
