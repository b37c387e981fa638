// api.mjs THAW PROJECT: every answer of the server is what docs/openapi.yaml says, and errors are the command's. Exit 77:
// node's packages are missing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import assert from "node:assert/strict";
import { interrupt, packages, serve } from "./browser.mjs";

const [thaw, project] = process.argv.slice(2).map((path) => resolve(path));
const need = packages(project);
const { default: Ajv } = need("ajv/dist/2020.js");
const api = need("yaml").parse(readFileSync(join(project, "docs/openapi.yaml"), "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: "api", ...api });

const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`),
    responses: operation.responses,
  })),
);
const seen = new Set();
let answers = 0;

const deref = (part) => (part.$ref ? part.$ref.slice(2).split("/").reduce((at, key) => at[key], api) : part);
/** References in a response point into the document. */
const absolute = (schema) => JSON.parse(JSON.stringify(schema), (key, value) => (key === "$ref" ? `api${value}` : value));

function valid(schema, value, what) {
  const check = ajv.compile(absolute(schema));
  assert.ok(check(value), `${what}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value).slice(0, 400)}`);
  answers++;
}

function events(text) {
  return text
    .split("\n\n")
    .filter(Boolean)
    .map((block) => /^event: (\w+)\ndata: (.*)$/s.exec(block))
    .map(([, event, data]) => ({ event, data: JSON.parse(data) }));
}

let address;
/** Asks, and holds the answer to the document; `status` is what it has to be. */
async function ask(method, path, status, { body, headers = {} } = {}) {
  const json = method === "POST" ? { "Content-Type": "application/json", ...headers } : headers;
  const response = await fetch(new URL(path, address), { method, headers: json, body: typeof body === "string" || body === undefined ? body : JSON.stringify(body) });
  const text = await response.text();
  const what = `${method} ${path}`.slice(0, 120);
  assert.equal(response.status, status, `${what}: ${text.slice(0, 300)}`);
  const operation = operations.find((o) => o.method === method && o.pattern.test(path.split("?")[0]));
  const said = operation?.responses[status] ?? operation?.responses.default ?? { $ref: "#/components/responses/Error" };
  if (operation) seen.add(`${operation.name} ${operation.responses[status] ? status : "default"}`);
  const type = response.headers.get("content-type").split(";")[0];
  const content = deref(said).content[type];
  assert.ok(content, `${what}: ${type} is not in the document`);
  if (type === "text/event-stream") for (const e of events(text)) valid(content["x-events"][e.event], e.data, `${what}, event ${e.event}`);
  else valid(content.schema, type === "application/json" ? JSON.parse(text) : text, what);
  return { json: type === "application/json" ? JSON.parse(text) : null, text, headers: response.headers };
}

async function catalogue() {
  await ask("GET", "/api/health", 200);
  const { worlds } = (await ask("GET", "/api/worlds", 200)).json;
  for (const w of worlds) await ask("GET", `/api/worlds/${w.name}`, 200);
  await ask("GET", "/api/worlds/atlantis", 404);
  const { scenarios } = (await ask("GET", "/api/scenarios", 200)).json;
  for (const s of scenarios) await ask("GET", `/api/scenarios/${s.name}`, 200);
  await ask("GET", "/api/scenarios/atlantis", 404);
  await ask("GET", "/api/claims", 200);
  return scenarios;
}

async function runs(scenarios) {
  for (const s of scenarios.filter((each) => each.about.includes("trade")))
    for (const world of ["wiod-2011", "world-2023"])
      // A scenario that is fitted to one world's numbers need not have a solution on another.
      await ask("POST", "/api/run", 200, { body: { name: s.name, world: s.world ?? world, horizon: "short" } });
  for (const horizon of ["one-factor", "short", "medium", "long"]) await ask("POST", "/api/run", 200, { body: { name: "west-russia", horizon, energy_elasticity: 0.5, closure: "zero" } });
  await ask("POST", "/api/run", 200, { body: { name: "west-russia", market: "c14", sticky_wages: true, horizon: "short" } });
}

async function aboutARun() {
  const run = (await ask("POST", "/api/run", 200, { body: { name: "us-russia-thaw", world: "world-2023", horizon: "short" } })).json;
  const of = `/api/runs/${run.id}`;
  assert.deepEqual((await ask("GET", of, 200)).json, run, "the same run again");
  for (const code of run.countries.code) await ask("GET", `${of}/countries/${code}`, 200);
  await ask("GET", `${of}/countries/RUS?dependence=1`, 200);
  await ask("GET", `${of}/countries/XXX`, 400);
  const columns = Object.keys(run.countries).filter((c) => c !== "code" && c !== "name");
  for (const quantity of columns) {
    const k = run.countries.code.indexOf("DEU");
    const trace = (await ask("GET", `${of}/trace?quantity=${quantity}&country=DEU`, 200)).json;
    const error = Math.abs(trace.value - run.countries[quantity][k]) / Math.max(1, Math.abs(trace.value));
    assert.ok(error < 1e-12, `the trace of ${quantity} ends at ${trace.value}, not ${run.countries[quantity][k]}`);
  }
  for (const claimant of ["labour", "capital", "resources", "public", "abroad", "markups"]) await ask("GET", `${of}/trace?quantity=claimant&claimant=${claimant}&country=RUS`, 200);
  const valueOf = async (query) => (await ask("GET", `${of}/trace?${new URLSearchParams(query)}`, 200)).json.value;
  const germany = (await ask("GET", `${of}/countries/DEU`, 200)).json;
  // What Germany sells to China, before and now, and which part of what either trades.
  const china = germany.partners.find((p) => p.country === "CHN");
  const sold = (column) => valueOf({ quantity: "flow", country: "DEU", partner: "CHN", column });
  const close = (a, b, what) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${what}: ${a}, not ${b}`);
  close(await valueOf({ quantity: "flow", country: "DEU", partner: "CHN" }), china.exports_new, "a flow");
  close(await sold("new"), china.exports_new, "a flow now");
  close(await sold("base"), china.exports_base, "a flow before");
  close(await sold("change_pct"), 100 * (china.exports_new / china.exports_base - 1), "how a flow changes");
  for (const when of ["base", "new"]) {
    const all = run.countries[`exports_${when}`][run.countries.code.indexOf("DEU")];
    close(await sold(`import_share_${when}`), 100 * china[`share_of_its_imports_${when}`], "its part of what the buyer buys");
    close(await sold(`export_share_${when}`), (100 * china[`exports_${when}`]) / all, "its part of what the seller sells");
  }
  const earned = (column) => valueOf({ quantity: "claimant", claimant: "labour", country: "DEU", column });
  close(await earned("base"), run.claimants.labour.base[run.countries.code.indexOf("DEU")], "wages before");
  close(await earned("real_change_pct"), (100 * (await earned("real_change"))) / (await earned("base")), "wages in per cent");
  const machines = germany.sectors.find((s) => s.sector === "c13");
  const made = (column) => valueOf({ quantity: "sector", sector: "c13", country: "DEU", column });
  for (const column of ["output_base", "output_new", "output_volume_pct"]) close(await made(column), machines[column], column);
  close(await made("price_change"), 100 * (machines.price_change - 1), "price_change");
  for (const s of germany.sectors.filter((each) => each.output_volume_pct !== null)) {
    const trace = (await ask("GET", `${of}/trace?quantity=sector&sector=${s.sector}&country=DEU`, 200)).json;
    const value = Object.fromEntries(trace.terms.map((t) => [t.symbol, t.value]));
    assert.ok(Math.abs(100 * (value["Y′"] / value.Y / value["c\u0302"] - 1) - s.output_volume_pct) < 1e-9, `the trace of ${s.sector} gives its volume`);
  }
  const russia = (await ask("GET", `${of}/countries/RUS?dependence=1`, 200)).json.dependence[0];
  const lost = { quantity: "dependence", country: "RUS", partner: russia.partner };
  assert.equal(await valueOf(lost), russia.cost_new_pct);
  for (const when of ["base", "new"]) {
    assert.equal(await valueOf({ ...lost, column: `losing_country_welfare_${when}_pct` }), russia[`cost_${when}_pct`]);
    assert.equal(await valueOf({ ...lost, column: `losing_partner_welfare_${when}_pct` }), russia[`partner_cost_${when}_pct`]);
  }
  for (const query of ["quantity=flow&country=RUS&partner=DEU&column=old", "quantity=claimant&claimant=labour&country=RUS&column=new", "quantity=sector&sector=c2&country=RUS&column=0", `quantity=dependence&country=RUS&partner=${russia.partner}&column=`, "quantity=sector&country=RUS", "quantity=sector&sector=c99&country=RUS", "quantity=dependence&country=DEU&partner=RUS"]) await ask("GET", `${of}/trace?${query}`, 400);
  await ask("GET", `${of}/trace?quantity=nothing&country=RUS`, 400);
  await ask("GET", `${of}/trace`, 400);
  await ask("GET", `${of}/brief.html`, 200);
  for (const path of ["", "/trace?quantity=welfare_pct&country=RUS", "/countries/RUS", "/brief.html"]) await ask("GET", `/api/runs/0123456789abcdef${path}`, 404);
  const again = await fetch(new URL(of, address), { headers: { "If-None-Match": (await ask("GET", of, 200)).headers.get("etag") } });
  assert.equal(again.status, 304, "an answer that the client has");
}

async function gas(scenarios) {
  const ready = scenarios.filter((each) => each.about.includes("gas"));
  assert.ok(ready.length > 0, "scenarios of the gas market");
  for (const s of ready) {
    const answer = (await ask("POST", "/api/gas/run", 200, { body: { name: s.name } })).json;
    if (s.name !== "gas-cutoff") continue;
    const command = JSON.parse(spawnSync(thaw, ["gas", "run", s.name, "--json"], { encoding: "utf8", maxBuffer: 1 << 26 }).stdout);
    for (const each of [answer, command]) delete each.solver.seconds;
    assert.deepEqual(answer, command, `${s.name} of the server and of the command`);
  }
  await ask("POST", "/api/gas/run", 200, { body: { name: "gas-2021", from: "2021-10", months: 3, foresight: 2 } });
  const long = (await ask("POST", "/api/gas/run", 422, { body: { name: "gas-cutoff", months: 240, foresight: 240 } })).json.error;
  assert.match(long.text, /240 months with 240 ahead would take about \d+ seconds; at most 60 are allowed/);
  for (const body of [{ name: "freeze" }, { name: "gas-cutoff", months: 0 }, { name: "gas-cutoff", from: "then" }, { name: "gas-cutoff", horizon: "short" }, { scenario: "name: x\ngas: {network: /tmp/x.nc}\nmeasures: []\n" }])
    await ask("POST", "/api/gas/run", 400, { body });
}

/** The digits of the commands. */
async function strategy() {
  const command = (...words) => JSON.parse(spawnSync(thaw, [...words, "--json"], { encoding: "utf8", maxBuffer: 1 << 26 }).stdout);
  const parties = ["USA", "CHN", "RUS", "EU=EU27"];
  const leverage = (await ask("POST", "/api/leverage", 200, { body: { parties, world: "wiod-2011", horizon: "short" } })).json;
  const said = command("leverage", ...parties, "--world", "wiod-2011", "--horizon", "short");
  for (const each of [leverage, said]) delete each.worlds[0].only.seconds;
  assert.deepEqual(leverage, said, "leverage of the server and of the command");
  await ask("POST", "/api/leverage", 200, { body: { parties, cut: "exports", sectors: "c2,c8" } });
  await ask("POST", "/api/coalition", 200, { body: { players: ["USA", "EU=EU27", "CHN"] } });
  const told = events((await ask("POST", "/api/coalition", 200, { body: { name: "russia-2014" }, headers: { Accept: "text/event-stream" } })).text);
  assert.deepEqual([told[0].event, told.at(-1).event], ["start", "done"]);
  assert.deepEqual(told.at(-1).data, command("coalition", "russia-2014"), "a coalition of the server and of the command");
  const files = (await ask("GET", "/api/coalitions", 200)).json.coalitions;
  assert.deepEqual(files.find((f) => f.name === "russia-2014").players, told.at(-1).data.players.map((p) => p.name));
  const pair = ["CHN", "RUS"];
  const points = (await ask("POST", "/api/leverage", 200, { body: { parties: pair, chokepoints: pair } })).json.chokepoints;
  assert.deepEqual(points, command("leverage", ...pair, "--chokepoints", pair.join(), "--horizon", "one-factor").chokepoints, "chokepoints of the server and of the command");
  await ask("POST", "/api/leverage", 200, { body: { parties: pair }, headers: { Accept: "text/event-stream" } });
  await ask("POST", "/api/gas/run", 200, { body: { name: "gas-2021", months: 3 }, headers: { Accept: "text/event-stream" } });
  for (const body of [{ name: "atlantis" }, { name: "russia-wall", target: "CHN" }, { name: "../x" }]) await ask("POST", "/api/coalition", 400, { body });
  for (const chokepoints of ["RUS", ["RUS"], ["RUS", "RUS"]]) await ask("POST", "/api/leverage", 400, { body: { chokepoints } });
  for (const body of [{ parties: ["USA"] }, { parties: ["USA", "XXX"] }, { parties: ["DEU", "EU27"] }, { cut: "some" }]) await ask("POST", "/api/leverage", 400, { body });
  for (const body of [{}, { players: ["USA"] }, { players: ["USA", "RUS"] }, { players: ["USA", "a: b"] }, { players: ["USA", "CHN"], action: "/etc/passwd" }, { players: ["USA", "CHN"], target: "{}" }])
    await ask("POST", "/api/coalition", 400, { body });
}

/** On a server that allows next to nothing. */
async function tooLong() {
  const { server, address: at } = await serve(thaw, "--max-seconds", "0.1");
  const own = address;
  address = at;
  await ask("POST", "/api/leverage", 422, { body: {} });
  await ask("POST", "/api/coalition", 422, { body: { players: ["USA", "CHN", "JPN", "GBR", "KOR", "CAN", "AUS", "IND"] } });
  await interrupt(server);
  address = own;
}

async function sweeps() {
  const body = { name: "west-russia", over: "measures[0].factor=1:2:0.1", countries: ["RUS", "DEU"] };
  const told = events((await ask("POST", "/api/sweep", 200, { body })).text);
  assert.deepEqual([told[0].event, told.at(-1).event], ["start", "done"]);
  assert.equal(told.at(-1).data.values.length, told[0].data.points);
  const long = (await ask("POST", "/api/sweep", 422, { body: { ...body, over: "measures[0].factor=1:3:0.00001" } })).json.error;
  assert.match(long.text, /200001 points would take about \d+ seconds; at most 60 are allowed/);
  await ask("POST", "/api/sweep", 400, { body: { name: "west-russia" } });
}

async function refused() {
  const post = (body, status, headers) => ask("POST", "/api/run", status, { body, headers });
  for (const body of ["", "{", "[]", "null", '{"name": "freeze", "name": "freeze"}', '{"name": 1}', '{"nmae": "freeze"}', '{"name": "freeze", "horizon": "never"}', '{"name": "../etc/passwd"}', '{"name": "freeze", "energy_elasticity": 2}', '{"name": "freeze", "set": ["x"]}', '{"name": "freeze", "focus": "XXX"}', '{"name": "freeze", "world": "/tmp/x.nc"}'])
    await post(body, 400);
  await post("x".repeat(256 * 1024 + 1), 413);
  await post("{}", 415, { "Content-Type": "text/plain" });
  await post({ name: "freeze" }, 403, { Origin: "http://elsewhere.example" });
  // A target that no barrier can reach.
  const half = readFileSync(join(project, "scenarios/half-to-europe.yaml"), "utf8");
  await post({ scenario: half.replace("value: 0.5}", "value: 0.9999999}") }, 422);
  await ask("DELETE", "/api/run", 405);
  await ask("GET", "/api/run", 405);
  await ask("GET", "/api/nothing", 404);
  await ask("POST", "/api/worlds", 405, { body: {} });
}

/** What is wrong with a scenario, the command says with the same file, line, column and words. */
async function asTheCommand(folder) {
  const head = "name: x\nworld: wiod-2011\nmeasures:\n";
  const wrong = [
    `${head}  - {kind: bam, from: RUS, to: USA, sectors: all}\n`,
    `${head}  - {kind: ban, from: RUS, to: UAS, sectors: all}\n`,
    `${head}  - {kind: barrier, from: RUS, to: USA, sectors: all, factor: -1}\n`,
    `${head}  - {kind: tariff, from: RUS, to: USA, sectors: [c99], rate: 0.1}\n`,
    `${head}  - {kind: ban, from: RUS\n`,
    `${head}  - {kind: ban, form: RUS, to: USA, sectors: all}\n`,
    "name: x\nworld: wiod-2011\nmeasures: 3\n",
    "name: x\nafter: atlantis\nmeasures: []\n",
    "",
  ];
  for (const scenario of wrong) {
    writeFileSync(join(folder, "scenario.yaml"), scenario);
    const command = spawnSync(thaw, ["run", "scenario.yaml"], { cwd: folder, encoding: "utf8" });
    const said = command.stderr.replace(/^thaw: /, "").split("\n")[0];
    const answer = await ask("POST", "/api/run", 400, { body: { scenario } });
    assert.equal(command.status, 2, said);
    assert.equal(answer.json.error.text.split("\n")[0], said, "the error of the API and of the command");
  }
  console.log(`${wrong.length} wrong scenarios: the words of the command`);
}

const folder = mkdtempSync(join(tmpdir(), "thaw-api-"));
const started = await serve(thaw);
address = started.address;
let status = 0;
try {
  const scenarios = await catalogue();
  await runs(scenarios);
  await aboutARun();
  await gas(scenarios);
  await strategy();
  await tooLong();
  await sweeps();
  await refused();
  await asTheCommand(folder);
  const missing = operations.flatMap((o) => Object.keys(o.responses).filter((s) => s !== "503" && s !== "default").map((s) => `${o.name} ${s}`)).filter((s) => !seen.has(s));
  assert.deepEqual(missing, [], "answers in the document that no request had");
  console.log(`${answers} answers of ${operations.length} operations are what docs/openapi.yaml says`);
} catch (error) {
  console.log(error.stack);
  status = 1;
} finally {
  // Sanitizers speak when the server ends.
  if ((await interrupt(started.server)).code !== 0) status = status || 1;
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
