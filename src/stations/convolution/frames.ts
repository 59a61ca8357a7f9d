/** The frames of station 7 that slide: over what each pass reads, channel by channel. */
import { unravel } from "../../core/shape";
import type { Step } from "../../core/tape";
import type { Box, Vector } from "../../story/picture";
import { windowCentre, windowFrame, type Ground, type Side } from "../../story/sliding";
import { reach } from "../../ops/window";
import type { Model } from "./model";
import type { Places } from "./places";
import type { Scene } from "./scene";

export function frames({ m, way, places }: Scene): readonly Box[] {
  const back =
    way === "window"
      ? [...scattering(m, places, m.gradientI), ...scattering(m, places, m.gradientF)]
      : [...overSpread(m, places), overInput(m, places)];
  return [...forward(m, places), ...back];
}

const sliding = (frame: Omit<Box, "centre">, step: Step, centre: (moment: number) => Vector): Box => ({
  ...frame,
  centre: centre(0),
  slides: { step, centre },
});

const each = (n: number, frame: (i: number) => Box): readonly Box[] => Array.from({ length: n }, (_, i) => frame(i));

/** The first channel of the input that an output reads. */
const firstRead = ({ setting: { in_channels, out_channels, groups } }: Model, o: number): number =>
  Math.floor((o * groups) / out_channels) * (in_channels / groups);

/** The window of a position, on a channel of the input. */
const positioned = ({ O }: Model, { ground }: Places, channel: number, position: number): Vector =>
  windowCentre(ground, channel, Math.floor(position / O.shape[2]), position % O.shape[2]);

function forward(m: Model, places: Places): readonly Box[] {
  const positions = m.O.shape[1] * m.O.shape[2];
  return each(m.F.shape[1], (channel) =>
    sliding(windowFrame(places.ground, "data"), m.forward, (moment) =>
      positioned(m, places, firstRead(m, Math.floor(moment / positions)) + channel, moment % positions),
    ),
  );
}

const scattering = (m: Model, places: Places, step: Step): readonly Box[] =>
  each(m.setting.in_channels, (channel) =>
    sliding(windowFrame(places.ground, "gradient"), step, (position) => positioned(m, places, channel, position)),
  );

/** The turned filter over the spread gradient, on every output that a channel of the input reaches. */
function overSpread(m: Model, { ground, output, outputAway }: Places): readonly Box[] {
  const { in_channels, out_channels, groups } = m.setting;
  const { spread } = m.spread;
  const side = (extent: number): Side => ({ extent, padding: 0, stride: 1, reach: reach(m.rows), unread: [] });
  const [, high, wide] = spread.shape;
  const room: Ground = {
    ...ground,
    tensor: spread,
    rows: side(high),
    columns: side(wide),
    origin: output,
    away: outputAway,
  };
  return each(out_channels / groups, (o) =>
    sliding(windowFrame(room, "gradient"), m.gradientI, (moment) => {
      const [channel, row, column] = unravel(m.dI.shape, moment);
      const first = Math.floor((channel * groups) / in_channels) * (out_channels / groups);
      return windowCentre(room, first + o, row, column);
    }),
  );
}

/** The upstream gradient as a filter over the input: as wide as all windows, and a step is the dilation. */
function overInput(m: Model, { ground }: Places): Box {
  const [, high, wide] = m.O.shape;
  const { stride, dilation } = m.setting;
  const side = (of: Side, windows: number): Side => ({ ...of, stride: dilation, reach: stride * (windows - 1) + 1 });
  const room: Ground = { ...ground, rows: side(ground.rows, high), columns: side(ground.columns, wide) };
  return sliding(windowFrame(room, "gradient"), m.gradientF, (moment) => {
    const [o, channel, row, column] = unravel(m.F.shape, moment);
    return windowCentre(room, firstRead(m, o) + channel, row, column);
  });
}
