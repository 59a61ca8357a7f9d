/** The first layer of a ResNet: what is computed of it. */
import { Graph, type Tensor } from "../../core/graph";
import { Tape, type Step } from "../../core/tape";
import { conv2d } from "../../ops/conv2d";
import type { Axis } from "../../ops/window";
import { attributesOf, columnsOf, rowsOf, type Setting } from "./setting";

/** The layer under the sliders' window, channels first; nothing of it is differentiated. */
export interface Stem {
  readonly setting: Setting;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly tape: Tape;
  readonly I: Tensor;
  readonly F: Tensor;
  readonly b: Tensor;
  readonly O: Tensor;
  readonly forward: Step;
}

/** Throws the ShapeError of conv2d. */
export function stem(setting: Setting): Stem {
  const { height, width, kernel_size, in_channels, out_channels } = setting;
  const graph = new Graph();
  const I = graph.given("I", [in_channels, height, width]);
  const F = graph.given("F", [out_channels, in_channels, kernel_size, kernel_size]);
  const b = graph.given("b", [out_channels]);
  const O = graph.apply(conv2d, { input: I, weight: F, bias: b }, { attributes: attributesOf(setting), names: "O" });
  const tape = new Tape(graph);
  const [forward] = tape.forward();
  return { setting, rows: rowsOf(setting), columns: columnsOf(setting), tape, I, F, b, O, forward };
}
