// Requests to the server that this page came from.
import type { Ask, Claims, CoalitionAsk, CoalitionFile, Coalitions, Country, Fault, GasAsk, GasResult, Leverage, LeverageAsk, Result, Scenario, Sweep, Trace, Worlds } from "./types";

/** What the server refused, in the words of the command. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.text);
  }
}

const SILENT = "The server does not answer: is `thaw serve` still running in its terminal? What is on this page stays as it is.";

/** A fetch, or the reading of an answer, that broke off; what the page gave up itself stays what it is. */
function brokeOff(error: Error): never {
  if (error instanceof Refused || error.name === "AbortError") throw error;
  throw new Refused(0, { status: "server", message: SILENT, text: SILENT });
}

const send = (path: string, options: RequestInit): Promise<Response> => fetch(path, options).catch(brokeOff);

async function read<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json().catch(brokeOff)) as T;
  let fault: Fault = { status: "server", message: response.statusText, text: `the server answered ${response.status}` };
  try {
    fault = ((await response.json()) as { error: Fault }).error;
  } catch {
    // not JSON: what is above has to do
  }
  throw new Refused(response.status, fault);
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return read<T>(await send(path, signal ? { signal } : {}));
}

function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return send(path, signal ? { ...options, signal } : options);
}

export const worlds = () => get<Worlds>("api/worlds");
export const scenarios = async () => (await get<{ scenarios: Scenario[] }>("api/scenarios")).scenarios;
export const coalitionFiles = async () => (await get<{ coalitions: CoalitionFile[] }>("api/coalitions")).coalitions;
export const claims = () => get<Claims>("api/claims");
export const run = async (ask: Ask, signal?: AbortSignal) => read<Result>(await post("api/run", ask, signal));
export const gasRun = async (ask: GasAsk, signal?: AbortSignal) => read<GasResult>(await post("api/gas/run", ask, signal));
export const country = (id: string, code: string, dependence: boolean, signal?: AbortSignal) =>
  get<Country>(`api/runs/${id}/countries/${code}${dependence ? "?dependence=1" : ""}`, signal);
export const trace = (id: string, query: Record<string, string>) =>
  get<Trace>(`api/runs/${id}/trace?${new URLSearchParams(query)}`);

export interface Told {
  /** Once the work has begun: how long it is estimated to take. */
  onStart?: (seconds: number) => void;
  onProgress: (fraction: number) => void;
}

/** Long work told as server-sent events, until its answer. Aborting the signal cancels the work. */
async function events<T>(path: string, ask: unknown, told: Told, signal: AbortSignal): Promise<T> {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json" };
  const response = await send(path, { method: "POST", headers, body: JSON.stringify(ask), signal });
  if (!response.ok || !response.body) return read<T>(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let answer: T | null = null;
  // To the end of the stream, so that the connection can be used again.
  for (;;) {
    const { value, done } = await reader.read().catch(brokeOff);
    text += value ?? "";
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [event, data] = text.slice(0, end).split("\n").map((line) => line.slice(line.indexOf(" ") + 1));
      text = text.slice(end + 2);
      const message = JSON.parse(data ?? "{}");
      if (event === "start") told.onStart?.(message.estimate_seconds);
      if (event === "progress") told.onProgress(message.fraction);
      if (event === "done") answer = message as T;
      if (event === "error") throw new Refused(422, { status: message.status, message: message.text, text: message.text });
    }
    if (done && answer === null) throw new Error("the answer ended before it was complete");
    if (done) return answer!;
  }
}

export const sweep = (ask: Ask & { over: string; countries: string[] }, told: Told, signal: AbortSignal) => events<Sweep>("api/sweep", ask, told, signal);
export const leverage = (ask: LeverageAsk, told: Told, signal: AbortSignal) => events<Leverage>("api/leverage", ask, told, signal);
export const coalition = (ask: CoalitionAsk, told: Told, signal: AbortSignal) => events<Coalitions>("api/coalition", ask, told, signal);
