// Colours that hold for colour-blind readers: purple loses, green-blue gains (ColorBrewer PuOr and BrBG ends), by fixed steps so
// that a colour means the same while a slider moves. The CSS gives each step its value in light and dark.
import type { Measure } from "../state/page";

const STEPS = [0.02, 0.1, 0.5, 2];

export const stepsOf = (measure: Measure): number[] => STEPS.map((s) => (measure === "exports_pct" || measure === "imports_pct" ? 10 * s : s));

/** -4 (loses most) to 4; the class is step-n with m for minus. */
export function stepOf(value: number | null, measure: Measure): string {
  if (value === null) return "step-none";
  const size = stepsOf(measure).filter((s) => Math.abs(value) >= s).length;
  return size === 0 ? "step-0" : `step-${value < 0 ? "m" : ""}${size}`;
}
