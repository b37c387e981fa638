// What is computed from a result for display; nothing here is a model.
import type { Claimant, Result } from "./api/types";
import type { Measure } from "./state/page";

interface Named {
  id: Claimant;
  name: string;
}

/** Who earns by work, by owning, by what is in the ground: the three that every table has. */
export const EARNERS: readonly Named[] = [
  { id: "labour", name: "Wages" },
  { id: "capital", name: "Profits" },
  { id: "resources", name: "Resource rents" },
];
const OTHERS: readonly Named[] = [
  { id: "public", name: "Public revenue" },
  { id: "abroad", name: "From abroad" },
];
const MARKUPS: Named = { id: "markups", name: "Monopoly profits" };

/** Everybody who earns in this result; mark-ups only where a sector is monopolistic. */
export function claimantsOf(r: Result): readonly Named[] {
  const earns = r.claimants?.markups.base.some((v) => v !== null && v !== 0) ?? false;
  return [...EARNERS, ...(earns ? [MARKUPS] : []), ...OTHERS];
}

/** Real change of what a claimant of country k earns, in prices of before, in the world's unit. */
export function earned(r: Result, claimant: Claimant, k: number): number | null {
  const c = r.claimants;
  if (!c) return null;
  const [base, now, price] = [c[claimant].base[k], c[claimant].new[k], c.price_change[k]];
  return base == null || now == null || !price ? null : now / price - base;
}

export function earnedPct(r: Result, claimant: Claimant, k: number): number | null {
  const base = r.claimants?.[claimant].base[k];
  const change = earned(r, claimant, k);
  return base && base > 0 && change !== null ? (100 * change) / base : null;
}

/** A claimant's real change in per cent of the country's income before: these add up to the change of income. */
export function contribution(r: Result, claimant: Claimant, k: number): number | null {
  const income = r.claimants?.income_base[k];
  const change = earned(r, claimant, k);
  return income && change !== null ? (100 * change) / income : null;
}

export function valueOf(r: Result, measure: Measure, k: number): number | null {
  if (measure === "labour" || measure === "capital" || measure === "resources") return earnedPct(r, measure, k);
  return r.countries[measure][k] ?? null;
}

/** What a claimant earns: its real change in money or per cent, or what it earned before. */
export const ofClaimant = (claimant: Claimant, country: string, column: "real_change" | "real_change_pct" | "base"): Record<string, string> => ({ quantity: "claimant", claimant, country, column });

/** How a number of that measure is asked for at /api/runs/ID/trace. */
export function traceOf(measure: Measure, country: string): Record<string, string> {
  if (measure === "labour" || measure === "capital" || measure === "resources") return ofClaimant(measure, country, "real_change_pct");
  return { quantity: measure, country };
}

export const indexOf = (r: Result, code: string): number => r.countries.code.indexOf(code);

/** Country indices by value, largest first; what is unknown last. */
export function ranked(r: Result, measure: Measure): number[] {
  const value = r.countries.code.map((_, k) => valueOf(r, measure, k));
  return value.map((_, k) => k).sort((a, b) => (value[b] ?? -Infinity) - (value[a] ?? -Infinity));
}
