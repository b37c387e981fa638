// Where charts and comparisons of a run come from: the server's trace of one of their numbers, made that of all of them.
import { trace } from "../api/client";
import type { Result, Trace } from "../api/types";
import { indexOf, traceOf, valueOf } from "../figures";
import { MEASURES, type Measure } from "./page";

export const term = (symbol: string, name: string, value: number | null | undefined) => ({ symbol, name, value: value ?? null });

/** A measure of every country, as the bars show it, with who earns it inside or not. */
export const ofMeasure = (r: Result, measure: Measure, order: readonly number[], inside: boolean) => async (): Promise<Trace> => {
  const t = await trace(r.id, traceOf(measure, r.countries.code[order[0] ?? 0]!));
  const { long } = MEASURES.find((m) => m.id === measure)!;
  return {
    ...t,
    title: `${long}, every country`,
    value: null,
    formula: inside ? `${t.formula}; inside a bar 100 × (Y′ / P̂ − Y) / I of each claimant` : t.formula,
    terms: [],
    cells_title: "Every country",
    cells: order.map((k) => ({ code: r.countries.code[k]!, name: r.countries.name[k]!, "per cent": valueOf(r, measure, k) })),
    row: "of every country",
  };
};

/** As the map shows it: less the pinned scenario, where it shows the difference. */
export const ofMap = (r: Result, pinned: Result | null, measure: Measure, order: readonly number[]) => async (): Promise<Trace> => {
  const t = await ofMeasure(r, measure, order, false)();
  if (!pinned) return t;
  const less = (k: number) => {
    const [here, there] = [valueOf(r, measure, k), valueOf(pinned, measure, indexOf(pinned, r.countries.code[k]!))];
    return here === null || there === null ? null : here - there;
  };
  const cells = order.map((k) => ({ code: r.countries.code[k]!, name: r.countries.name[k]!, "percentage points": less(k) }));
  return { ...t, title: `${t.title}, less the pinned scenario: ${pinned.scenario.title}`, formula: `a − b, each ${t.formula}`, cells };
};

/** Real income of a country here less there. */
export const lessPinned = (r: Result, pinned: Result, code: string) => async (): Promise<Trace> => {
  const t = await trace(r.id, traceOf("welfare_pct", code));
  const [here, there] = [r, pinned].map((one) => one.countries.welfare_pct[indexOf(one, code)] ?? null);
  return {
    ...t,
    title: `${t.title}, less that of the pinned scenario`,
    value: here == null || there == null ? null : here - there,
    unit: "percentage points",
    formula: `a − b, each ${t.formula}`,
    terms: [term("a", "here", here), term("b", `pinned: ${pinned.scenario.title}`, there)],
    cells_title: "",
    cells: [],
  };
};

/** How near to the equilibrium the numbers are. */
export const solution = (r: Result) => async (): Promise<Trace> => ({
  ...(await trace(r.id, traceOf("welfare_pct", r.countries.code[0]!))),
  title: "How well the equilibrium is solved",
  value: r.solver.residual,
  unit: "",
  formula: "the largest relative residual of the original equations (docs/model.md), evaluated by code that the solver does not share",
  terms: [term("", "iterations", r.solver.iterations), term("", `worst in ${r.solver.worst}`, r.solver.residual)],
  cells_title: "",
  cells: [],
  file: "run.json",
  row: "solver",
  column: "residual",
});

/** Everything that a country sells or buys, before or now. */
export const total = (code: string, sells: boolean, when: "base" | "new") => ({ quantity: `${sells ? "exports" : "imports"}_${when}`, country: code });
