/** The key of a set of questions, to be printed: what is asked, what is given, and what comes out, for a station or for all. */
import { stations, type Entry } from "../stations";
import { isErratum, slideOf, type Claim } from "../story/claim";
import { formOf } from "../story/grade";
import type { Edits, Knobs, Lesson, Station } from "../story/station";
import { readAddress, writeAddress, type Address } from "./address";
import { AddressReader } from "./address-read";
import { answerText } from "./claims";
import { make, setText } from "./dom";
import { Engine } from "./engine";
import { common } from "./model";
import { questionsOf, truthText, type Exercise } from "./predict";
import { givenKnobs, givenTables } from "./predict-given";
import { valuesOf } from "./present";
import { plainText, writeText } from "./richtext";
import { Session } from "./session";
import { TableView } from "./tables";
import "./page.css";
import "./answers.css";

/** Whether an address asks for the key instead of the page. */
export const asksForAnswers = (search: string): boolean => new URLSearchParams(search).has("answers");

/** A station with the numbers that it is asked for. */
interface Sheet {
  readonly station: Station;
  readonly knobs: Knobs;
  readonly edits: Edits;
  readonly exercise: Exercise;
}

/** Writes the key that an address asks for. Resolves when every answer stands there. */
export async function writeAnswers(root: HTMLElement, search: string): Promise<void> {
  const engine = new Engine({ error: () => {}, lost: () => {} });
  const state = make("p", { class: "key-state", role: "status" }, "Computing …");
  const main = make("main", { class: "key" }, make("h1", {}, "Backflow: answers"), state);
  root.append(main);
  const { theme, sheets, problems } = await sheetsOf(search);
  document.documentElement.dataset["theme"] = theme === "system" ? "" : theme;
  state.before(...problems.map((problem) => make("p", { class: "key-problem" }, problem)));
  await engine.open();
  for (const sheet of sheets) state.before(await writeSheet(engine, sheet));
  setText(state, `Computed by ${engine.gpu ? engine.adapter : "the reference"}.`);
  state.dataset["done"] = "true";
}

interface Asked {
  readonly theme: Address["theme"];
  readonly sheets: readonly Sheet[];
  readonly problems: readonly string[];
}

/** One station where the address names one, with all that it says of it; else every station. */
async function sheetsOf(search: string): Promise<Asked> {
  const named = new URLSearchParams(search).get("station");
  if (named === null) return allSheets(search);
  const station = await (stations.find(({ id }) => id === named) ?? stations[0]).load();
  const { address, problems } = readAddress(search, [station], common);
  const { knobs, edits, theme, exercise = {} } = address;
  return { theme, sheets: [{ station, knobs, edits, exercise }], problems };
}

async function allSheets(search: string): Promise<Asked> {
  const reader = new AddressReader(search);
  reader.take("answers");
  const seed = reader.matching("practice", /^\d{1,9}$/);
  const theme = reader.oneOf("theme", ["system", "light", "dark"]) ?? "system";
  reader.refuseTheRest();
  const practice = seed === undefined ? "" : `&practice=${seed}`;
  const sheets = await Promise.all(stations.map((entry) => wholeSheet(entry, practice)));
  return { theme, sheets, problems: reader.problems };
}

async function wholeSheet(entry: Entry, practice: string): Promise<Sheet> {
  const station = await entry.load();
  const { knobs, edits, exercise = {} } = readAddress(`?station=${entry.id}${practice}`, [station], common).address;
  return { station, knobs, edits, exercise };
}

/** Runs a station's numbers and writes its questions with their answers; what cannot be built says why. */
async function writeSheet(engine: Engine, sheet: Sheet): Promise<HTMLElement> {
  const section = make("section", { class: "key-station" }, ...headOf(sheet));
  try {
    const session = await run(engine, sheet);
    section.append(exerciseLink(sheet, session.lesson), ...givensOf(session, sheet));
    section.append(questionList(session, sheet.exercise));
    session.dispose();
  } catch (error) {
    section.append(make("p", { class: "key-problem" }, error instanceof Error ? error.message : String(error)));
  }
  return section;
}

async function run(engine: Engine, { station, knobs, edits }: Sheet): Promise<Session> {
  let failure: unknown;
  const events = { settled: () => {}, checking: () => {}, failed: (error: unknown) => (failure = error) };
  const session = await Session.load(engine, station, knobs, events);
  session.run(knobs, edits);
  await session.shown();
  if (failure !== undefined) throw failure;
  return session;
}

function headOf({ station, exercise: { practice } }: Sheet): HTMLElement[] {
  const title = make("h2");
  writeText(title, `${station.number} · ${station.name}`);
  const numbers = practice === undefined ? "The recitation's numbers." : `Practice numbers, set ${practice}.`;
  return [title, make("p", { class: "key-about" }, numbers)];
}

/** The address under which a student is asked what this key answers. */
function exerciseLink({ station, knobs, edits, exercise }: Sheet, lesson: Lesson): HTMLElement {
  const ask = exercise.ask ?? (exercise.practice === undefined ? questionsOf(lesson)[0]?.id : undefined);
  const asked = { ...exercise, ...(ask !== undefined && { ask }) };
  const where = { station: station.id, knobs, edits, speed: 1, loop: false, theme: "system", view: {} } as const;
  const address = writeAddress({ ...where, granularity: station.granularity, exercise: asked }, station, common);
  return make("p", { class: "key-about" }, make("a", { href: address }, "Answer these questions"));
}

/** The questions of a key: all, or the one that the address names. */
const askedOf = ({ lesson }: Session, { ask }: Exercise): readonly Claim[] =>
  questionsOf(lesson).filter(({ id }) => ask === undefined || id === ask);

/** The knobs in words, and every tensor that some question is given, with all its numbers. */
function givensOf(session: Session, { station, knobs, exercise }: Sheet): HTMLElement[] {
  const asked = askedOf(session, exercise);
  const told = givenKnobs(station.knobs, knobs, asked);
  const rows = told.map(([label, value]) => make("span", {}, `${label}: `, make("b", {}, value)));
  const givens = {
    lesson: session.lesson,
    numbers: (tensor: Parameters<typeof valuesOf>[1]) => valuesOf(session, tensor),
  };
  const tables = asked.flatMap((claim) => givenTables(givens, claim));
  const distinct = [...new Map(tables.map((table) => [table.name, table])).values()];
  const views = distinct.map((table) => {
    const whole = { ...table, entire: true };
    const view = new TableView(whole, { editCell: () => "", look: () => {} });
    view.update(whole);
    return view.element;
  });
  return [make("p", { class: "key-knobs" }, ...rows), make("div", { class: "given-tables" }, ...views)];
}

function questionList(session: Session, exercise: Exercise): HTMLElement {
  const asked = askedOf(session, exercise);
  if (asked.length === 0) return make("p", { class: "key-problem" }, `ask: there is no such question here.`);
  return make("ol", { class: "key-questions" }, ...asked.map((claim) => questionItem(claim, session)));
}

function questionItem(claim: Claim, { results }: Session): HTMLElement {
  const [prompt, answer] = [make("span", { class: "key-prompt" }), make("b", { class: "key-answer" })];
  writeText(prompt, claim.prompt);
  const form = formOf(claim, results);
  writeText(answer, wholeText(claim, results, form));
  const item = make("li", { title: plainText(claim.prompt) }, prompt, answer);
  if (claim.given !== undefined) item.append(quiet(claim.given));
  const slide = slideOf(claim, results);
  if (isErratum(claim, results) && slide !== undefined)
    item.append(quiet(`The slide says ${answerText(slide)}. ${claim.erratum ?? ""}`));
  return item;
}

/** All numbers of a list: a key leaves nothing out. */
function wholeText(claim: Claim, results: Session["results"], form: ReturnType<typeof formOf>): string {
  const truth = claim.answer(results);
  if (form.kind === "cells" || typeof truth !== "object") return truthText(truth, form);
  return truth.map((number) => answerText(number)).join(", ");
}

function quiet(text: string): HTMLElement {
  const element = make("p", { class: "key-note" });
  writeText(element, text);
  return element;
}
