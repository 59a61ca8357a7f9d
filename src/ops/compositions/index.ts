/** The compositions there are, beside the ops that they apply. */
import { attention } from "./attention";
import type { AnyComposition } from "./composition";
import { optimizer } from "./descent";
import { recitationNetwork } from "./network";
import { sinusoidalPositions } from "./positions";
import { lstm, rnnTanh } from "./recurrent";

export const compositions: readonly AnyComposition[] = [
  attention,
  rnnTanh,
  lstm,
  sinusoidalPositions,
  optimizer,
  recitationNetwork,
];
