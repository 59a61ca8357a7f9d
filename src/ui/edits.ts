/** Edits from an address held against the lesson that was built: cells that do not exist are left out, with a word. */
import type { Editable, Edits } from "../story/station";
import { shapeText, size } from "../core/shape";
import { quote } from "./knob";

export function fitEdits(
  edits: Edits,
  editable: readonly Editable[],
): { readonly edits: Edits; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const kept: [string, Record<number, number>][] = [];
  for (const [name, cells] of Object.entries(edits)) {
    const tensor = editable.find((candidate) => candidate.name === name)?.tensor;
    if (!tensor) {
      problems.push(`cells: there is no tensor ${quote(name)} to change here.`);
      continue;
    }
    const all = Object.entries(cells);
    const inside = all.filter(([at]) => Number(at) < size(tensor.shape));
    const outside = all.length - inside.length;
    if (outside > 0)
      problems.push(
        `cells: ${quote(name)} is ${shapeText(tensor.shape)}; ${outside} of the given cells ${outside === 1 ? "lies" : "lie"} outside.`,
      );
    if (inside.length > 0) kept.push([name, Object.fromEntries(inside)]);
  }
  return { edits: Object.fromEntries(kept), problems };
}
