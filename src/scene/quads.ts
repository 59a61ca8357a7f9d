/** Geometry whose vertices are pulled by their number: quads of four, so many to an instance. */
import { BufferGeometry, Float32BufferAttribute, Mesh, NodeMaterial, type Node } from "three/webgpu";

function quadsOf(count: number): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(new Float32Array(12 * count), 3));
  geometry.setIndex(Array.from({ length: count }, (_, quad) => [0, 1, 2, 2, 1, 3].map((i) => i + 4 * quad)).flat());
  return geometry;
}

const shared = new Map<number, BufferGeometry>();
/** Geometries are the same for every mesh. */
function sharedQuads(count: number): BufferGeometry {
  const known = shared.get(count) ?? quadsOf(count);
  shared.set(count, known);
  return known;
}

/** A mesh of instanced quads that is nothing but its two shaders: clip position, and straight-alpha colour. */
export function quadMesh(quadsPerInstance: number, clip: Node, colour: Node): Mesh {
  const material = new NodeMaterial();
  material.vertexNode = clip;
  material.fragmentNode = colour;
  material.transparent = true;
  material.depthTest = false;
  material.depthWrite = false;
  material.fog = false;
  material.lights = false;
  const mesh = new Mesh(sharedQuads(quadsPerInstance), material);
  mesh.frustumCulled = false;
  mesh.matrixAutoUpdate = false;
  return mesh;
}

/** How often a mesh is drawn; none hides it. */
export function setInstances(mesh: Mesh, count: number): void {
  mesh.count = count;
  mesh.visible = count > 0;
}
