// One country: what changes for it, its partners, its sectors, and what it would cost to lose a partner.
import { useEffect, useState } from "preact/hooks";
import { country as getCountry } from "../api/client";
import type { Country, Result } from "../api/types";
import { claimantsOf, EARNERS, earned, earnedPct, indexOf, ofClaimant, traceOf } from "../figures";
import { billions, unitOf } from "../format";
import { change, usePage } from "../state/store";
import { Failure } from "./failure";
import { Num } from "./number";

const SHOWN = 10;

function Facts({ r, k }: { r: Result; k: number }) {
  const [code, name] = [r.countries.code[k]!, r.countries.name[k]!];
  const facts: [string, number | null | undefined, Record<string, string>][] = [
    ["Real income", r.countries.welfare_pct[k], traceOf("welfare_pct", code)],
    ...EARNERS.map((c): [string, number | null, Record<string, string>] => [c.name, earnedPct(r, c.id, k), ofClaimant(c.id, code, "real_change_pct")]),
    ["Exports", r.countries.exports_pct[k], traceOf("exports_pct", code)],
    ["Imports", r.countries.imports_pct[k], traceOf("imports_pct", code)],
  ];
  return (
    <dl class="facts">
      {facts.map(([what, value, query]) => (
        <div key={what}><dt>{what}</dt><dd><Num value={value} digits={3} query={query} label={`${what}, ${name}`} /> %</dd></div>
      ))}
    </dl>
  );
}

function Earned({ r, k }: { r: Result; k: number }) {
  const unit = unitOf(r.unit);
  const code = r.countries.code[k]!;
  return (
    <table>
      <caption>Who earns it <small>{unit}, change in prices of before</small></caption>
      <thead><tr><th scope="col">Claimant</th><th scope="col" class="r">Before</th><th scope="col" class="r">Change</th><th scope="col" class="r">%</th></tr></thead>
      <tbody>
        {claimantsOf(r).map((c) => {
          const [base, e] = [r.claimants?.[c.id].base[k], earned(r, c.id, k)];
          return (
            <tr key={c.id}>
              <th scope="row"><i class={`swatch ${c.id}`} /> {c.name}</th>
              <td class="r"><Num value={base == null ? null : billions(base, r.unit)} digits={1} signed={false} query={ofClaimant(c.id, code, "base")} label={`${c.name} before`} /></td>
              <td class="r"><Num value={e === null ? null : billions(e, r.unit)} query={ofClaimant(c.id, code, "real_change")} label={c.name} /></td>
              <td class="r"><Num value={earnedPct(r, c.id, k)} digits={3} query={ofClaimant(c.id, code, "real_change_pct")} label={`${c.name}, per cent`} /></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Partners({ r, c }: { r: Result; c: Country }) {
  const unit = unitOf(r.unit);
  const name = (code: string) => r.countries.name[indexOf(r, code)] ?? code;
  const list = [...c.partners].sort((a, b) => b.exports_base + b.imports_base - a.exports_base - a.imports_base);
  const sold = (partner: string, column: string) => ({ quantity: "flow", column, country: c.country, partner });
  const bought = (partner: string, column: string) => ({ quantity: "flow", column, country: partner, partner: c.country });
  const [all, setAll] = useState(false);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Partners">
        <table>
          <caption>Partners <small>{unit}; “of theirs” is this country’s part of what the partner buys or sells, per cent now</small></caption>
          <thead><tr><th scope="col">Partner</th><th scope="col" class="r">Sells to it</th><th scope="col" class="r">%</th><th scope="col" class="r">of theirs</th><th scope="col" class="r">Buys from it</th><th scope="col" class="r">%</th><th scope="col" class="r">of theirs</th></tr></thead>
          <tbody>
            {list.slice(0, all ? undefined : SHOWN).map((p) => (
              <tr key={p.country}>
                <th scope="row"><button type="button" class="link" onClick={() => change({ country: p.country })}>{name(p.country)}</button></th>
                <td class="r"><Num value={billions(p.exports_new, r.unit)} signed={false} digits={1} query={sold(p.country, "new")} label={`Sales to ${name(p.country)}`} /></td>
                <td class="r"><Num value={p.exports_base > 0 ? 100 * (p.exports_new / p.exports_base - 1) : null} digits={1} query={sold(p.country, "change_pct")} label={`Sales to ${name(p.country)}, change`} /></td>
                <td class="r"><Num value={p.share_of_its_imports_new === null ? null : 100 * p.share_of_its_imports_new} digits={1} signed={false} query={sold(p.country, "import_share_new")} label={`Part of what ${name(p.country)} buys`} /></td>
                <td class="r"><Num value={billions(p.imports_new, r.unit)} signed={false} digits={1} query={bought(p.country, "new")} label={`Purchases from ${name(p.country)}`} /></td>
                <td class="r"><Num value={p.imports_base > 0 ? 100 * (p.imports_new / p.imports_base - 1) : null} digits={1} query={bought(p.country, "change_pct")} label={`Purchases from ${name(p.country)}, change`} /></td>
                <td class="r"><Num value={p.share_of_its_exports_new === null ? null : 100 * p.share_of_its_exports_new} digits={1} signed={false} query={bought(p.country, "export_share_new")} label={`Part of what ${name(p.country)} sells`} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p><button type="button" class="quiet" aria-pressed={all} onClick={() => setAll(!all)}>{all ? "Only the largest partners" : `All ${list.length} partners`}</button></p>
    </>
  );
}

function Sectors({ r, c }: { r: Result; c: Country }) {
  const list = [...c.sectors].filter((s) => s.output_base > 0).sort((a, b) => Math.abs(b.output_volume_pct ?? 0) - Math.abs(a.output_volume_pct ?? 0));
  const of = (sector: string, column: string) => ({ quantity: "sector", column, country: c.country, sector });
  const [all, setAll] = useState(false);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Sectors">
        <table>
          <caption>Sectors <small>those that change most; output in {unitOf(r.unit)}</small></caption>
          <thead><tr><th scope="col">Sector</th><th scope="col" class="r">Output before</th><th scope="col" class="r">Volume, %</th><th scope="col" class="r">Price, %</th></tr></thead>
          <tbody>
            {list.slice(0, all ? undefined : SHOWN).map((s) => (
              <tr key={s.sector}>
                <th scope="row">{s.name}</th>
                <td class="r"><Num value={billions(s.output_base, r.unit)} digits={1} signed={false} query={of(s.sector, "output_base")} label={`Output of ${s.name} before`} /></td>
                <td class="r"><Num value={s.output_volume_pct} query={of(s.sector, "output_volume_pct")} label={`Volume of ${s.name}`} /></td>
                <td class="r"><Num value={s.price_change === null ? null : 100 * (s.price_change - 1)} query={of(s.sector, "price_change")} label={`Price of ${s.name}`} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p><button type="button" class="quiet" aria-pressed={all} onClick={() => setAll(!all)}>{all ? "Only those that change most" : `All ${list.length} sectors`}</button></p>
    </>
  );
}

function Dependence({ r, c }: { r: Result; c: Country | null }) {
  const name = (code: string) => r.countries.name[indexOf(r, code)] ?? code;
  const of = (partner: string, loser: "country" | "partner", when: "base" | "new") => ({ quantity: "dependence", column: `losing_${loser}_welfare_${when}_pct`, country: c!.country, partner });
  if (!c) return <p class="waiting">Computing what it would cost to lose each partner…</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Dependence">
      <table>
        <caption>Who needs whom <small>per cent of real income that each side loses if the two stop trading</small></caption>
        <thead><tr><th scope="col">Without</th><th scope="col" class="r">It loses, before</th><th scope="col" class="r">now</th><th scope="col" class="r">The partner loses, before</th><th scope="col" class="r">now</th></tr></thead>
        <tbody>
          {c.dependence.map((d) => (
            <tr key={d.partner}>
              <th scope="row">{name(d.partner)}</th>
              <td class="r"><Num value={d.cost_base_pct} query={of(d.partner, "country", "base")} label={`What it lost without ${name(d.partner)}, before`} /></td>
              <td class="r"><Num value={d.cost_new_pct} query={of(d.partner, "country", "new")} label={`What it loses without ${name(d.partner)}`} /></td>
              <td class="r"><Num value={d.partner_cost_base_pct} query={of(d.partner, "partner", "base")} label={`What ${name(d.partner)} lost, before`} /></td>
              <td class="r"><Num value={d.partner_cost_new_pct} query={of(d.partner, "partner", "new")} label={`What ${name(d.partner)} loses`} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function CountryView({ result: r }: { result: Result }) {
  const page = usePage();
  const [told, setTold] = useState<Country | null>(null);
  const [whole, setWhole] = useState<Country | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  const [turn, setTurn] = useState(0);
  const k = indexOf(r, page.country);
  useEffect(() => {
    if (k < 0) return;
    const abort = new AbortController();
    setWhole(null);
    const failed = (e: Error) => !abort.signal.aborted && setFault(e);
    getCountry(r.id, page.country, false, abort.signal).then(
      (c) => {
        setTold(c);
        setFault(null);
        // Only once the sliders rest: this solves a dozen equilibria.
        setTimeout(() => {
          if (!abort.signal.aborted) getCountry(r.id, page.country, true, abort.signal).then(setWhole, failed);
        }, 400);
      },
      failed,
    );
    return () => abort.abort();
  }, [r.id, page.country, turn]);
  if (k < 0) return <p class="empty">This world has no country {page.country}. <button type="button" class="link" onClick={() => change({ country: "RUS" })}>Show Russia</button></p>;
  return (
    <div class="country">
      <label class="inline">
        <span>Country</span>
        <select value={page.country} onChange={(e) => change({ country: e.currentTarget.value })}>
          {r.countries.code.map((code, n) => <option key={code} value={code}>{r.countries.name[n]}</option>)}
        </select>
      </label>
      <h2 class="name">{r.countries.name[k]}</h2>
      <Facts r={r} k={k} />
      {fault && <Failure error={fault} again={() => setTurn(turn + 1)} />}
      <div class="duo even">
        <section>{r.claimants && <Earned r={r} k={k} />}<Dependence r={r} c={whole} /></section>
        <section>{told?.country === page.country && <><Partners r={r} c={told} /><Sectors r={r} c={told} /></>}</section>
      </div>
    </div>
  );
}
