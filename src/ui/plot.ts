/** A small plot of curves over a common axis, by uPlot, which is fetched when the first one comes. */
import "uplot/dist/uPlot.min.css";
import type uPlot from "uplot";
import { format } from "../core/numeral";
import type { Plot } from "../story/station";
import { draw, make, setAttribute, setText } from "./dom";
import { scaleOf, type PlotScale } from "./plot-scale";
import { plainText, writeText } from "./richtext";

export interface PlotProps {
  readonly x: readonly number[];
  readonly lines: readonly { readonly name: string; readonly y: readonly number[] }[];
  /** Where the current iteration stands on the common axis. */
  readonly marker?: number;
}

/** Lines differ by their dashes and not by hue, which is kept for values and flows. */
const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [8, 3, 2, 3], [1, 5]];
const height = 176;

export class PlotView {
  readonly element = make("figure", { class: "plot" });
  readonly #title = make("figcaption", {});
  readonly #canvas = make("div", { class: "plot-canvas", role: "img" });
  readonly #legend = make("ul", { class: "plot-legend" });
  readonly #name: string;
  readonly #across: string;
  readonly #logarithmic: boolean;
  readonly #watch: ResizeObserver;
  readonly #theme = new MutationObserver(() => this.#rebuild());
  readonly #dark = window.matchMedia("(prefers-color-scheme: dark)");
  readonly #onDark = (): void => this.#rebuild();
  #plot: uPlot | undefined;
  #built = "";
  #props: PlotProps = { x: [], lines: [] };
  #scale: PlotScale = scaleOf([], false);
  #disposed = false;

  constructor({ title, across, up }: Pick<Plot, "title" | "across" | "up">) {
    this.#logarithmic = up === "logarithm";
    this.#name = plainText(title);
    this.#across = plainText(across);
    writeText(this.#title, title);
    this.element.append(this.#title, this.#canvas, this.#legend);
    this.#watch = new ResizeObserver(() => this.#plot?.setSize({ width: this.#width, height }));
    this.#watch.observe(this.#canvas);
    this.#theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.#dark.addEventListener("change", this.#onDark);
  }

  update(props: PlotProps): void {
    this.#props = props;
    this.#scale = scaleOf(
      props.lines.flatMap(({ y }) => y),
      this.#logarithmic,
    );
    setAttribute(this.#canvas, "aria-label", this.#summary());
    this.#showLegend();
    if (this.#built !== this.#structure) this.#rebuild();
    else this.#plot?.setData(this.#data);
  }

  dispose(): void {
    this.#disposed = true;
    this.#watch.disconnect();
    this.#theme.disconnect();
    this.#dark.removeEventListener("change", this.#onDark);
    this.#plot?.destroy();
  }

  get #width(): number {
    return Math.max(160, this.#canvas.clientWidth);
  }

  get #data(): uPlot.AlignedData {
    const { x, lines } = this.#props;
    return [[...x], ...lines.map(({ y }) => x.map((_, at) => (at < y.length ? this.#scale.place(y[at]) : null)))];
  }

  get #structure(): string {
    return this.#props.lines.map(({ name }) => name).join("\n");
  }

  #rebuild(): void {
    this.#built = this.#structure;
    void this.#build(this.#built);
  }

  async #build(structure: string): Promise<void> {
    const { default: UPlot } = await import("uplot");
    if (this.#disposed || structure !== this.#built) return;
    this.#plot?.destroy();
    this.#canvas.replaceChildren();
    this.#plot = new UPlot(this.#options(), this.#data, this.#canvas);
  }

  #options(): uPlot.Options {
    const ink = colourOf(this.#canvas, "--text");
    const quiet = colourOf(this.#canvas, "--text-quiet");
    const axis = axisOf(quiet, colourOf(this.#canvas, "--line"), this.#canvas);
    const series = this.#props.lines.map(({ name }, at) => ({
      label: name,
      stroke: ink,
      width: 1.75,
      dash: [...dashes[at % dashes.length]],
      points: { show: this.#props.x.length <= 12, size: 5, fill: ink },
    }));
    return {
      width: this.#width,
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false },
        y: this.#logarithmic ? { range: () => [...(this.#scale.range ?? [0, 1])] } : {},
      },
      axes: [
        { ...axis, label: this.#across, labelSize: 18, size: 26, labelFont: axis.font },
        { ...axis, size: 50, ...this.#upwards() },
      ],
      series: [{}, ...series],
      hooks: { draw: [(plot) => this.#drawMarker(plot, ink)] },
    };
  }

  /** The marks beside the axis, and their numbers. */
  #upwards(): uPlot.Axis {
    return {
      ...(this.#logarithmic && { splits: () => [...(this.#scale.marks ?? [])] }),
      values: (_plot, places) => places.map((place) => format(rounded(this.#scale.valueAt(place)))),
    };
  }

  /** A line and a ring at the current iteration. */
  #drawMarker(plot: uPlot, ink: string): void {
    const { marker } = this.#props;
    if (marker === undefined) return;
    const x = Math.round(plot.valToPos(marker, "x", true));
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.setLineDash([]);
    ctx.strokeStyle = ink;
    ctx.lineWidth = window.devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  #showLegend(): void {
    const { lines } = this.#props;
    while (this.#legend.children.length > lines.length) this.#legend.lastElementChild?.remove();
    lines.forEach(({ name, y }, at) => {
      const item = this.#legend.children[at] ?? this.#legend.appendChild(legendItem(at));
      const value = this.#valueAt(y);
      const [label, number] = [item.children[1], item.children[2]];
      if (label instanceof HTMLElement) writeText(label, name);
      setText(number, value === undefined ? "" : Number.isNaN(value) ? "not a number" : format(value));
    });
  }

  /** The value at the marker; the last one without it. */
  #valueAt(y: readonly number[]): number | undefined {
    const at = this.#props.marker === undefined ? -1 : this.#props.x.indexOf(this.#props.marker);
    return y.at(at);
  }

  #summary(): string {
    const { x, lines } = this.#props;
    if (x.length === 0) return `${this.#name}: nothing computed yet`;
    const range = `over ${this.#across} from ${format(x[0])} to ${format(x.at(-1) ?? 0)}`;
    return `${this.#name}, ${range}. ${lines.map(describeLine).join(" ")}`;
  }
}

/** A mark without the digits that a division has left. */
const rounded = (value: number): number => Number(value.toPrecision(12));

function describeLine({ name, y }: PlotProps["lines"][number]): string {
  const finite = y.filter(Number.isFinite);
  if (finite.length === 0) return `${plainText(name)}: no finite value.`;
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  return `${plainText(name)}: from ${format(y[0])} to ${format(y.at(-1) ?? 0)}, between ${format(least)} and ${format(most)}.`;
}

function legendItem(at: number): HTMLElement {
  const line = draw("path", {
    d: "M1 5H27",
    stroke: "currentColor",
    "stroke-width": 1.75,
    "stroke-dasharray": dashes[at % dashes.length].join(" ") || undefined,
  });
  const swatch = draw("svg", { width: 28, height: 10, viewBox: "0 0 28 10", "aria-hidden": "true" }, line);
  return make("li", {}, swatch, make("span"), make("span", { class: "plot-number" }));
}

/** A token as a colour that a canvas understands. */
function colourOf(parent: HTMLElement, token: string): string {
  const probe = make("span", { hidden: true });
  probe.style.color = `var(${token})`;
  parent.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function axisOf(stroke: string, line: string, element: HTMLElement): uPlot.Axis {
  return {
    stroke,
    font: `12px ${getComputedStyle(element).fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    gap: 4,
    values: (_plot, values: readonly number[]) => values.map((value) => format(value)),
  };
}
