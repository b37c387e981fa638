// The page's value, its history, and who wants to know of changes.
import { useEffect, useState } from "preact/hooks";
import { first, fromAddress, toAddress, type Page } from "./page";

let page: Page = first;
let past: Page[] = [];
let future: Page[] = [];
let settled: Page = first; // what undo goes back to while a slider moves
const listeners = new Set<() => void>();

const HISTORY = 200;

function tell(): void {
  for (const listener of listeners) listener();
}

function write(): void {
  history.replaceState(null, "", toAddress(page));
}

export function start(world: string | null): void {
  page = settled = fromAddress(location.hash, world ? { ...first, world } : first);
  addEventListener("hashchange", () => {
    if (location.hash !== toAddress(page)) change(fromAddress(location.hash));
  });
  tell();
}

export const current = (): Page => page;

/** A change that undo takes back as one. */
export function change(part: Partial<Page>): void {
  const next = { ...page, ...part };
  if (toAddress(next) !== toAddress(settled)) {
    past = [...past.slice(-HISTORY), settled];
    future = [];
  }
  page = settled = next;
  write();
  tell();
}

/** While a slider moves: shown, but not a step of its own. */
export function drag(part: Partial<Page>): void {
  page = { ...page, ...part };
  tell();
}

export function undo(): void {
  const last = past.at(-1);
  if (!last) return;
  future = [page, ...future];
  past = past.slice(0, -1);
  page = settled = last;
  write();
  tell();
}

export function redo(): void {
  const next = future[0];
  if (!next) return;
  past = [...past, page];
  future = future.slice(1);
  page = settled = next;
  write();
  tell();
}

export const canUndo = (): boolean => past.length > 0;
export const canRedo = (): boolean => future.length > 0;

/** The listener is told at once: what changed before it listened, it would miss. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  listener();
  return () => listeners.delete(listener);
}

export function usePage(): Page {
  const [, show] = useState(page);
  useEffect(() => subscribe(() => show(page)), []);
  return page;
}
