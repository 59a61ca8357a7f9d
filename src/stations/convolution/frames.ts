/** The frames of station 7 that slide: over what each pass reads, channel by channel. */
import { unravel } from "../../core/shape";
import type { Step } from "../../core/tape";
import type { Box, Vector } from "../../story/picture";
import { windowCentre, windowFrame, type Ground, type Side } from "../../story/sliding";
import { reach } from "../../ops/window";
import { imageIndex } from "./images";
import type { Model } from "./model";
import type { Places } from "./places";
import type { Scene } from "./scene";
import { windowIndex } from "./terms";

export function frames({ m, way, places }: Scene): readonly Box[] {
  const back =
    way === "window"
      ? [...scattering(m, places, m.gradientI), ...scattering(m, places, m.gradientF)]
      : [...overSpread(m, places), ...overInput(m, places)];
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

function forward(m: Model, places: Places): readonly Box[] {
  return each(m.F.shape[1], (channel) =>
    sliding(windowFrame(places.ground, "data"), m.forward, (moment) => {
      const [sample, o, row, column] = imageIndex(m.O, moment);
      return windowCentre(places.ground, sample * m.setting.in_channels + firstRead(m, o) + channel, row, column);
    }),
  );
}

const scattering = (m: Model, places: Places, step: Step): readonly Box[] =>
  each(m.setting.in_channels, (channel) =>
    sliding(windowFrame(places.ground, "gradient"), step, (moment) => {
      const [sample, row, column] = windowIndex(m, moment);
      return windowCentre(places.ground, sample * m.setting.in_channels + channel, row, column);
    }),
  );

/** The turned filter over the spread gradient, on every output that a channel of the input reaches. */
function overSpread(m: Model, { output, outputDepth }: Places): readonly Box[] {
  const { in_channels, out_channels, groups } = m.setting;
  const { spread } = m.spread;
  const side = (extent: number): Side => ({ extent, padding: 0, stride: 1, reach: reach(m.rows), unread: [] });
  const [high, wide] = spread.shape.slice(-2);
  const room: Ground = {
    tensor: spread,
    ring: {},
    rows: side(high),
    columns: side(wide),
    origin: output,
    ...outputDepth,
  };
  return each(out_channels / groups, (o) =>
    sliding(windowFrame(room, "gradient"), m.gradientI, (moment) => {
      const [sample, channel, row, column] = imageIndex(m.dI, moment);
      const first = Math.floor((channel * groups) / in_channels) * (out_channels / groups);
      return windowCentre(room, sample * out_channels + first + o, row, column);
    }),
  );
}

/** The upstream gradient as a filter over every sample of the input: as wide as all windows, and a step is the dilation. */
function overInput(m: Model, { ground }: Places): readonly Box[] {
  const [high, wide] = m.O.shape.slice(-2);
  const { batch, in_channels, stride, dilation } = m.setting;
  const side = (of: Side, windows: number): Side => ({ ...of, stride: dilation, reach: stride * (windows - 1) + 1 });
  const room: Ground = { ...ground, rows: side(ground.rows, high), columns: side(ground.columns, wide) };
  return each(batch, (sample) =>
    sliding(windowFrame(room, "gradient"), m.gradientF, (moment) => {
      const [o, channel, row, column] = unravel(m.F.shape, moment);
      return windowCentre(room, sample * in_channels + firstRead(m, o) + channel, row, column);
    }),
  );
}
