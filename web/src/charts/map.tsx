// World map, equal-area (Equal Earth; Savric, Patterson and Jenny 2018), from Natural Earth's outlines.
import { WORLD } from "virtual:outlines";
import type { Result } from "../api/types";
import { valueOf } from "../figures";
import { change } from "../format";
import { outlineOwners } from "../names";
import type { Measure } from "../state/page";
import { MEASURES } from "../state/page";
import { stepOf, stepsOf } from "./colors";

/** The same element each time: it is never drawn anew. */
const BORDERS = <path class="borders" d={WORLD.borders} />;

interface Props {
  result: Result;
  minus: Result | null;
  measure: Measure;
  country: string;
  onPick: (code: string) => void;
}

function differs(p: Props, k: number): number | null {
  const value = valueOf(p.result, p.measure, k);
  if (!p.minus || value === null) return value;
  const other = valueOf(p.minus, p.measure, k);
  return other === null ? null : value - other;
}

export function WorldMap(p: Props) {
  const codes = p.result.countries.code;
  const owners = outlineOwners(codes);
  const rest = codes.indexOf("ROW");
  const values = codes.map((_, k) => differs(p, k));
  const title = (k: number) => `${p.result.countries.name[k]}: ${change(values[k])} %`;
  const name = MEASURES.find((m) => m.id === p.measure)!.long;
  return (
    <div class="map">
      <svg viewBox={`0 0 ${WORLD.width} ${WORLD.height}`} role="img" aria-label={`World map. ${name}. The table below has every number.`}>
        {WORLD.shapes.map((s) => {
          const k = owners.get(s.id) ?? rest;
          const own = owners.has(s.id);
          return (
            <path
              key={s.id}
              d={s.d}
              class={`land ${k >= 0 ? stepOf(values[k] ?? null, p.measure) : "step-none"} ${own ? "" : "rest"}`}
              onClick={() => k >= 0 && p.onPick(codes[k]!)}
            >
              {k >= 0 && <title>{title(k)}</title>}
            </path>
          );
        })}
        {BORDERS}
        {WORLD.shapes
          .filter((s) => owners.get(s.id) === codes.indexOf(p.country) && codes.includes(p.country) && owners.has(s.id))
          .map((s) => <path key={s.id} class="chosen" d={s.d} />)}
        {WORLD.dots.map(({ code, at: [x, y] }) => {
          const k = codes.indexOf(code);
          return k < 0 ? null : (
            <circle key={code} class={`land dot ${stepOf(values[k] ?? null, p.measure)}`} cx={x} cy={y} r={3} onClick={() => p.onPick(code)}>
              <title>{title(k)}</title>
            </circle>
          );
        })}
      </svg>
      <MapScale measure={p.measure} label={p.minus ? "Difference to the pinned scenario, percentage points" : name} />
    </div>
  );
}

/** What the steps of colour mean. */
export function MapScale({ measure, label }: { measure: Measure; label: string }) {
  const steps = stepsOf(measure);
  const classes = ["m4", "m3", "m2", "m1", "0", "1", "2", "3", "4"];
  const labels = [...steps.map((s) => -s).reverse(), ...steps];
  return (
    <div class="legend">
      <span>{label}</span>
      <svg class="scale" viewBox="0 0 324 26" width="324" height="26" aria-hidden="true">
        {classes.map((c, n) => <rect key={c} class={`step-${c}`} x={n * 36} y={0} width={35} height={10} />)}
        {labels.map((v, n) => (
          <text key={v} x={(n + 1) * 36} y={23} text-anchor="middle">
            {change(v, Math.abs(v) >= 1 ? 0 : Math.abs(v) >= 0.1 ? 1 : 2)}
          </text>
        ))}
      </svg>
    </div>
  );
}
