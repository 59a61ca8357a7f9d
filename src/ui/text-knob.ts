/** A text in the panel: lil-gui's line becomes an area of several, which is taken a moment after the last key. */
import type { Controller } from "lil-gui";
import type { Text } from "../story/station";
import { make } from "./dom";
import { readKnob } from "./knob";

/** While keys follow one another within this many milliseconds, a text is still being written. */
const settling = 450;

export interface Refusing {
  /** Says what is wrong with what was given; undefined once something fits. */
  readonly refuse: (problem: string | undefined) => void;
}

export function teachText(controller: Controller, knob: Text, { refuse }: Refusing): void {
  const area = make("textarea", {
    rows: knob.rows,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-labelledby": controller.$name.id,
  });
  controller.domElement.classList.add("knob-text");
  controller.$widget.replaceChildren(area);
  controller.$disable = area;
  const stop = takeSettled(area, () => take(controller, knob, area.value, refuse));
  controller.updateDisplay = () => {
    const text = String(controller.getValue());
    // Another text has come from elsewhere: what was being written is overtaken. Writing the same would move the caret.
    if (area.value !== text) {
      stop();
      area.value = text;
    }
    return controller;
  };
  controller.updateDisplay();
}

/** Takes a text that fits; one that does not stays on the page with a word on why, and the last one stays in force. */
function take(controller: Controller, knob: Text, text: string, refuse: Refusing["refuse"]): void {
  const reading = readKnob(knob, text);
  if ("problem" in reading) {
    refuse(`${reading.problem}. The picture stays as it was.`);
    return;
  }
  refuse(undefined);
  if (reading.value !== controller.getValue()) controller.setValue(reading.value);
}

/** Calls back once writing pauses, or the field is left, or Ctrl or Command and Enter are pressed. Returns what forgets a pending text. */
function takeSettled(area: HTMLTextAreaElement, settled: () => void): () => void {
  let waiting: number | undefined;
  const stop = (): void => {
    window.clearTimeout(waiting);
    waiting = undefined;
  };
  const takeNow = (): void => {
    if (waiting === undefined) return;
    stop();
    settled();
  };
  area.addEventListener("input", (event) => {
    stop();
    // Letters that are still being composed are no text yet.
    if (event instanceof InputEvent && event.isComposing) return;
    waiting = window.setTimeout(takeNow, settling);
  });
  area.addEventListener("compositionend", () => {
    stop();
    waiting = window.setTimeout(takeNow, settling);
  });
  area.addEventListener("blur", takeNow);
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    takeNow();
  });
  return stop;
}
