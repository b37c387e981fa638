// What a coalition does and whether it holds, from the lattice of all of them that the server solved (docs/coalition.md). A
// coalition is a number: bit p is player p.
import type { Coalitions } from "../api/types";

/** Gains below this part of a player's income are what the solver cannot tell from none. */
const INDIFFERENT = 1e-9;

export interface Game {
  n: number;
  /** Of coalition: what the target loses. */
  harm: (coalition: number) => number;
  /** Of coalition and player: change of own real income. */
  own: (coalition: number, player: number) => number;
  weight: readonly number[];
  slack: readonly number[];
}

/** Every coalition has to be there, in the order of its number. */
export function gameOf(c: Coalitions, weight: number | null): Game {
  return {
    n: c.players.length,
    harm: (coalition) => c.lattice.harm[coalition]!,
    own: (coalition, player) => c.lattice.own[coalition]![player]!,
    weight: c.players.map((p) => weight ?? p.weight ?? 0),
    slack: c.players.map((p) => INDIFFERENT * (p.income ?? 0)),
  };
}

export const has = (coalition: number, player: number): boolean => ((coalition >> player) & 1) === 1;
export const membersOf = (coalition: number, n: number): number[] => Array.from({ length: n }, (_, p) => p).filter((p) => has(coalition, p));
const count = (coalition: number): number => {
  let n = 0;
  for (let left = coalition; left; left &= left - 1) n++;
  return n;
};

/** What a player is after: own income, and harm at its weight. */
const payoff = (g: Game, coalition: number, player: number): number => g.own(coalition, player) + g.weight[player]! * g.harm(coalition);

/** What a player gains by changing sides, the others staying; 0 where it can tell no difference. */
export function gainOf(g: Game, coalition: number, player: number): number {
  const gain = payoff(g, coalition ^ (1 << player), player) - payoff(g, coalition, player);
  return Math.abs(gain) > g.slack[player]! ? gain : 0;
}

/** What its members lose together. */
export const costOf = (g: Game, coalition: number): number => -membersOf(coalition, g.n).reduce((sum, p) => sum + g.own(coalition, p), 0);

export interface Stability {
  /** No member gains by leaving; no outsider by joining. */
  internal: boolean;
  external: boolean;
  /** What members have together over what would keep each of them in: below zero no transfers hold it together. */
  surplus: number;
}

export function stabilityOf(g: Game, coalition: number): Stability {
  const s = { internal: true, external: true, surplus: 0 };
  for (let p = 0; p < g.n; p++) {
    const gain = gainOf(g, coalition, p);
    if (has(coalition, p)) s.surplus -= gain;
    if (gain > 0) s[has(coalition, p) ? "internal" : "external"] = false;
  }
  return s;
}

/** Shapley values of the harm of a coalition among its members: they add up to its harm. */
export function partsOf(g: Game, coalition: number): number[] {
  const size = count(coalition);
  /** Of the orders of joining those in which exactly `before` given members came before a given one. */
  const orders = [1 / Math.max(size, 1)];
  for (let before = 1; before < size; before++) orders.push((orders[before - 1]! * before) / (size - before));
  const parts = new Array<number>(g.n).fill(0);
  // Every part of the coalition, itself and none included.
  for (let some = coalition; ; some = (some - 1) & coalition) {
    const harm = g.harm(some);
    const before = count(some);
    for (let p = 0; p < g.n; p++) {
      if (!has(coalition, p)) continue;
      if (has(some, p)) parts[p]! += orders[before - 1]! * harm;
      else parts[p]! -= orders[before]! * harm;
    }
    if (some === 0) return parts;
  }
}

/** The weight at which a player would as soon be in as out; null where it adds no harm. */
export function breakEvenOf(g: Game, coalition: number, player: number, targetIncome: number): number | null {
  const bit = 1 << player;
  const harm = Math.abs(g.harm(coalition | bit) - g.harm(coalition & ~bit));
  return harm > INDIFFERENT * targetIncome ? (g.own(coalition & ~bit, player) - g.own(coalition | bit, player)) / harm : null;
}

export interface Step {
  player: number;
  joins: boolean;
  gain: number;
  /** After it. */
  coalition: number;
}

const MOST_STEPS = 400;

/** Best replies: the player who gains most changes sides, until nobody gains or what was is again. */
export function unravel(g: Game, start: number): { steps: Step[]; circle: boolean } {
  const steps: Step[] = [];
  const seen = new Set([start]);
  for (let now = start; steps.length < MOST_STEPS; ) {
    let [best, most] = [-1, 0];
    for (let p = 0; p < g.n; p++) {
      const gain = gainOf(g, now, p);
      if (gain > most) [best, most] = [p, gain];
    }
    if (best < 0) return { steps, circle: false };
    now ^= 1 << best;
    steps.push({ player: best, joins: has(now, best), gain: most, coalition: now });
    if (seen.has(now)) return { steps, circle: true };
    seen.add(now);
  }
  return { steps, circle: false };
}

export function stableOnes(g: Game): number[] {
  return Array.from({ length: 1 << g.n }, (_, c) => c).filter((c) => {
    const s = stabilityOf(g, c);
    return s.internal && s.external;
  });
}

/** For each number of members the coalition that does most harm. */
export function mostHarmful(g: Game): number[] {
  const best: number[] = [];
  for (let c = 0; c < 1 << g.n; c++) {
    const size = count(c);
    if (best[size] === undefined || g.harm(c) > g.harm(best[size]!)) best[size] = c;
  }
  return best;
}
