/** What was found out about an adapter, kept by the browser for the next visit. A browser that keeps nothing is no error. */
import { record as recordOf, safeParse, string } from "valibot";
import type { Gpu } from "../gpu/device";
import type { Decisions } from "../gpu/families";
import { version } from "../../package.json";

const form = recordOf(string(), string());

/** Another build may have other kernels, another adapter another order. */
const keyOf = ({ adapter: { vendor, architecture, description } }: Gpu): string =>
  ["backflow families", version, vendor, architecture, description].join("\n");

/** The families that an earlier visit chose on this adapter; none where nothing was kept. */
export function rememberedFamilies(gpu: Gpu): Decisions {
  try {
    const kept = safeParse(form, JSON.parse(localStorage.getItem(keyOf(gpu)) ?? "{}"));
    return kept.success ? kept.output : {};
  } catch {
    return {};
  }
}

export function rememberFamilies(gpu: Gpu, decisions: Decisions): void {
  try {
    localStorage.setItem(keyOf(gpu), JSON.stringify(decisions));
  } catch {
    // Storage is full or forbidden: the next visit times the kernels again.
  }
}
