// The page: the four worlds, the sliders, and the views that follow them.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Result, World, Worlds } from "./api/types";
import { indexOf, traceOf } from "./figures";
import { change as signed } from "./format";
import { again, currentLive, request, requestPin, subscribeLive, type Live } from "./state/live";
import type { Page, View } from "./state/page";
import { PRESETS, presetOf, titleOf } from "./state/scenario";
import { canRedo, canUndo, change, redo, undo, usePage } from "./state/store";
import { ClaimsView } from "./views/claims";
import { Controls } from "./views/controls";
import { CoalitionControls, CoalitionView } from "./views/coalition";
import { CountryView } from "./views/country";
import { GasControls, GasView } from "./views/gas";
import { LeverageControls, LeverageView } from "./views/leverage";
import { Announce } from "./views/announce";
import { Failure } from "./views/failure";
import { Num } from "./views/number";
import { Overview } from "./views/overview";
import { ScenarioView } from "./views/scenario";
import { SweepView } from "./views/sweep";
import { TableView } from "./views/table";
import { TracePanel } from "./views/trace";
import { TradeView } from "./views/trade";

const TABS: readonly { id: View; name: string }[] = [
  { id: "overview", name: "Overview" },
  { id: "trade", name: "Trade" },
  { id: "country", name: "Country" },
  { id: "table", name: "Table" },
  { id: "sweep", name: "Range" },
  { id: "leverage", name: "Leverage" },
  { id: "coalition", name: "Coalitions" },
  { id: "gas", name: "Gas" },
  { id: "claims", name: "Claims" },
  { id: "scenario", name: "Scenario" },
];

function Presets() {
  const page = usePage();
  const on = page.source.kind === "sliders" ? presetOf(page.sliders)?.id : undefined;
  return (
    <div class="presets" role="group" aria-label="The four worlds of the brief">
      {PRESETS.map((p) => (
        <button key={p.id} type="button" aria-pressed={on === p.id} onClick={() => change({ sliders: p.sliders, source: { kind: "sliders" } })}>
          <b>{p.title}</b>
          <span>{p.says}</span>
        </button>
      ))}
    </div>
  );
}

/** Of whom the headline speaks. */
const spokenOf = (r: Result) =>
  ["RUS", "USA", "DEU", "CHN"].filter((code) => indexOf(r, code) >= 0).map((code) => ({ code, k: indexOf(r, code), name: r.countries.name[indexOf(r, code)]! }));
const headOf = (page: Page, r: Result): string => (page.source.kind === "sliders" ? titleOf(page.sliders, 2) : r.scenario.title);
const spoken = (page: Page, r: Result): string =>
  `${headOf(page, r)}. Real income: ${spokenOf(r).map((s) => `${s.name} ${signed(r.countries.welfare_pct[s.k], 3)} %`).join(", ")}`;

function Headline({ live, world }: { live: Live; world: World }) {
  const page = usePage();
  const r = live.result;
  if (!r) return <header class="headline"><h1>{live.fault ? "Nothing solved yet" : "\u00a0"}</h1><p>&nbsp;</p></header>;
  // What failed has no numbers: those that stand are of what was solved before.
  const title = live.fault ? r.scenario.title : headOf(page, r);
  return (
    <header class="headline">
      <h1 title={title}>{title}</h1>
      <p>
        Against {r.scenario.after ? "the frozen world" : `the world of ${world.year}`}, real income changes by:{" "}
        {spokenOf(r).map((s, n) => <span key={s.code}>{n > 0 && ", "}{s.name} <Num value={r.countries.welfare_pct[s.k]} digits={3} query={traceOf("welfare_pct", s.code)} label={`Real income of ${s.name}`} /> %</span>)}.
      </p>
    </header>
  );
}

function Actions({ live }: { live: Live }) {
  const page = usePage();
  const id = live.result?.id;
  return (
    <div class="actions">
      <button type="button" aria-disabled={!canUndo()} onClick={undo} aria-keyshortcuts="Control+Z">Undo</button>
      <button type="button" aria-disabled={!canRedo()} onClick={redo} aria-keyshortcuts="Control+Shift+Z">Redo</button>
      {page.pin ? (
        <button type="button" aria-pressed="true" onClick={() => change({ pin: null })}>Unpin</button>
      ) : (
        <button type="button" aria-pressed="false" disabled={page.source.kind !== "sliders"} onClick={() => change({ pin: page.sliders })}>Pin to compare</button>
      )}
      <button type="button" onClick={() => change({ view: "scenario" })}>Save as scenario</button>
      {id && <a class="button" href={`api/runs/${id}/brief.html`} target="_blank" rel="noopener">Brief</a>}
    </div>
  );
}

function Fault({ live, world }: { live: Live; world: World }) {
  const page = usePage();
  if (!live.fault) return null;
  const own = page.source.kind !== "sliders";
  return (
    <Failure error={live.fault} again={() => again(page, world)}>
      {own ? page.view !== "scenario" && <button type="button" onClick={() => change({ source: { kind: "sliders" } })}>Back to the sliders</button> : live.fault.status !== 0 && canUndo() && <button type="button" onClick={undo}>Undo</button>}
      {live.result && live.fault.status !== 0 && <span>What you see is the last result that could be solved.</span>}
    </Failure>
  );
}

/** The address may be of a page that had another world. */
function OtherWorld({ world }: { world: World }) {
  const page = usePage();
  if (page.world === world.name) return null;
  return (
    <div class="fault" role="alert">
      <p><b>There is no world “{page.world}” here.</b> What you see is of {world.name}: {world.title}.</p>
      <p class="tools"><button type="button" onClick={() => change({ world: world.name })}>Go on with {world.name}</button></p>
    </div>
  );
}

function Body({ live, world }: { live: Live; world: World }) {
  const page = usePage();
  const r = live.result;
  if (page.view === "scenario") return <ScenarioView result={r} world={world} />;
  if (!r) return <div class="placeholder" />;
  switch (page.view) {
    case "trade":
      return <TradeView result={r} />;
    case "table":
      return <TableView result={r} />;
    case "country":
      return <CountryView result={r} />;
    case "sweep":
      return <SweepView result={r} world={world} />;
    default:
      return <Overview result={r} pinned={live.pinned} />;
  }
}

/** Views that ask questions of their own, which the sliders do not change. */
const OWN: readonly View[] = ["leverage", "coalition", "gas", "claims"];

function Own({ world }: { world: World }) {
  const { view } = usePage();
  if (view === "claims") return <ClaimsView />;
  if (view === "leverage") return <LeverageView world={world} />;
  return view === "coalition" ? <CoalitionView world={world} /> : <GasView />;
}

function onKey(event: KeyboardEvent): void {
  const typing = (event.target as HTMLElement).matches("textarea, input[type=search]");
  if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  (event.shiftKey ? redo : undo)();
}

export function App({ worlds }: { worlds: Worlds }) {
  const page = usePage();
  const [live, setLive] = useState<Live>(currentLive());
  const before = useRef("");
  const world = worlds.worlds.find((w) => w.name === page.world) ?? worlds.worlds[0]!;
  useEffect(() => subscribeLive(setLive), []);
  // On a phone the row of views is wider than the screen.
  useEffect(() => document.querySelector("nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }), [page.view]);
  useEffect(() => {
    document.title = `${TABS.find((t) => t.id === page.view)!.name} – thaw`;
    // Where a link in the old view led to the new one, its focus went with it.
    if (document.activeElement === document.body && document.title !== before.current && before.current) document.getElementById("main")?.focus();
    before.current = document.title;
  }, [page.view]);
  useEffect(() => {
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const trade = !OWN.includes(page.view);
  request(page, world);
  void requestPin(page, world);
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); document.getElementById("main")?.focus(); }}>Skip to the results</a>
      <header>
        <div class="bar">
          <p class="mark">thaw</p>
          <nav aria-label="Views">
            {TABS.map((t) => (
              <button key={t.id} type="button" aria-current={page.view === t.id ? "page" : undefined} onClick={() => change({ view: t.id })}>{t.name}</button>
            ))}
          </nav>
        </div>
        {trade && <Presets />}
      </header>
      <div class={page.view === "claims" ? "" : "columns"}>
        {page.view !== "claims" && <aside aria-label="The scenario">
          <details class="fold" open={matchMedia("(min-width: 900px)").matches}>
            <summary>{trade ? "Change the scenario" : "Change what is asked"}</summary>
            {trade && <Controls worlds={worlds} world={world} />}
            {page.view === "gas" && <GasControls />}
            {page.view === "leverage" && <LeverageControls worlds={worlds} />}
            {page.view === "coalition" && <CoalitionControls worlds={worlds} />}
          </details>
        </aside>}
        <main id="main" tabIndex={-1} aria-busy={live.busy}>
          <OtherWorld world={world} />
          {trade ? (
            <>
              <Headline live={live} world={world} />
              <Actions live={live} />
              <Fault live={live} world={world} />
              <Body live={live} world={world} />
            </>
          ) : (
            <Own world={world} />
          )}
          <footer>
            {trade && `${world.title}. ${world.source}. Click any number for its formula and source. `}
            <a href="NOTICE.txt">Notices</a>
          </footer>
        </main>
      </div>
      {trade && <Announce text={live.result ? spoken(page, live.result) : ""} />}
      <TracePanel />
    </>
  );
}
