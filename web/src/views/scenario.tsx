// The scenario as the file that the command runs: read it, save it, or write one's own.
import { useEffect, useState } from "preact/hooks";
import { scenarios as getScenarios } from "../api/client";
import type { Result, Scenario, World } from "../api/types";
import { download } from "../charts/export";
import { command, toYaml } from "../state/scenario";
import { change, usePage } from "../state/store";

export function ScenarioView({ result, world }: { result: Result | null; world: World }) {
  const page = usePage();
  const [ready, setReady] = useState<Scenario[]>([]);
  useEffect(() => {
    getScenarios().then(setReady, () => setReady([]));
  }, []);
  const own = toYaml(page.sliders, world, page.horizon);
  const yaml = page.source.kind === "text" ? page.source.yaml : own;
  const [draft, setDraft] = useState(yaml);
  useEffect(() => setDraft(yaml), [yaml]);
  const line = page.source.kind === "ready" ? command(page.source.name, world.name, page.horizon) : command("scenario.yaml", world.name, page.horizon);
  return (
    <div class="scenario">
      <section aria-labelledby="scenario-file">
        <h2 id="scenario-file">The scenario as a file</h2>
        <p>The command runs it to the same digits: <code>{line}</code></p>
        <label class="hidden" for="yaml">Scenario in YAML</label>
        <textarea id="yaml" rows={18} spellcheck={false} value={draft} disabled={page.source.kind === "ready"} onInput={(e) => setDraft(e.currentTarget.value)} />
        <p class="tools">
          <button type="button" disabled={draft === yaml || page.source.kind === "ready"} onClick={() => change({ source: { kind: "text", yaml: draft } })}>Run what I wrote</button>
          <button type="button" onClick={() => download("scenario.yaml", new Blob([draft], { type: "application/yaml" }))}>Save as scenario.yaml</button>
          {page.source.kind !== "sliders" && <button type="button" onClick={() => change({ source: { kind: "sliders" } })}>Back to the sliders</button>}
        </p>
      </section>
      <section aria-labelledby="ready">
        <h2 id="ready">Ready scenarios</h2>
        <ul class="ready">
          {ready.filter((s) => s.about.includes("trade")).map((s) => (
            <li key={s.name}>
              <button type="button" class="link" aria-pressed={page.source.kind === "ready" && page.source.name === s.name} onClick={() => change({ source: { kind: "ready", name: s.name } })}>{s.title}</button>
              <small class="settings"> {s.name}{s.after ? `, after ${s.after}` : ""}</small>
            </li>
          ))}
        </ul>
        <h2>Of the gas market</h2>
        <ul class="ready">
          {ready.filter((s) => s.about.includes("gas")).map((s) => (
            <li key={s.name}><button type="button" class="link" onClick={() => change({ view: "gas", gas: { ...page.gas, name: s.name } })}>{s.title}</button> <small class="settings">{s.name}</small></li>
          ))}
        </ul>
        {result && (
          <>
            <h2>What it does</h2>
            <ul class="plain settings">{result.scenario.measures.map((m) => <li key={m}>{m}</li>)}{result.scenario.measures.length === 0 && <li>nothing</li>}</ul>
            {result.scenario.note && <p class="settings">{result.scenario.note}</p>}
            {result.scenario.after && <p class="settings">After <b>{result.scenario.after.title}</b>: {result.scenario.after.measures.join("; ")}.</p>}
          </>
        )}
      </section>
    </div>
  );
}
