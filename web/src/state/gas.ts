// The gas market that the page shows: solved by the server once for each scenario, told apart by its months.
import { useEffect, useState } from "preact/hooks";
import { gasRun } from "../api/client";
import type { GasResult } from "../api/types";

export interface Gas {
  /** Of a ready scenario. */
  name: string;
  /** Months that everybody sees ahead; 0: all of them. */
  foresight: number;
  /** Which month the map shows, from 0. */
  month: number;
}

export const FORESIGHTS = [0, 12, 6] as const;

export interface GasLive {
  result: GasResult | null;
  fault: Error | null;
  busy: boolean;
  again: () => void;
}

/** The last result stays until the next one is there. */
export function useGas({ name, foresight }: Gas): GasLive {
  const [live, setLive] = useState<Omit<GasLive, "again">>({ result: null, fault: null, busy: true });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setLive((was) => ({ ...was, busy: true }));
    gasRun({ name, ...(foresight ? { foresight } : {}) }, abort.signal).then(
      (result) => setLive({ result, fault: null, busy: false }),
      (fault: Error) => !abort.signal.aborted && setLive((was) => ({ ...was, fault, busy: false })),
    );
    return () => abort.abort();
  }, [name, foresight, turn]);
  return { ...live, again: () => setTurn(turn + 1) };
}

/** What flows between two nodes in a month, all their border points together, against the direction taken off. */
export interface Link {
  from: number;
  to: number;
  kind: string;
  now: number;
  before: number;
}

export function linksOf(r: GasResult, month: number): Link[] {
  const links = new Map<string, Link>();
  r.arcs.from.forEach((from, a) => {
    const to = r.arcs.to[a]!;
    const [low, high] = from < to ? [from, to] : [to, from];
    const key = `${low} ${high}`;
    let link = links.get(key);
    if (!link) links.set(key, (link = { from: low, to: high, kind: r.arcs.kind[a]!, now: 0, before: 0 }));
    const sign = from === low ? 1 : -1;
    link.now += sign * (r.arcs.flow[a]?.[month] ?? 0);
    link.before += sign * (r.arcs.flow_before[a]?.[month] ?? 0);
  });
  // Each points where its gas goes now, or went before.
  return [...links.values()].map((l) => ((l.now || l.before) < 0 ? { ...l, from: l.to, to: l.from, now: -l.now, before: -l.before } : l));
}

const NONE: readonly (number | null)[] = [];
export const rowOf = (rows: readonly (readonly (number | null)[])[], k: number): readonly (number | null)[] => rows[k] ?? NONE;

/** Gas in all stores of a node, by month; null where it has none. */
export function stockOf(r: GasResult, node: number, before: boolean): (number | null)[] | null {
  const stores = r.storages.node.map((n, z) => (n === node ? z : -1)).filter((z) => z >= 0);
  if (!stores.length) return null;
  const stock = before ? r.storages.stock_before : r.storages.stock;
  return r.calendar.map((_, t) => stores.reduce((sum, z) => sum + (stock[z]?.[t] ?? 0), 0));
}

export const volumeOf = (r: GasResult, node: number): number => r.storages.node.reduce((sum, n, z) => sum + (n === node ? (r.storages.volume[z] ?? 0) : 0), 0);

/** 2022-09 as the reader writes it. */
export const monthName = (month: string, style: "long" | "short" = "long"): string =>
  new Date(`${month}-15T12:00:00Z`).toLocaleDateString(navigator.language || "en", { month: style, year: style === "long" ? "numeric" : "2-digit", timeZone: "UTC" });
