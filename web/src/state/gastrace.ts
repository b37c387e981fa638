// Where a number of the gas market comes from: the same traces as those of trade, made from the result itself.
import type { GasResult, Trace } from "../api/types";
import { linksOf, monthName, rowOf, stockOf, volumeOf } from "./gas";
import { term } from "./runtrace";

/** Which of three numbers: in this scenario, in the one it stands beside, or the change between them in per cent. */
export type When = "now" | "before" | "change";
type Known = number | null | undefined;

type Cell = Trace["cells"][number];

function traceOf(r: GasResult, part: Pick<Trace, "title" | "value" | "unit" | "formula" | "terms" | "cells_title" | "cells" | "row" | "column">): Trace {
  return {
    ...part,
    world: r.network,
    source: r.source,
    license: r.license,
    file: `the JSON of thaw gas run ${r.scenario}`,
    assumptions: [...r.assumption.split("\n"), ...r.assumptions.map((a) => `${a.text}: ${a.value} ${a.unit}, from ${a.low} to ${a.high} (${a.source})`)],
  };
}

export const changed = (now: Known, before: Known): number | null => (now != null && before ? 100 * (now / before - 1) : null);

/** The number itself, and what its title, unit and column say of which it is. */
function which(when: When, now: Known, before: Known, unit: string, column: string): Pick<Trace, "value" | "unit" | "column"> {
  if (when === "change") return { value: changed(now, before), unit: "per cent", column: `${column} over ${column}_before` };
  return { value: (when === "now" ? now : before) ?? null, unit, column: when === "now" ? column : `${column}_before` };
}
const said: Record<When, string> = { now: "", before: ", before", change: ", change" };

/** What enters a node in a month and what leaves it: the cells of its balance, million m3. */
function balance(r: GasResult, k: number, month: number): Cell[] {
  const cells: Cell[] = linksOf(r, month)
    .filter((l) => (l.from === k || l.to === k) && Math.max(l.now, l.before) > 0)
    .map((l) => {
      const [other, sign] = l.to === k ? [l.from, 1] : [l.to, -1];
      return { code: r.nodes.code[other]!, name: `${sign > 0 ? "from" : "to"} ${r.nodes.name[other]}`, before: sign * l.before, now: sign * l.now };
    });
  r.supplies.node.forEach((node, s) => {
    if (node === k) cells.push({ code: r.supplies.code[s]!, name: `produced: ${r.supplies.name[s]}`, before: rowOf(r.supplies.produced_before, s)[month] ?? null, now: rowOf(r.supplies.produced, s)[month] ?? null });
  });
  const drawn = (before: boolean) => {
    const stock = stockOf(r, k, before);
    return stock && month > 0 ? (stock[month - 1] ?? 0) - (stock[month] ?? 0) : null;
  };
  if (stockOf(r, k, false)) cells.push({ code: "STORE", name: "out of store", before: drawn(true), now: drawn(false) });
  return cells.sort((a, b) => Math.abs(Number(b.now)) - Math.abs(Number(a.now)));
}

export function priceTrace(r: GasResult, k: number, month: number, when: When = "now"): Trace {
  const [now, before] = [rowOf(r.nodes.price, k)[month], rowOf(r.nodes.price_before, k)[month]];
  const of = which(when, now, before, "EUR/MWh", "price");
  const law = "the p′ at which users want what arrives: demand(p′) = Σ flows in − Σ flows out + produced + out of store";
  return traceOf(r, {
    ...of,
    title: `Price of gas in ${r.nodes.name[k]}, ${monthName(r.calendar[month]!)}${said[when]}`,
    formula: when === "now" ? law : when === "before" ? law.replaceAll("′", "") : `100 × (p′ / p − 1), p′ being ${law}`,
    terms: [
      term("p", `in “${r.beside}”`, before),
      term("p′", "now", now),
      term("demand(p)", "million m³ before", rowOf(r.nodes.consumption_before, k)[month]),
      term("demand(p′)", "million m³ now", rowOf(r.nodes.consumption, k)[month]),
    ],
    cells_title: "What arrives and what leaves, million m³",
    cells: balance(r, k, month),
    row: `nodes ${r.nodes.code[k]}`,
    column: `${of.column}, ${r.calendar[month]}`,
  });
}

export function useTrace(r: GasResult, k: number, month: number, when: When = "now"): Trace {
  const of = which(when, rowOf(r.nodes.consumption, k)[month], rowOf(r.nodes.consumption_before, k)[month], "million m³", "consumption");
  return { ...priceTrace(r, k, month, when), ...of, title: `Gas used in ${r.nodes.name[k]}, ${monthName(r.calendar[month]!)}${said[when]}`, formula: when === "change" ? "100 × (demand(p′) / demand(p) − 1)" : when === "now" ? "demand(p′)" : "demand(p)", column: `${of.column}, ${r.calendar[month]}` };
}

/** Gas in store at the end of a month; `full`: as per cent of the volume of the stores. */
export function stockTrace(r: GasResult, k: number, month: number, when: "now" | "before" | "full"): Trace {
  const [now, before] = [stockOf(r, k, false), stockOf(r, k, true)];
  const [stock, beside, volume] = [now?.[month], before?.[month], volumeOf(r, k)];
  return traceOf(r, {
    title: `Gas in store in ${r.nodes.name[k]} at the end of ${monthName(r.calendar[month]!)}${when === "before" ? ", before" : ""}`,
    value: when === "full" ? (volume > 0 && stock != null ? (100 * stock) / volume : null) : ((when === "now" ? stock : beside) ?? null),
    unit: when === "full" ? "per cent of what they hold" : "million m³",
    formula: when === "full" ? "100 × S / V" : "S of the month before − out of store",
    terms: [term("S", "now", stock), term("S", `in “${r.beside}”`, beside), term("V", "what its stores hold", volume)],
    cells_title: "In store, million m³",
    cells: r.calendar.map((m, t): Cell => ({ code: m, name: monthName(m), before: before?.[t] ?? null, now: now?.[t] ?? null })),
    row: `storages of ${r.nodes.code[k]}`,
    column: `${when === "before" ? "stock_before" : "stock"}, ${r.calendar[month]}`,
  });
}

/** A curve over all months, as the page draws it. */
export function curveTrace(r: GasResult, k: number, what: "price" | "stock"): Trace {
  if (what === "stock") return { ...stockTrace(r, k, r.months - 1, "now"), title: `Gas in store in ${r.nodes.name[k]}, every month`, value: null, column: "stock" };
  const rows = [rowOf(r.nodes.price_before, k), rowOf(r.nodes.price, k)];
  return {
    ...priceTrace(r, k, 0),
    title: `Price of gas in ${r.nodes.name[k]}, every month`,
    value: null,
    terms: [],
    cells_title: "Price, EUR/MWh",
    cells: r.calendar.map((m, t): Cell => ({ code: m, name: monthName(m), before: rows[0]![t] ?? null, now: rows[1]![t] ?? null })),
    column: "price",
  };
}

/** The map and the table of flows. */
export function flowsTrace(r: GasResult, month: number): Trace {
  return traceOf(r, {
    title: `Flows of gas, ${monthName(r.calendar[month]!)}`,
    value: null,
    unit: "million m³",
    formula: "gas flows from i to n as far as p′ₙ covers p′ᵢ and the cost of the way, up to its capacity",
    terms: [],
    cells_title: "Between nodes, million m³",
    cells: linksOf(r, month)
      .filter((l) => Math.max(l.now, l.before) >= 1)
      .map((l): Cell => ({ code: `${r.nodes.code[l.from]} ${r.nodes.code[l.to]}`, name: `${r.nodes.name[l.from]} to ${r.nodes.name[l.to]}`, before: l.before, now: l.now })),
    row: "arcs",
    column: `flow, ${r.calendar[month]}`,
  });
}

/** The mean price of the headline, now or before. */
export function meanTrace(r: GasResult, when: "now" | "before"): Trace {
  const markets = r.nodes.code.map((_, k) => k).filter((k) => r.nodes.kind[k] === "market");
  const mean = (prices: GasResult["nodes"]["price"], used: GasResult["nodes"]["price"], k: number) => {
    const [p, q] = [rowOf(prices, k), rowOf(used, k)];
    const all = q.reduce<number>((sum, v) => sum + (v ?? 0), 0);
    return all > 0 ? q.reduce<number>((sum, v, t) => sum + (v ?? 0) * (p[t] ?? 0), 0) / all : null;
  };
  return traceOf(r, {
    title: `Mean price of gas in Europe, ${r.months} months${said[when]}`,
    value: when === "now" ? r.mean_price : r.mean_price_before,
    unit: "EUR/MWh",
    formula: when === "now" ? "Σ q′ p′ / Σ q′, over markets and months" : "Σ q p / Σ q, over markets and months",
    terms: [term("before", `in “${r.beside}”`, r.mean_price_before), term("now", "", r.mean_price)],
    cells_title: "Mean by market, EUR/MWh",
    cells: markets.map((k): Cell => ({ code: r.nodes.code[k]!, name: r.nodes.name[k]!, before: mean(r.nodes.price_before, r.nodes.consumption_before, k), now: mean(r.nodes.price, r.nodes.consumption, k) })),
    row: "the whole market",
    column: when === "now" ? "mean_price" : "mean_price_before",
  });
}

/** The largest supplier's part of what a country uses. */
export function largestTrace(r: GasResult, k: number): Trace {
  const c = r.countries.find((each) => each.country === r.nodes.code[k])!;
  return traceOf(r, {
    title: `Largest supplier of ${r.nodes.name[k]}: ${r.suppliers.find((s) => s.supplier === c.largest_supplier)?.name ?? "none"}`,
    value: c.largest_share === null ? null : 100 * c.largest_share,
    unit: "per cent of what is used",
    formula: "100 × gas of that origin ÷ gas used, over all months; gas that passes a node leaves it with the mix in which it arrived",
    terms: [term("q′", "gas used, million m³ a year", c.consumption_mcm_per_year)],
    cells_title: "",
    cells: [],
    row: `countries ${c.country}`,
    column: "largest_share",
  });
}

/** What users pay: the cells are months. */
export function paidTrace(r: GasResult, k: number, value: number | null): Trace {
  const paid = (quantity: number | null | undefined, price: number | null | undefined) => (quantity == null || price == null ? null : (quantity * price * r.kwh_per_m3) / 1000);
  const rows = [r.nodes.consumption_before, r.nodes.price_before, r.nodes.consumption, r.nodes.price].map((all) => rowOf(all, k));
  const cells = r.calendar.map((month, t): Cell => ({ code: month, name: monthName(month), before: paid(rows[0]![t], rows[1]![t]), now: paid(rows[2]![t], rows[3]![t]) }));
  const sum = (which: "before" | "now") => cells.reduce((s, c) => s + Number(c[which] ?? 0), 0);
  return traceOf(r, {
    title: `What users of gas in ${r.nodes.name[k]} pay more`,
    value,
    unit: "million EUR a year",
    formula: "12 / months × Σ (q′ p′ − q p) × energy in a m³",
    terms: [term("Σ q p", "all months before, million EUR", sum("before")), term("Σ q′ p′", "now", sum("now")), term("months", "", r.months), term("energy", "kWh in a m³", r.kwh_per_m3)],
    cells_title: "Quantity times price, million EUR",
    cells,
    row: `countries ${r.nodes.code[k]}`,
    column: "consumer_cost_change_meur_per_year",
  });
}

export function soldTrace(r: GasResult, s: number, what: "now" | "before" | "profit"): Trace {
  const supplier = r.suppliers[s]!;
  const profit = what === "profit";
  const mean = (row: readonly (number | null)[]) => (row.reduce<number>((sum, v) => sum + (v ?? 0), 0) * 12) / r.months;
  const cells = r.supplies.supplier.flatMap((of, k): Cell[] => (of === s ? [{ code: r.supplies.code[k]!, name: r.supplies.name[k]!, before: mean(rowOf(r.supplies.produced_before, k)), now: mean(rowOf(r.supplies.produced, k)) }] : []));
  return traceOf(r, {
    title: profit ? `Profit of ${supplier.name}, change` : `What ${supplier.name} sells${said[what]}`,
    value: profit ? (supplier.profit_meur_per_year ?? 0) - (supplier.profit_before ?? 0) : ((what === "now" ? supplier.sold_mcm_per_year : supplier.sold_before) ?? 0) / 1000,
    unit: profit ? "million EUR a year" : "billion m³ a year",
    formula: profit ? "Π′ − Π, profit being what is sold at prices where it is sold, less costs of production and transport" : "Σ sales over markets and months, by year",
    terms: profit
      ? [term("Π", "before, million EUR a year", supplier.profit_before), term("Π′", "now", supplier.profit_meur_per_year)]
      : [term("before", "million m³ a year", supplier.sold_before), term("now", "", supplier.sold_mcm_per_year)],
    cells_title: "What its fields produce, million m³ a year",
    cells,
    row: `suppliers ${supplier.supplier}`,
    column: profit ? "profit_meur_per_year" : what === "now" ? "sold_mcm_per_year" : "sold_before",
  });
}
