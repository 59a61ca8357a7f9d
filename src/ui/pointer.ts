/** The pointer over the picture: what it points at, and a click that did not become a drag. */

/** CSS pixels from the stage's top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface PointerActions {
  /** The pointer is there; undefined when it has left. */
  point(at: Point | undefined): void;
  /** A click or a tap. */
  press(at: Point): void;
}

/** A pointer that moved farther than this between down and up was a drag. */
const slack = 6;

export function listenPointer(stage: HTMLElement, actions: PointerActions): void {
  let down: Point | undefined;
  const place = (event: PointerEvent): Point => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  stage.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && event.buttons === 0) actions.point(place(event));
  });
  stage.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") actions.point(undefined);
  });
  stage.addEventListener("pointerdown", (event) => (down = event.isPrimary ? place(event) : undefined));
  stage.addEventListener("pointerup", (event) => {
    const at = place(event);
    if (down && Math.hypot(at.x - down.x, at.y - down.y) <= slack) actions.press(at);
    down = undefined;
  });
}
