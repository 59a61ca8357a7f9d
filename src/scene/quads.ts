/** Geometry whose vertices are pulled by their number: quads of four, so many to an instance. */
import { BufferGeometry, DoubleSide, Float32BufferAttribute, Mesh, NodeMaterial, type Node } from "three/webgpu";

function quadsOf(count: number): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(new Float32Array(12 * count), 3));
  geometry.setIndex(Array.from({ length: count }, (_, quad) => [0, 1, 2, 2, 1, 3].map((i) => i + 4 * quad)).flat());
  return geometry;
}

/** The two geometries that a stage draws everything with. */
export class Quads {
  readonly #single = quadsOf(1);
  readonly #double = quadsOf(2);

  /** A mesh of instanced quads that is nothing but its two shaders: clip position, and straight-alpha colour. */
  mesh(quadsPerInstance: 1 | 2, clip: Node, colour: Node): Mesh<BufferGeometry, NodeMaterial> {
    const material = new NodeMaterial();
    material.vertexNode = clip;
    material.fragmentNode = colour;
    material.side = DoubleSide;
    material.transparent = true;
    material.depthTest = false;
    material.depthWrite = false;
    material.fog = false;
    material.lights = false;
    const mesh = new Mesh(quadsPerInstance === 1 ? this.#single : this.#double, material);
    mesh.frustumCulled = false;
    mesh.matrixAutoUpdate = false;
    return mesh;
  }

  dispose(): void {
    this.#single.dispose();
    this.#double.dispose();
  }
}

/** How often a mesh is drawn; none hides it. */
export function setInstances(mesh: Mesh, count: number): void {
  mesh.count = count;
  mesh.visible = count > 0;
}
