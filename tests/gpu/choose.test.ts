/** Cells that stand for knobs: a click or Enter turns them, and the cursor says so; other cells are pinned. */
import "../../src/ui/page.css";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Graph } from "../../src/core/graph";
import type { CellRef } from "../../src/story/picture";
import type { Knobs } from "../../src/story/station";
import { Hands, type HandActions } from "../../src/ui/hands";
import { Inspector } from "../../src/ui/inspector";

const graph = new Graph();
const [map, other] = [graph.given("map", [2, 2]), graph.given("other", [2, 2])];

const choose = ({ tensor, at }: CellRef): Knobs | undefined => (tensor === map ? { rate: at / 10 } : undefined);

/** A stage on which every point of the left half is a pixel of the map, of the right half a cell without knobs. */
function open(ready = true) {
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.tabIndex = 0;
  document.body.append(stage);
  const heard: (readonly [string, unknown])[] = [];
  const inspector = new Inspector(() => {});
  const parts = {
    shell: { stage, mode: "wide", showTab: (name: string) => heard.push(["tab", name]) },
    easel: { pick: (at?: { x: number }) => at && { tensor: at.x < 100 ? map : other, at: 3 } },
    inspector,
    timeline: { frame: () => ({ iteration: 0 }), player: {}, score: { duration: 1 } },
    model: { session: { results: { ready }, lesson: { choose } }, listed: () => [["map", map]] },
  };
  const actions: Partial<HandActions> = {
    pinTo: (cell) => heard.push(["pin", cell]),
    choose: (knobs) => heard.push(["choose", knobs]),
    isOpen: () => true,
  };
  new Hands(parts as never, actions as HandActions).listen();
  return { stage, heard, inspector };
}

let page: ReturnType<typeof open>;
beforeEach(() => {
  page = open();
});
afterEach(() => document.body.replaceChildren());

function click(stage: HTMLElement, x: number): void {
  const { left, top } = stage.getBoundingClientRect();
  const at = { clientX: left + x, clientY: top + 5, isPrimary: true, pointerType: "mouse" };
  for (const kind of ["pointerdown", "pointerup"]) stage.dispatchEvent(new PointerEvent(kind, at));
}
function point(stage: HTMLElement, x: number): void {
  const { left, top } = stage.getBoundingClientRect();
  const at = { clientX: left + x, clientY: top + 5, pointerType: "mouse", buttons: 0 };
  stage.dispatchEvent(new PointerEvent("pointermove", at));
}
const press = (stage: HTMLElement, key: string): void => {
  stage.focus();
  stage.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};

test("a click turns the knobs that the cell stands for, and pins nothing", () => {
  click(page.stage, 20);
  expect(page.heard).toEqual([["choose", { rate: 0.3 }]]);
});

test("a click on any other cell pins it", () => {
  click(page.stage, 150);
  expect(page.heard).toEqual([["pin", { tensor: other, at: 3 }]]);
});

test("the cursor is a pointer over such a cell alone, which is read all the same", () => {
  point(page.stage, 20);
  expect(getComputedStyle(page.stage).cursor).toBe("pointer");
  expect(page.inspector.hover).toEqual({ tensor: map, at: 3 });
  point(page.stage, 150);
  expect(getComputedStyle(page.stage).cursor).not.toBe("pointer");
});

test("Enter turns the knobs of the cell that is walked to, and pins another", () => {
  page.inspector.pointAt({ tensor: map, at: 2 });
  press(page.stage, "Enter");
  page.inspector.pointAt({ tensor: other, at: 1 });
  press(page.stage, "Enter");
  expect(page.heard).toEqual([
    ["choose", { rate: 0.2 }],
    ["pin", { tensor: other, at: 1 }],
  ]);
});

test("before there are numbers no cell stands for anything", () => {
  document.body.replaceChildren();
  const waiting = open(false);
  click(waiting.stage, 20);
  expect(waiting.heard).toEqual([["pin", { tensor: map, at: 3 }]]);
});
