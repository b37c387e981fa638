// Every coalition as a dot: what its members lose, what the target loses. Dots are one path, so that thousands cost nothing.
import { useMemo } from "preact/hooks";
import { plain } from "../format";
import { ticks } from "./lines";
import { useWidth } from "./width";

export interface Dot {
  cost: number;
  harm: number;
}

interface Props {
  dots: readonly Dot[];
  chosen: number;
  stable: readonly number[];
  target: string;
  unit: string;
  title: (coalition: number) => string;
  onPick: (coalition: number) => void;
}

const HEIGHT = 320;
const PAD = { left: 56, right: 14, top: 12, bottom: 40 };
/** A click within so many pixels of a dot is meant for it. */
const NEAR = 14;

export function LatticeChart({ dots, chosen, stable, target, unit, title, onPick }: Props) {
  const [ref, width] = useWidth(560);
  const xs = dots.map((d) => d.cost);
  const [low, high] = [Math.min(...xs, 0), Math.max(...xs, 0.01)];
  const most = Math.max(...dots.map((d) => d.harm), 0.01);
  const px = (v: number) => PAD.left + ((width - PAD.left - PAD.right) * (v - low)) / (high - low);
  const py = (v: number) => HEIGHT - PAD.bottom - ((HEIGHT - PAD.top - PAD.bottom) * v) / most;
  const cloud = useMemo(() => <path class="cloud" d={dots.map((d) => `M${px(d.cost).toFixed(1)} ${py(d.harm).toFixed(1)}h0`).join("")} />, [dots, width]);
  const pick = (event: MouseEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [best, near] = [-1, NEAR * NEAR];
    dots.forEach((d, c) => {
      const far = (px(d.cost) - x) ** 2 + (py(d.harm) - y) ** 2;
      if (far < near) [best, near] = [c, far];
    });
    if (best >= 0) onPick(best);
  };
  const here = dots[chosen]!;
  return (
    <div ref={ref} class="chart lattice">
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`Every coalition: what it costs its members and what ${target} loses. The boxes above tell of each; below are the most harmful of each size as a table, and all as CSV.`} onClick={pick}>
        {ticks(0, most, 4).map((t) => (
          <g key={t}>
            <path class={t === 0 ? "axis" : "grid"} d={`M${PAD.left} ${py(t)}H${width - PAD.right}`} />
            <text class="tick" x={PAD.left - 8} y={py(t)} dy="0.35em" text-anchor="end">{plain(t, most < 4 ? 1 : 0)}</text>
          </g>
        ))}
        {ticks(low, high, Math.max(2, Math.floor(width / 110))).map((t) => <text key={t} class="tick" x={px(t)} y={HEIGHT - PAD.bottom + 18} text-anchor="middle">{plain(t, high - low < 4 ? 1 : 0)}</text>)}
        <text class="tick" x={width - PAD.right} y={HEIGHT - 4} text-anchor="end">members lose, {unit}</text>
        <text class="tick" x={PAD.left + 6} y={PAD.top} dy="0.35em">{target} loses, {unit}</text>
        {cloud}
        {stable.map((c) => <circle key={c} class="stable" cx={px(dots[c]!.cost)} cy={py(dots[c]!.harm)} r={5}><title>{`${title(c)}: stable`}</title></circle>)}
        <circle class="here" cx={px(here.cost)} cy={py(here.harm)} r={7}><title>{title(chosen)}</title></circle>
      </svg>
    </div>
  );
}
