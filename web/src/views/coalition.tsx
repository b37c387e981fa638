// Which coalitions hold: check boxes of members, answered at once from the lattice of all coalitions that the server solved.
import { useEffect, useMemo, useState } from "preact/hooks";
import { coalition as askServer, coalitionFiles } from "../api/client";
import type { CoalitionFile, World, Worlds } from "../api/types";
import { download, Saved } from "../charts/export";
import { LatticeChart } from "../charts/lattice";
import { billions, plain, unitOf } from "../format";
import { useAnswer } from "../state/answer";
import type { CoalitionState } from "../state/coalition";
import { breakEvenOf, costOf, gainOf, gameOf, has, membersOf, mostHarmful, partsOf, stabilityOf, stableOnes, unravel } from "../state/lattice";
import { partyName } from "../state/leverage";
import { harmTrace, latticeTrace, playerTrace, stabilityTrace, type Together } from "../state/strategytrace";
import { first as opening } from "../state/page";
import { change, drag, usePage } from "../state/store";
import { Behind } from "./behind";
import { Range } from "./controls";
import { Announce } from "./announce";
import { Num, Source } from "./number";
import { WorldPickers } from "./pickers";
import { Waiting } from "./waiting";

const set = (part: Partial<CoalitionState>, was: CoalitionState, settled = true): void => (settled ? change : drag)({ coalition: { ...was, ...part } });

function useFiles(): CoalitionFile[] {
  const [list, setList] = useState<CoalitionFile[]>([]);
  useEffect(() => {
    coalitionFiles().then(setList, () => setList([]));
  }, []);
  return list;
}

export function CoalitionControls({ worlds }: { worlds: Worlds }) {
  const { coalition: s } = usePage();
  return (
    <form class="controls" aria-label="Which question" onSubmit={(e) => e.preventDefault()}>
      <fieldset class="choices">
        <legend>Ready questions</legend>
        {useFiles().map((f) => (
          <label key={f.name}>
            <input type="radio" name="file" checked={s.name === f.name} onChange={() => set({ name: f.name, members: null }, s)} />
            <span>{f.title} <small>{f.players.length} players, {plain(2 ** f.players.length, 0)} coalitions</small></span>
          </label>
        ))}
      </fieldset>
      <fieldset class="pickers">
        <legend>The world</legend>
        <WorldPickers worlds={worlds} />
      </fieldset>
      <fieldset>
        <legend>What harm is worth to its makers</legend>
        <label class="check">
          <input type="checkbox" checked={s.weight !== null} onChange={(e) => set({ weight: e.currentTarget.checked ? 1 : null }, s)} />
          The same for all, not as the file says
        </label>
        {s.weight !== null && (
          <Range id="weight" name="A dollar that the target loses" value={s.weight} min={0} max={2} step={0.02} text={`${plain(s.weight)} $`} onSlide={(weight, done) => set({ weight }, s, done)} />
        )}
        <p class="hint">How much of its own income a government would give for the target to lose a dollar: an assumption.</p>
      </fieldset>
    </form>
  );
}

interface Shown extends Together {
  s: CoalitionState;
  names: (coalition: number) => string;
  money: (value: number) => number;
  unit: string;
}

const pick = (v: Shown, members: number): void => set({ members }, v.s);

function Facts({ v }: { v: Shown }) {
  const [harm, cost] = [v.g.harm(v.now), costOf(v.g, v.now)];
  return (
    <dl class="facts">
      <div><dt>{v.target} loses</dt><dd><Num value={v.money(harm)} digits={1} signed={false} query={() => harmTrace(v, "harm")} label={`${v.target} loses`} /> <small>{v.unit}</small></dd></div>
      <div><dt>Of its real income</dt><dd><Num value={v.c.target_income ? (100 * harm) / v.c.target_income : null} signed={false} query={() => harmTrace(v, "share")} label="Of its real income" /> %</dd></div>
      <div><dt>Members lose</dt><dd><Num value={v.money(cost)} digits={1} signed={false} query={() => harmTrace(v, "cost")} label="Members lose" /> <small>{v.unit}</small></dd></div>
      <div><dt>Harm for each dollar lost</dt><dd><Num value={cost > 0 ? harm / cost : null} signed={false} query={() => harmTrace(v, "ratio")} label="Harm for each dollar lost" /></dd></div>
    </dl>
  );
}

/** Does it hold, who leaves first, and what would keep them. */
function Verdict({ v }: { v: Shown }) {
  const s = stabilityOf(v.g, v.now);
  const { steps, circle } = unravel(v.g, v.now);
  const first = steps[0];
  const bn = (value: number) => `${plain(v.money(value), 2)} ${v.unit}`;
  const says = [
    v.now === 0 && "Nobody is in it.",
    !first && (v.now ? "It holds: no member gains by leaving, nobody outside by joining." : "Nobody gains by beginning."),
    first && `${v.name(first.player)} ${first.joins ? "joins" : "leaves"} first: it gains ${bn(first.gain)}.`,
    first && s.internal && "No member would leave.",
    !s.internal && (s.surplus >= 0 ? `Money between members could keep all of them in, with ${bn(s.surplus)} to spare.` : `No transfers among members could keep all of them in: ${bn(-s.surplus)} are missing.`),
  ].filter(Boolean).join(" ");
  return (
    <section aria-labelledby="holds" class="verdicts">
      <header class="titled"><h2 id="holds">Does it hold?</h2> <Source of="stability" trace={() => stabilityTrace(v)} /></header>
      <p id="coalition-says">{says}</p>
      <Announce text={`${v.target} loses ${plain(v.money(v.g.harm(v.now)), 1)} ${v.unit}. ${says}`} />
      {steps.length > 0 && (
        <ol class="steps">
          {steps.map((step, k) => (
            <li key={k}><button type="button" class="link" onClick={() => pick(v, step.coalition)}>{v.name(step.player)} {step.joins ? "joins" : "leaves"}</button> <small>gains {bn(step.gain)}</small></li>
          ))}
        </ol>
      )}
      {steps.length > 0 && <p class="muted">{circle ? "And so on in a circle: nothing holds." : `There it rests: ${v.names(steps.at(-1)!.coalition)}.`}</p>}
    </section>
  );
}

const ofMembers = (v: Shown) => {
  const t = harmTrace(v, "cost");
  return { ...t, title: "Change in real income of all members together", value: t.value === null ? null : -t.value, formula: t.formula.replace("−Σ", "Σ") };
};

function Members({ v }: { v: Shown }) {
  const parts = partsOf(v.g, v.now);
  const cost = costOf(v.g, v.now);
  const harm = v.g.harm(v.now);
  const most = Math.max(...v.c.players.map((_, k) => Math.max(has(v.now, k) && harm > 0 ? parts[k]! / harm : 0, has(v.now, k) && cost > 0 ? -v.g.own(v.now, k) / cost : 0)), 1e-9);
  const all = (1 << v.g.n) - 1;
  return (
    <section aria-labelledby="members">
      <h2 id="members">Who is in <small>{v.unit} of real income a year; tick to change</small></h2>
      <p class="tools">
        <button type="button" class="quiet" onClick={() => pick(v, v.c.about)}>As the file says</button>
        <button type="button" class="quiet" onClick={() => pick(v, all)}>All</button>
        <button type="button" class="quiet" onClick={() => pick(v, 0)}>Nobody</button>
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Players">
        <table class="players">
          <caption class="hidden">Who is in, {v.unit}</caption>
          <thead>
            <tr><th scope="col">Player</th><th scope="col" class="r">Own income</th><th scope="col" class="r">Part in harm</th><th scope="col" class="bar-head"><span class="hidden">Part in harm and in cost</span></th><th scope="col" class="r">Gain from changing sides</th><th scope="col" class="r">Break-even weight</th></tr>
          </thead>
          <tbody>
            {v.c.players.map((p, k) => {
              const inside = has(v.now, k);
              const gain = gainOf(v.g, v.now, k);
              const share = inside && harm > 0 ? parts[k]! / harm : 0;
              const pays = inside && cost > 0 ? Math.max(0, -v.g.own(v.now, k) / cost) : 0;
              return (
                <tr key={p.name} class={inside ? "in" : "out"}>
                  <th scope="row"><label class="check"><input type="checkbox" checked={inside} onChange={() => pick(v, v.now ^ (1 << k))} />{v.name(k)}</label></th>
                  <td class="r"><Num value={v.money(v.g.own(v.now, k))} query={() => playerTrace(v, k, "own")} label={`Own income, ${v.name(k)}`} /></td>
                  <td class="r"><Num value={inside ? v.money(parts[k]!) : null} signed={false} query={() => playerTrace(v, k, "part")} label={`Part in harm, ${v.name(k)}`} /></td>
                  <td class="shares" aria-hidden="true"><i class="harm" style={{ width: `${(100 * Math.max(share, 0)) / most}%` }} /><i class="cost" style={{ width: `${(100 * pays) / most}%` }} /></td>
                  <td class={`r ${gain > 0 ? "gain" : ""}`}><Num value={v.money(gain)} query={() => playerTrace(v, k, "gain")} label={`Gain from changing sides, ${v.name(k)}`} />{gain > 0 && <small> {inside ? "leaves" : "joins"}</small>}</td>
                  <td class="r"><Num value={breakEvenOf(v.g, v.now, k, v.c.target_income ?? 0)} signed={false} query={() => playerTrace(v, k, "weight")} label={`Break-even weight, ${v.name(k)}`} /></td>
                </tr>
              );
            })}
          </tbody>
          <tfoot><tr><th scope="row">Together</th><td class="r"><Num value={v.money(-cost)} query={() => ofMembers(v)} label="Own income of members together" /></td><td class="r"><Num value={v.money(harm)} signed={false} query={() => harmTrace(v, "harm")} label="Harm together" /></td><td class="shares" /><td /><td /></tr></tfoot>
        </table>
      </div>
      <ul class="key parts-key"><li><i class="swatch harm" />Part in harm (Shapley value)</li><li><i class="swatch cost" />Part in cost</li></ul>
    </section>
  );
}

function csv(v: Shown, stable: readonly number[]): string {
  const holds = new Set(stable);
  const head = ["coalition", "harm", "cost", ...v.c.players.map((p) => `own_${p.name}`), "stable"].join(",");
  const rows = v.c.lattice.coalition.map((c) => [membersOf(c, v.g.n).map((p) => v.c.players[p]!.name).join("+") || "-", v.g.harm(c), costOf(v.g, c), ...v.c.lattice.own[c]!, holds.has(c) ? 1 : 0].join(","));
  return [head, ...rows, ""].join("\n");
}

function Everything({ v }: { v: Shown }) {
  const dots = useMemo(() => v.c.lattice.coalition.map((c) => ({ cost: v.money(costOf(v.g, c)), harm: v.money(v.g.harm(c)) })), [v.c]);
  const stable = useMemo(() => stableOnes(v.g), [v.g]);
  const best = useMemo(() => mostHarmful(v.g), [v.c]);
  return (
    <section aria-labelledby="every">
      <h2 id="every">Every coalition <small>each a dot; click one</small></h2>
      <Saved name="coalitions" trace={() => latticeTrace(v, best)}>
        <LatticeChart dots={dots} chosen={v.now} stable={stable} target={v.target} unit={v.unit} title={v.names} onPick={(c) => pick(v, c)} />
        <ul class="key"><li><i class="swatch here" />This one</li><li><i class="swatch stable" />Holds: {stable.length ? `${plain(stable.length, 0)} of ${plain(dots.length, 0)}` : "none"}</li></ul>
      </Saved>
      {stable.length > 0 && <ul class="plain">{stable.slice(0, 6).map((c) => <li key={c}><button type="button" class="link" onClick={() => pick(v, c)}>{v.names(c)}</button></li>)}{stable.length > 6 && <li>and others, in the CSV below</li>}</ul>}
      <Behind summary="The most harmful of each size as a table">
        {() => (
          <>
          <p class="tools"><button type="button" class="quiet" onClick={() => download(`${v.s.name}.csv`, new Blob([csv(v, stable)], { type: "text/csv" }))}>Every coalition as CSV</button></p>
          <table>
            <caption><small>The most harmful coalition of each size, {v.unit}</small> <Source of="the most harmful coalitions" trace={() => latticeTrace(v, best)} /></caption>
            <thead><tr><th scope="col">Members</th><th scope="col" class="r">Harm</th><th scope="col" class="r">Cost</th></tr></thead>
            <tbody>{best.map((c) => <tr key={c}><th scope="row">{v.names(c)}</th><td class="r">{plain(v.money(v.g.harm(c)))}</td><td class="r">{plain(v.money(costOf(v.g, c)))}</td></tr>)}</tbody>
          </table>
          </>
        )}
      </Behind>
    </section>
  );
}

export function CoalitionView({ world }: { world: World }) {
  const page = usePage();
  const s = page.coalition;
  const answer = useAnswer({ name: s.name, world: world.name, horizon: page.horizon }, askServer);
  const c = answer.result;
  const g = useMemo(() => (c ? gameOf(c, s.weight) : null), [c, s.weight]);
  const name = (p: number) => partyName(world, c!.players[p]!.name);
  const command = `thaw coalition ${s.name} --world ${world.name} --horizon ${page.horizon}`;
  const shown: Shown | null = c && g && {
    c, g, s, name, world, command,
    now: Math.min(s.members ?? c.about, (1 << g.n) - 1),
    names: (coalition) => membersOf(coalition, g.n).map(name).join(", ") || "nobody",
    target: partyName(world, c.target),
    money: (value) => billions(value, c.unit),
    unit: unitOf(c.unit),
  };
  return (
    <div class="coalition" aria-busy={answer.fraction !== null}>
      <header class="headline">
        <h1>{c?.title ?? "Which coalitions hold"}</h1>
        <p>{c ? `${c.action}: each member carries out its own part. ${c.factors[0]!.toUpperCase()}${c.factors.slice(1)}; world of ${world.year}.` : "\u00a0"}</p>
      </header>
      <Waiting answer={answer} what="Solving every coalition">{s.name !== opening.coalition.name && <button type="button" onClick={() => change({ coalition: opening.coalition })}>Show the sanctions of 2014</button>}</Waiting>
      {shown && (
        <>
          <Facts v={shown} />
          <div class="duo coalition-duo">
            <Members v={shown} />
            <Verdict v={shown} />
          </div>
          <Everything v={shown} />
          <details class="behind sources">
            <summary>Where these numbers come from</summary>
            {shown.c.note && <p>{shown.c.note}</p>}
            <p>Every coalition is an equilibrium of its own, solved by the server; what changes with the boxes is read from them. Money is real income a year in prices of before. A player is after its own income plus its weight times the harm, whoever does it. Part in harm is the Shapley value among the members.</p>
            <p>{world.title}: {world.source}</p>
            <p>The same digits on the command line: <code>{command}</code></p>
            <ul class="plain">{world.assumptions.map((a) => <li key={a}>{a}</li>)}</ul>
          </details>
        </>
      )}
    </div>
  );
}
