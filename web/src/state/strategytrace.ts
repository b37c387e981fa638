// Where numbers of leverage and coalitions come from: every one of them is read from equilibria that the server solved.
import type { Chokepoint, Coalitions, Leverage, Trace, World } from "../api/types";
import { exact } from "../format";
import { breakEvenOf, costOf, gainOf, has, membersOf, partsOf, stabilityOf, type Game } from "./lattice";
import { partyName, type Shows } from "./leverage";
import { term } from "./runtrace";

type Own = Pick<Trace, "title" | "value" | "unit" | "formula" | "row" | "column"> & Partial<Pick<Trace, "terms" | "cells_title" | "cells">>;

const traced = (world: World, command: string, part: Own, assumed: readonly string[] = []): Trace => ({
  terms: [],
  cells_title: "",
  cells: [],
  ...part,
  world: world.name,
  source: world.source,
  license: world.license,
  file: `the JSON of ${command}`,
  assumptions: [...assumed, ...world.assumptions],
});

const REAL = "100 × (real income without this trade ÷ real income today − 1), both of a full equilibrium";
const RULE = "100 × Σ (1/θ) log(1 − share cut), sector by sector, no equilibrium (Clayton, Maggiori and Schreger 2024)";

export interface Cutting {
  l: Leverage;
  world: World;
  /** The command that prints the same digits. */
  command: string;
}

/** A cell of the matrix: who is cut off, who cuts, the trade between them, the rule of thumb. */
export function cellTrace({ l, world, command }: Cutting, what: Exclude<Shows, "difference"> | "trade", i: number, j: number): Trace {
  const { only, parties } = l.worlds[0]!;
  const [a, b] = [partyName(world, parties[i]!), partyName(world, parties[j]!)];
  const read = (rows: readonly (readonly (number | null)[])[]) => rows[i]?.[j] ?? null;
  const turned = (v: number | null) => (v === null ? null : -v);
  const [loss, cost, trade, rule] = [turned(read(only.loss_pct)), turned(read(only.cost_pct)), read(only.trade), turned(read(only.statistic_pct))];
  const own = {
    loss: { title: `What ${b} loses if ${a} cuts it off`, value: loss, unit: "per cent", formula: REAL, column: "loss_pct, its sign turned" },
    cost: { title: `What ${a} loses if it cuts ${b} off`, value: cost, unit: "per cent", formula: REAL, column: "cost_pct, its sign turned" },
    trade: { title: `Trade between ${a} and ${b} that is cut`, value: trade, unit: world.unit, formula: "Σ X over the sectors and directions that are cut", column: "trade" },
    statistic: { title: `Rule of thumb: ${b} without ${a}`, value: rule, unit: "per cent", formula: RULE, column: "statistic_pct, its sign turned" },
  }[what];
  const terms = [term("", `${b} loses, per cent`, loss), term("", `${a} loses, per cent`, cost), term("", `trade cut, ${world.unit}`, trade), term("", "rule of thumb, per cent", rule)];
  return traced(world, command, { ...own, terms, row: `${parties[i]}, ${parties[j]}` });
}

export function matrixTrace({ l, world, command }: Cutting, shows: Shows, title: string): Trace {
  const column = { loss: "loss_pct", cost: "cost_pct", difference: "loss_pct − cost_pct", statistic: "statistic_pct" }[shows];
  const formula = shows === "statistic" ? RULE : shows === "difference" ? `a − b, each ${REAL}` : REAL;
  return traced(world, command, { title, value: null, unit: "per cent", formula, row: l.worlds[0]!.parties.join(", "), column: `${column}, its sign turned` });
}

/** Of one party, or of all. */
export function powerTrace({ l, world, command }: Cutting, which: "power" | "exposure", code: string | null): Trace {
  const { only, parties } = l.worlds[0]!;
  const whose = code ? `${partyName(world, code)}: ` : "";
  return traced(world, command, {
    title: `${whose}${which === "power" ? "the mean loss that it can inflict on another" : "the mean loss that another can inflict on it"}`,
    value: code ? (only[`${which}_pct`][code] ?? null) : null,
    unit: "per cent of real income",
    formula: which === "power" ? "Σ income × loss ÷ Σ income, over all others" : "Σ loss ÷ number of others",
    cells_title: "Every party",
    cells: parties.map((p) => ({ code: p, name: partyName(world, p), power: only.power_pct[p] ?? null, exposure: only.exposure_pct[p] ?? null })),
    row: code ?? "of every party",
    column: `${which}_pct`,
  });
}

export function chokepointTrace(world: World, command: string, c: Chokepoint, what: "loss" | "cost" | "each", who: string, sector: string): Trace {
  const turned = (v: number | null) => (v === null ? null : -v);
  const each = what === "each";
  return traced(world, `${command} --chokepoints …`, {
    title: each ? `${sector} alone: real income lost for each dollar of trade cut` : `${sector} alone: what ${who} loses`,
    value: each ? c.loss_per_trade : turned(what === "loss" ? c.loss_pct : c.cost_pct),
    unit: each ? "dollars" : "per cent",
    formula: each ? "loss of real income ÷ trade cut, in dollars" : REAL,
    terms: [term("", `trade cut, ${world.unit}`, c.trade)],
    row: c.sector,
    column: each ? "loss_per_trade" : `${what}_pct, its sign turned`,
  });
}

export interface Together {
  c: Coalitions;
  g: Game;
  /** Who is in, by bits. */
  now: number;
  world: World;
  command: string;
  target: string;
  name: (player: number) => string;
}

const OWN = "real income of the player if these act − if nobody does";

/** Who is in, and what each gets: the cells of all that is said of a coalition. */
function players(v: Together): Trace["cells"] {
  const parts = partsOf(v.g, v.now);
  return v.c.players.map((p, k) => ({ code: p.name, name: v.name(k), in: has(v.now, k) ? 1 : 0, "own income": v.g.own(v.now, k), "part in harm": parts[k]!, "gain from changing": gainOf(v.g, v.now, k), weight: v.g.weight[k]! }));
}

function together(v: Together, part: Own): Trace {
  const weights = "What a dollar that the target loses is worth to a government (weight) is an assumption, not an estimate.";
  return traced(v.world, v.command, { cells_title: `Players, ${v.c.unit}`, cells: players(v), ...part }, [weights]);
}

const who = (v: Together): string => membersOf(v.now, v.g.n).map(v.name).join(", ") || "nobody";
const row = (v: Together): string => `lattice.coalition ${v.now}`;

export function harmTrace(v: Together, what: "harm" | "share" | "cost" | "ratio"): Trace {
  const [harm, cost, income] = [v.g.harm(v.now), costOf(v.g, v.now), v.c.target_income];
  const own = {
    harm: { title: `What ${v.target} loses`, value: harm, unit: v.c.unit, formula: `h = real income of ${v.target} if nobody acts − if these do`, column: "harm" },
    share: { title: `What ${v.target} loses of its real income`, value: income ? (100 * harm) / income : null, unit: "per cent", formula: "100 × h ÷ I", column: "harm, over target_income" },
    cost: { title: "What members lose", value: cost, unit: v.c.unit, formula: `−Σ y over members, y = ${OWN}`, column: "own, of members" },
    ratio: { title: "Harm for each dollar that members lose", value: cost > 0 ? harm / cost : null, unit: "dollars", formula: "h ÷ −Σ y over members", column: "harm, over own of members" },
  }[what];
  const terms = [term("h", `harm, ${v.c.unit}`, harm), term("−Σ y", `cost to members, ${v.c.unit}`, cost), term("I", `real income of ${v.target}, ${v.c.unit}`, income)];
  return together(v, { ...own, title: `${own.title}: ${who(v)}`, terms, row: row(v) });
}

export function playerTrace(v: Together, k: number, what: "own" | "part" | "gain" | "weight"): Trace {
  const other = v.now ^ (1 << k);
  const own = {
    own: { title: `${v.name(k)}: change in its own real income`, value: v.g.own(v.now, k), unit: v.c.unit, formula: `y = ${OWN}`, column: "own" },
    part: { title: `${v.name(k)}: its part in the harm`, value: partsOf(v.g, v.now)[k]!, unit: v.c.unit, formula: "Shapley value: what it adds to h, the mean over all orders in which members join", column: "harm, of every part of the coalition" },
    gain: { title: `${v.name(k)}: gain from changing sides`, value: gainOf(v.g, v.now, k), unit: v.c.unit, formula: "(y′ + w h′) − (y + w h), the others staying", column: "own, harm" },
    weight: { title: `${v.name(k)}: the weight at which it would as soon be in as out`, value: breakEvenOf(v.g, v.now, k, v.c.target_income ?? 0), unit: "dollars for each dollar of harm", formula: "(y outside − y inside) ÷ |h inside − h outside|", column: "own, harm" },
  }[what];
  const terms = [
    term("y", `own income here, ${v.c.unit}`, v.g.own(v.now, k)), term("h", "harm here", v.g.harm(v.now)),
    term("y′", "own income having changed sides", v.g.own(other, k)), term("h′", "harm then", v.g.harm(other)), term("w", "weight of harm, assumed", v.g.weight[k]),
  ];
  return together(v, { ...own, terms, row: `${row(v)} and ${other}, player ${v.c.players[k]!.name}` });
}

export function stabilityTrace(v: Together): Trace {
  return together(v, {
    title: `Does it hold: ${who(v)}`,
    value: null,
    unit: v.c.unit,
    formula: "a member leaves, an outsider joins, where y + w h is larger having changed sides; the one who gains most moves first",
    terms: [term("surplus", `what members have together over what would keep each in, ${v.c.unit}`, stabilityOf(v.g, v.now).surplus)],
    row: row(v),
    column: "own, harm",
  });
}

export function latticeTrace(v: Together, shown: readonly number[]): Trace {
  return together(v, {
    title: `What every coalition costs its members, and what ${v.target} loses`,
    value: null,
    unit: v.c.unit,
    formula: `h = real income of ${v.target} if nobody acts − if these do; −Σ y over members, y = ${OWN}`,
    cells_title: `The most harmful of each size, ${v.c.unit}; all ${exact(v.c.lattice.coalition.length)} are in the CSV`,
    cells: shown.map((c) => ({ code: String(c), name: membersOf(c, v.g.n).map(v.name).join(", ") || "nobody", harm: v.g.harm(c), cost: costOf(v.g, c) })),
    row: "lattice",
    column: "harm, own",
  });
}
