// Ranked bars: who gains and who loses. For real income the claimants stand inside: their parts add up to the whole, which a dot
// marks; for other measures a bar is one value.
import type { Result } from "../api/types";
import { claimantsOf, contribution, valueOf } from "../figures";
import { change } from "../format";
import type { Measure } from "../state/page";
import { useWidth } from "./width";

interface Props {
  result: Result;
  pinned: Result | null;
  measure: Measure;
  order: readonly number[];
  country: string;
  onPick: (code: string) => void;
}

const ROW = 24;
const BAR = 14;

/** A round number at least as large: 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return power * ([1, 2, 5, 10].find((n) => n * power >= value) ?? 10);
}

function parts(p: Props, k: number): { id: string; value: number }[] {
  if (p.measure !== "welfare_pct" || !p.result.claimants) return [{ id: "whole", value: valueOf(p.result, p.measure, k) ?? 0 }];
  return claimantsOf(p.result).map((c) => ({ id: c.id, value: contribution(p.result, c.id, k) ?? 0 }));
}

export function Bars(p: Props) {
  const [ref, width] = useWidth(640);
  const narrow = width < 480;
  const [label, number] = [narrow ? 116 : 148, 58];
  const rows = p.order.map((k) => {
    const list = parts(p, k);
    const up = list.reduce((sum, part) => sum + Math.max(part.value, 0), 0);
    const down = list.reduce((sum, part) => sum + Math.min(part.value, 0), 0);
    return { k, list, up, down, total: valueOf(p.result, p.measure, k) };
  });
  const pinnedAt = (k: number) => {
    const at = p.pinned ? p.pinned.countries.code.indexOf(p.result.countries.code[k]!) : -1;
    return at < 0 ? null : valueOf(p.pinned!, p.measure, at);
  };
  const most = Math.max(...rows.map((r) => Math.max(r.up, -r.down, Math.abs(r.total ?? 0), Math.abs(pinnedAt(r.k) ?? 0))), 1e-6);
  const reach = roundUp(most);
  const up = Math.max(...rows.map((r) => Math.max(r.up, r.total ?? 0, pinnedAt(r.k) ?? 0)), reach / 20);
  const down = Math.max(...rows.map((r) => Math.max(-r.down, -(r.total ?? 0), -(pinnedAt(r.k) ?? 0))), reach / 20);
  const room = width - label - number - 8;
  const zero = label + 4 + (room * down) / (up + down);
  const x = (value: number) => zero + (room * value) / (up + down);
  const height = rows.length * ROW + 4;
  return (
    <div ref={ref} class="chart bars">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label="Ranked bars of who gains and who loses. The table below has every number.">
        {rows.map((r, n) => {
          let [right, left] = [0, 0];
          const code = p.result.countries.code[r.k]!;
          const pin = pinnedAt(r.k);
          return (
            <g key={code} transform={`translate(0 ${n * ROW})`} class={`row ${code === p.country ? "on" : ""}`} onClick={() => p.onPick(code)}>
              <rect class="hit" width={width} height={ROW} />
              <text class="label" x={label - 4} y={ROW / 2} dy="0.35em" text-anchor="end">
                {p.result.countries.name[r.k]}
              </text>
              {r.list.map((part) => {
                const from = part.value >= 0 ? right : left;
                if (part.value >= 0) right += part.value;
                else left += part.value;
                const [a, b] = [x(from), x(from + part.value)];
                const sign = part.id === "whole" ? (part.value < 0 ? "loss" : "gain") : part.id;
                return <rect key={part.id} class={`part ${sign}`} x={Math.min(a, b)} y={(ROW - BAR) / 2} width={Math.abs(b - a)} height={BAR} />;
              })}
              {r.list.length > 1 && r.total !== null && <circle class="total" cx={x(r.total)} cy={ROW / 2} r={4} />}
              {pin !== null && <path class="pin" d={`M${x(pin)} ${ROW / 2 - 9}v18`} />}
              <text class="value" x={width} y={ROW / 2} dy="0.35em" text-anchor="end">
                {change(r.total)}
              </text>
            </g>
          );
        })}
        <path class="axis" d={`M${zero} 0V${height}`} />
      </svg>
    </div>
  );
}

export function ClaimantKey({ result, pinned }: { result: Result; pinned: boolean }) {
  return (
    <ul class="key">
      {claimantsOf(result).map((c) => (
        <li key={c.id}>
          <i class={`swatch ${c.id}`} />
          {c.name}
        </li>
      ))}
      <li>
        <i class="swatch dot" />
        Real income
      </li>
      {pinned && (
        <li>
          <i class="swatch pinned" />
          Pinned
        </li>
      )}
    </ul>
  );
}
