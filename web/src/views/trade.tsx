// What a country sells to and buys from the others, before and now.
import type { Result } from "../api/types";
import { Saved } from "../charts/export";
import { Pairs, type Pair } from "../charts/pairs";
import { indexOf } from "../figures";
import { billions, unitOf } from "../format";
import { total } from "../state/runtrace";
import { change as set } from "../state/store";
import { Behind } from "./behind";
import { Num } from "./number";

const SHOWN = 12;

function pairsOf(r: Result, base: readonly (number | null)[], now: readonly (number | null)[]): Pair[] {
  const own = indexOf(r, r.trade.country);
  return r.countries.code
    .map((code, k) => ({ code, name: r.countries.name[k]!, base: billions(base[k] ?? 0, r.unit), now: billions(now[k] ?? 0, r.unit), k }))
    .filter((p) => p.k !== own)
    .sort((a, b) => Math.max(b.base, b.now) - Math.max(a.base, a.now));
}

const sum = (pairs: readonly Pair[], which: "base" | "now"): number => pairs.reduce((s, p) => s + p[which], 0);

function Side({ r, title, kind, pairs, sells }: { r: Result; title: string; kind: string; pairs: Pair[]; sells: boolean }) {
  const [base, now] = [sum(pairs, "base"), sum(pairs, "now")];
  const unit = unitOf(r.unit);
  const own = r.trade.country;
  const flow = (code: string, column: string) => ({ quantity: "flow", column, ...(sells ? { country: own, partner: code } : { country: code, partner: own }) });
  const share = sells ? "export_share" : "import_share";
  const change = { quantity: sells ? "exports_pct" : "imports_pct", country: own };
  return (
    <section aria-label={title}>
      <header class="titled"><h2>{title}</h2> <small>{unit}: <Num value={base} digits={1} signed={false} query={total(own, sells, "base")} label={`${title}, before`} /> → <Num value={now} digits={1} signed={false} query={total(own, sells, "new")} label={`${title}, now`} /> (<Num value={100 * (now / base - 1)} digits={1} query={change} label={`${title}, change`} /> %)</small></header>
      <Saved name={title.toLowerCase()} trace={change}>
        <Pairs pairs={pairs.slice(0, SHOWN)} kind={kind} title={title} onPick={(code) => set({ country: code })} />
      </Saved>
      <Behind summary="Every partner as a table">
        {() => (
          <>
          <table>
            <caption class="hidden">{title} by partner</caption>
            <thead>
              <tr><th scope="col">Partner</th><th scope="col" class="r">Before</th><th scope="col" class="r">Now</th><th scope="col" class="r">Share before, %</th><th scope="col" class="r">Share now, %</th></tr>
            </thead>
            <tbody>
              {pairs.map((p) => (
                <tr key={p.code}>
                  <th scope="row">{p.name}</th>
                  <td class="r"><Num value={p.base} signed={false} query={flow(p.code, "base")} label={`${title} before, ${p.name}`} /></td>
                  <td class="r"><Num value={p.now} signed={false} query={flow(p.code, "new")} label={`${title}, ${p.name}`} /></td>
                  <td class="r"><Num value={(100 * p.base) / base} digits={1} signed={false} query={flow(p.code, `${share}_base`)} label={`Share before, ${p.name}`} /></td>
                  <td class="r"><Num value={(100 * p.now) / now} digits={1} signed={false} query={flow(p.code, `${share}_new`)} label={`Share now, ${p.name}`} /></td>
                </tr>
              ))}
            </tbody>
          </table>
          </>
        )}
      </Behind>
    </section>
  );
}

export function TradeView({ result: r }: { result: Result }) {
  const t = r.trade;
  const name = r.countries.name[indexOf(r, t.country)] ?? t.country;
  return (
    <div class="trade">
      <label class="inline">
        <span>Trade of</span>
        <select value={t.country} onChange={(e) => set({ country: e.currentTarget.value })}>
          {r.countries.code.map((code, k) => <option key={code} value={code}>{r.countries.name[k]}</option>)}
        </select>
      </label>
      <ul class="key"><li><i class="swatch before" />Before</li><li><i class="swatch exports" />Sells now</li><li><i class="swatch imports" />Buys now</li></ul>
      <div class="duo even">
        <Side r={r} title={`What ${name} sells`} kind="exports" sells pairs={pairsOf(r, t.exports_base, t.exports_new)} />
        <Side r={r} title={`What ${name} buys`} kind="imports" sells={false} pairs={pairsOf(r, t.imports_base, t.imports_new)} />
      </div>
    </div>
  );
}
