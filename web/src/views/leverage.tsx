// Who can hurt whom by cutting it off: a matrix, one pair of it in full, who has power and who is exposed.
import { leverage as askServer } from "../api/client";
import type { Chokepoint, Leverage, World, Worlds } from "../api/types";
import { Saved, download } from "../charts/export";
import { Matrix } from "../charts/matrix";
import { MapScale } from "../charts/map";
import { Pairs } from "../charts/pairs";
import { billions, change as signed, plain, unitOf } from "../format";
import { useAnswer } from "../state/answer";
import type { Horizon } from "../state/scenario";
import { CUTS, GOODS, SHOWS, askLeverage, partyName, type Cut, type Goods, type LeverageState } from "../state/leverage";
import { cellTrace, chokepointTrace, matrixTrace, powerTrace, type Cutting } from "../state/strategytrace";
import { change, drag, usePage } from "../state/store";
import { Behind } from "./behind";
import { Announce } from "./announce";
import { Num, Source } from "./number";
import { WorldPickers } from "./pickers";
import { Waiting } from "./waiting";

const set = (part: Partial<LeverageState>, was: LeverageState, settled = true): void => (settled ? change : drag)({ leverage: { ...was, ...part } });

export function LeverageControls({ worlds }: { worlds: Worlds }) {
  const { leverage: s } = usePage();
  return (
    <form class="controls" aria-label="What is cut" onSubmit={(e) => e.preventDefault()}>
      <fieldset class="pickers">
        <legend>The world</legend>
        <WorldPickers worlds={worlds} />
      </fieldset>
      <fieldset class="choices">
        <legend>What one side does</legend>
        {CUTS.map((c) => (
          <label key={c.id}><input type="radio" name="cut" checked={s.cut === c.id} onChange={() => set({ cut: c.id as Cut }, s)} />{c.name}</label>
        ))}
      </fieldset>
      <fieldset class="choices">
        <legend>In which goods</legend>
        {GOODS.map((g) => (
          <label key={g.id}><input type="radio" name="goods" checked={s.goods === g.id} onChange={() => set({ goods: g.id as Goods }, s)} />{g.name}</label>
        ))}
      </fieldset>
      <fieldset class="choices">
        <legend>Between whom</legend>
        <label><input type="radio" name="parties" checked={!s.everybody} onChange={() => set({ everybody: false }, s)} />Powers and blocs</label>
        <label><input type="radio" name="parties" checked={s.everybody} onChange={() => set({ everybody: true }, s)} />All countries, one by one</label>
      </fieldset>
    </form>
  );
}

type Rows = readonly (readonly (number | null)[])[];
const at = (rows: Rows, i: number, j: number): number | null => rows[i]?.[j] ?? null;

function valueOf(l: Leverage, s: LeverageState, i: number, j: number): number | null {
  const m = l.worlds[0]!.only;
  const [loss, cost] = [at(m.loss_pct, i, j), at(m.cost_pct, i, j)];
  if (s.shows === "cost") return cost;
  if (s.shows === "statistic") return at(m.statistic_pct, i, j);
  if (s.shows === "loss") return loss;
  return loss === null || cost === null ? null : loss - cost;
}

function ofWhat(l: Leverage, s: LeverageState): string {
  const goods = GOODS.find((g) => g.id === s.goods)!;
  return `${l.cut === "all" ? "all trade" : l.cut} between the two${goods.sectors ? `, in ${goods.name.toLowerCase()} only` : ""}`;
}

function compared(loss: number, cost: number, a: string, b: string): string {
  if (loss <= 0 && cost <= 0) return "Neither needs the other: both would gain.";
  if (loss <= 0) return `${b} would gain; only ${a} would lose.`;
  if (cost <= 0) return `${a} would even gain.`;
  const times = loss / cost;
  if (times > 1.1) return `${b} needs ${a} ${plain(times, 1)} times as much as ${a} needs ${b}.`;
  if (times < 1 / 1.1) return `${a} needs ${b} ${plain(1 / times, 1)} times as much as ${b} needs ${a}: the threat costs its maker more.`;
  return "Both need each other about as much.";
}

/** Which sectors carry it; asked once the pair is chosen. */
function Chokepoints({ world, s }: { world: World; s: LeverageState }) {
  const page = usePage();
  const pair = [s.from, s.to];
  const answer = useAnswer({ world: world.name, horizon: page.horizon, cut: s.cut, parties: pair, chokepoints: pair }, askServer);
  const own = answer.result?.worlds[0]?.parties.join() === pair.join() && answer.fraction === null;
  if (!own || !answer.result) return <Waiting answer={answer} what="Cutting each sector alone" />;
  const list = [...answer.result.chokepoints].sort((a, b) => (b.loss_pct ?? 0) - (a.loss_pct ?? 0)).slice(0, 6);
  const name = (code: string) => world.sectors.find((c) => c.code === code)?.name ?? code;
  const from = (c: Chokepoint, what: "loss" | "cost" | "each") => () => chokepointTrace(world, commandOf(s, world, page.horizon), c, what, partyName(world, what === "cost" ? s.from : s.to), name(c.sector));
  return (
    <table class="chokepoints">
      <caption>Chokepoints <small>each sector cut alone; loss for each dollar of trade cut</small></caption>
      <thead><tr><th scope="col">Sector</th><th scope="col" class="r">{s.to}, %</th><th scope="col" class="r">{s.from}, %</th><th scope="col" class="r">for each $</th></tr></thead>
      <tbody>
        {list.map((c) => (
          <tr key={c.sector}><th scope="row">{name(c.sector)}</th><td class="r"><Num value={c.loss_pct === null ? null : -c.loss_pct} digits={3} query={from(c, "loss")} label={`${name(c.sector)}: ${s.to}`} /></td><td class="r"><Num value={c.cost_pct === null ? null : -c.cost_pct} digits={3} query={from(c, "cost")} label={`${name(c.sector)}: ${s.from}`} /></td><td class="r"><Num value={c.loss_per_trade} signed={false} query={from(c, "each")} label={`${name(c.sector)}: for each dollar`} /></td></tr>
        ))}
      </tbody>
    </table>
  );
}

/** The command that prints the same digits for the pair that is chosen. */
function commandOf(s: LeverageState, world: World, horizon: Horizon): string {
  const { sectors } = GOODS.find((g) => g.id === s.goods)!;
  return `thaw leverage ${s.from} ${s.to} --world ${world.name} --horizon ${horizon}${s.cut === "all" ? "" : ` --cut ${s.cut}`}${sectors ? ` --sectors ${sectors}` : ""}`;
}

function Sources({ world, s }: { world: World; s: LeverageState }) {
  const page = usePage();
  return (
    <details class="behind sources">
      <summary>Where these numbers come from</summary>
      <p class="formula">loss = −100 × (real income without this trade ÷ real income today − 1)</p>
      <p>Both incomes are of a full equilibrium: every price, wage and flow of all {world.countries.length} countries adjusts. The rule of thumb is −(1/θ) log(1 − share cut), sector by sector (Clayton, Maggiori and Schreger 2024).</p>
      <p>{world.title}: {world.source}</p>
      <p>The same digits on the command line: <code>{commandOf(s, world, page.horizon)}</code></p>
      <ul class="plain">{world.assumptions.map((a) => <li key={a}>{a}</li>)}</ul>
    </details>
  );
}

function Pair({ l, world, s, cutting }: { l: Leverage; world: World; s: LeverageState; cutting: Cutting }) {
  const parties = l.worlds[0]!.parties;
  const [i, j] = [parties.indexOf(s.from), parties.indexOf(s.to)];
  if (i < 0 || j < 0 || i === j) return <p class="empty">Choose a cell.</p>;
  const m = l.worlds[0]!.only;
  const [a, b] = [partyName(world, s.from), partyName(world, s.to)];
  const [loss, cost, trade, rule] = [at(m.loss_pct, i, j), at(m.cost_pct, i, j), at(m.trade, i, j), at(m.statistic_pct, i, j)];
  const says = loss === null || cost === null ? "" : `${b} ${loss > 0 ? "loses" : "gains"} ${plain(Math.abs(loss))} % of its real income, ${a} ${cost > 0 ? "loses" : "gains"} ${plain(Math.abs(cost))} %. ${compared(loss, cost, a, b)}`;
  return (
    <section aria-labelledby="pair">
      <header class="titled"><h2 id="pair">{CUTS.find((c) => c.id === l.cut)!.says(a, b)}</h2> <Source of="this pair" trace={() => cellTrace(cutting, "loss", i, j)} /></header>
      {loss === null || cost === null ? (
        <p class="empty">{b} would be left without any supplier of something: no equilibrium.</p>
      ) : (
        <>
          <p id="pair-says">{says}</p>
          <Announce text={says} />
          <dl class="facts">
            <div><dt>{b}</dt><dd><Num value={-loss} query={() => cellTrace(cutting, "loss", i, j)} label={b} /> %</dd></div>
            <div><dt>{a}</dt><dd><Num value={-cost} query={() => cellTrace(cutting, "cost", i, j)} label={a} /> %</dd></div>
            <div><dt>Trade cut</dt><dd><Num value={trade === null ? null : billions(trade, world.unit)} digits={1} signed={false} query={() => cellTrace(cutting, "trade", i, j)} label="Trade cut" /> <small>{unitOf(world.unit)}</small></dd></div>
            <div><dt>Rule of thumb</dt><dd><Num value={rule === null ? null : -rule} query={() => cellTrace(cutting, "statistic", i, j)} label="Rule of thumb" /> %</dd></div>
          </dl>
          <Chokepoints world={world} s={s} />
        </>
      )}
      <Sources world={world} s={s} />
      <p><button type="button" class="quiet" onClick={() => set({ from: s.to, to: s.from }, s)}>The other way round</button></p>
    </section>
  );
}

function AsTable({ l, world, s, cutting }: { l: Leverage; world: World; s: LeverageState; cutting: Cutting }) {
  const parties = l.worlds[0]!.parties;
  const cells = parties.map((_, i) => parties.map((_, j) => valueOf(l, s, i, j)));
  const { long } = SHOWS.find((k) => k.id === s.shows)!;
  const csv = [["cuts,is_cut_off,loss_pct,cost_pct,trade,statistic_pct"], ...parties.flatMap((a, i) => parties.flatMap((b, j) => (i === j ? [] : [[a, b, ...(["loss_pct", "cost_pct", "trade", "statistic_pct"] as const).map((k) => at(l.worlds[0]!.only[k], i, j) ?? "")].join(",")]))), ""].join("\n");
  return (
    <Behind summary="Every pair as a table">
      {() => (
        <>
        <p class="tools"><button type="button" class="quiet" onClick={() => download("leverage.csv", new Blob([csv], { type: "text/csv" }))}>Download CSV</button></p>
        <div class="scroll" tabIndex={0} role="region" aria-label="Every pair">
          <table>
            <caption><small>{long}: rows cut, columns are cut off</small> <Source of="the table of pairs" trace={() => matrixTrace(cutting, s.shows, long)} /></caption>
            <thead><tr><th scope="col">Cuts</th>{parties.map((b) => <th scope="col" class="r" key={b}><abbr title={partyName(world, b)}>{b}</abbr></th>)}</tr></thead>
            <tbody>{parties.map((a, i) => <tr key={a}><th scope="row">{partyName(world, a)}</th>{parties.map((b, j) => { const v = cells[i]![j] ?? null; return <td class="r" key={b}>{i === j ? "" : signed(v === null ? null : -v)}</td>; })}</tr>)}</tbody>
          </table>
        </div>
        </>
      )}
    </Behind>
  );
}

function Ranks({ l, world, s, cutting }: { l: Leverage; world: World; s: LeverageState; cutting: Cutting }) {
  const m = l.worlds[0]!.only;
  const list = l.worlds[0]!.parties
    .map((code) => ({ code, name: partyName(world, code), base: m.exposure_pct[code] ?? 0, now: m.power_pct[code] ?? 0 }))
    .sort((a, b) => b.now - a.now);
  return (
    <section aria-labelledby="ranks" class="ranks">
      <h2 id="ranks">Power and exposure <small>mean loss that it can inflict on another, and another on it, per cent</small></h2>
      <ul class="key"><li><i class="swatch exports" />Power</li><li><i class="swatch before" />Exposure</li></ul>
      <Saved name="power" trace={() => powerTrace(cutting, "power", null)}><Pairs pairs={list.slice(0, 14)} kind="exports" title="Power and exposure" text={(p) => `${plain(p.now)}, ${plain(p.base)}`} onPick={(code) => code !== s.to && set({ from: code }, s)} /></Saved>
      <Behind summary="Power and exposure as a table">
        {() => (
          <>
          <table>
            <caption class="hidden">Power and exposure, per cent of real income</caption>
            <thead><tr><th scope="col">Party</th><th scope="col" class="r">Power, %</th><th scope="col" class="r">Exposure, %</th></tr></thead>
            <tbody>{list.map((p) => <tr key={p.code}><th scope="row">{p.name}</th><td class="r"><Num value={p.now} digits={3} signed={false} query={() => powerTrace(cutting, "power", p.code)} label={`Power of ${p.name}`} /></td><td class="r"><Num value={p.base} digits={3} signed={false} query={() => powerTrace(cutting, "exposure", p.code)} label={`Exposure of ${p.name}`} /></td></tr>)}</tbody>
          </table>
          </>
        )}
      </Behind>
    </section>
  );
}

export function LeverageView({ world }: { world: World }) {
  const page = usePage();
  const s = page.leverage;
  const answer = useAnswer(askLeverage(s, world, page.horizon), askServer);
  const l = answer.result;
  const parties = l?.worlds[0]?.parties ?? [];
  const cutting: Cutting | null = l && { l, world, command: commandOf(s, world, page.horizon) };
  const rows = parties.map((code) => ({ code, name: partyName(world, code) }));
  const shows = SHOWS.find((k) => k.id === s.shows)!;
  const pick = (i: number, j: number, settled: boolean) => set({ from: parties[i]!, to: parties[j]! }, s, settled);
  const [row, column] = [parties.indexOf(s.from), parties.indexOf(s.to)];
  return (
    <div class="leverage" aria-busy={answer.fraction !== null}>
      <header class="headline">
        <h1>Who can hurt whom</h1>
        <p>Each cell: what the column loses if the row cuts it off{l ? `, ${ofWhat(l, s)}` : ""}. World of {world.year}.</p>
      </header>
      <Waiting answer={answer} what="Solving every pair" />
      {l && cutting && (
        <>
          <div class="measures" role="group" aria-label="What the cells show">
            {SHOWS.map((k) => <button key={k.id} type="button" aria-pressed={s.shows === k.id} onClick={() => set({ shows: k.id }, s)}>{k.name}</button>)}
          </div>
          <div class={s.everybody ? "stack" : "duo pairwise"}>
            <section aria-label="Matrix">
              <Saved name="leverage" trace={() => matrixTrace(cutting, s.shows, shows.long)}>
                <Matrix rows={rows} value={(i, j) => valueOf(l, s, i, j)} label={`Who can hurt whom. ${shows.long}`} chosen={row < 0 || column < 0 ? null : { row, column }} describedBy="pair-says" onPick={pick} />
                <MapScale measure="welfare_pct" label={shows.long} />
              </Saved>
              <AsTable l={l} world={world} s={s} cutting={cutting} />
            </section>
            <Pair l={l} world={world} s={s} cutting={cutting} />
            <Ranks l={l} world={world} s={s} cutting={cutting} />
          </div>
        </>
      )}
    </div>
  );
}
