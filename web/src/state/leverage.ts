// Which matrix of leverage the page shows.
import type { LeverageAsk, World } from "../api/types";
import type { Horizon } from "./scenario";

export type Cut = "all" | "exports" | "imports";
export type Shows = "loss" | "cost" | "difference" | "statistic";
export type Goods = "all" | "energy" | "technology";

export interface LeverageState {
  /** Everybody, or the powers and blocs that the brief speaks of. */
  everybody: boolean;
  cut: Cut;
  goods: Goods;
  shows: Shows;
  /** Who cuts whom off: the cell that is told in full. */
  from: string;
  to: string;
}

export const CUTS: readonly { id: Cut; name: string; says: (a: string, b: string) => string }[] = [
  { id: "all", name: "All trade between the two", says: (a, b) => `${a} and ${b} stop trading` },
  { id: "exports", name: "It stops selling", says: (a, b) => `${a} stops selling to ${b}` },
  { id: "imports", name: "It stops buying", says: (a, b) => `${a} stops buying from ${b}` },
];

export const GOODS: readonly { id: Goods; name: string; sectors: string | null }[] = [
  { id: "all", name: "Everything", sectors: null },
  { id: "energy", name: "Energy", sectors: "c2,c8" },
  { id: "technology", name: "Machinery and electronics", sectors: "c13,c14,c15" },
];

export const SHOWS: readonly { id: Shows; name: string; long: string }[] = [
  { id: "loss", name: "Who is cut off", long: "Change in real income of who is cut off (column), per cent" },
  { id: "cost", name: "Who cuts", long: "Change in real income of who cuts (row), per cent" },
  { id: "difference", name: "Difference", long: "What the one cut off loses more than the one who cuts, percentage points of real income" },
  { id: "statistic", name: "Rule of thumb", long: "The sufficient statistic for the loss of a buyer, per cent: what it bought, no equilibrium" },
];

const POWERS = ["USA", "CHN", "EU27", "RUS", "IND", "JPN", "GBR", "TUR", "BRA", "KOR", "UKR", "CAN"];

export function askLeverage(s: LeverageState, world: World, horizon: Horizon): LeverageAsk {
  const sectors = GOODS.find((g) => g.id === s.goods)!.sectors;
  const known = (code: string) => world.countries.some((c) => c.code === code) || code in world.groups;
  return { world: world.name, horizon, cut: s.cut, ...(sectors ? { sectors } : {}), ...(s.everybody ? {} : { parties: POWERS.filter(known) }) };
}

const NAMES: Record<string, string> = { EU: "European Union", EU27: "European Union", others: "The rest" };

/** A country, group or bloc by name. */
export const partyName = (world: World, code: string): string => world.countries.find((c) => c.code === code)?.name ?? NAMES[code] ?? code;

export const packLeverage = (s: LeverageState): string => [s.everybody ? "every" : "powers", s.cut, s.goods, s.shows, s.from, s.to].join("~");

const oneOf = <T extends string>(text: string | undefined, list: readonly { id: T }[]): T => (list.find((item) => item.id === text) ?? list[0]!).id;
const code = (text: string | undefined, otherwise: string): string => (text && /^\w{2,12}$/.test(text) ? text : otherwise);

export function unpackLeverage(text: string): LeverageState {
  const f = text.split("~");
  return { everybody: f[0] === "every", cut: oneOf(f[1], CUTS), goods: oneOf(f[2], GOODS), shows: oneOf(f[3], SHOWS), from: code(f[4], "CHN"), to: code(f[5], "RUS") };
}
