/** Where the curves over all distances stand: a frame whose height goes by the logarithm, its key above it. */
import type { Tensor } from "../../core/graph";
import type { Frame } from "../../story/picture";

export const size = { width: 15, height: 7.6 } as const;

/** The lowest and the highest number of the frame: they stay, so that curves are seen to move. */
export const farEnds = [1e-20, 1e10] as const;

/** The powers of ten that have a line across the frame. */
export const decades: readonly number[] = [10, 5, 0, -5, -10, -15, -20];

const [lowest, highest] = farEnds.map(Math.log10);

export const heightOf = (power: number): number => ((power - lowest) / (highest - lowest)) * size.height;

export const frameOf = (limits: Tensor): Frame => ({ left: 0, bottom: 0, ...size, limits, up: "logarithm" });
