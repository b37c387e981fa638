// The gas market of Europe, month by month: where gas flows, what it costs, what is in store.
import { useEffect, useMemo, useState } from "preact/hooks";
import { scenarios as getScenarios } from "../api/client";
import type { GasResult, Scenario, Trace } from "../api/types";
import { Saved } from "../charts/export";
import { GasMap } from "../charts/gasmap";
import { Lines } from "../charts/lines";
import { plain } from "../format";
import { FORESIGHTS, linksOf, monthName, rowOf, stockOf, useGas, volumeOf, type Gas } from "../state/gas";
import { changed, curveTrace, flowsTrace, largestTrace, meanTrace, paidTrace, priceTrace, soldTrace, stockTrace, useTrace } from "../state/gastrace";
import { first } from "../state/page";
import { change, drag, usePage } from "../state/store";
import { Behind } from "./behind";
import { Announce } from "./announce";
import { Failure } from "./failure";
import { Num, Source } from "./number";

const set = (gas: Gas, settled = true): void => (settled ? change : drag)({ gas });

function useGasScenarios(): Scenario[] {
  const [list, setList] = useState<Scenario[]>([]);
  useEffect(() => {
    getScenarios().then((all) => setList(all.filter((s) => s.about.includes("gas"))), () => setList([]));
  }, []);
  return list;
}

export function GasControls() {
  const { gas } = usePage();
  const list = useGasScenarios();
  return (
    <form class="controls" aria-label="Gas scenario" onSubmit={(e) => e.preventDefault()}>
      <fieldset class="choices">
        <legend>What happens to gas</legend>
        {list.map((s) => (
          <label key={s.name}>
            <input type="radio" name="gas" checked={gas.name === s.name} onChange={() => set({ ...gas, name: s.name })} />
            {s.title}
          </label>
        ))}
      </fieldset>
      <fieldset class="pickers">
        <legend>Who knows what</legend>
        <label>
          <span>Seen ahead</span>
          <select value={String(gas.foresight)} onChange={(e) => set({ ...gas, foresight: Number(e.currentTarget.value) })}>
            {FORESIGHTS.map((f) => <option key={f} value={String(f)}>{f ? `${f} months` : "everything"}</option>)}
          </select>
        </label>
        <p class="hint">Sellers and stores plan with what they see. With few months ahead a cut comes as a surprise.</p>
      </fieldset>
    </form>
  );
}

const volumeTrace = (r: GasResult, k: number): Trace => ({ ...stockTrace(r, k, 0, "now"), title: `What stores in ${r.nodes.name[k]} hold`, value: volumeOf(r, k), formula: "V, the sum over its stores", column: "volume" });

/** Markets by what they use, largest first. */
const markets = (r: GasResult): number[] =>
  r.nodes.code
    .map((_, k) => k)
    .filter((k) => r.nodes.kind[k] === "market" && r.countries.some((c) => c.country === r.nodes.code[k]))
    .sort((a, b) => used(r, b) - used(r, a));
const used = (r: GasResult, k: number): number => rowOf(r.nodes.consumption_before, k).reduce<number>((sum, v) => sum + (v ?? 0), 0);

function Curves({ r, k, month }: { r: GasResult; k: number; month: number }) {
  const x = r.calendar.map((_, t) => t);
  const [stock, stockBefore] = [stockOf(r, k, false), stockOf(r, k, true)];
  const name = r.nodes.name[k]!;
  const common = { x, xName: "", at: month, xTick: (t: number) => monthName(r.calendar[t] ?? r.calendar[0]!, "short"), kinds: ["before", "now"] };
  return (
    <>
      <header class="titled"><h2>{name}</h2> <small>price, EUR/MWh</small></header>
      <Saved name={`gas-price-${r.nodes.code[k]}`} trace={() => curveTrace(r, k, "price")}>
        <Lines {...common} yName={`Price of gas in ${name}, EUR/MWh`} lines={[{ name: "before", y: rowOf(r.nodes.price_before, k) }, { name: "now", y: rowOf(r.nodes.price, k) }]} />
      </Saved>
      {stock && stockBefore ? (
        <>
          <header class="titled"><h2>In store</h2> <small>million m³ at the end of the month, of <Num value={volumeOf(r, k)} digits={0} signed={false} query={() => volumeTrace(r, k)} label={`What stores in ${name} hold`} /></small></header>
          <Saved name={`gas-storage-${r.nodes.code[k]}`} trace={() => curveTrace(r, k, "stock")}>
            <Lines {...common} yName={`Gas in store in ${name}, million m³`} lines={[{ name: "before", y: stockBefore }, { name: "now", y: stock }]} />
          </Saved>
        </>
      ) : (
        <p class="empty">{name} has no stores.</p>
      )}
      <Behind summary="Every month as a table">
        {() => (
          <>
          <table>
            <caption class="hidden">{name} by month: price, EUR/MWh, and gas in store, million m³</caption>
            <thead><tr><th scope="col">Month</th><th scope="col" class="r">Price</th><th scope="col" class="r">before</th><th scope="col" class="r">In store</th><th scope="col" class="r">before</th></tr></thead>
            <tbody>
              {r.calendar.map((m, t) => (
                <tr key={m} class={t === month ? "on" : ""}>
                  <th scope="row">{monthName(m, "short")}</th>
                  <td class="r"><Num value={rowOf(r.nodes.price, k)[t]} digits={1} signed={false} query={() => priceTrace(r, k, t)} label={`Price in ${name}, ${monthName(m)}`} /></td>
                  <td class="r"><Num value={rowOf(r.nodes.price_before, k)[t]} digits={1} signed={false} query={() => priceTrace(r, k, t, "before")} label={`Price in ${name}, ${monthName(m)}, before`} /></td>
                  <td class="r"><Num value={stock?.[t]} digits={0} signed={false} query={() => stockTrace(r, k, t, "now")} label={`In store in ${name}, ${monthName(m)}`} /></td>
                  <td class="r"><Num value={stockBefore?.[t]} digits={0} signed={false} query={() => stockTrace(r, k, t, "before")} label={`In store in ${name}, ${monthName(m)}, before`} /></td>
                </tr>
              ))}
            </tbody>
          </table>
          </>
        )}
      </Behind>
    </>
  );
}

function CountryTable({ r, month, country }: { r: GasResult; month: number; country: string }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Countries in this month">
      <table>
        <caption>{monthName(r.calendar[month]!)} <small>by country; the last two columns are of all months together, a year</small></caption>
        <thead>
          <tr>
            <th scope="col">Country</th><th scope="col" class="r">Price</th><th scope="col" class="r">before</th><th scope="col" class="r">%</th>
            <th scope="col" class="r">Uses, million m³</th><th scope="col" class="r">%</th><th scope="col" class="r">In store, %</th><th scope="col" class="r">Users pay more, million EUR</th><th scope="col" class="after">Largest supplier</th>
          </tr>
        </thead>
        <tbody>
          {markets(r).map((k) => {
            const code = r.nodes.code[k]!;
            const c = r.countries.find((each) => each.country === code)!;
            const [price, before, uses, usedBefore] = [rowOf(r.nodes.price, k)[month], rowOf(r.nodes.price_before, k)[month], rowOf(r.nodes.consumption, k)[month], rowOf(r.nodes.consumption_before, k)[month]];
            const volume = volumeOf(r, k);
            return (
              <tr key={code} class={code === country ? "on" : ""}>
                <th scope="row"><button type="button" class="link" onClick={() => change({ country: code })}>{r.nodes.name[k]}</button></th>
                <td class="r"><Num value={price} digits={1} signed={false} query={() => priceTrace(r, k, month)} label={`Price in ${r.nodes.name[k]}`} /></td>
                <td class="r"><Num value={before} digits={1} signed={false} query={() => priceTrace(r, k, month, "before")} label={`Price in ${r.nodes.name[k]} before`} /></td>
                <td class="r"><Num value={changed(price, before)} digits={1} query={() => priceTrace(r, k, month, "change")} label={`Price in ${r.nodes.name[k]}, change`} /></td>
                <td class="r"><Num value={uses} digits={0} signed={false} query={() => useTrace(r, k, month)} label={`Gas used in ${r.nodes.name[k]}`} /></td>
                <td class="r"><Num value={changed(uses, usedBefore)} digits={1} query={() => useTrace(r, k, month, "change")} label={`Gas used in ${r.nodes.name[k]}, change`} /></td>
                <td class="r"><Num value={volume > 0 ? (100 * (stockOf(r, k, false)?.[month] ?? 0)) / volume : null} digits={0} signed={false} query={() => stockTrace(r, k, month, "full")} label={`In store in ${r.nodes.name[k]}, per cent`} /></td>
                <td class="r"><Num value={c.consumer_cost_change_meur_per_year} digits={0} query={() => paidTrace(r, k, c.consumer_cost_change_meur_per_year)} label={`What users pay more in ${r.nodes.name[k]}`} /></td>
                <td class="after">{r.suppliers.find((s) => s.supplier === c.largest_supplier)?.name ?? "–"} <small><Num value={c.largest_share === null ? null : 100 * c.largest_share} digits={0} signed={false} query={() => largestTrace(r, k)} label={`Its largest supplier’s part, ${r.nodes.name[k]}`} /> %</small></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function FlowTable({ r, month }: { r: GasResult; month: number }) {
  const links = linksOf(r, month).filter((l) => Math.max(l.now, l.before) >= 1).sort((a, b) => Math.max(b.now, b.before) - Math.max(a.now, a.before));
  return (
    <Behind summary="Every flow of the month as a table">
      {() => (
        <>
        <table>
          <caption><small>Million m³ in {monthName(r.calendar[month]!)}</small> <Source of="the table of flows" trace={() => flowsTrace(r, month)} /></caption>
          <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col" class="r">Before</th><th scope="col" class="r">Now</th></tr></thead>
          <tbody>
            {links.map((l) => (
              <tr key={`${l.from} ${l.to}`}><th scope="row">{r.nodes.name[l.from]}</th><td>{r.nodes.name[l.to]}</td><td class="r">{plain(l.before, 0)}</td><td class="r">{plain(l.now, 0)}</td></tr>
            ))}
          </tbody>
        </table>
        </>
      )}
    </Behind>
  );
}

function Suppliers({ r }: { r: GasResult }) {
  const list = r.suppliers.map((s, at) => ({ ...s, at })).filter((s) => Math.max(s.sold_before ?? 0, s.sold_mcm_per_year ?? 0) > 1).sort((a, b) => (b.sold_before ?? 0) - (a.sold_before ?? 0));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Suppliers">
      <table>
        <caption>Who sells <small>billion m³ and million EUR a year</small></caption>
        <thead><tr><th scope="col">Supplier</th><th scope="col" class="r">Sold before</th><th scope="col" class="r">now</th><th scope="col" class="r">Profit, change</th></tr></thead>
        <tbody>
          {list.slice(0, 12).map((s) => (
            <tr key={s.supplier}>
              <th scope="row">{s.name}</th>
              <td class="r"><Num value={(s.sold_before ?? 0) / 1000} digits={1} signed={false} query={() => soldTrace(r, s.at, "before")} label={`Sold by ${s.name}, before`} /></td>
              <td class="r"><Num value={(s.sold_mcm_per_year ?? 0) / 1000} digits={1} signed={false} query={() => soldTrace(r, s.at, "now")} label={`Sold by ${s.name}`} /></td>
              <td class="r"><Num value={(s.profit_meur_per_year ?? 0) - (s.profit_before ?? 0)} digits={0} query={() => soldTrace(r, s.at, "profit")} label={`Profit of ${s.name}`} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Sources({ r }: { r: GasResult }) {
  return (
    <details class="behind sources">
      <summary>Where these numbers come from, and what is assumed</summary>
      <p>{r.source} <small>{r.license}</small></p>
      <ul class="plain">{r.assumption.split("\n").map((a) => <li key={a}>{a}</li>)}</ul>
      <table>
        <caption class="hidden">Assumptions with their ranges</caption>
        <thead><tr><th scope="col">Assumption</th><th scope="col" class="r">Value</th><th scope="col" class="r">From</th><th scope="col" class="r">To</th><th scope="col">Unit</th><th scope="col">Source</th></tr></thead>
        <tbody>{r.assumptions.map((a) => <tr key={a.name}><th scope="row">{a.text}</th><td class="r">{a.value}</td><td class="r">{a.low}</td><td class="r">{a.high}</td><td>{a.unit}</td><td><small>{a.source}</small></td></tr>)}</tbody>
      </table>
      <p><small>Solved in {r.solver.iterations} iterations; balances hold to {r.solver.worst_balance_mcm?.toExponential(1)} million m³. On the command line: <code>thaw gas run {r.scenario}{r.foresight ? ` --foresight ${r.foresight}` : ""} --json</code></small></p>
    </details>
  );
}

export function GasView() {
  const page = usePage();
  const { gas } = page;
  const { result: r, fault, busy, again } = useGas(gas);
  const [suppliers, sources] = useMemo(() => (r ? [<Suppliers r={r} />, <Sources r={r} />] : []), [r]);
  const failed = fault && <Failure error={fault} again={again}>{gas.name !== first.gas.name && <button type="button" onClick={() => set(first.gas)}>Show Russia’s pipes closed</button>}</Failure>;
  if (!r) return failed || <p class="waiting" role="status">Solving the gas market…</p>;
  const month = Math.min(gas.month, r.months - 1);
  const own = r.nodes.code.findIndex((code, k) => code === page.country && r.nodes.kind[k] === "market");
  const k = own >= 0 ? own : r.nodes.code.indexOf("DEU");
  const code = r.nodes.code[k]!;
  return (
    <div class="gas" aria-busy={busy}>
      <header class="headline">
        <h1>{r.title}</h1>
        <p>The mean price of gas in Europe is <Num value={r.mean_price} digits={1} signed={false} query={() => meanTrace(r, "now")} label="Mean price" /> EUR/MWh over {monthName(r.calendar[0]!)} to {monthName(r.calendar.at(-1)!)}, against <Num value={r.mean_price_before} digits={1} signed={false} query={() => meanTrace(r, "before")} label="Mean price before" /> in “{r.beside}”.</p>
      </header>
      {failed}
      <div class="range month">
        <label for="gas-month">Month</label>
        <output for="gas-month" aria-hidden="true">{monthName(r.calendar[month]!)}</output>
        <input id="gas-month" type="range" min={0} max={r.months - 1} step={1} value={month} aria-valuetext={monthName(r.calendar[month]!)}
          onInput={(e) => set({ ...gas, month: Number(e.currentTarget.value) }, false)} onChange={(e) => set({ ...gas, month: Number(e.currentTarget.value) })} />
      </div>
      <Announce text={`${monthName(r.calendar[month]!)}: gas in ${r.nodes.name[k]} ${plain(rowOf(r.nodes.price, k)[month], 1)} EUR/MWh, before ${plain(rowOf(r.nodes.price_before, k)[month], 1)}`} />
      <div class="duo">
        <section aria-label="Map of flows"><Saved name={`gas-map-${r.calendar[month]}`} trace={() => flowsTrace(r, month)}><GasMap result={r} month={month} country={code} onPick={(c) => change({ country: c })} /></Saved><FlowTable r={r} month={month} /></section>
        <section aria-label="Prices and storage"><Curves r={r} k={k} month={month} /></section>
      </div>
      <CountryTable r={r} month={month} country={code} />
      <div class="duo even">
        <section aria-label="Who sells">{suppliers}</section>
        <section aria-label="The scenario"><h2>What happens</h2><ul class="plain settings">{r.measures.map((m) => <li key={m}>{m}</li>)}{r.measures.length === 0 && <li>nothing: the market as it was</li>}</ul>{r.note && <p class="muted settings">{r.note}</p>}</section>
      </div>
      {sources}
    </div>
  );
}
