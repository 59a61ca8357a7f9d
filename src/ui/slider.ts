/** What lil-gui's sliders lack: a keyboard, a role, exact numbers as typed, and a word when something is refused. */
import type { Controller } from "lil-gui";
import type { Slider } from "../story/station";
import { precise } from "../core/numeral";
import { setAttribute } from "./dom";
import { readSlider, stepped } from "./knob";

/** The parts of a number controller that lil-gui's own types name but do not export. */
export type SliderController = Controller & {
  readonly $input: HTMLInputElement;
  readonly $slider: HTMLElement;
};

export const isSliderController = (controller: Controller): controller is SliderController =>
  "$input" in controller && "$slider" in controller;

/** Beginnings of numbers: not refused before the field is left. */
const beginning = /^[+−-]?\d*\.?\d*(?:[eE][+−-]?)?$|^[+−-]?(?:i|in|n|na)$/;

export function teachSlider(
  controller: SliderController,
  knob: Slider,
  { refuse }: { readonly refuse: (problem: string | undefined) => void },
): void {
  // lil-gui's own leaves −0.0999999999999996 where −0.1 is meant.
  Object.assign(controller, { _snap: (value: number) => stepped(knob, value, 0) });
  showOwnNumbers(controller);
  readTyped(controller, knob, refuse);
  giveKeyboard(controller, knob);
}

/** Numbers as everywhere on the page, and the value for screen readers. */
function showOwnNumbers(controller: SliderController): void {
  const { $input, $slider } = controller;
  const original = controller.updateDisplay.bind(controller);
  controller.updateDisplay = () => {
    const typing = document.activeElement === $input ? $input.value : undefined;
    original();
    const text = precise(Number(controller.getValue()), 9);
    $input.value = typing ?? text;
    setAttribute($slider, "aria-valuenow", Number(controller.getValue()));
    setAttribute($slider, "aria-valuetext", text);
    return controller;
  };
  $input.type = "text";
  $input.autocomplete = "off";
  controller.updateDisplay();
}

/** What is typed is taken exactly when it fits; lil-gui itself would round, clamp, and read "1abc" as 1. */
function readTyped(controller: SliderController, knob: Slider, refuse: (problem: string | undefined) => void): void {
  const { $input, domElement } = controller;
  const onInput = (event: Event): void => {
    if (event.target !== $input) return;
    event.stopPropagation();
    const reading = readSlider(knob, $input.value);
    if ("value" in reading) {
      refuse(undefined);
      if (!Object.is(reading.value, controller.getValue())) controller.setValue(reading.value);
    } else if (!beginning.test($input.value.trim())) refuse(`${reading.problem}. ${stays(controller)}`);
  };
  const onLeave = (event: Event): void => {
    if (event.target !== $input) return;
    const text = $input.value.trim();
    const reading = readSlider(knob, text);
    if ("problem" in reading) refuse(`${text === "" ? "A number is missing" : reading.problem}. ${stays(controller)}`);
    $input.value = precise(Number(controller.getValue()), 9);
  };
  domElement.addEventListener("input", onInput, true);
  // Before lil-gui's own handler, which would put the old number back first.
  domElement.addEventListener("blur", onLeave, true);
  domElement.addEventListener("wheel", (event) => event.stopPropagation(), true);
}

const stays = (controller: Controller): string => `It stays ${precise(Number(controller.getValue()), 9)}.`;

/** How far each key moves: in steps, or to an end. */
const strides: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
};

function giveKeyboard(controller: SliderController, knob: Slider): void {
  const { $slider, $input, $name, domElement } = controller;
  const described = { role: "slider", tabindex: 0, "aria-labelledby": $name.id, "aria-valuemin": knob.min };
  for (const [name, value] of Object.entries({ ...described, "aria-valuemax": knob.max }))
    setAttribute($slider, name, value);
  domElement.addEventListener(
    "keydown",
    (event) => {
      const stride = strides[event.key];
      const own = event.target === $slider || (event.target === $input && /^Arrow(Up|Down)$/.test(event.key));
      if (!own || stride === undefined || $input.disabled) return;
      event.preventDefault();
      event.stopPropagation();
      controller.setValue(stepped(knob, Number(controller.getValue()), stride * (event.shiftKey ? 10 : 1)));
      if (event.target === $input) $input.value = precise(Number(controller.getValue()), 9);
    },
    true,
  );
}
