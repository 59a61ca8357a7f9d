/** The camera's place as a short text for the address. */
import type { CameraState } from "../scene/stage";

export const writeCamera = ({ target, azimuth, elevation, span }: CameraState): string =>
  [...target, azimuth, elevation, span].map((value) => Number(value.toPrecision(6))).join(",");

/** Undefined where the text holds no place to stand. */
export function readCamera(text: string): CameraState | undefined {
  const numbers = text.split(",").map(Number);
  const [x, y, z, azimuth, elevation, span] = numbers;
  const sound = numbers.length === 6 && numbers.every((value) => Number.isFinite(value) && Math.abs(value) < 1e6);
  return sound && span > 1e-3 && Math.abs(elevation) <= 90
    ? { target: [x, y, z], azimuth, elevation, span }
    : undefined;
}
