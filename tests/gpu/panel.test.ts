/** The panel's texts and pictures in a real browser: what is taken, when, and what is refused with which words. */
import "../../src/ui/tokens.css";
import "../../src/ui/panel.css";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readOwnImage } from "../../src/story/image";
import type { Knob, KnobValue } from "../../src/story/station";
import { listenDrop } from "../../src/ui/drop";
import { Panel } from "../../src/ui/panel";
import { greysOf, middleSquare } from "../../src/ui/picture-file";

const text: Knob = { kind: "text", name: "words", label: "words", turns: "structure", most: 8, rows: 3, initial: "a" };
const image: Knob = {
  kind: "image",
  name: "view",
  label: "picture",
  turns: "value",
  side: 2,
  options: [{ value: "stripes", label: "stripes" }],
  initial: "stripes",
};

interface Opened {
  readonly panel: Panel;
  readonly slot: HTMLElement;
  readonly changes: KnobValue[];
}

function open(knob: Knob): Opened {
  const slot = document.createElement("div");
  document.body.append(slot);
  const changes: KnobValue[] = [];
  const panel = new Panel(slot, { change: (_, value) => changes.push(value), reset: () => undefined });
  panel.update({ knobs: [knob], values: { [knob.name]: knob.initial } });
  return { panel, slot, changes };
}

const wordOf = (slot: HTMLElement): string => slot.querySelector(".field-error")?.textContent ?? "";

afterEach(() => document.body.replaceChildren());

/** Writes into the area as a person does. */
const write = (slot: HTMLElement, words: string): HTMLTextAreaElement => {
  const area = slot.querySelector("textarea")!;
  area.focus();
  area.value = words;
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return area;
};

describe("a text", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is taken once writing pauses, not at every key", () => {
    const { slot, changes } = open(text);
    write(slot, "do");
    write(slot, "dog\n");
    expect(changes).toEqual([]);
    vi.runAllTimers();
    expect(changes).toEqual(["dog\n"]);
  });

  it("is taken at once when the field is left, and with Ctrl and Enter", () => {
    const { slot, changes } = open(text);
    write(slot, "cat").blur();
    expect(changes).toEqual(["cat"]);
    const press = (init: KeyboardEventInit): void =>
      void slot.querySelector("textarea")!.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ...init }));
    write(slot, "owl");
    press({});
    expect(changes).toEqual(["cat"]);
    press({ ctrlKey: true });
    expect(changes).toEqual(["cat", "owl"]);
    vi.runAllTimers();
    expect(changes).toEqual(["cat", "owl"]);
  });

  it("waits for letters that are still being composed", () => {
    const { slot, changes } = open(text);
    const area = write(slot, "");
    area.value = "犬";
    area.dispatchEvent(new InputEvent("input", { isComposing: true }));
    vi.runAllTimers();
    expect(changes).toEqual([]);
    area.dispatchEvent(new CompositionEvent("compositionend"));
    vi.runAllTimers();
    expect(changes).toEqual(["犬"]);
  });

  it("is counted in code points, and refused in words where it is too long", () => {
    const { slot, changes } = open(text);
    write(slot, "🐶🐶🐶🐶🐶🐶🐶🐶");
    vi.runAllTimers();
    expect(changes).toEqual(["🐶🐶🐶🐶🐶🐶🐶🐶"]);
    const area = write(slot, "nine long");
    vi.runAllTimers();
    expect(changes).toHaveLength(1);
    expect(wordOf(slot)).toMatch(/“nine long” does not fit; a text of at most 8 characters would/);
    expect(area.getAttribute("aria-invalid")).toBe("true");
    expect(area.value).toBe("nine long");
    write(slot, "short");
    vi.runAllTimers();
    expect([wordOf(slot), area.getAttribute("aria-invalid")]).toEqual(["", null]);
  });

  it("gives way to a text from elsewhere", () => {
    const { panel, slot, changes } = open(text);
    const area = write(slot, "mine");
    panel.update({ knobs: [text], values: { words: "theirs" } });
    expect(area.value).toBe("theirs");
    vi.runAllTimers();
    expect(changes).toEqual([]);
  });

  it("keeps its keys from the page", () => {
    const { slot } = open(text);
    const heard: string[] = [];
    const hear = (event: KeyboardEvent): void => void heard.push(event.key);
    document.addEventListener("keydown", hear);
    const area = write(slot, "a");
    for (const key of [" ", "ArrowLeft", "r", "Home"])
      area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    document.removeEventListener("keydown", hear);
    expect(heard).toEqual([]);
  });
});

/** A PNG whose left half is black and right half white, with a red rim that is cut off. */
async function png(): Promise<File> {
  const canvas = new OffscreenCanvas(8, 4);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "red";
  context.fillRect(0, 0, 8, 4);
  context.fillStyle = "black";
  context.fillRect(2, 0, 2, 4);
  context.fillStyle = "white";
  context.fillRect(4, 0, 2, 4);
  return new File([await canvas.convertToBlob({ type: "image/png" })], "halves.png", { type: "image/png" });
}
const greysIn = (value: KnobValue): readonly number[] => Array.from(readOwnImage(String(value), 2) ?? []);

describe("a picture", () => {
  it("from a file is cut square, scaled and made grey", async () => {
    const { panel, slot, changes } = open(image);
    expect(panel.takesFile).toBe(true);
    panel.takeFile(await png());
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    expect(greysIn(changes[0])).toEqual([0, 255, 0, 255]);
    expect(slot.querySelector(".lil-display")?.textContent).toBe("your own");
  });

  it("comes through the file button too", async () => {
    const { slot, changes } = open(image);
    const chooser = slot.querySelector<HTMLInputElement>("input[type=file]")!;
    const transfer = new DataTransfer();
    transfer.items.add(await png());
    chooser.files = transfer.files;
    chooser.dispatchEvent(new Event("change", { bubbles: true }));
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    expect(greysIn(changes[0])).toEqual([0, 255, 0, 255]);
  });

  it("is refused in words where a file is none, or too large", async () => {
    const { panel, slot, changes } = open(image);
    panel.takeFile(new File(["no picture"], "notes.txt"));
    await vi.waitFor(() => expect(wordOf(slot)).toMatch(/“notes.txt” is no picture.*PNG, JPEG or WebP would fit/));
    panel.takeFile(new File([new Uint8Array(21 * 2 ** 20)], "huge.png"));
    await vi.waitFor(() => expect(wordOf(slot)).toMatch(/“huge.png” has 21 MB; a picture of at most 20 MB would fit/));
    expect(changes).toEqual([]);
  });

  it("is taken wherever it is dropped, while the station has a picture; the browser never opens it instead", async () => {
    const [stage, beside] = [document.createElement("div"), document.createElement("div")];
    document.body.append(stage, beside);
    const { panel, changes } = open(image);
    let wanted = false;
    listenDrop(stage, { wanted: () => wanted, take: (file) => panel.takeFile(file) });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(await png());
    const isOpened = (element: HTMLElement, type: string): boolean =>
      element.dispatchEvent(new DragEvent(type, { dataTransfer, cancelable: true, bubbles: true }));
    expect([isOpened(stage, "dragover"), isOpened(beside, "drop")]).toEqual([false, false]);
    expect(stage.classList.contains("takes-file")).toBe(false);
    wanted = true;
    for (const element of [stage, beside]) {
      expect(isOpened(element, "dragover")).toBe(false);
      expect(stage.classList.contains("takes-file")).toBe(true);
      expect(isOpened(element, "drop")).toBe(false);
      expect(stage.classList.contains("takes-file")).toBe(false);
    }
    await vi.waitFor(() => expect(changes).toHaveLength(1));
    for (const element of [stage, beside]) element.remove();
  });

  it("has a name again when it is one of those that are built in", () => {
    const { panel, slot } = open(image);
    panel.update({ knobs: [image], values: { view: "stripes" } });
    expect(slot.querySelector(".lil-display")?.textContent).toBe("stripes");
  });
});

it("the middle square of wide and tall pictures, and how bright colours look", () => {
  expect(middleSquare(8, 4)).toEqual({ x: 2, y: 0, length: 4 });
  expect(middleSquare(3, 8)).toEqual({ x: 0, y: 2, length: 3 });
  const colours = [255, 255, 255, 255, 0, 0, 0, 255, 255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255];
  expect(Array.from(greysOf(Uint8ClampedArray.from(colours)))).toEqual([255, 0, 76, 150, 29]);
});
