// Where a number of the gas market comes from: the same traces as those of trade, made from the result itself.
import type { GasResult, Trace } from "../api/types";
import { linksOf, monthName, rowOf, stockOf } from "./gas";

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

const term = (symbol: string, name: string, value: number | null | undefined) => ({ symbol, name, value: value ?? null });

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

export function priceTrace(r: GasResult, k: number, month: number): Trace {
  return traceOf(r, {
    title: `Price of gas in ${r.nodes.name[k]}, ${monthName(r.calendar[month]!)}`,
    value: rowOf(r.nodes.price, k)[month] ?? null,
    unit: "EUR/MWh",
    formula: "the p′ at which users want what arrives: demand(p′) = Σ flows in − Σ flows out + produced + out of store",
    terms: [
      term("p", `in “${r.beside}”`, rowOf(r.nodes.price_before, k)[month]),
      term("p′", "now", rowOf(r.nodes.price, k)[month]),
      term("demand(p)", "million m³ before", rowOf(r.nodes.consumption_before, k)[month]),
      term("demand(p′)", "million m³ now", rowOf(r.nodes.consumption, k)[month]),
    ],
    cells_title: "What arrives and what leaves, million m³",
    cells: balance(r, k, month),
    row: `nodes ${r.nodes.code[k]}`,
    column: `price, ${r.calendar[month]}`,
  });
}

export function useTrace(r: GasResult, k: number, month: number): Trace {
  return { ...priceTrace(r, k, month), title: `Gas used in ${r.nodes.name[k]}, ${monthName(r.calendar[month]!)}`, value: rowOf(r.nodes.consumption, k)[month] ?? null, unit: "million m³", column: `consumption, ${r.calendar[month]}` };
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

export function soldTrace(r: GasResult, s: number, profit: boolean): Trace {
  const supplier = r.suppliers[s]!;
  const mean = (row: readonly (number | null)[]) => (row.reduce<number>((sum, v) => sum + (v ?? 0), 0) * 12) / r.months;
  const cells = r.supplies.supplier.flatMap((of, k): Cell[] => (of === s ? [{ code: r.supplies.code[k]!, name: r.supplies.name[k]!, before: mean(rowOf(r.supplies.produced_before, k)), now: mean(rowOf(r.supplies.produced, k)) }] : []));
  return traceOf(r, {
    title: profit ? `Profit of ${supplier.name}, change` : `What ${supplier.name} sells`,
    value: profit ? (supplier.profit_meur_per_year ?? 0) - (supplier.profit_before ?? 0) : (supplier.sold_mcm_per_year ?? 0) / 1000,
    unit: profit ? "million EUR a year" : "billion m³ a year",
    formula: profit ? "Π′ − Π, profit being what is sold at prices where it is sold, less costs of production and transport" : "Σ sales over markets and months, by year",
    terms: profit
      ? [term("Π", "before, million EUR a year", supplier.profit_before), term("Π′", "now", supplier.profit_meur_per_year)]
      : [term("before", "million m³ a year", supplier.sold_before), term("now", "", supplier.sold_mcm_per_year)],
    cells_title: "What its fields produce, million m³ a year",
    cells,
    row: `suppliers ${supplier.supplier}`,
    column: profit ? "profit_meur_per_year" : "sold_mcm_per_year",
  });
}
