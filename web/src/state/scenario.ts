// What the sliders say, and the scenario file that says the same.
import type { World } from "../api/types";

/** Who faces Russia. */
export type Bloc = "us" | "eu" | "allies";
export const BLOCS: readonly Bloc[] = ["us", "eu", "allies"];
export const BLOC_NAME: Record<Bloc, string> = { us: "United States", eu: "European Union", allies: "Other allies" };

export type Horizon = "short" | "medium" | "long" | "one-factor";
export type Start = "world" | "freeze";

export interface Sliders {
  /** What results are compared with: the world as it is, or the frozen one. */
  start: Start;
  /** Factor on the cost of trade with Russia, both ways; 1 is that of the world's year. */
  barrier: Record<Bloc, number>;
  energyBan: Record<Bloc, boolean>;
  technologyBan: Record<Bloc, boolean>;
  chinaRussia: number;
  usChina: number;
  euChina: number;
  usEu: number;
  /** Points of tariff on top of today's, 0 to 1. */
  tariff: { usOnChina: number; chinaOnUs: number; usOnEu: number; euOnUs: number };
  /** Western firms that left and return: share of them; null where they are not counted. */
  firms: { us: number; others: number } | null;
}

export const FROZEN_BARRIER = 2;
const all = <T>(value: T): Record<Bloc, T> => ({ us: value, eu: value, allies: value });

export const calm: Sliders = {
  start: "world",
  barrier: all(1),
  energyBan: all(false),
  technologyBan: all(false),
  chinaRussia: 1,
  usChina: 1,
  euChina: 1,
  usEu: 1,
  tariff: { usOnChina: 0, chinaOnUs: 0, usOnEu: 0, euOnUs: 0 },
  firms: null,
};

const frozen: Sliders = { ...calm, barrier: all(FROZEN_BARRIER), energyBan: all(true), technologyBan: all(true) };

function thawed(...blocs: Bloc[]): Sliders {
  const s: Sliders = { ...frozen, start: "freeze", barrier: { ...frozen.barrier }, energyBan: all(true), technologyBan: all(true) };
  for (const bloc of blocs) {
    s.barrier[bloc] = 1;
    s.energyBan[bloc] = false;
    s.technologyBan[bloc] = false;
  }
  return s;
}

export interface Preset {
  id: string;
  title: string;
  says: string;
  sliders: Sliders;
}

/** The four worlds of the brief. */
export const PRESETS: readonly Preset[] = [
  { id: "freeze", title: "Frozen", says: "Energy and technology cut off, everything else twice as costly", sliders: frozen },
  { id: "us-russia-thaw", title: "US–Russia thaw", says: "Washington and Moscow make a deal alone", sliders: thawed("us") },
  { id: "eu-only-thaw", title: "Europe only", says: "The European Union makes its peace, the others do not", sliders: thawed("eu") },
  { id: "full-thaw", title: "Full thaw", says: "Everybody lifts everything", sliders: thawed("us", "eu", "allies") },
];

export const same = (a: Sliders, b: Sliders): boolean => JSON.stringify(a) === JSON.stringify(b);
export const presetOf = (s: Sliders): Preset | undefined => PRESETS.find((p) => same(p.sliders, s));

const ENERGY = ["c2", "c8"];
const TECHNOLOGY = ["c13", "c14", "c15"];
const GOODS = Array.from({ length: 16 }, (_, k) => `c${k + 1}`);

/** Who sanctioned Russia and is neither the United States nor in the European Union. */
export function alliesOf(world: World): string[] {
  const union = new Set([...(world.groups["EU27"] ?? []), "USA"]);
  return (world.groups["west"] ?? []).filter((code) => !union.has(code));
}

const CODE: Record<Bloc, string> = { us: "USA", eu: "EU27", allies: "allies" };
const measure = (fields: Record<string, string | number>): string =>
  `  - {${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ")}}`;

/** Measures that bring one bloc from the start to where its sliders are. */
function blocMeasures(s: Sliders, bloc: Bloc): string[] {
  const list: string[] = [];
  const [from, frozenStart, factor] = [CODE[bloc], s.start === "freeze", s.barrier[bloc]];
  const west = { from, to: "RUS" };
  const east = { from: "RUS", to: from };
  if (frozenStart && !s.energyBan[bloc]) list.push(measure({ kind: "lift", ...east, sectors: "energy", of: "[ban]" }));
  if (frozenStart && !s.technologyBan[bloc]) list.push(measure({ kind: "lift", ...west, sectors: "technology", of: "[ban]" }));
  if (frozenStart && factor !== FROZEN_BARRIER) list.push(measure({ kind: "lift", ...west, both: "true", of: "[barrier]" }));
  if (factor !== (frozenStart ? FROZEN_BARRIER : 1) && factor !== 1)
    list.push(measure({ kind: "barrier", ...west, sectors: "all", factor, both: "true" }));
  if (!frozenStart && s.energyBan[bloc]) list.push(measure({ kind: "ban", ...east, sectors: "energy" }));
  if (!frozenStart && s.technologyBan[bloc]) list.push(measure({ kind: "ban", ...west, sectors: "technology" }));
  return list;
}

function otherMeasures(s: Sliders): string[] {
  const list: string[] = [];
  const costs: [number, string, string][] = [
    [s.chinaRussia, "CHN", "RUS"],
    [s.usChina, "USA", "CHN"],
    [s.euChina, "EU27", "CHN"],
    [s.usEu, "USA", "EU27"],
  ];
  for (const [factor, from, to] of costs) if (factor !== 1) list.push(measure({ kind: "barrier", from, to, sectors: "all", factor, both: "true" }));
  const tariffs: [number, string, string][] = [
    [s.tariff.usOnChina, "CHN", "USA"],
    [s.tariff.chinaOnUs, "USA", "CHN"],
    [s.tariff.usOnEu, "EU27", "USA"],
    [s.tariff.euOnUs, "USA", "EU27"],
  ];
  for (const [add, from, to] of tariffs) if (add > 0) list.push(measure({ kind: "tariff", from, to, sectors: "goods", add }));
  if (s.firms && s.start === "freeze") {
    if (s.firms.us > 0) list.push(measure({ kind: "return", owner: "USA", host: "RUS", sectors: "all", share: s.firms.us }));
    if (s.firms.others > 0)
      list.push(measure({ kind: "return", owner: "[DEU, GBR, FRA]", host: "RUS", sectors: "all", share: s.firms.others }));
  }
  return list;
}

/** In a few words; at most so many changes by name. */
export function titleOf(s: Sliders, most = Infinity): string {
  const preset = presetOf(s);
  if (preset) return preset.title;
  const parts: string[] = [];
  const [normal, bans] = s.start === "freeze" ? [FROZEN_BARRIER, true] : [1, false];
  for (const bloc of BLOCS) {
    const says: string[] = [];
    if (s.barrier[bloc] !== normal) says.push(`cost ×${s.barrier[bloc]}`);
    if (s.energyBan[bloc] !== bans) says.push(s.energyBan[bloc] ? "energy banned" : "energy free");
    if (s.technologyBan[bloc] !== bans) says.push(s.technologyBan[bloc] ? "technology banned" : "technology free");
    if (says.length) parts.push(`${BLOC_NAME[bloc]} ${says.join(", ")}`);
  }
  if (s.chinaRussia !== 1) parts.push(`China–Russia cost ×${s.chinaRussia}`);
  if (s.usChina !== 1) parts.push(`US–China cost ×${s.usChina}`);
  if (s.euChina !== 1) parts.push(`EU–China cost ×${s.euChina}`);
  if (s.usEu !== 1) parts.push(`US–EU cost ×${s.usEu}`);
  if (Object.values(s.tariff).some((t) => t > 0)) parts.push("tariffs");
  if (s.firms && s.firms.us + s.firms.others > 0) parts.push("firms return");
  const more = parts.length - most;
  if (more > 0) return `${parts.slice(0, most).join("; ")} and ${more} more`;
  return parts.length ? parts.join("; ") : s.start === "freeze" ? "Still frozen" : "Nothing changes";
}

export function toYaml(s: Sliders, world: World, horizon: Horizon): string {
  const measures = [...BLOCS.flatMap((bloc) => blocMeasures(s, bloc)), ...otherMeasures(s)];
  const preset = presetOf(s);
  const lines = [
    "# Saved from the page of `thaw serve`. The same digits on the command line, whatever the file is called:",
    `#     ${command("scenario.yaml", world.name, horizon)}`,
    `name: ${preset ? preset.id : "from-the-page"}`,
    `title: "${titleOf(s)}"`,
  ];
  if (s.start === "freeze") lines.push(`after: ${s.firms ? "freeze-and-leave" : "freeze"}`);
  else lines.push(`world: ${world.name}`);
  lines.push("focus: RUS", "groups:", `  allies: [${alliesOf(world).join(", ")}]`);
  lines.push(`  energy: [${ENERGY.join(", ")}]`, `  technology: [${TECHNOLOGY.join(", ")}]`, `  goods: [${GOODS.join(", ")}]`);
  lines.push(measures.length ? "measures:" : "measures: []", ...measures);
  return `${lines.join("\n")}\n`;
}

export function command(file: string, world: string, horizon: Horizon): string {
  return `thaw run ${file} --world ${world}${horizon === "one-factor" ? "" : ` --horizon ${horizon}`}`;
}
