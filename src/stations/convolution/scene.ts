/** Everything that a picture of station 7 is made from. */
import type { Model } from "./model";
import { passesOf, type Passes } from "./passes";
import { placesOf, type Places } from "./places";
import type { Way } from "./terms";

export interface Scene {
  readonly m: Model;
  readonly way: Way;
  readonly places: Places;
  readonly passes: Passes;
}

export function sceneOf(m: Model, way: Way): Scene {
  const places = placesOf(m, way);
  return { m, way, places, passes: passesOf(m, way, places) };
}
