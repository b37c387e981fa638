// A long question to the server: its answer, how far it is, and a way to stop it. What was answered stays known.
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused, type Told } from "../api/client";

export interface Answer<T> {
  result: T | null;
  fault: Error | null;
  /** Of the work, while it is under way. */
  fraction: number | null;
  /** What the server thinks it takes, in seconds. */
  estimate: number;
  stopped: boolean;
  stop: () => void;
  again: () => void;
}

const KEPT = 8;
const known = new Map<string, unknown>();

function keep(key: string, value: unknown): void {
  known.set(key, value);
  if (known.size > KEPT) known.delete(known.keys().next().value!);
}

/** While the server is at work for others. */
const AGAIN_MS = 400;
const TRIES = 40;

async function patient<T>(send: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 503 || tries === TRIES || signal.aborted) throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

/** The answer of the newest question; null asks nothing. The last answer stays until the next one is there. */
export function useAnswer<A, T>(ask: A | null, send: (ask: A, told: Told, signal: AbortSignal) => Promise<T>): Answer<T> {
  const key = ask === null ? "" : JSON.stringify(ask);
  const [state, setState] = useState<Pick<Answer<T>, "result" | "fault" | "fraction" | "estimate" | "stopped">>({
    result: (known.get(key) as T) ?? null, fault: null, fraction: null, estimate: 0, stopped: false,
  });
  const [turn, setTurn] = useState(0);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => {
    if (ask === null) return;
    const found = known.get(key) as T | undefined;
    if (found) {
      setState({ result: found, fault: null, fraction: null, estimate: 0, stopped: false });
      return;
    }
    const mine = (abort.current = new AbortController());
    const tell = (part: Partial<Answer<T>>) => !mine.signal.aborted && setState((was) => ({ ...was, ...part }));
    tell({ fault: null, fraction: 0, estimate: 0, stopped: false });
    patient(() => send(ask, { onStart: (estimate) => tell({ estimate }), onProgress: (fraction) => tell({ fraction }) }, mine.signal), mine.signal).then(
      (result) => {
        keep(key, result);
        tell({ result, fraction: null });
      },
      (fault: Error) => tell({ fault, fraction: null }),
    );
    return () => mine.abort();
  }, [key, turn]);
  const stop = () => {
    abort.current?.abort();
    setState((was) => ({ ...was, fraction: null, stopped: true }));
  };
  return { ...state, stop, again: () => setTurn(turn + 1) };
}
