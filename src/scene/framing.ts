/** Where the camera has to stand so that everything is seen in the safe area. */
import type { Opening, Vector } from "../story/picture";
import { labelScale, pictureScale, type LabelRoom } from "./labels";
import { add, times } from "./vector";
import { View, type CameraState, type Viewport } from "./view";

/** Share of the safe area that stays free. */
const air = 0.06;
/** No opening picture shows a unit larger than this, CSS pixels. */
const largestUnit = 72;
const rounds = 8;

export interface Subject {
  readonly points: readonly Vector[];
  readonly rooms: readonly LabelRoom[];
}
interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const safeSize = ({
  width,
  height,
  safeArea: { left, top, right, bottom },
}: Viewport): readonly [number, number] => [Math.max(40, width - left - right), Math.max(40, height - top - bottom)];

function boundsOf({ points, rooms }: Subject, view: View): Bounds {
  const seen = points.map((point) => view.project(point)).map(({ x, y }) => ({ left: x, top: y, right: x, bottom: y }));
  const seenTexts = rooms.filter(({ least, most }) => view.unit >= least && view.unit < most);
  const texts = seenTexts.map(({ at, kind, anchor, offset, width, height }) => {
    const scale = labelScale(view.unit, kind);
    const { x, y } = view.project(at);
    const left = x + offset[0] * pictureScale(view.unit) - anchor[0] * width * scale;
    const top = y + offset[1] * pictureScale(view.unit) - anchor[1] * height * scale;
    return { left, top, right: left + width * scale, bottom: top + height * scale };
  });
  const all = [...seen, ...texts];
  return {
    left: Math.min(...all.map((b) => b.left)),
    top: Math.min(...all.map((b) => b.top)),
    right: Math.max(...all.map((b) => b.right)),
    bottom: Math.max(...all.map((b) => b.bottom)),
  };
}

/** One correction: the middle of what is seen moves to the middle of the safe area, its size to the room there is. */
function corrected(state: CameraState, view: View, bounds: Bounds, largest: number): CameraState {
  const [width, height] = safeSize(view.viewport);
  const across = (bounds.left + bounds.right) / 2 - view.centre[0];
  const down = (bounds.top + bounds.bottom) / 2 - view.centre[1];
  const target = add(state.target, add(times(view.right, across / view.unit), times(view.up, -down / view.unit)));
  const scale = Math.min(
    ((1 - air) * width) / Math.max(1, bounds.right - bounds.left),
    ((1 - air) * height) / Math.max(1, bounds.bottom - bounds.top),
  );
  const span = Math.max(state.span / scale, view.viewport.height / largest);
  return { ...state, target, span };
}

/** The state from which the subject is seen whole. Texts keep their size, so the answer is approached in a few rounds. */
export function framed(
  subject: Subject,
  from: CameraState,
  opening: Opening,
  viewport: Viewport,
  largest = largestUnit,
): CameraState {
  if (subject.points.length + subject.rooms.length === 0) return from;
  let state = from;
  for (let round = 0; round < rounds; round++) {
    const view = new View(state, opening, viewport);
    state = corrected(state, view, boundsOf(subject, view), largest);
  }
  return state;
}

/** Where a picture opens, before it is framed. */
export const openingState = (opening: Opening): CameraState => ({
  target: [0, 0, 0],
  azimuth: opening.kind === "flat" ? 0 : opening.azimuth,
  elevation: opening.kind === "flat" ? 0 : opening.elevation,
  span: 20,
});
