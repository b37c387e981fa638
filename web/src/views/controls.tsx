// The sliders.
import type { World, Worlds } from "../api/types";
import { plain } from "../format";
import { BLOCS, BLOC_NAME, type Bloc, type Sliders, type Start } from "../state/scenario";
import { change, drag, usePage } from "../state/store";
import { WorldPickers } from "./pickers";

const SLIDERS = { kind: "sliders" } as const;

function update(sliders: Sliders, settled: boolean): void {
  (settled ? change : drag)({ sliders, source: SLIDERS });
}

interface RangeProps {
  id: string;
  name: string;
  value: number;
  min: number;
  max: number;
  step: number;
  text: string;
  onSlide: (value: number, settled: boolean) => void;
}

export function Range(p: RangeProps) {
  return (
    <div class="range">
      <label for={p.id}>{p.name}</label>
      <output for={p.id} aria-hidden="true">{p.text}</output>
      <input
        id={p.id}
        type="range"
        min={p.min}
        max={p.max}
        step={p.step}
        value={p.value}
        aria-valuetext={p.text}
        onInput={(e) => p.onSlide(Number(e.currentTarget.value), false)}
        onChange={(e) => p.onSlide(Number(e.currentTarget.value), true)}
      />
    </div>
  );
}

const cost = (value: number): string => (value === 1 ? "as it is" : `×${plain(value, 2)}`);
const points = (value: number): string => (value === 0 ? "none added" : `+${plain(100 * value, 0)} points`);
const share = (value: number): string => `${plain(100 * value, 0)} %`;

function Cost({ id, name, value, onSlide }: Pick<RangeProps, "id" | "name" | "value" | "onSlide">) {
  return <Range id={id} name={name} value={value} min={0.5} max={3} step={0.05} text={cost(value)} onSlide={onSlide} />;
}

function Bans({ s, what, title }: { s: Sliders; what: "energyBan" | "technologyBan"; title: string }) {
  return (
    <fieldset class="checks">
      <legend>{title}</legend>
      {BLOCS.map((bloc: Bloc) => (
        <label key={bloc}>
          <input type="checkbox" checked={s[what][bloc]} onChange={(e) => update({ ...s, [what]: { ...s[what], [bloc]: e.currentTarget.checked } }, true)} />
          {BLOC_NAME[bloc]}
        </label>
      ))}
    </fieldset>
  );
}

function Firms({ s }: { s: Sliders }) {
  if (s.start !== "freeze") return null;
  const firms = s.firms;
  return (
    <fieldset>
      <legend>Western firms in Russia</legend>
      <label class="check">
        <input type="checkbox" checked={firms !== null} onChange={(e) => update({ ...s, firms: e.currentTarget.checked ? { us: 0, others: 0 } : null }, true)} />
        Count firms that left
      </label>
      {firms && (
        <>
          <Range id="firms-us" name="American firms return" value={firms.us} min={0} max={1} step={0.05} text={share(firms.us)} onSlide={(v, done) => update({ ...s, firms: { ...firms, us: v } }, done)} />
          <Range id="firms-eu" name="European firms return" value={firms.others} min={0} max={1} step={0.05} text={share(firms.others)} onSlide={(v, done) => update({ ...s, firms: { ...firms, others: v } }, done)} />
        </>
      )}
    </fieldset>
  );
}

export function Controls({ worlds, world }: { worlds: Worlds; world: World }) {
  const page = usePage();
  const s = page.sliders;
  const tariff = (key: keyof Sliders["tariff"]) => (v: number, done: boolean) => update({ ...s, tariff: { ...s.tariff, [key]: v } }, done);
  return (
    <form class="controls" aria-label="Scenario" onSubmit={(e) => e.preventDefault()}>
      <fieldset class="pickers">
        <legend>The world</legend>
        <WorldPickers worlds={worlds} />
        <label>
          <span>Against</span>
          <select value={s.start} onChange={(e) => update({ ...s, start: e.currentTarget.value as Start, firms: null }, true)}>
            <option value="freeze">the frozen world</option>
            <option value="world">the world of {world.year}</option>
          </select>
        </label>
        {world.year >= 2022 && <p class="hint">The trade of {world.year} already bears the sanctions of then: ×1 means their costs.</p>}
      </fieldset>
      <fieldset>
        <legend>Cost of trade with Russia</legend>
        {BLOCS.map((bloc) => (
          <Cost key={bloc} id={`barrier-${bloc}`} name={BLOC_NAME[bloc]} value={s.barrier[bloc]} onSlide={(v, done) => update({ ...s, barrier: { ...s.barrier, [bloc]: v } }, done)} />
        ))}
        <Cost id="barrier-china" name="China" value={s.chinaRussia} onSlide={(v, done) => update({ ...s, chinaRussia: v }, done)} />
      </fieldset>
      <Bans s={s} what="energyBan" title="Buys no Russian energy" />
      <Bans s={s} what="technologyBan" title="Sells Russia no technology" />
      <fieldset>
        <legend>Trade war</legend>
        <Cost id="barrier-us-china" name="US–China trade costs" value={s.usChina} onSlide={(v, done) => update({ ...s, usChina: v }, done)} />
        <Cost id="barrier-eu-china" name="EU–China trade costs" value={s.euChina} onSlide={(v, done) => update({ ...s, euChina: v }, done)} />
        <Cost id="barrier-us-eu" name="US–EU trade costs" value={s.usEu} onSlide={(v, done) => update({ ...s, usEu: v }, done)} />
        <Range id="tariff-us-china" name="US tariff on China" value={s.tariff.usOnChina} min={0} max={1} step={0.05} text={points(s.tariff.usOnChina)} onSlide={tariff("usOnChina")} />
        <Range id="tariff-china-us" name="China’s tariff on the US" value={s.tariff.chinaOnUs} min={0} max={1} step={0.05} text={points(s.tariff.chinaOnUs)} onSlide={tariff("chinaOnUs")} />
        <Range id="tariff-us-eu" name="US tariff on the EU" value={s.tariff.usOnEu} min={0} max={1} step={0.05} text={points(s.tariff.usOnEu)} onSlide={tariff("usOnEu")} />
        <Range id="tariff-eu-us" name="EU tariff on the US" value={s.tariff.euOnUs} min={0} max={1} step={0.05} text={points(s.tariff.euOnUs)} onSlide={tariff("euOnUs")} />
      </fieldset>
      <Firms s={s} />
    </form>
  );
}
