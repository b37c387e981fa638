// Everything the page shows, as one value: it is what undo goes back to and what the address says.
import { packCoalition, unpackCoalition, type CoalitionState } from "./coalition";
import { FORESIGHTS, type Gas } from "./gas";
import { packLeverage, unpackLeverage, type LeverageState } from "./leverage";
import { calm, PRESETS, type Horizon, type Sliders } from "./scenario";

export const VIEWS = ["overview", "trade", "country", "table", "sweep", "leverage", "coalition", "gas", "claims", "scenario"] as const;
export type View = (typeof VIEWS)[number];

export type Measure = "welfare_pct" | "labour" | "capital" | "resources" | "exports_pct" | "imports_pct";
export const MEASURES: readonly { id: Measure; name: string; long: string }[] = [
  { id: "welfare_pct", name: "Real income", long: "Change in real income, per cent" },
  { id: "labour", name: "Wages", long: "Change in real wages, per cent" },
  { id: "capital", name: "Profits", long: "Change in real profits, per cent" },
  { id: "resources", name: "Resource rents", long: "Change in real resource rents, per cent" },
  { id: "exports_pct", name: "Exports", long: "Change in exports, per cent" },
  { id: "imports_pct", name: "Imports", long: "Change in imports, per cent" },
];

/** Where the scenario comes from: the sliders, a ready one, or a text of the reader's own. */
export type Source = { kind: "sliders" } | { kind: "ready"; name: string } | { kind: "text"; yaml: string };

export interface Page {
  world: string;
  horizon: Horizon;
  sliders: Sliders;
  source: Source;
  view: View;
  measure: Measure;
  /** The country that trade and the country page are about. */
  country: string;
  /** Sliders of the pinned scenario. */
  pin: Sliders | null;
  gas: Gas;
  leverage: LeverageState;
  coalition: CoalitionState;
}

export const first: Page = {
  world: "wiod-2011",
  horizon: "short",
  sliders: PRESETS[1]!.sliders,
  source: { kind: "sliders" },
  view: "overview",
  measure: "welfare_pct",
  country: "RUS",
  pin: null,
  gas: { name: "gas-cutoff", foresight: 0, month: 20 },
  leverage: { everybody: false, cut: "all", goods: "all", shows: "loss", from: "CHN", to: "RUS" },
  coalition: { name: "russia-2014", members: null, weight: null },
};

const flag = (b: boolean): string => (b ? "1" : "0");

/** Sliders as a short text: 20 fields at most between tildes. */
function packSliders(s: Sliders): string {
  const three = (r: Record<"us" | "eu" | "allies", number | boolean>) =>
    [r.us, r.eu, r.allies].map((v) => (typeof v === "boolean" ? flag(v) : String(v)));
  const t = s.tariff;
  return [
    s.start,
    ...three(s.barrier),
    ...three(s.energyBan),
    ...three(s.technologyBan),
    s.chinaRussia,
    s.usChina,
    s.euChina,
    s.usEu,
    t.usOnChina,
    t.chinaOnUs,
    t.usOnEu,
    t.euOnUs,
    ...(s.firms ? [s.firms.us, s.firms.others] : []),
  ].join("~");
}

function within(text: string | undefined, low: number, high: number, otherwise: number): number {
  const value = Number(text);
  return text && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
}

function unpackSliders(text: string): Sliders {
  const f = text.split("~");
  const numbers = (from: number) => ({ us: within(f[from], 0.5, 3, 1), eu: within(f[from + 1], 0.5, 3, 1), allies: within(f[from + 2], 0.5, 3, 1) });
  const flags = (from: number) => ({ us: f[from] === "1", eu: f[from + 1] === "1", allies: f[from + 2] === "1" });
  return {
    start: f[0] === "freeze" ? "freeze" : "world",
    barrier: numbers(1),
    energyBan: flags(4),
    technologyBan: flags(7),
    chinaRussia: within(f[10], 0.5, 3, calm.chinaRussia),
    usChina: within(f[11], 0.5, 3, calm.usChina),
    euChina: within(f[12], 0.5, 3, calm.euChina),
    usEu: within(f[13], 0.5, 3, calm.usEu),
    tariff: { usOnChina: within(f[14], 0, 1, 0), chinaOnUs: within(f[15], 0, 1, 0), usOnEu: within(f[16], 0, 1, 0), euOnUs: within(f[17], 0, 1, 0) },
    firms: f.length > 19 ? { us: within(f[18], 0, 1, 0), others: within(f[19], 0, 1, 0) } : null,
  };
}

export function toAddress(p: Page): string {
  const q = new URLSearchParams();
  q.set("view", p.view);
  q.set("world", p.world);
  q.set("horizon", p.horizon);
  q.set("measure", p.measure);
  q.set("country", p.country);
  if (p.source.kind === "ready") q.set("ready", p.source.name);
  if (p.source.kind === "text") q.set("yaml", p.source.yaml);
  q.set("s", packSliders(p.sliders));
  if (p.pin) q.set("pin", packSliders(p.pin));
  if (p.view === "gas") q.set("gas", [p.gas.name, p.gas.foresight, p.gas.month].join("~"));
  if (p.view === "leverage") q.set("leverage", packLeverage(p.leverage));
  if (p.view === "coalition") q.set("coalition", packCoalition(p.coalition));
  return `#${q}`;
}

const oneOf = <T extends string>(value: string | null, list: readonly T[], otherwise: T): T =>
  list.find((item) => item === value) ?? otherwise;

function unpackGas(text: string): Gas {
  const [name, foresight, month] = text.split("~");
  return { name: name || first.gas.name, foresight: FORESIGHTS.find((f) => String(f) === foresight) ?? 0, month: Math.round(within(month, 0, 999, first.gas.month)) };
}

export function fromAddress(hash: string, start: Page = first): Page {
  const q = new URLSearchParams(hash.replace(/^#/, ""));
  const [ready, yaml, s, pin, gas] = [q.get("ready"), q.get("yaml"), q.get("s"), q.get("pin"), q.get("gas")];
  const [leverage, coalition] = [q.get("leverage"), q.get("coalition")];
  return {
    world: q.get("world") ?? start.world,
    horizon: oneOf(q.get("horizon"), ["short", "medium", "long", "one-factor"] as const, start.horizon),
    sliders: s ? unpackSliders(s) : start.sliders,
    source: yaml ? { kind: "text", yaml } : ready ? { kind: "ready", name: ready } : { kind: "sliders" },
    view: oneOf(q.get("view"), VIEWS, start.view),
    measure: oneOf(q.get("measure"), MEASURES.map((m) => m.id), start.measure),
    country: q.get("country") ?? start.country,
    pin: pin ? unpackSliders(pin) : null,
    gas: gas ? unpackGas(gas) : start.gas,
    leverage: leverage ? unpackLeverage(leverage) : start.leverage,
    coalition: coalition ? unpackCoalition(coalition, start.coalition) : start.coalition,
  };
}
