/** What is committed under `shaders/` and was written by a generator is what the generator writes. */
import { expect, it } from "vitest";

type Texts = Readonly<Record<string, string>>;

const generated = import.meta.glob<Texts>("../../shaders/generate/*.mjs", { eager: true, import: "files" });
const committed = import.meta.glob<string>("../../shaders/*.wgsl", { eager: true, query: "?raw", import: "default" });

it.each(Object.entries(generated).map(([path, files]) => [path.split("/").at(-1), files] as const))(
  "%s writes what is committed",
  (_, files) => {
    expect(Object.keys(files)).not.toEqual([]);
    for (const [name, text] of Object.entries(files)) expect(committed[`../../shaders/${name}`], name).toBe(text);
  },
);

it("finds the generators", () => {
  expect(Object.keys(generated)).not.toEqual([]);
});
