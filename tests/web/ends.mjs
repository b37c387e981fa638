// ends.mjs THAW: long work ends when its client hangs up and when the server is interrupted, and is refused beforehand where
// it would take too long.
import assert from "node:assert/strict";
import { interrupt, serve } from "./browser.mjs";

const [thaw] = process.argv.slice(2);
/** Each takes minutes. */
const SWEEP = { name: "west-russia", over: "measures[0].factor=1:3:0.0001", countries: ["RUS"] };
const GAS = { name: "gas-2021", months: 120, foresight: 60 };
const SHORT_MS = 6000;

let address;
const post = (path, body, signal, headers = {}) =>
  fetch(new URL(path, address), { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body), signal });
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function refusedWithTheEstimate() {
  const { server, address: at } = await serve(thaw, "--max-seconds", "5");
  address = at;
  for (const [path, body] of [["/api/sweep", SWEEP], ["/api/gas/run", GAS]]) {
    const since = performance.now();
    const answer = await post(path, body);
    const { error } = await answer.json();
    assert.equal(answer.status, 422);
    assert.match(error.text, /would take about \d+ seconds; at most 5 are allowed/);
    console.log(`${path}: refused after ${(performance.now() - since).toFixed(0)} ms: ${error.text}`);
  }
  await interrupt(server);
}

/** One solver only, which a request that is given up must not keep. */
async function hangingUp() {
  const abort = new AbortController();
  const long = post("/api/gas/run", GAS, abort.signal).catch((error) => error.name);
  await wait(300);
  const behind = post("/api/run", { name: "west-russia" });
  await wait(100);
  abort.abort();
  const since = performance.now();
  assert.equal(await long, "AbortError");
  assert.equal((await behind).status, 200);
  const ms = performance.now() - since;
  assert.ok(ms < SHORT_MS, `the next request waited ${ms.toFixed(0)} ms for one that was given up`);
  console.log(`a client that hangs up: the solver is free after ${ms.toFixed(0)} ms`);
}

/** Four long answers are told as events at a time; a client that hangs up makes room, also where it had no news for long. */
async function hangingUpOnEvents() {
  const abort = new AbortController();
  const events = { Accept: "text/event-stream" };
  const all = await Promise.all([1, 2, 3, 4].map(() => post("/api/gas/run", GAS, abort.signal, events)));
  assert.deepEqual(all.map((r) => r.status), [200, 200, 200, 200]);
  const refused = await post("/api/sweep", SWEEP);
  assert.equal(refused.status, 503, (await refused.text()).slice(0, 200));
  all.forEach((r) => r.text().catch(() => undefined));
  abort.abort();
  const since = performance.now();
  let next;
  do next = await post("/api/sweep", { ...SWEEP, over: "measures[0].factor=1:2:0.5" });
  while (next.status === 503 && performance.now() - since < SHORT_MS);
  assert.equal(next.status, 200);
  await next.text();
  console.log(`four clients of events that hang up: there is room after ${(performance.now() - since).toFixed(0)} ms`);
}

async function interrupted(server) {
  const sweep = await post("/api/sweep", SWEEP);
  assert.equal(sweep.status, 200);
  const told = sweep.text().catch((error) => error.message);
  const status = (run) => run.then((r) => r.status).catch((error) => error.message);
  const first = status(post("/api/gas/run", GAS));
  await wait(300); // so that it has the one solver, and the next waits
  const runs = [first, status(post("/api/run", { name: "freeze" }))];
  await wait(300);
  const end = await interrupt(server);
  assert.deepEqual([end.code, end.signal], [0, null], "how the server ended");
  assert.ok(end.ms < SHORT_MS, `it took ${end.ms.toFixed(0)} ms to end`);
  const text = await told;
  assert.match(text, /^event: start/, text);
  assert.match(text, /\nevent: error\ndata: .*interrupted/, text);
  assert.deepEqual(await Promise.all(runs), [503, 503], "runs under way");
  console.log(`Ctrl-C: status 0 after ${end.ms.toFixed(0)} ms; the sweep says that it was interrupted, runs under way are answered with 503`);
}

let status = 0;
try {
  await refusedWithTheEstimate();
  const started = await serve(thaw, "--max-seconds", "3600", "--threads", "1");
  address = started.address;
  await hangingUp();
  await hangingUpOnEvents();
  await interrupted(started.server);
} catch (error) {
  console.log(error.stack);
  status = 1;
}
process.exit(status);
