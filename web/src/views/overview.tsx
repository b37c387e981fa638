// Who gains and who loses: in a sentence, on the map, ranked, and as a table.
import { useState } from "preact/hooks";
import type { Result } from "../api/types";
import { Bars, ClaimantKey } from "../charts/bars";
import { Saved } from "../charts/export";
import { WorldMap } from "../charts/map";
import { EARNERS, earned, earnedPct, indexOf, ofClaimant, ranked, traceOf, valueOf } from "../figures";
import { billions, unitOf } from "../format";
import { MEASURES, type Measure } from "../state/page";
import { lessPinned, ofMap, ofMeasure } from "../state/runtrace";
import { change, usePage } from "../state/store";
import { Behind } from "./behind";
import { Num } from "./number";

const SHOWN = 9;
const HORIZON: Record<string, string> = {
  short: "short run: workers move, capital and resources stay",
  medium: "medium run: half of capital moves",
  long: "long run: labour and capital move, resources stay",
};

/** The countries that the brief speaks of, and the one chosen. */
function spoken(r: Result, chosen: string): string[] {
  const list = ["USA", "RUS", "DEU", "CHN"];
  return [...list, ...(list.includes(chosen) ? [] : [chosen])].filter((code) => indexOf(r, code) >= 0);
}

function Earners({ r, pinned, chosen }: { r: Result; pinned: Result | null; chosen: string }) {
  const unit = unitOf(r.unit);
  const columns = EARNERS;
  const diff = (k: number) => {
    const at = pinned ? indexOf(pinned, r.countries.code[k]!) : -1;
    return at < 0 ? null : (r.countries.welfare_pct[k] ?? 0) - (pinned!.countries.welfare_pct[at] ?? 0);
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Who earns it">
      <table class="earners">
        <caption>
          Who earns it <small>per cent, in prices of before{r.claimants ? `; ${HORIZON[r.claimants.horizon] ?? ""}` : ""}</small>
        </caption>
        <thead>
          <tr>
            <th scope="col">Country</th>
            <th scope="col" class="r">Real income</th>
            {columns.map((c) => <th scope="col" class="r" key={c.id}>{c.name}</th>)}
            <th scope="col" class="r">Wages, {unit}</th>
            {pinned && <th scope="col" class="r">vs pinned</th>}
          </tr>
        </thead>
        <tbody>
          {spoken(r, chosen).map((code) => {
            const k = indexOf(r, code);
            const name = r.countries.name[k]!;
            const wages = earned(r, "labour", k);
            return (
              <tr key={code}>
                <th scope="row">
                  <button type="button" class="link" onClick={() => change({ view: "country", country: code })}>{name}</button>
                </th>
                <td class="r"><Num value={r.countries.welfare_pct[k]} digits={3} query={traceOf("welfare_pct", code)} label={`Real income of ${name}`} /></td>
                {columns.map((c) => (
                  <td class="r" key={c.id}><Num value={earnedPct(r, c.id, k)} digits={3} query={ofClaimant(c.id, code, "real_change_pct")} label={`${c.name}, ${name}`} /></td>
                ))}
                <td class="r"><Num value={wages === null ? null : billions(wages, r.unit)} query={ofClaimant("labour", code, "real_change")} label={`Wages of ${name} in ${unit}`} /></td>
                {pinned && <td class="r"><Num value={diff(k)} digits={3} query={lessPinned(r, pinned, code)} label={`Real income of ${name}, against what is pinned`} /></td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function AllTable({ r, measure, order }: { r: Result; measure: Measure; order: readonly number[] }) {
  return (
    <Behind summary="The numbers as a table">
      {() => (
        <>
        <table>
          <caption class="hidden">{MEASURES.find((m) => m.id === measure)!.long}, every country, largest first</caption>
          <thead>
            <tr>
              <th scope="col">Country</th>
              <th scope="col" class="r">{MEASURES.find((m) => m.id === measure)!.name}, %</th>
            </tr>
          </thead>
          <tbody>
            {order.map((k) => (
              <tr key={r.countries.code[k]}>
                <th scope="row"><button type="button" class="link" onClick={() => change({ view: "country", country: r.countries.code[k]! })}>{r.countries.name[k]}</button></th>
                <td class="r"><Num value={valueOf(r, measure, k)} query={traceOf(measure, r.countries.code[k]!)} label={r.countries.name[k]!} /></td>
              </tr>
            ))}
          </tbody>
        </table>
        </>
      )}
    </Behind>
  );
}

export function Overview({ result, pinned }: { result: Result; pinned: Result | null }) {
  const page = usePage();
  const [everyone, setEveryone] = useState(false);
  const [difference, setDifference] = useState(false);
  const order = ranked(result, page.measure).filter((k) => valueOf(result, page.measure, k) !== null);
  const ends = order.length > 2 * SHOWN ? [...order.slice(0, SHOWN), ...order.slice(-SHOWN)] : order;
  const pick = (code: string) => change({ country: code, view: "country" });
  const stacked = page.measure === "welfare_pct" && result.claimants !== null && result.model.horizon !== "one-factor";
  return (
    <div class="overview">
      <div class="measures" role="group" aria-label="What the map and the bars show">
        {MEASURES.map((m) => (
          <button key={m.id} type="button" aria-pressed={page.measure === m.id} onClick={() => change({ measure: m.id })}>{m.name}</button>
        ))}
        {pinned && (
          <label class="check">
            <input type="checkbox" checked={difference} onChange={(e) => setDifference(e.currentTarget.checked)} />
            Map the difference to the pinned scenario
          </label>
        )}
      </div>
      <div class="duo">
        <section aria-label="Map, and who earns it">
          <Saved name="map" trace={ofMap(result, difference ? pinned : null, page.measure, order)}>
            <WorldMap result={result} minus={difference ? pinned : null} measure={page.measure} country={page.country} onPick={pick} />
          </Saved>
          <Earners r={result} pinned={pinned} chosen={page.country} />
        </section>
        <section aria-labelledby="ranked">
          <h2 id="ranked">Who gains, who loses <small>{MEASURES.find((m) => m.id === page.measure)!.long.toLowerCase()}</small></h2>
          {stacked && <ClaimantKey result={result} pinned={pinned !== null} />}
          <Saved name="ranked bars" trace={ofMeasure(result, page.measure, order, stacked)}>
            <Bars result={stacked ? result : { ...result, claimants: page.measure === "welfare_pct" ? null : result.claimants }} pinned={pinned} measure={page.measure} order={everyone ? order : ends} country={page.country} onPick={pick} />
          </Saved>
          <p>
            <button type="button" class="quiet" aria-pressed={everyone} onClick={() => setEveryone(!everyone)}>
              {everyone ? "Only those who gain or lose most" : `All ${order.length} countries`}
            </button>
          </p>
          <AllTable r={result} measure={page.measure} order={order} />
        </section>
      </div>
    </div>
  );
}
