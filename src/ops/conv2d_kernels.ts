/** How `conv2d` and the gradients of its inputs are computed: which family of kernels suits which shapes. */
import type { Choice } from "../core/recipe";
import { generalKernels } from "./conv2d_general";
import { forwardPlanes, inputPlanes } from "./conv2d_planes";
import { forwardRegisters, inputRegisters, registersFit } from "./conv2d_registers";
import { forwardTiles } from "./conv2d_tiles";
import { measure, multiplyAdds, type Conv2dAttributes, type Conv2dSite, type Measure } from "./conv2d_site";
import { weightRegisters, weightRegistersFit } from "./conv2d_weight";

/** Below this many multiply-adds, laying operands anew takes longer than it saves. */
const little = 2 ** 17;

const probe = {
  shapes: { input: [1, 64, 56, 56], weight: [64, 64, 3, 3] },
  attributes: { padding: 1 },
};

/** Up to so many channels of a group, a thread writes rows of one channel rather than columns of eight. */
const few = 2;
/** From so many multiply-adds and channels out, tiles shared by a workgroup may be faster: the hardware decides. */
const much = 2 ** 22;
const broad = 32;

type Suited = readonly [string, ...string[]];

/**
 * The families that `choose` names where it pays to lay operands anew and what they need fits; else the general
 * one.
 */
const suitedBy =
  (fits: (measure: Measure) => boolean, choose: (measure: Measure) => Suited) =>
  (site: Conv2dSite): Suited => {
    const m = measure(site);
    return multiplyAdds(m) >= little && fits(m) ? choose(m) : ["general"];
  };

const forward: Choice<Conv2dAttributes> = {
  families: {
    general: generalKernels.forward,
    registers: forwardRegisters,
    planes: forwardPlanes,
    tiles: forwardTiles,
  },
  suited: suitedBy(
    (m) => registersFit(m, "forward"),
    (m) => {
      if (m.outputs <= few) return ["planes"];
      return multiplyAdds(m) >= much && m.outputs >= broad ? ["registers", "tiles"] : ["registers"];
    },
  ),
  probe,
};

const input: Choice<Conv2dAttributes> = {
  families: { general: generalKernels.input, registers: inputRegisters, planes: inputPlanes },
  suited: suitedBy(
    (m) => registersFit(m, "input"),
    ({ channels }) => [channels <= few ? "planes" : "registers"],
  ),
  probe,
};

const weight: Choice<Conv2dAttributes> = {
  families: { general: generalKernels.weight, registers: weightRegisters },
  suited: suitedBy(weightRegistersFit, () => ["registers"]),
  probe,
};

/** Forward, and the gradient of each input. */
export const conv2dKernels = {
  forward,
  gradient: { input, weight, bias: generalKernels.bias },
};
