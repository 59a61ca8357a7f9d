/** The parameters: lil-gui, told what the knobs are, and taught the keyboard and what it must refuse. */
import { GUI, type Controller } from "lil-gui";
import { isMeant } from "../story/knob";
import type { Knob, Knobs, KnobValue } from "../story/station";
import { make, Once, setAttribute, setText, uniqueId } from "./dom";
import { teachImage, type TakeFile } from "./image-knob";
import { isSliderController, teachSlider } from "./slider";
import { teachText, type Refusing } from "./text-knob";

export interface PanelActions {
  /** Fires for every change, also while dragging. */
  change(name: string, value: KnobValue): void;
  /** Back to the numbers of the recitation. */
  reset(): void;
}
export interface PanelProps {
  /** A station's knobs, then those of the picture that all stations share. */
  readonly knobs: readonly Knob[];
  readonly values: Knobs;
  /** What is wrong with a knob, by its name. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** A knob on the page. */
interface Row {
  readonly knob: Knob;
  readonly controller: Controller;
  readonly message: HTMLElement;
  /** What was typed and refused; shown until something fits. */
  refused: string | undefined;
  error: string | undefined;
  /** Reads a file, where the knob is a picture. */
  takeFile?: TakeFile;
}

export class Panel {
  readonly #slot: HTMLElement;
  readonly #actions: PanelActions;
  readonly #open = window.matchMedia("(min-width: 1100px), (max-width: 720px)");
  readonly #built = new Once();
  #gui: GUI | undefined;
  #values: Record<string, KnobValue> = {};
  #rows: readonly Row[] = [];

  constructor(slot: HTMLElement, actions: PanelActions) {
    this.#slot = slot;
    this.#actions = actions;
    slot.setAttribute("role", "group");
    slot.setAttribute("aria-label", "Parameters");
    this.#open.addEventListener("change", () => this.#gui?.open(this.#open.matches));
  }

  update({ knobs, values, errors = {} }: PanelProps): void {
    this.#built.when(JSON.stringify(knobs), () => this.#build(knobs, values));
    for (const row of this.#rows) {
      const { name } = row.knob;
      if (name in values && !Object.is(this.#values[name], values[name])) {
        this.#values[name] = values[name];
        row.controller.updateDisplay();
      }
      row.error = errors[name];
      setEnabled(row, values);
      showMessage(row, this.#saying(row));
    }
  }

  /** Whether there is a picture that a file could take the place of. */
  get takesFile(): boolean {
    return this.#pictureRow !== undefined;
  }

  /** Reads a file into the station's picture. */
  takeFile(file: File): void {
    void this.#pictureRow?.takeFile?.(file);
  }

  get #pictureRow(): Row | undefined {
    return this.#rows.find(({ takeFile, knob }) => takeFile && isMeant(knob, this.#values));
  }

  /** The row whose words say what is wrong with this one: the first that says the same. */
  #saying(row: Row): Row {
    const first =
      row.refused === undefined && this.#rows.find(({ error }) => error !== undefined && error === row.error);
    return first || row;
  }

  #build(knobs: readonly Knob[], values: Knobs): void {
    this.#gui?.destroy();
    const gui = new GUI({ container: this.#slot, autoPlace: false, title: "Parameters", width: 240 });
    // Its own sizes for touch would win over those of the tokens.
    gui.domElement.classList.remove("lil-allow-touch-styles");
    this.#gui = gui;
    this.#values = Object.fromEntries(knobs.map((knob) => [knob.name, values[knob.name] ?? knob.initial]));
    const folders = new Map<string, GUI>();
    const parent = (folder: string | undefined): GUI => (folder === undefined ? gui : folderOf(gui, folders, folder));
    this.#rows = knobs.map((knob) => this.#addRow(parent(knob.folder), knob));
    gui.add({ reset: () => this.#actions.reset() }, "reset").name("Reset to the recitation");
    gui.open(this.#open.matches);
  }

  #addRow(parent: GUI, knob: Knob): Row {
    const controller = addController(parent, knob, this.#values).name(knob.label);
    const message = make("p", { class: "field-error", id: uniqueId("knob") });
    const row: Row = { knob, controller, message, refused: undefined, error: undefined };
    controller.domElement.after(message);
    controller.domElement.classList.toggle("knob-wide", isWide(knob));
    controller.onChange((value: KnobValue) => this.#changed(row, value));
    teach(row, {
      refuse: (problem) => {
        row.refused = problem;
        showMessage(row);
      },
    });
    return row;
  }

  #changed(row: Row, value: KnobValue): void {
    row.refused = undefined;
    showMessage(row);
    this.#actions.change(row.knob.name, value);
  }
}

/** Letters that a choice has room for in its half of a row. */
const roomForChoice = 15;

/** Whether a choice is written longer than that: its name then takes no more than it needs. */
const isWide = (knob: Knob): boolean =>
  knob.kind === "choice" && knob.options.some(({ label }) => Array.from(label).length > roomForChoice);

/** What lil-gui's own controls lack. */
function teach(row: Row, refusing: Refusing): void {
  const { knob, controller } = row;
  if (knob.kind === "slider" && isSliderController(controller)) teachSlider(controller, knob, refusing);
  if (knob.kind === "text") teachText(controller, knob, refusing);
  if (knob.kind === "image") row.takeFile = teachImage(controller, knob, refusing);
}

function folderOf(gui: GUI, folders: Map<string, GUI>, name: string): GUI {
  const folder = folders.get(name) ?? gui.addFolder(name);
  folders.set(name, folder);
  return folder;
}

function addController(parent: GUI, knob: Knob, values: Record<string, KnobValue>): Controller {
  switch (knob.kind) {
    case "slider":
      return parent.add(values, knob.name, knob.min, knob.max, knob.step);
    case "choice":
    case "image":
      return parent.add(
        values,
        knob.name,
        Object.fromEntries(knob.options.map((option) => [option.label, option.value])),
      );
    case "toggle":
    case "text":
      return parent.add(values, knob.name);
  }
}

/** A knob that means nothing now cannot be turned. */
function setEnabled({ knob, controller }: Row, values: Knobs): void {
  if (!knob.onlyWhile) return;
  const enabled = isMeant(knob, values);
  controller.enable(enabled);
  // A choice shows its value beside the control that is switched off.
  setAttribute(controller.domElement, "aria-disabled", enabled ? undefined : "true");
  if (!isSliderController(controller)) return;
  setAttribute(controller.$slider, "aria-disabled", enabled ? undefined : "true");
  setAttribute(controller.$slider, "tabindex", enabled ? 0 : -1);
}

/** The 2 px edge and the sentence, tied to every control of the row; the sentence may stand at another row. */
function showMessage(row: Row, saying = row): void {
  const { controller, message, refused, error } = row;
  const text = refused ?? error ?? "";
  // What was refused is said here alone; another error has a card that says it.
  setAttribute(message, "role", refused === undefined ? undefined : "alert");
  setText(message, saying === row ? text : "");
  controller.domElement.classList.toggle("at-fault", text !== "");
  for (const control of controller.domElement.querySelectorAll("input, textarea, select, [role=slider]")) {
    setAttribute(control, "aria-describedby", text === "" ? undefined : saying.message.id);
    setAttribute(control, "aria-invalid", text === "" ? undefined : "true");
  }
}
