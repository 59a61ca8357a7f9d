/** A picture in the panel: a choice of those that are built in, and one of the user's own from a file. */
import type { Controller } from "lil-gui";
import type { ImageKnob } from "../story/station";
import { button, make, setText } from "./dom";
import { readPicture } from "./picture-file";
import type { Refusing } from "./text-knob";

/** lil-gui's choice, with the part that says what is chosen. */
type ChoiceController = Controller & { readonly $display: HTMLElement };
const isChoice = (controller: Controller): controller is ChoiceController => "$display" in controller;

/** What every browser reads as pixels; a drawing such as SVG has none of its own. */
const pictures = "image/png,image/jpeg,image/webp,image/gif,image/bmp,image/avif";

/** Reads a file into a picture knob. */
export type TakeFile = (file: File) => Promise<void>;

export function teachImage(controller: Controller, knob: ImageKnob, { refuse }: Refusing): TakeFile {
  nameOwn(controller, knob);
  let latest: File | undefined;
  const take: TakeFile = async (file) => {
    latest = file;
    const reading = await readPicture(file, knob.side);
    // Another file has been chosen meanwhile, or another station.
    if (latest !== file || !controller.domElement.isConnected) return;
    refuse("problem" in reading ? `${reading.problem}. The picture stays as it was.` : undefined);
    if ("value" in reading && reading.value !== controller.getValue()) controller.setValue(reading.value);
  };
  controller.domElement.classList.add("knob-image");
  controller.$widget.append(...fileButton(controller, knob, take));
  return take;
}

/** A picture of the user's own is none of the options: it has a name all the same. */
function nameOwn(controller: Controller, knob: ImageKnob): void {
  const original = controller.updateDisplay.bind(controller);
  controller.updateDisplay = () => {
    original();
    const isBuiltIn = knob.options.some(({ value }) => value === controller.getValue());
    if (isChoice(controller) && !isBuiltIn) setText(controller.$display, "your own");
    return controller;
  };
  controller.updateDisplay();
}

/** A button, and the file chooser behind it. */
function fileButton(controller: Controller, { label }: ImageKnob, take: TakeFile): readonly HTMLElement[] {
  const chooser = make("input", { type: "file", accept: pictures, hidden: true, "aria-label": `File for ${label}` });
  chooser.addEventListener("change", () => {
    const [file] = chooser.files ?? [];
    // The same file may be chosen again.
    chooser.value = "";
    if (file) void take(file);
  });
  // lil-gui would take the chooser's events for its own.
  for (const type of ["input", "change"]) chooser.addEventListener(type, (event) => event.stopPropagation());
  const open = button(
    { class: "own-picture", title: "Choose a picture, or drop one onto the page" },
    () => {
      if (!controller.domElement.classList.contains("lil-disabled")) chooser.click();
    },
    "Open a file",
  );
  return [open, chooser];
}
