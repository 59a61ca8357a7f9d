/** The Jacobian by pairs of samples: which blocks hold anything, and the words around them. */
import { grouped } from "../../core/numeral";
import { plus } from "../../story/layout";
import type { Box, Label } from "../../story/picture";
import { structureOfJacobian } from "./jacobian";
import type { Model } from "./model";
import { placesOf } from "./places";
import { forward, not } from "./stages";

interface Part {
  readonly g: number;
  readonly h: number;
  readonly free: boolean;
}

/** One sample's outputs against one sample's inputs. */
function parts(m: Model): readonly Part[] {
  const { samples: n, features: c } = m;
  const structure = structureOfJacobian(m.y, m.tape);
  return Array.from({ length: n * n }, (_, i) => {
    const [g, h] = [Math.floor(i / n), i % n];
    const cells = Array.from({ length: c * c }, (_cell, k) => (g * c + Math.floor(k / c)) * n * c + h * c + (k % c));
    return { g, h, free: cells.some((at) => structure[at] === 1) };
  });
}

/** Blocks in which something may differ from 0: between samples only where the batch is coupled. */
export function outlines(m: Model): Box[] {
  const { corner, pitch, far } = placesOf(m).jacobian;
  const side = m.features * pitch;
  return parts(m)
    .filter(({ free }) => free)
    .map(({ g, h }) => ({
      centre: [corner[0] + h * far + side / 2, corner[1] - g * far - side / 2, 0],
      width: side + 0.07,
      height: side + 0.07,
      radius: 5,
      stroke: "text",
      strokeWidth: 1.5,
      shown: not(forward(m)),
    }));
}

/** Its name, the samples on both sides, and how many entries may differ from 0. */
export function jacobianLabels(m: Model): Label[] {
  const { corner, pitch, far } = placesOf(m).jacobian;
  const shown = not(forward(m));
  const side = m.features * pitch;
  const entries = (m.samples * m.features) ** 2;
  const free = structureOfJacobian(m.y, m.tape).reduce((n, bit) => n + bit, 0);
  const samples = [...Array(m.samples).keys()];
  const bottom = corner[1] - (m.samples - 1) * far - side;
  return [
    {
      id: "jacobian title",
      at: corner,
      anchor: "left",
      offset: [0, -38],
      kind: "tensor",
      text: `$${m.unrolled.jacobian.tex}$`,
      aside: `${m.samples * m.features} × ${m.samples * m.features}`,
      shown,
    },
    ...samples.flatMap((n): Label[] => [
      {
        id: `input sample ${n}`,
        at: plus(corner, [n * far + side / 2, 0.1, 0]),
        anchor: "bottom",
        kind: "axis",
        least: 30,
        shown,
        text: `sample ${n}`,
      },
      {
        id: `output sample ${n}`,
        at: plus(corner, [-0.14, -n * far - side / 2, 0]),
        anchor: "right",
        kind: "axis",
        least: 30,
        shown,
        text: `sample ${n}`,
        hue: "gradient",
        lit: ({ act }) => act?.step === m.writer(m.unrolled.jacobian) && Math.floor(act.moment / m.features) === n,
      },
    ]),
    {
      id: "jacobian count",
      at: [corner[0], bottom, 0],
      anchor: "left",
      offset: [0, 22],
      kind: "note",
      least: 30,
      shown,
      text: `${grouped(entries)} entries, ${grouped(free)} of them not always zero`,
    },
  ];
}
