// The gas network on a map of Europe, equal-area: pipes and terminals as wide as their flow, countries coloured by their price.
import { EUROPE } from "virtual:outlines";
import type { GasResult } from "../api/types";
import { plain } from "../format";
import { linksOf, rowOf, type Link } from "../state/gas";

const { width: WIDTH, height: HEIGHT } = EUROPE;
/** The same element each time: it is never drawn anew. */
const LAND = <path class="ground" d={EUROPE.land} />;

type Point = [number, number];

/** Azimuthal equal-area, as web/outlines.ts draws the land. */
function project(longitude: number, latitude: number): Point {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [middle, phi, lambda] = [radians(EUROPE.center[1]), radians(latitude), radians(longitude - EUROPE.center[0])];
  const k = EUROPE.scale * Math.sqrt(2 / (1 + Math.sin(middle) * Math.sin(phi) + Math.cos(middle) * Math.cos(phi) * Math.cos(lambda)));
  const [x, y] = [k * Math.cos(phi) * Math.sin(lambda), k * (Math.cos(middle) * Math.sin(phi) - Math.sin(middle) * Math.cos(phi) * Math.cos(lambda))];
  return [EUROPE.origin[0] + x, EUROPE.origin[1] - y];
}

/** EUR/MWh at which the colour changes. */
const PRICES = [25, 30, 40, 60];
const CLASSES = ["0", "m1", "m2", "m3", "m4"];
const priceClass = (price: number | null | undefined): string => (price == null ? "step-none" : `step-${CLASSES[PRICES.filter((p) => price >= p).length]}`);

const LABELS: Record<string, string> = { LNG: "LNG at sea", NOR: "Norway", DZA: "Algeria", LBY: "Libya", "RUS.ukraine": "Russia", AZE: "Azerbaijan", IRN: "Iran" };

/** Million m3 a month as pixels, and what is too little to draw. */
const wide = (flow: number): number => 0.8 + flow / 550;
const LEAST = 1;

/** Where a node is; sources outside of the map stand at its edge. */
function places(r: GasResult): (Point | null)[] {
  return r.nodes.code.map((_, k) => {
    const [lat, lon] = [r.nodes.latitude[k], r.nodes.longitude[k]];
    if (lat == null || lon == null || r.nodes.kind[k] === "liquefaction" || r.nodes.kind[k] === "outside") return null;
    const p = project(lon, lat);
    return [Math.min(WIDTH - 8, Math.max(8, p[0])), Math.min(HEIGHT - 8, Math.max(8, p[1]))];
  });
}

/** A slight bow, and an arrow in its middle. */
function bow([x0, y0]: Point, [x1, y1]: Point): { d: string; arrow: string } {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const [cx, cy] = [(x0 + x1) / 2 - 0.12 * dy, (y0 + y1) / 2 + 0.12 * dx];
  const [mx, my] = [(x0 + x1 + 2 * cx) / 4, (y0 + y1 + 2 * cy) / 4];
  const angle = (Math.atan2(dy, dx) * 180) / Math.PI;
  return { d: `M${x0.toFixed(1)} ${y0.toFixed(1)}Q${cx.toFixed(1)} ${cy.toFixed(1)} ${x1.toFixed(1)} ${y1.toFixed(1)}`, arrow: `translate(${mx.toFixed(1)} ${my.toFixed(1)}) rotate(${angle.toFixed(0)})` };
}

/** Whether it carries more or less than before, by a twentieth at least. */
const turn = (l: Link): string => (Math.abs(l.now - l.before) < Math.max(LEAST, 0.05 * l.before) ? "same" : l.now > l.before ? "more" : "less");

interface Props {
  result: GasResult;
  month: number;
  country: string;
  onPick: (code: string) => void;
}

export function GasMap({ result: r, month, country, onPick }: Props) {
  const at = places(r);
  const links = linksOf(r, month)
    .filter((l) => at[l.from] && at[l.to] && Math.max(l.now, l.before) >= LEAST)
    .sort((a, b) => b.now - a.now);
  const name = (k: number) => r.nodes.name[k]!;
  const flow = (l: Link) => `${name(l.from)} to ${name(l.to)}: ${plain(l.now, 0)} million m³, before ${plain(l.before, 0)}`;
  return (
    <div class="map gasmap">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Map of the gas network. The tables below have every number.">
        {LAND}
        {links.map((l) => {
          const { d, arrow } = bow(at[l.from]!, at[l.to]!);
          const gone = l.now < LEAST;
          return (
            <g key={`${Math.min(l.from, l.to)} ${Math.max(l.from, l.to)}`} class={`flow ${gone ? "gone" : turn(l)} ${l.kind}`}>
              <path d={d} stroke-width={gone ? 1.2 : wide(l.now).toFixed(1)}>
                <title>{flow(l)}</title>
              </path>
              {!gone && l.now > 150 && <path class="arrow" transform={arrow} d={`M${3 + wide(l.now) / 2} 0L-3 ${3.5 + wide(l.now) / 2}L-3 ${-3.5 - wide(l.now) / 2}Z`} />}
            </g>
          );
        })}
        {r.nodes.code.map((code, k) => {
          const p = at[k];
          if (!p) return null;
          const market = r.nodes.kind[k] === "market";
          const price = rowOf(r.nodes.price, k)[month];
          const used = rowOf(r.nodes.consumption, k)[month] ?? 0;
          const title = market ? `${name(k)}: ${plain(price, 1)} EUR/MWh, before ${plain(rowOf(r.nodes.price_before, k)[month], 1)}; uses ${plain(used, 0)} million m³` : name(k);
          return market ? (
            <circle key={code} class={`node ${priceClass(price)} ${code === country ? "chosen" : ""}`} cx={p[0]} cy={p[1]} r={(4 + Math.sqrt(used) / 9).toFixed(1)} onClick={() => onPick(code)}>
              <title>{title}</title>
            </circle>
          ) : (
            <rect key={code} class="node outside" x={p[0] - 4} y={p[1] - 4} width={8} height={8}>
              <title>{title}</title>
            </rect>
          );
        })}
        {r.nodes.code.map((code, k) => {
          const [p, label] = [at[k], LABELS[code]];
          return p && label ? <text key={code} x={p[0]} y={p[1] + (p[0] > WIDTH - 60 ? 19 : -9)} text-anchor={p[0] > WIDTH - 60 ? "end" : "middle"}>{label}</text> : null;
        })}
      </svg>
      <div class="legend">
        <span>Price, EUR/MWh
          <svg class="scale" viewBox="0 0 200 26" width="200" height="26" aria-hidden="true">
            {CLASSES.map((c, n) => <rect key={c} class={`step-${c}`} x={n * 40} y={0} width={39} height={10} />)}
            {PRICES.map((p, n) => <text key={p} x={(n + 1) * 40} y={23} text-anchor="middle">{p}</text>)}
          </svg>
        </span>
        <ul class="key">
          <li><i class="swatch flow-more" />Flows more</li>
          <li><i class="swatch flow-less" />Flows less</li>
          <li><i class="swatch flow-gone" />Ended</li>
          <li><i class="swatch flow-same" />As before</li>
          <li><i class="swatch entry" />Gas enters here</li>
        </ul>
      </div>
    </div>
  );
}
