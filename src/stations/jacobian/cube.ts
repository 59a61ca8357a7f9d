/** The cube: voxel (i, k, j) is a product; summing along k lands on C, along j on dA, along i on dB. One cube serves all three. */
import type { Tensor } from "../../core/graph";
import type { Step } from "../../core/tape";
import { axisLabels, cellShare, centre, nameLabel, plate, plus } from "../../story/layout";
import type { Block, CellRef, Current, FlowPath, Label, Picture, Shown, Vector } from "../../story/picture";
import { onFace, type Face } from "./faces";
import { jacobianFrame, longFlows } from "./jacobian";
import type { Model } from "./model";
import { products, runningSums, type Flows, type Product } from "./phases";

/** Pitch along k, and how far the faces stand from the cube. */
const depth = 1.35;
const front = 2.7;
const side = 2;
const above = 1.9;
const voxel = 0.54;

const right: Vector = [1, 0, 0];
const up: Vector = [0, 1, 0];
const away: Vector = [0, 0, -1];

/** The face on which a tensor stands: A and dA on the left, B and dB on top, C and dC in front. */
const faces: Record<Face, Pick<Block, "place" | "body">> = {
  A: {
    place: {
      origin: [-side, 0, 0],
      pitch: [
        [0, -1, 0],
        [0, 0, -depth],
      ],
    },
    body: { kind: "plate", right: away, up, width: depth * cellShare, height: cellShare },
  },
  B: {
    place: {
      origin: [0, above, 0],
      pitch: [
        [0, 0, -depth],
        [1, 0, 0],
      ],
    },
    body: { kind: "plate", right, up: away, width: cellShare, height: depth * cellShare },
  },
  C: {
    place: {
      origin: [0, 0, front],
      pitch: [
        [0, -1, 0],
        [1, 0, 0],
      ],
    },
    body: plate(cellShare),
  },
};

const cubePlace = {
  origin: [0, 0, 0],
  pitch: [
    [0, -1, 0],
    [0, 0, -depth],
    [1, 0, 0],
  ],
} as const satisfies Block["place"];

const width = (product: Product): number => product.result.shape[1];

function faceBlock(m: Model, face: Face, tensor: Tensor, current: Current, product?: Product): Block {
  return {
    id: tensor.name,
    tensors: [tensor],
    ...faces[face],
    group: current === "data" ? "values" : "gradients",
    current,
    shown: onFace(m, face, tensor),
    ...(product && {
      arrivals: [{ step: product.step, moment: [width(product), 1] }],
      running: runningSums(m, product),
    }),
  };
}

/** The products of one pass as voxels: product (i, k, j) lands half-way through its own multiply-add. */
function voxels(id: string, product: Product, group: Block["group"], shown: Shown): Block {
  const { along } = product.cube;
  // The two axes that stay number the moments, row-major; the summed one the multiply-adds inside a moment.
  const moment = [0, 0, 0];
  const kept = [0, 1, 2].filter((axis) => axis !== along);
  moment[kept[0]] = width(product);
  moment[kept[1]] = 1;
  const micro = [0, 1, 2].map((axis) => (axis === along ? 1 : 0));
  return {
    id: `cube ${id}`,
    tensors: [product.cube.products],
    place: cubePlace,
    body: { kind: "voxel", size: voxel },
    group,
    ghost: true,
    arrivals: [{ step: product.step, moment, micro, micros: product.terms, landing: 0.5 }],
    shown,
  };
}

const during =
  (step: Step): Shown =>
  ({ act }) =>
    act?.step === step;

/** Beside C, in its plane: the Jacobian faces the viewer as C does. */
const jacobianOrigin = ({ M, N }: Model): Vector => [N + 1.3, Math.max(1.2, (M - 1) / 2), front];

export function cubePicture(m: Model, byColumn: boolean): Picture {
  const frame = jacobianFrame(m, jacobianOrigin(m), byColumn, 0.6);
  const { C, dA, dB } = products(m);
  const forward: Shown = ({ act }) => !act || act.step === m.forward;
  return {
    blocks: [
      voxels("dA", dA, "gradients", during(m.gradientA)),
      voxels("dB", dB, "gradients", ({ act }) => act?.step === m.gradientB || act?.step === m.longStep),
      voxels("C", C, "values", forward),
      faceBlock(m, "A", m.A, "data"),
      faceBlock(m, "B", m.B, "data"),
      faceBlock(m, "C", m.C, "data", C),
      faceBlock(m, "A", m.dA, "gradient", dA),
      faceBlock(m, "B", m.dB, "gradient", dB),
      faceBlock(m, "C", m.dC, "gradient"),
      frame.block,
      frame.longBlock,
    ],
    lines: frame.lines,
    boxes: frame.boxes,
    labels: [...labels(m), ...frame.labels],
    opening: { kind: "perspective", azimuth: -36, elevation: 26, fieldOfView: 24 },
    legend: ["data", "negative", "gradient", "negative gradient", "is zero", "always zero"],
  };
}

/** No index of the cube's axes is singled out: the lit voxels show where the moment is. */
const none = (): undefined => undefined;

/** The letter of an axis, before its indices. */
const letter = (name: string, at: Vector): Label => ({
  id: `axis ${name}`,
  at,
  anchor: "centre",
  kind: "note",
  text: `$${name}$`,
});

function labels(m: Model): Label[] {
  const { M, K, N } = m;
  const shown = (face: Face, tensor: Tensor): Shown => onFace(m, face, tensor);
  const a: Vector = [-side, -(M - 1) - 1.3, 0];
  const b: Vector = [N - 0.4, above, -(K - 1) * depth];
  const c: Vector = [0, -(M - 1) - 1.35, front];
  return [
    nameLabel(m.A, a, "right", "data", [0, 14], shown("A", m.A)),
    nameLabel(m.dA, a, "right", "gradient", [0, 14], shown("A", m.dA)),
    nameLabel(m.B, b, "left", "data", [16, 0], shown("B", m.B)),
    nameLabel(m.dB, b, "left", "gradient", [16, 0], shown("B", m.dB)),
    nameLabel(m.C, c, "left", "data", [0, 12], shown("C", m.C)),
    nameLabel(m.dC, c, "left", "gradient", [0, 12], shown("C", m.dC)),
    ...axisLabels("i", M, [-0.75, 0, front], [0, -1, 0], "right", "data", none),
    ...axisLabels("j", N, [0, -(M - 1) - 0.72, front], [1, 0, 0], "centre", "data", none),
    ...axisLabels("k", K, [-side, -(M - 1) - 0.75, 0], [0, 0, -depth], "centre", "data", none),
    letter("i", [-0.75, 0.62, front]),
    letter("j", [-0.72, -(M - 1) - 0.72, front]),
    letter("k", [-side, -(M - 1) - 0.75, 0.95]),
  ];
}

/** Straight along i, j or k, from the faces into the voxels and on to the face that receives. */
export function cubeFlows(m: Model, byColumn: boolean): Flows {
  const picture = cubePicture(m, byColumn);
  const blockOf = (tensor: Tensor): Block => picture.blocks.find((block) => block.tensors[0] === tensor)!;
  const meeting = (product: Product, moment: number, k: number): Vector =>
    centre(blockOf(product.cube.products), product.cell(moment, k));
  return {
    product: (product, moment) => {
      const current: Current = product.step === m.forward ? "data" : "gradient";
      const into = centre(blockOf(product.result), moment);
      const result: CellRef = { tensor: product.result, at: moment };
      const travelling = Array.from({ length: product.terms }, (_, k): FlowPath[] => {
        const at = meeting(product, moment, k);
        const time = (start: number, end: number): Pick<FlowPath, "start" | "end"> => ({
          start: (k + start) / product.terms,
          end: (k + end) / product.terms,
        });
        const sources = product.meet(moment, k).map((cell): FlowPath => ({
          points: straight(centre(blockOf(cell.tensor), cell.at), at),
          current: cell.tensor === m.dC ? "gradient" : "data",
          carries: cell,
          ...time(0.05, 0.5),
        }));
        const running: CellRef = { tensor: product.cube.running, at: product.cell(moment, k) };
        return [
          ...sources,
          { points: straight(at, into, true), current, carries: running, seen: "moving", ...time(0.5, 0.9) },
        ];
      }).flat();
      // At rest one flow stands for the sum: out of the voxel that is nearest to its face.
      const nearest = meeting(product, moment, 0);
      return [
        ...travelling,
        { points: straight(nearest, into, true), current, carries: result, seen: "resting", start: 1, end: 1 },
      ];
    },
    long: (moment) => longFlows(m, jacobianFrame(m, jacobianOrigin(m), byColumn), moment),
  };
}

/** Straight from a face into a voxel, or out of a voxel onto a face: from the edge of the one to the side of the other. */
function straight(from: Vector, to: Vector, outOfVoxel = false): Vector[] {
  const way = plus(to, from, -1);
  const edge = voxel / 2 / Math.hypot(...way);
  const [near, far] = outOfVoxel ? [edge, edge * 0.2] : [edge * 0.2, edge];
  return [plus(from, way, near), plus(to, way, -far)];
}
