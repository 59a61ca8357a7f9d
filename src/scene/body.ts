/** Cells drawn one by one: a plate or a voxel each, with its number. */
import { varying, vertexIndex } from "three/tsl";
import type { Node } from "three/webgpu";
import type { BlockDrawing, Workshop } from "./block";
import { CellNodes, flat } from "./cell";
import type { Quads } from "./quads";
import { Shading } from "./shading";
import { row } from "./table";

type Mesh = ReturnType<Quads["mesh"]>;

/** What both bodies compute for a cell, in the vertex stage. */
function cellOf(nodes: CellNodes, shading: Shading, { globals: { screen } }: Workshop) {
  const index = nodes.index();
  const centre = nodes.centre(index);
  const clip = nodes.clip(centre);
  const { progress, marks, bits } = nodes.state(index, clip);
  const written = shading.call("textOf")({ bits, progress, marks, room: nodes.at(row.room), clip, screen });
  const em = shading.call("fittedEm")({ room: nodes.at(row.room), text: written, marks, clip, screen });
  const text = shading.call("legible")({ text: written, em, clip, screen });
  const pixels = shading.call("pixelsOfEm")({ em, text, marks, clip, screen });
  const shared = {
    part: flat(shading.call("partOf")({ vertex: vertexIndex })),
    bits: flat(bits),
    progress: flat(progress),
    marks: flat(marks),
    text: flat(text),
    em: flat(pixels),
    fill: flat(nodes.fill(bits, marks, nodes.end)),
  };
  return { centre, clip, em, marks, text, shared };
}

/** Plates in the plane of the block, with numbers that stand upright in front; with a winner's marks where some may win. */
export function plateMesh(drawing: BlockDrawing, workshop: Workshop, winners: boolean): Mesh {
  const shading = new Shading("cell", workshop.atlas.constants);
  const nodes = new CellNodes(drawing, workshop, shading);
  const { centre, clip, em, marks, text, shared } = cellOf(nodes, shading, workshop);
  const { screen, matrix } = workshop.globals;
  const plane = { right: nodes.at(row.right), up: nodes.at(row.up) };
  const extent = nodes.at(row.extent);
  const local = shading.call("plateLocal")({ vertex: vertexIndex, extent, em, text, marks, clip, screen });
  const corner = { vertex: vertexIndex, local, centre, matrix, clip, screen };
  const given = {
    ...shared,
    ...nodes.inks,
    ...nodes.plateInks,
    ...nodes.figures,
    extent,
    local: varying(local as never),
    plane: varying(shading.call("platePlane")({ local, centre, ...plane, clip, screen }) as never),
  };
  const below = shading.call("plateFragment")(given);
  const colour = winners ? shading.call("crownFragment")({ below, ...given }) : below;
  return workshop.quads.mesh(2, shading.call("plateClip")({ ...corner, ...plane }), colour);
}

/** Cubes that the eye's ray meets, with numbers on the face that is seen best. */
export function voxelMesh(drawing: BlockDrawing, workshop: Workshop): Mesh {
  const shading = new Shading("cell", workshop.atlas.constants);
  const nodes = new CellNodes(drawing, workshop, shading);
  const { centre, clip, em, marks, text, shared } = cellOf(nodes, shading, workshop);
  const { screen, matrix, face, eye, forward, right, up } = workshop.globals;
  const half: Node = nodes.part(row.rest, "z");
  const local = shading.call("voxelLocal")({ vertex: vertexIndex, half, em, text, marks, clip, screen });
  const camera = { local, centre, eye, forward, right, up };
  const colour = shading.call("voxelFragment")({
    ...shared,
    ...nodes.inks,
    ...nodes.figures,
    half,
    local: varying(local as never),
    eye: varying(shading.call("voxelEye")(camera) as never),
    ray: varying(shading.call("voxelRay")(camera) as never),
  });
  const corner = { vertex: vertexIndex, local, centre, face, half, matrix, clip, screen };
  return workshop.quads.mesh(2, shading.call("voxelClip")(corner), colour);
}
