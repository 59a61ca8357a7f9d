/** A hand on the camera: drag, wheel and pinch. A click passes: the hand takes hold only after a few pixels. */
import type { Camera } from "./camera";

const slack = 4;
const degreesPerPixel = 0.35;
const zoomPerWheel = 0.0015;

interface Finger {
  x: number;
  y: number;
}

/** The right button pans; a menu would stand in its way. */
const menu = (event: Event): void => event.preventDefault();

/** Lets a pointer move the camera; returns what takes the hand away. */
export function giveHand(canvas: HTMLCanvasElement, camera: Camera): () => void {
  const fingers = new Map<number, Finger>();
  let start: Finger | undefined;
  let holding = false;

  const place = (event: MouseEvent): Finger => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const down = (event: PointerEvent): void => {
    const finger = place(event);
    fingers.set(event.pointerId, finger);
    if (fingers.size === 1) [start, holding] = [finger, false];
  };
  const move = (event: PointerEvent): void => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const after = place(event);
    if (start && !holding && Math.hypot(after.x - start.x, after.y - start.y) < slack) return;
    if (!holding) canvas.setPointerCapture(event.pointerId);
    holding = true;
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, finger]) => finger);
    fingers.set(event.pointerId, after);
    if (others.length > 0) pinch(camera, before, after, others[0]);
    else if (camera.flat || event.shiftKey || event.buttons === 2) camera.pan(after.x - before.x, after.y - before.y);
    else camera.orbit(-(after.x - before.x) * degreesPerPixel, (after.y - before.y) * degreesPerPixel);
  };
  const up = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    if (fingers.size === 0) start = undefined;
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { x, y } = place(event);
    camera.zoom(Math.exp(-event.deltaY * zoomPerWheel), x, y);
  };

  canvas.style.touchAction = "none";
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("contextmenu", menu);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("wheel", wheel);
    canvas.removeEventListener("contextmenu", menu);
  };
}

/** Two fingers: what lies between them follows, and grows with their distance. */
function pinch(camera: Camera, before: Finger, after: Finger, other: Finger): void {
  const span = (finger: Finger): number => Math.max(10, Math.hypot(finger.x - other.x, finger.y - other.y));
  camera.pan((after.x - before.x) / 2, (after.y - before.y) / 2);
  camera.zoom(span(after) / span(before), (after.x + other.x) / 2, (after.y + other.y) / 2);
}
