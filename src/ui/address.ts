/** The whole state of the page as the query of its address: no hash, so static files at any path serve it. */
import type { Edits, Knob, Knobs, KnobValue, Station } from "../story/station";
import { granularities, type Granularity } from "../story/score";
import { quote } from "./knob";
import { AddressReader } from "./address-read";
import { namedOf, startOf } from "./address-start";
import { numberText, writeCells, writePin } from "./cells";
import type { Exercise } from "./predict";
import type { Theme } from "./shell";

export interface Pin {
  readonly tensor: string;
  readonly at: number;
}
export interface View {
  /** The camera's own short text. */
  readonly camera?: string;
  readonly pin?: Pin;
}
export interface Address {
  readonly station: string;
  /** Every knob of the station and every common one, defaults included. */
  readonly knobs: Knobs;
  readonly edits: Edits;
  /** Seconds. Undefined: where the station opens. */
  readonly time?: number;
  /** Undefined: the station's own. */
  readonly granularity?: Granularity;
  readonly speed: number;
  readonly loop: boolean;
  readonly theme: Theme;
  readonly view: View;
  /** The question that is asked; nothing is asked where it is undefined. */
  readonly exercise?: Exercise;
}

const own = new Set([
  "station",
  "cells",
  "t",
  "step",
  "speed",
  "loop",
  "theme",
  "camera",
  "pin",
  "ask",
  "practice",
  "answers",
]);
const themes: readonly Theme[] = ["system", "light", "dark"];
const cameraText = /^[\w.,~*-]{1,200}$/;
const claimText = /^[\w.-]{1,80}$/;
const seedText = /^\d{1,9}$/;

/** The name under which a knob stands in the address: one that the page uses itself gets a prefix. */
const keyOf = (knob: Knob): string => (own.has(knob.name) || knob.name.startsWith("k.") ? `k.${knob.name}` : knob.name);

/**
 * Reads an address. What makes no sense falls back to its default and is named in a sentence; nothing throws. `common`
 * are knobs that every station has.
 */
export function readAddress(
  search: string,
  stations: readonly Station[],
  common: readonly Knob[] = [],
): { readonly address: Address; readonly problems: readonly string[] } {
  const reader = new AddressReader(search);
  const [station, known] = readStation(reader, stations);
  const exercise = known ? readExercise(reader) : undefined;
  const all = [...station.knobs, ...common];
  const named = reader.knobs(all, keyOf);
  const { knobs, edits } = startOf(station, all, exercise?.practice, named);
  const address = {
    station: station.id,
    knobs: { ...knobs, ...named },
    edits: reader.has("cells") ? reader.cells("cells") : edits,
    ...(exercise && { exercise }),
    ...readRest(reader, station),
  };
  reader.take("answers");
  if (known) reader.refuseTheRest();
  return { address, problems: reader.problems };
}

function readStation(reader: AddressReader, stations: readonly Station[]): [station: Station, known: boolean] {
  const id = reader.take("station");
  const station = id === undefined ? stations[0] : stations.find((candidate) => candidate.id === id);
  if (station) return [station, true];
  reader.complain(`There is no station ${quote(id ?? "")}; this is the first one.`);
  reader.keepOnly(["theme", "speed"]);
  return [stations[0], false];
}

function readExercise(reader: AddressReader): Exercise | undefined {
  const ask = reader.matching("ask", claimText);
  const seed = reader.matching("practice", seedText);
  if (ask === undefined && seed === undefined) return undefined;
  return { ...(ask !== undefined && { ask }), ...(seed !== undefined && { practice: Number(seed) }) };
}

function readRest(reader: AddressReader, station: Station): Omit<Address, "station" | "knobs" | "edits" | "exercise"> {
  const offered = granularities.filter(({ id }) => station.granularities.includes(id)).map(({ id }) => id);
  const granularity = reader.oneOf("step", offered);
  const time = reader.number("t", 0, Number.MAX_SAFE_INTEGER);
  return {
    ...(time !== undefined && { time }),
    ...(granularity && { granularity }),
    speed: reader.number("speed", 0.25, 8) ?? 1,
    loop: reader.oneOf("loop", ["0", "1"]) === "1",
    theme: reader.oneOf("theme", themes) ?? "system",
    view: readView(reader),
  };
}

function readView(reader: AddressReader): View {
  const camera = reader.matching("camera", cameraText);
  const pin = reader.pin("pin");
  return { ...(camera !== undefined && { camera }), ...(pin && { pin }) };
}

/** Writes what differs from the defaults, with a question mark; every number comes back as it was. */
export function writeAddress(address: Address, station: Station, common: readonly Knob[] = []): string {
  const parts = new URLSearchParams({ station: address.station });
  const all = [...station.knobs, ...common];
  const seed = address.exercise?.practice;
  const named = namedOf(station, all, seed, address.knobs);
  for (const knob of all) if (knob.name in named) parts.set(keyOf(knob), knobText(named[knob.name]));
  const { edits } = startOf(station, all, seed, named);
  for (const [name, text] of Object.entries(restTexts(address, station, edits)))
    if (text !== undefined) parts.set(name, text);
  return `?${parts.toString().replaceAll("%3A", ":").replaceAll("%3B", ";").replaceAll("%2C", ",")}`;
}

const knobText = (value: KnobValue): string =>
  typeof value === "number" ? numberText(value) : typeof value === "boolean" ? (value ? "1" : "0") : value;

function restTexts(address: Address, station: Station, given: Edits): Record<string, string | undefined> {
  const { edits, time, granularity, speed, loop, theme, view, exercise } = address;
  const cells = writeCells(edits);
  return {
    ask: exercise?.ask,
    practice: exercise?.practice === undefined ? undefined : String(exercise.practice),
    cells: cells === writeCells(given) ? undefined : cells,
    t: time === undefined ? undefined : numberText(time),
    step: granularity === station.granularity ? undefined : granularity,
    speed: speed === 1 ? undefined : numberText(speed),
    loop: loop ? "1" : undefined,
    theme: theme === "system" ? undefined : theme,
    camera: view.camera,
    pin: view.pin && writePin(view.pin),
  };
}
