// Before and after, partner by partner: a thin bar for before, a full one for now.
import { plain } from "../format";
import { useWidth } from "./width";

export interface Pair {
  code: string;
  name: string;
  base: number;
  now: number;
}

const ROW = 30;

export function Pairs({ pairs, kind, title, text, onPick }: { pairs: readonly Pair[]; kind: string; title: string; text?: (p: Pair) => string; onPick: (code: string) => void }) {
  const [ref, width] = useWidth(480);
  const narrow = width < 420;
  const label = narrow ? 44 : 132;
  const number = 96;
  const most = Math.max(...pairs.map((p) => Math.max(p.base, p.now)), 1e-9);
  const size = (value: number) => ((width - label - number - 12) * value) / most;
  return (
    <div ref={ref} class="chart pairs">
      <svg width={width} height={pairs.length * ROW} viewBox={`0 0 ${width} ${pairs.length * ROW}`} role="img" aria-label={`${text ? title : `${title}, before and now`}. The table below has every number.`}>
        {pairs.map((p, n) => (
          <g key={p.code} transform={`translate(0 ${n * ROW})`} class="row" onClick={() => onPick(p.code)}>
            <rect class="hit" width={width} height={ROW} />
            <text class="label" x={label - 4} y={ROW / 2} dy="0.35em" text-anchor="end">
              {narrow ? p.code : p.name}
            </text>
            <rect class="part before" x={label + 4} y={5} width={Math.max(size(p.base), 0.5)} height={6} />
            <rect class={`part ${kind}`} x={label + 4} y={13} width={Math.max(size(p.now), 0.5)} height={11} />
            <text class="value" x={width} y={ROW / 2} dy="0.35em" text-anchor="end">
              {text ? text(p) : `${plain(p.base, 1)} → ${plain(p.now, 1)}`}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
