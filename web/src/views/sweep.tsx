// One number over its whole range, every other slider staying where it is.
import { useEffect, useRef, useState } from "preact/hooks";
import { run, sweep, trace } from "../api/client";
import type { Ask, Result, Sweep, Trace, World } from "../api/types";
import { Saved } from "../charts/export";
import { Lines } from "../charts/lines";
import { traceOf } from "../figures";
import { plain } from "../format";
import { askOf } from "../state/live";
import { calm, type Sliders } from "../state/scenario";
import { usePage } from "../state/store";
import { Behind } from "./behind";
import { Failure } from "./failure";
import { Num } from "./number";

interface Axis {
  id: string;
  name: string;
  /** Sliders whose scenario file has the number last, so that its path is known. */
  with: (s: Sliders) => Sliders;
  key: "factor" | "add";
  range: string;
  at: (s: Sliders) => number;
}

const AXES: readonly Axis[] = [
  { id: "us", name: "Cost of trade, United States and Russia", with: (s) => ({ ...s, barrier: { ...s.barrier, us: 1.23 } }), key: "factor", range: "1:3:0.05", at: (s) => s.barrier.us },
  { id: "eu", name: "Cost of trade, European Union and Russia", with: (s) => ({ ...s, barrier: { ...s.barrier, eu: 1.23 } }), key: "factor", range: "1:3:0.05", at: (s) => s.barrier.eu },
  { id: "allies", name: "Cost of trade, other allies and Russia", with: (s) => ({ ...s, barrier: { ...s.barrier, allies: 1.23 } }), key: "factor", range: "1:3:0.05", at: (s) => s.barrier.allies },
  { id: "china", name: "Cost of trade, China and Russia", with: (s) => ({ ...s, chinaRussia: 1.23 }), key: "factor", range: "1:3:0.05", at: (s) => s.chinaRussia },
  { id: "tariff", name: "US tariff on China, points added", with: (s) => ({ ...s, tariff: { ...calm.tariff, ...s.tariff, usOnChina: 0.123 } }), key: "add", range: "0:1:0.05", at: (s) => s.tariff.usOnChina },
];

/** The measure that carries the number put in as a mark. */
function pathOf(yaml: string, axis: Axis): string {
  const measures = yaml.split("\n").filter((line) => line.startsWith("  - {"));
  const at = measures.findIndex((line) => line.includes(`${axis.key}: ${axis.key === "add" ? "0.123" : "1.23"}`));
  return `measures[${at}].${axis.key}=${axis.range}`;
}

/** A value of the sweep is a run of its own. */
const traceAt = async (told: Sweep & { ask: Ask }, value: number, country: string) =>
  trace((await run({ ...told.ask, set: [`${told.path}=${value}`] })).id, traceOf("welfare_pct", country));

/** Of the lines together. */
async function traceAll(told: Sweep & { ask: Ask }, lines: readonly { code: string; name: string; y: readonly (number | null)[] }[]): Promise<Trace> {
  const t = await traceAt(told, told.values[0]!, lines[0]!.code);
  const cells = told.values.map((v, n) => ({ code: "", name: plain(v), ...Object.fromEntries(lines.map((l) => [l.name, l.y[n] ?? null])) }));
  return { ...t, title: "Change in real income, each value a run of its own", value: null, terms: [], cells_title: "Per cent, by value", cells, row: "of each value" };
}

const SPOKEN = ["RUS", "USA", "DEU", "CHN"];

export function SweepView({ result, world }: { result: Result; world: World }) {
  const page = usePage();
  const [axis, setAxis] = useState<Axis>(AXES[0]!);
  const [told, setTold] = useState<(Sweep & { ask: Ask }) | null>(null);
  const [fraction, setFraction] = useState<number | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  const abort = useRef<AbortController | null>(null);
  const stop = () => {
    abort.current?.abort();
    abort.current = null;
    setFraction(null);
  };
  useEffect(() => stop, []);
  const go = () => {
    stop();
    const mine = (abort.current = new AbortController());
    setFault(null);
    setFraction(0);
    const ask = askOf({ ...page, source: { kind: "sliders" } }, world, axis.with(page.sliders));
    const countries = [...new Set([...SPOKEN, page.country])].filter((code) => world.countries.some((c) => c.code === code));
    sweep({ ...ask, over: pathOf(ask.scenario ?? "", axis), countries }, { onProgress: setFraction }, mine.signal).then(
      (s) => {
        setTold({ ...s, ask });
        setFraction(null);
      },
      (e: Error) => {
        if (mine.signal.aborted) return;
        setFault(e);
        setFraction(null);
      },
    );
  };
  const name = (code: string) => world.countries.find((c) => c.code === code)?.name ?? code;
  const lines = told ? Object.entries(told.countries).map(([code, c]) => ({ code, name: name(code), y: c.welfare_pct })) : [];
  return (
    <div class="sweep">
      <h2>One number, its whole range <small>all other sliders stay; compared with {result.scenario.after?.title ?? `the world of ${world.year}`}</small></h2>
      <div class="tools">
        <label class="inline">
          <span>Vary</span>
          <select value={axis.id} onChange={(e) => { setAxis(AXES.find((a) => a.id === e.currentTarget.value) ?? AXES[0]!); setTold(null); }}>
            {AXES.map((a) => <option key={a.id} value={a.id}>{a.name}</option>)}
          </select>
        </label>
        {fraction === null ? <button type="button" onClick={go}>Solve all values</button> : <button type="button" onClick={stop}>Cancel</button>}
        {fraction !== null && <progress max={1} value={fraction} aria-label="Progress of the sweep" />}
      </div>
      {fault && <Failure error={fault} again={go} />}
      {!told && fraction === null && !fault && <p class="empty">Nothing solved yet: choose a number and solve all its values.</p>}
      {told && (
        <>
          <Saved name="sweep" trace={() => traceAll(told, lines)}>
            <Lines x={told.values} lines={lines} xName={axis.name} yName="Change in real income, per cent" at={axis.at(page.sliders)} />
          </Saved>
          <Behind summary="Every value as a table">
            {() => (
              <>
              <table>
                <caption class="hidden">Change in real income, per cent</caption>
                <thead><tr><th scope="col">Value</th>{lines.map((l) => <th scope="col" class="r" key={l.name}>{l.name}</th>)}</tr></thead>
                <tbody>{told.values.map((v, n) => <tr key={v}><th scope="row">{plain(v)}</th>{lines.map((l) => <td class="r" key={l.name}><Num value={l.y[n]} digits={3} query={() => traceAt(told, v, l.code)} label={`Real income of ${l.name} at ${plain(v)}`} /></td>)}</tr>)}</tbody>
              </table>
              </>
            )}
          </Behind>
        </>
      )}
    </div>
  );
}
