/** Plots in a real browser: for every setting at the ends of a station's sliders the curves and both axes are drawn. */
import "../../src/ui/tokens.css";
import "../../src/ui/lesson.css";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stations } from "../../src/stations";
import type { Plot } from "../../src/story/station";
import { PlotView, type PlotProps } from "../../src/ui/plot";
import { open } from "../tools/station";

const problems: string[] = [];
const note = ({ message }: ErrorEvent): void => void problems.push(message);
const noteRejection = ({ reason }: PromiseRejectionEvent): void => void problems.push(String(reason));

beforeEach(() => {
  problems.length = 0;
  window.addEventListener("error", note);
  window.addEventListener("unhandledrejection", noteRejection);
});
afterEach(() => {
  window.removeEventListener("error", note);
  window.removeEventListener("unhandledrejection", noteRejection);
  document.body.replaceChildren();
});

const frames = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
};

/** A plot on the page; how many pixels of it are of the curves' ink. */
function shown(plot: Pick<Plot, "title" | "across" | "up">): {
  readonly view: PlotView;
  readonly ink: (props: PlotProps) => Promise<number>;
} {
  const view = new PlotView(plot);
  view.element.style.width = "330px";
  document.body.append(view.element);
  const ink = async (props: PlotProps): Promise<number> => {
    view.update(props);
    while (!view.element.querySelector("canvas")) await frames(1);
    await frames(3);
    return inkOf(view.element.querySelector("canvas")!);
  };
  return { view, ink };
}

/** Pixels of the text's colour, which only curves have: the axes and their numbers are quieter. */
function inkOf(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  const ink = textColour();
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    const apart = ink.map((hue, i) => Math.abs(data[at + i] - hue));
    if (data[at + 3] > 100 && Math.max(...apart) < 24) found++;
  }
  return found;
}

function textColour(): readonly number[] {
  const probe = document.createElement("span");
  probe.style.color = "var(--text)";
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color.match(/\d+/g)!.slice(0, 3).map(Number);
}

const x = Array.from({ length: 51 }, (_, n) => n);
const curve = (of: (n: number) => number): PlotProps => ({ x, lines: [{ name: "curve", y: x.map(of) }] });
/** A line from one side to the other has more pixels than there are points. */
const drawn = x.length * 2;

it.each([
  ["falls to 10⁻⁵⁰", (n: number) => 10 ** -n],
  ["grows to 10⁵⁰", (n: number) => 10 ** n],
  ["goes from 10⁻³²⁰ up to 10³⁰⁰", (n: number) => 10 ** (12.4 * n - 320)],
  ["stays at 1", () => 1],
  ["stays at 10⁻³⁰", () => 1e-30],
  ["is 0 from its middle on", (n: number) => (n < 25 ? 10 ** -n : 0)],
])("by the logarithm: a curve that %s", async (_, of) => {
  const { ink } = shown({ title: "t", across: "n", up: "logarithm" });
  expect(await ink(curve(of))).toBeGreaterThan(drawn);
  expect(problems).toEqual([]);
});

it.each([
  ["of 10³⁸", (n: number) => n * 7e36],
  ["of 10⁻³⁰", (n: number) => n * 1e-30],
  ["across 0", (n: number) => n - 25],
])("with equal steps: a curve %s", async (_, of) => {
  const { ink } = shown({ title: "t", across: "n" });
  expect(await ink(curve(of))).toBeGreaterThan(drawn);
  expect(problems).toEqual([]);
});

it("one curve after the other, as a slider is dragged, and nothing where there is nothing", async () => {
  const { ink } = shown({ title: "t", across: "n", up: "logarithm" });
  expect(await ink(curve((n) => 10 ** -n))).toBeGreaterThan(drawn);
  expect(await ink(curve(() => 0))).toBe(0);
  expect(await ink(curve((n) => 1.5 ** n))).toBeGreaterThan(drawn);
  expect(problems).toEqual([]);
});

/** The recurrent network at the ends of what changes its curves. */
const ends = [0.1, 1, 1.5].flatMap((radius) =>
  [0, 1, 3].flatMap((inputs) => [20, 50].map((distance) => ({ radius, inputs, distance }))),
);

it("the recurrent network's curves at the ends of its sliders", { timeout: 60_000 }, async () => {
  expect(stations.some(({ id }) => id === "rnn")).toBe(true);
  for (const knobs of ends) {
    const { lesson, results } = await open("rnn", knobs);
    const plots = lesson.passages.flatMap((passage) => (passage.kind === "plot" ? [passage.plot] : []));
    expect(plots).toHaveLength(1);
    const { ink } = shown(plots[0]);
    expect([knobs, (await ink(plots[0].curves(results))) > drawn, problems]).toEqual([knobs, true, []]);
    document.body.replaceChildren();
  }
});
