/** The sheets of station 9 and when they fill. */
import type { Block } from "../../story/picture";
import type { Model } from "./model";
import { standing, type Branch, type Standing } from "./places";
import { compared, halved } from "./sizes";

const branches = ["A", "B"] as const satisfies readonly Branch[];

export const blocks = (m: Model): Block[] => [...forwardBlocks(m), ...backwardBlocks(m), ...shiftBlocks(m)];

const data = { group: "values", current: "data", turn: "forward" } as const;

function forwardBlocks(m: Model): Block[] {
  const outputs = branches.map((branch) => {
    const which: Standing = { ...data, branch, column: "output", tensor: outputOf(m, branch), halved: { first: 0 } };
    return standing(m, which, { arrivals: [{ step: m.forward, moment: [halved, 1] }] });
  });
  const images = branches.map((branch) =>
    standing(m, { ...data, branch, column: "image", tensor: imageOf(m, branch) }, {}),
  );
  return [...images, mapBlock(m), ...outputs];
}

/** The map in between fills in squares of 2 × 2, each with the output that stands over it. */
function mapBlock(m: Model): Block {
  const plain = standing(m, { ...data, branch: "B", column: "between", tensor: m.f }, {});
  return {
    ...plain,
    place: {
      origin: plain.place.origin,
      extents: [halved, 2, halved, 2],
      pitch: [
        [0, -2, 0],
        [0, -1, 0],
        [2, 0, 0],
        [1, 0, 0],
      ],
    },
    arrivals: [{ step: m.forward, moment: [halved, 0, 1, 0] }],
  };
}

const imageOf = (m: Model, branch: Branch): Model["x"] => (branch === "A" ? m.xA : m.x);
export const outputOf = (m: Model, branch: Branch): Model["yA"] => (branch === "A" ? m.yA : m.yB);
export const gradientOf = (m: Model, branch: Branch): Model["yA"] => (branch === "A" ? m.dxA : m.dxB);

function backwardBlocks(m: Model): Block[] {
  const back = { group: "gradients", current: "gradient", turn: "backward" } as const;
  const arrivals = [{ step: m.backward, moment: [0, 0] }];
  return [
    ...branches.map((branch) =>
      standing(m, { ...back, branch, column: "output", tensor: m.dy, halved: { first: 0 } }, {}),
    ),
    standing(m, { ...back, branch: "B", column: "between", tensor: m.df }, { arrivals }),
    ...branches.map((branch) =>
      standing(m, { ...back, branch, column: "image", tensor: gradientOf(m, branch) }, { arrivals }),
    ),
  ];
}

/** Once the image has moved, what that has changed stands between the image and the output. */
function shiftBlocks(m: Model): Block[] {
  const arrivals = [{ step: m.shifting, moment: [0, 0] }];
  return branches.flatMap((branch) => {
    const shift = { ...data, turn: "shift", branch } as const;
    return [
      standing(m, { ...shift, column: "image", tensor: imageOf(m, branch) }, {}),
      standing(m, { ...shift, column: "between", tensor: m[branch].difference, halved: compared }, { arrivals }),
      standing(m, { ...shift, column: "output", tensor: outputOf(m, branch), halved: { first: 0 } }, {}),
    ];
  });
}
