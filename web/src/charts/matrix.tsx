// A matrix as a heat map: rows act, columns feel it. Arrow keys move the chosen cell; the table behind it has every number.
import { useRef } from "preact/hooks";
import { change } from "../format";
import { stepOf } from "./colors";
import { useWidth } from "./width";

interface Props {
  rows: readonly { code: string; name: string }[];
  /** Of row and column; null on the diagonal and where nothing is known. */
  value: (row: number, column: number) => number | null;
  /** What colours say: the sign of a loss is turned. */
  label: string;
  chosen: { row: number; column: number } | null;
  describedBy: string;
  onPick: (row: number, column: number, settled: boolean) => void;
}

const LEAST = 24;
const MOST = 64;
const HEIGHT = 30;

export function Matrix({ rows, value, label, chosen, describedBy, onPick }: Props) {
  const [ref, width] = useWidth(720);
  /** What was chosen last, even where it is not drawn yet: keys repeat faster than frames. */
  const last = useRef(chosen);
  const given = useRef(chosen);
  if (given.current?.row !== chosen?.row || given.current?.column !== chosen?.column) last.current = given.current = chosen;
  const n = rows.length;
  const named = width > 560 && n <= 20;
  const left = named ? 138 : 46;
  const cell = Math.min(MOST, Math.max(LEAST, Math.floor((width - left - 2) / n)));
  const high = n > 20 ? LEAST : HEIGHT;
  const turned = cell < 34;
  const top = turned ? 40 : 22;
  const [w, h] = [left + cell * n + 2, top + high * n + 2];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = last.current ?? { row: 0, column: 1 };
    let [row, column] = [at.row + step[0]!, at.column + step[1]!];
    // The diagonal is stepped over.
    if (row === column) [row, column] = [row + step[0]!, column + step[1]!];
    if (row >= 0 && column >= 0 && row < n && column < n && row !== column) {
      last.current = { row, column };
      onPick(row, column, false);
    }
  };
  const settle = () => last.current && onPick(last.current.row, last.current.column, true);
  return (
    <div ref={ref} class="chart matrix">
      <div class="scroll" tabIndex={0} role="application" aria-roledescription="heat map" aria-label={`${label}. Arrow keys choose a pair; the table below has every number.`} aria-describedby={describedBy} onKeyDown={move} onKeyUp={settle}>
        <svg width={w} height={h} viewBox={`0 0 ${w} ${h}`} aria-hidden="true">
          {rows.map((r, k) => {
            const [x, y] = [left + cell * k + cell / 2, top - 7];
            return <text key={r.code} class={`head ${chosen?.column === k ? "on" : ""}`} x={x} y={y} text-anchor={turned ? "start" : "middle"} transform={turned ? `rotate(-90 ${x} ${y}) translate(0 4)` : undefined}>{r.code}<title>{r.name}</title></text>;
          })}
          {rows.map((r, i) => (
            <g key={r.code} transform={`translate(0 ${top + i * high})`}>
              <text class={`label ${chosen?.row === i ? "on" : ""}`} x={left - 8} y={high / 2} dy="0.35em" text-anchor="end">{named ? r.name : r.code}</text>
              {rows.map((c, j) => {
                const v = value(i, j);
                const step = stepOf(v === null ? null : -v, "welfare_pct");
                return i === j ? null : (
                  <g key={c.code} class="cell" onClick={() => onPick(i, j, true)}>
                    <rect class={step} x={left + j * cell} y={0} width={cell - 1} height={high - 1}><title>{`${r.name} cuts off ${c.name}: ${change(v === null ? null : -v)} %`}</title></rect>
                    {cell >= 42 && v !== null && <text class={`in on-${step}`} x={left + j * cell + cell / 2} y={high / 2} dy="0.35em" text-anchor="middle">{change(-v, 2)}</text>}
                  </g>
                );
              })}
            </g>
          ))}
          {chosen && <rect class="ring" x={left + chosen.column * cell - 0.5} y={top + chosen.row * high - 0.5} width={cell} height={high} />}
        </svg>
      </div>
    </div>
  );
}
