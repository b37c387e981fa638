// Keeps the result in step with the page: one request under way at most, always for the newest state; what is stale is dropped.
import { run, Refused } from "../api/client";
import type { Ask, Result, World } from "../api/types";
import { alliesOf, toYaml, type Sliders } from "./scenario";
import type { Page } from "./page";

export interface Live {
  result: Result | null;
  pinned: Result | null;
  fault: Refused | null;
  busy: boolean;
}

/** After this long a request that is no longer wanted is given up instead of waited for. */
const PATIENCE_MS = 250;

let live: Live = { result: null, pinned: null, fault: null, busy: false };
const listeners = new Set<(live: Live) => void>();
/** The listener is told at once what it may have missed: an answer from the cache is faster than the first frame. */
export const subscribeLive = (listener: (live: Live) => void): (() => void) => {
  listeners.add(listener);
  listener(live);
  return () => listeners.delete(listener);
};
export const currentLive = (): Live => live;

function set(part: Partial<Live>): void {
  live = { ...live, ...part };
  for (const listener of listeners) listener(live);
}

export function askOf(page: Page, world: World, sliders: Sliders = page.sliders): Ask {
  const source = page.source;
  // A country of one world may not be in another.
  const known = world.countries.some((c) => c.code === page.country);
  const common = { world: world.name, horizon: page.horizon, ...(known ? { focus: page.country } : {}) } as const;
  if (source.kind === "ready") return { ...common, name: source.name };
  if (source.kind === "text") return { ...common, scenario: source.yaml };
  return { ...common, scenario: toYaml(sliders, world, page.horizon) };
}

/** Milliseconds from an input to the frame that shows its result; read by the tests and docs/benchmarks.md. */
export const latencies: number[] = [];

interface Wanted {
  ask: Ask;
  text: string;
  since: number;
}
let wanted: Wanted | null = null;
let underWay: { text: string; started: number; abort: AbortController } | null = null;
let shown = "";

function painted(since: number): void {
  requestAnimationFrame(() => {
    const channel = new MessageChannel(); // runs after the frame was painted
    channel.port1.onmessage = () => latencies.push(performance.now() - since);
    channel.port2.postMessage(null);
  });
}

async function next(): Promise<void> {
  if (underWay || !wanted) return;
  const job = wanted;
  wanted = null;
  if (job.text === shown) {
    set({ busy: false });
    return;
  }
  const abort = new AbortController();
  underWay = { text: job.text, started: performance.now(), abort };
  try {
    const result = await run(job.ask, abort.signal);
    shown = job.text;
    set({ result, fault: null, busy: wanted !== null });
    painted(job.since);
  } catch (error) {
    if (error instanceof Refused) {
      shown = job.text;
      set({ fault: error, busy: false });
    }
  }
  underWay = null;
  void next();
}

export function request(page: Page, world: World): void {
  const ask = askOf(page, world);
  const text = JSON.stringify(ask);
  // What was given up brings no answer, even where it is wanted again.
  if (underWay && text === underWay.text && !underWay.abort.signal.aborted) {
    wanted = null;
    return;
  }
  if (!underWay && text === shown) return;
  wanted = { ask, text, since: performance.now() };
  if (!live.busy) set({ busy: true });
  if (underWay && performance.now() - underWay.started > PATIENCE_MS) underWay.abort.abort();
  void next();
}

/** The same question once more, after one that failed. */
export function again(page: Page, world: World): void {
  shown = "";
  request(page, world);
}

let pinText = "";
export async function requestPin(page: Page, world: World): Promise<void> {
  if (!page.pin) {
    pinText = "";
    if (live.pinned) set({ pinned: null });
    return;
  }
  const ask = askOf({ ...page, source: { kind: "sliders" } }, world, page.pin);
  const text = JSON.stringify(ask);
  if (text === pinText) return;
  pinText = text;
  try {
    const pinned = await run(ask);
    if (text === pinText) set({ pinned });
  } catch {
    if (text === pinText) set({ pinned: null });
  }
}

export { alliesOf };
