/** The keyboard, where no control claims a key for itself. */

export interface KeyActions {
  playOrPause(): void;
  step(by: 1 | -1): void;
  toStart(): void;
  toEnd(): void;
  resetView(): void;
  frame(): void;
  /** Moves from cell to cell, with Shift and the arrows, while the stage has the focus. */
  walk(right: number, down: number): void;
  pin(): void;
  letGo(): void;
  /** Whether there is a picture to move in; without one no key means anything. */
  isOpen(): boolean;
}

const directions: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Controls that use arrows, Home, End and letters themselves. */
const claiming =
  "input, textarea, select, [contenteditable], [role=slider], [role=tab], [role=menu], [role=listbox], dialog, summary";
/** Controls that use the space bar only. */
const pressed = "button, a[href], [role=button]";

/** Listens to the whole page. Returns a function that stops it. */
export function listenKeys(stage: HTMLElement, actions: KeyActions): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (!actions.isOpen() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(claiming) || document.querySelector("dialog[open]")) return;
    const done =
      target === stage ? onStage(event, actions) || onPage(event, actions) : onOthers(event, target, actions);
    if (done) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/** Buttons keep the space bar; text regions that scroll keep Home and End. */
function onOthers(event: KeyboardEvent, target: Element, actions: KeyActions): boolean {
  if (event.key === " " && target.closest(pressed)) return false;
  if ((event.key === "Home" || event.key === "End") && target !== document.body) return false;
  return onPage(event, actions);
}

/** Keys that mean something only in the picture. */
function onStage(event: KeyboardEvent, actions: KeyActions): boolean {
  const direction = directions[event.key];
  if (direction && event.shiftKey) {
    actions.walk(...direction);
    return true;
  }
  const act = stageAction(event.key, actions);
  act?.();
  return act !== undefined;
}

function stageAction(key: string, actions: KeyActions): (() => void) | undefined {
  switch (key) {
    case "r":
    case "R":
      return () => actions.resetView();
    case "f":
    case "F":
      return () => actions.frame();
    case "Enter":
      return () => actions.pin();
    case "Escape":
      return () => actions.letGo();
    default:
      return undefined;
  }
}

/** Keys of time, everywhere. */
function onPage(event: KeyboardEvent, actions: KeyActions): boolean {
  switch (event.key) {
    case " ":
      if (!event.repeat) actions.playOrPause();
      return true;
    case "ArrowLeft":
    case "ArrowRight":
      actions.step(event.key === "ArrowLeft" ? -1 : 1);
      return true;
    case "Home":
      actions.toStart();
      return true;
    case "End":
      actions.toEnd();
      return true;
    default:
      return false;
  }
}
