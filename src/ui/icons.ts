/** The signs on controls, 20 × 20, in the colour of the text. */
import { draw } from "./dom";

/** What is filled, and what is drawn with a line of the given width. */
interface Drawing {
  readonly fill?: string;
  readonly line?: string;
  readonly width?: number;
}

const drawings = {
  down: { line: "M6 8l4 4 4-4", width: 1.8 },
  check: { line: "M4.5 10.5l3.7 3.7L15.5 6.2", width: 2 },
  cross: { line: "M5.5 5.5l9 9M14.5 5.5l-9 9", width: 2.2 },
  dash: { line: "M5 10h10", width: 2.2 },
  half: { line: "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 0 1 0-15z", width: 1.6, fill: "M10 2.5a7.5 7.5 0 0 0 0 15z" },
  sun: {
    line: "M10 6.2a3.8 3.8 0 1 1 0 7.6a3.8 3.8 0 0 1 0-7.6zM10 1.8v1.6M10 16.6v1.6M1.8 10h1.6M16.6 10h1.6M4.2 4.2l1.1 1.1M14.7 14.7l1.1 1.1M4.2 15.8l1.1-1.1M14.7 5.3l1.1-1.1",
    width: 1.6,
  },
  moon: { line: "M16.5 12.3A7 7 0 0 1 7.7 3.5a7 7 0 1 0 8.8 8.8z", width: 1.6 },
  link: {
    line: "M8.4 11.6a3.2 3.2 0 0 0 4.5 0l2.7-2.7a3.2 3.2 0 0 0-4.5-4.5l-1 1M11.6 8.4a3.2 3.2 0 0 0-4.5 0l-2.7 2.7a3.2 3.2 0 0 0 4.5 4.5l1-1",
    width: 1.6,
  },
  help: {
    line: "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 0 1 0-15zM7.8 8a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.8-1.1 1.6M10 13.9v.2",
    width: 1.6,
  },
  more: {
    fill: "M3 10a1.6 1.6 0 1 1 3.2 0a1.6 1.6 0 0 1-3.2 0zM8.4 10a1.6 1.6 0 1 1 3.2 0a1.6 1.6 0 0 1-3.2 0zM13.8 10a1.6 1.6 0 1 1 3.2 0a1.6 1.6 0 0 1-3.2 0z",
  },
  book: {
    line: "M3 4.5h5a2 2 0 0 1 2 2v10a1.6 1.6 0 0 0-1.6-1.5H3zM17 4.5h-5a2 2 0 0 0-2 2v10a1.6 1.6 0 0 1 1.6-1.5H17z",
    width: 1.6,
  },
  pin: { fill: "M7.5 3h5l-.6 5 2.6 2.5v1.5h-9v-1.5L8.1 8zM9.4 12h1.2v5h-1.2z" },
  start: { fill: "M16 4v12l-8-6zM4.5 4h2.3v12H4.5z" },
  back: { line: "M12.5 4.5L7 10l5.5 5.5", width: 2.2 },
  forward: { line: "M7.5 4.5l5.5 5.5-5.5 5.5", width: 2.2 },
  play: { fill: "M6 3.5v13l10.5-6.5z" },
  pause: { fill: "M5 4h3.6v12H5zM11.4 4H15v12h-3.6z" },
  loop: {
    line: "M5 11V9a3 3 0 0 1 3-3h6M11.5 3.2 14.5 6l-3 2.8M15 9v2a3 3 0 0 1-3 3H6M8.5 16.8 5.5 14l3-2.8",
    width: 1.6,
  },
} as const satisfies Record<string, Drawing>;

export type IconName = keyof typeof drawings;

/** A sign; it says nothing to screen readers, the control's label does. */
export function icon(name: IconName): SVGElement {
  const drawing: Drawing = drawings[name];
  return draw(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", "data-icon": name },
    drawing.fill ? draw("path", { d: drawing.fill, fill: "currentColor" }) : undefined,
    drawing.line ? line(drawing.line, drawing.width ?? 2) : undefined,
  );
}

const line = (d: string, width: number): SVGElement =>
  draw("path", {
    d,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": width,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  });

/** Replaces a sign where it differs. */
export function setIcon(parent: Element, name: IconName): void {
  const old = parent.querySelector("svg.icon");
  if (old?.getAttribute("data-icon") === name) return;
  if (old) old.replaceWith(icon(name));
  else parent.prepend(icon(name));
}

/** The mark of the project: data goes forward, gradients come back. */
export const brandMark = (): SVGElement =>
  draw(
    "svg",
    { width: 26, height: 18, viewBox: "0 0 26 18", "aria-hidden": "true" },
    draw("path", { d: "M1 5H18", stroke: "var(--data)", "stroke-width": 3, "stroke-linecap": "round" }),
    draw("circle", { cx: 20.5, cy: 5, r: 4.5, fill: "var(--data)" }),
    draw("path", { d: "M25 13.5H9", stroke: "var(--gradient)", "stroke-width": 3, "stroke-linecap": "round" }),
    draw("path", { d: "M1 13.5L11 8.5L9 13.5L11 18Z", fill: "var(--gradient)" }),
  );
