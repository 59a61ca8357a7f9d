/** Many cells as one surface: a quad for each sheet of a block, whose fragments find their cell and read its number. */
import { varying, vertexIndex } from "three/tsl";
import type { Node } from "three/webgpu";
import type { BlockDrawing, Workshop } from "./block";
import { CellNodes, flat } from "./cell";
import type { Quads } from "./quads";
import { Shading } from "./shading";
import { row } from "./table";

type Fragment = "sheetFragment" | "grainFragment";

/** The mesh of a block's sheets; an instance is a sheet. It writes no numbers. */
export function sheetMesh(drawing: BlockDrawing, workshop: Workshop, fragment: Fragment): ReturnType<Quads["mesh"]> {
  const shading = new Shading("sheet", workshop.atlas.constants);
  const nodes = new CellNodes(drawing, workshop, shading);
  const { screen } = workshop.globals;
  const plane = { right: nodes.at(row.right), up: nodes.at(row.up) };
  const index = nodes.index();
  const centre = nodes.centre(index);
  const local = shading.call("sheetLocal")({
    vertex: vertexIndex,
    ends: nodes.at(row.ends),
    clip: nodes.clip(centre),
    screen,
  });
  const clip = nodes.clip(shading.call("sheetWorld")({ local, centre, ...plane }));
  const seen = { sheet: varying(local as never), clip: varying(clip as never), centre: flat(centre) };
  const nest = (axis: number): Node => nodes.at(row.nest + axis);
  const steps = { a: nest(0), b: nest(1), c: nest(2), d: nest(3) };
  const cell = shading.call("sheetIndex")({
    local: seen.sheet,
    first: flat(index),
    last: nodes.at(row.last),
    ...steps,
  });
  const { progress, marks, bits } = nodes.state(cell, seen.clip);
  const colour = shading.call(fragment)({
    ...nodes.inks,
    ...nodes.plateInks,
    ...seen,
    ...plane,
    local: shading.call("withinCell")({ local: seen.sheet, index: cell, ...steps }),
    extent: nodes.at(row.extent),
    fill: nodes.fill(bits, marks, flat(nodes.end)),
    bits,
    progress,
    marks,
  });
  return workshop.quads.mesh(1, clip, colour);
}
