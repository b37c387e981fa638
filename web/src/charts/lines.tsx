// One value over another, a line for each country.
import { change, plain } from "../format";
import { useWidth } from "./width";

export interface Line {
  name: string;
  y: readonly (number | null)[];
}

const HEIGHT = 300;
const TICK_WIDTH = 76;

export function ticks(low: number, high: number, about: number): number[] {
  const raw = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((n) => n * power >= raw) ?? 10);
  const list: number[] = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step / 1e6; t += step) list.push(Math.abs(t) < step / 1e6 ? 0 : t);
  return list;
}

/** Moves labels apart that would lie on each other, none below `lowest`. */
function spread(at: number[], lowest: number): number[] {
  const order = at.map((_, k) => k).sort((a, b) => at[a]! - at[b]!);
  const result = [...at];
  for (let n = 1; n < order.length; n++) result[order[n]!] = Math.max(result[order[n]!]!, result[order[n - 1]!]! + 14);
  for (let n = order.length - 1, most = lowest; n >= 0; n--, most -= 14) result[order[n]!] = Math.min(result[order[n]!]!, most);
  return result;
}

interface Props {
  x: readonly number[];
  lines: readonly Line[];
  xName: string;
  yName: string;
  /** Where the page is now. */
  at: number | null;
  /** How a value of x is written. */
  xTick?: (x: number) => string;
  /** What each line is, for its colour; without, lines are countries and values are changes. */
  kinds?: readonly string[];
}

export function Lines({ x, lines, xName, yName, at, xTick, kinds }: Props) {
  const [ref, width] = useWidth(640);
  const pad = { left: 52, right: kinds ? 66 : 124, top: 12, bottom: xName ? 34 : 22 };
  const all = lines.flatMap((l) => l.y.filter((v): v is number => v !== null));
  const [low, high] = [Math.min(...all, 0), Math.max(...all, 0.01)];
  const [x0, x1] = [x[0] ?? 0, x.at(-1) ?? 1];
  const px = (v: number) => pad.left + ((width - pad.left - pad.right) * (v - x0)) / (x1 - x0 || 1);
  const py = (v: number) => HEIGHT - pad.bottom - ((HEIGHT - pad.top - pad.bottom) * (v - low)) / (high - low || 1);
  const ends = spread(lines.map((l) => py(l.y.at(-1) ?? 0)), HEIGHT - pad.bottom);
  return (
    <div ref={ref} class="chart lines">
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`${yName} over ${xName}. The table below has every number.`}>
        {ticks(low, high, 5).map((t) => (
          <g key={t}>
            <path class={t === 0 ? "axis" : "grid"} d={`M${pad.left} ${py(t)}H${width - pad.right}`} />
            <text class="tick" x={pad.left - 6} y={py(t)} dy="0.35em" text-anchor="end">
              {kinds ? plain(t, 0) : change(t, high - low < 1 ? 2 : 1)}
            </text>
          </g>
        ))}
        {ticks(x0, x1, Math.min(5, Math.floor((width - pad.left - pad.right) / TICK_WIDTH))).map((t) => (
          <text key={t} class="tick" x={px(t)} y={HEIGHT - pad.bottom + 16} text-anchor="middle">
            {xTick ? xTick(t) : plain(t, x1 - x0 > 1.5 ? 1 : 2)}
          </text>
        ))}
        <text class="tick" x={(pad.left + width - pad.right) / 2} y={HEIGHT - 3} text-anchor="middle">
          {xName}
        </text>
        {at !== null && <path class="pin" d={`M${px(at)} ${pad.top}V${HEIGHT - pad.bottom}`} />}
        {lines.map((l, n) => (
          <g key={l.name} class={`line line-${kinds?.[n] ?? n}`}>
            <path d={l.y.map((v, k) => (v === null ? "" : `${k ? "L" : "M"}${px(x[k]!).toFixed(1)} ${py(v).toFixed(1)}`)).join("")} />
            <path d={`M${width - pad.right + 4} ${ends[n]}h12`} />
            <text x={width - pad.right + 20} y={ends[n]} dy="0.35em">
              {l.name}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
