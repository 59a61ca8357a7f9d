/** The Jacobian of an exhibit as a table of numbers, and what kind of matrix they make. */
import type { Results } from "../../../story/results";
import type { Shown } from "./model";
import { structureOf, type Structure, type Table } from "./structure";

/** Its entries, or their structure alone where nothing has been computed. */
export const tableOf = ({ rows, columns, structure, jacobian }: Shown, results?: Results): Table => ({
  rows,
  columns,
  free: (row, column) => structure[row * columns + column] === 1,
  value: (row, column) => results?.value(jacobian, row * columns + column) ?? Number.NaN,
});

/** What kind it is with the present numbers. */
export const structureNow = (m: Shown, results: Results): Structure => structureOf(tableOf(m, results));
