// Everything by country: sort, filter, take away as CSV.
import { useMemo, useState } from "preact/hooks";
import type { Result } from "../api/types";
import { download } from "../charts/export";
import { claimantsOf, EARNERS, earned, earnedPct, ofClaimant } from "../figures";
import { billions, exact, unitOf } from "../format";
import { solution } from "../state/runtrace";
import { change } from "../state/store";
import { Num, Source } from "./number";

interface Column {
  id: string;
  name: string;
  digits: number;
  signed: boolean;
  value: (r: Result, k: number) => number | null;
  query: (code: string) => Record<string, string>;
}

const pct = (id: "welfare_pct" | "real_wage_pct" | "exports_pct" | "imports_pct", name: string): Column => ({
  id, name, digits: 3, signed: true, value: (r, k) => r.countries[id][k] ?? null, query: (country) => ({ quantity: id, country }),
});
const money = (id: "income_base" | "income_new" | "exports_base" | "exports_new" | "imports_base" | "imports_new", name: string): Column => ({
  id, name, digits: 1, signed: false,
  value: (r, k) => (r.countries[id][k] == null ? null : billions(r.countries[id][k]!, r.unit)),
  query: (country) => ({ quantity: id, country }),
});

function columnsOf(r: Result): Column[] {
  const unit = unitOf(r.unit);
  return [
    pct("welfare_pct", "Real income, %"),
    pct("real_wage_pct", "Real wage, %"),
    ...EARNERS.map((c): Column => ({
      id: `${c.id}_pct`, name: `${c.name}, %`, digits: 3, signed: true, value: (r, k) => earnedPct(r, c.id, k),
      query: (country) => ofClaimant(c.id, country, "real_change_pct"),
    })),
    ...claimantsOf(r).map((c): Column => ({
      id: `${c.id}_change`, name: `${c.name}, ${unit}`, digits: 2, signed: true,
      value: (r, k) => { const e = earned(r, c.id, k); return e === null ? null : billions(e, r.unit); },
      query: (country) => ofClaimant(c.id, country, "real_change"),
    })),
    pct("exports_pct", "Exports, %"),
    pct("imports_pct", "Imports, %"),
    money("income_base", `Income before, ${unit}`),
    money("income_new", `Income now, ${unit}`),
    money("exports_base", `Exports before, ${unit}`),
    money("exports_new", `Exports now, ${unit}`),
    money("imports_base", `Imports before, ${unit}`),
    money("imports_new", `Imports now, ${unit}`),
  ];
}

/** All digits, a decimal point whatever the locale: a program is to read it. */
function csv(r: Result, columns: readonly Column[], order: readonly number[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = order.map((k) => [r.countries.code[k]!, quote(r.countries.name[k]!), ...columns.map((c) => c.value(r, k) ?? "")].join(","));
  return [["country", "name", ...columns.map((c) => quote(c.name))].join(","), ...rows, ""].join("\n");
}

export function TableView({ result: r }: { result: Result }) {
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<{ id: string; down: boolean }>({ id: "welfare_pct", down: true });
  const columns = useMemo(() => columnsOf(r), [r]);
  const wanted = filter.trim().toLowerCase();
  const order = useMemo(() => {
    const column = columns.find((c) => c.id === sort.id);
    const list = r.countries.code.map((_, k) => k).filter((k) => !wanted || `${r.countries.code[k]} ${r.countries.name[k]}`.toLowerCase().includes(wanted));
    const key = (k: number) => (column ? (column.value(r, k) ?? -Infinity) : 0);
    return list.sort((a, b) => (column ? (key(b) - key(a)) * (sort.down ? 1 : -1) : r.countries.name[a]!.localeCompare(r.countries.name[b]!) * (sort.down ? 1 : -1)));
  }, [r, columns, sort, wanted]);
  const header = (id: string, name: string, right: boolean) => (
    <th scope="col" key={id} class={right ? "r" : ""} aria-sort={sort.id === id ? (sort.down ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => setSort({ id, down: sort.id === id ? !sort.down : true })}>
        {name} <span aria-hidden="true">{sort.id === id ? (sort.down ? "↓" : "↑") : ""}</span>
      </button>
    </th>
  );
  return (
    <div class="everything">
      <div class="tools">
        <label class="inline"><span>Filter</span><input type="search" value={filter} placeholder="country" onInput={(e) => setFilter(e.currentTarget.value)} /></label>
        <button type="button" onClick={() => download(`${r.scenario.name}.csv`, new Blob([csv(r, columns, order)], { type: "text/csv" }))}>Download CSV</button>
        <p class="muted"><span role="status">{order.length} of {r.countries.code.length} countries; solved to {exact(r.solver.residual)} in {r.solver.iterations} iterations</span> <Source of="the solution" trace={solution(r)} /></p>
      </div>
      {order.length === 0 && <p class="empty">No country is called that. <button type="button" class="link" onClick={() => setFilter("")}>Show all</button></p>}
      <div class="scroll tall" tabIndex={0} role="region" aria-label="All results by country">
        <table class="wide">
          <caption class="hidden">All results by country</caption>
          <thead><tr>{header("name", "Country", false)}{columns.map((c) => header(c.id, c.name, true))}</tr></thead>
          <tbody>
            {order.map((k) => {
              const code = r.countries.code[k]!;
              return (
                <tr key={code}>
                  <th scope="row"><button type="button" class="link" onClick={() => change({ view: "country", country: code })}>{r.countries.name[k]}</button></th>
                  {columns.map((c) => (
                    <td class="r" key={c.id}><Num value={c.value(r, k)} digits={c.digits} signed={c.signed} query={c.query(code)} label={`${c.name}, ${r.countries.name[k]}`} /></td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}
