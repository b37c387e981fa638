// page.mjs THAW PROJECT [--renew | --latency]: the real page in a real browser on the real server. --renew writes the pictures
// that looks.mjs compares; --latency does nothing but measure, five times as many inputs. Exit 77: node's packages or Chromium are missing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import assert from "node:assert/strict";
import { answers, interrupt, launch, move, open, packages, says, serve, solved } from "./browser.mjs";
import { faults as saidSo } from "./faults.mjs";
import { heard } from "./heard.mjs";
import { looks } from "./looks.mjs";
import { coalitions, ended, latticeAsTheCommand, leverage, otherWorld } from "./strategy.mjs";
import { traced } from "./traced.mjs";

const [thaw, project, option] = [...process.argv.slice(2, 4).map((path) => resolve(path)), process.argv[4]];
const need = packages(project);
const VIEWS = { Trade: ".trade", Country: ".country", Table: ".everything", Range: ".sweep", Leverage: ".chokepoints", Coalitions: ".lattice", Gas: ".gas .gasmap", Claims: ".claims table", Scenario: ".scenario", Overview: ".overview" };
const axe = readFileSync(need.path("axe-core"), "utf8");
const DRAGS = 40;
/** What a person must not notice, in milliseconds; loose here, as the tests' machine is busy. */
const LATENCY_BOUND = 400;

const view = async (page, name) => {
  await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
  await page.locator(VIEWS[name]).first().waitFor({ timeout: 60000 });
};

/** No violation of any of axe's rules, in what the page shows now. */
async function accessible(page, what) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(", ")}`), [], `axe on ${what}`);
}

async function views(page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const name of Object.keys(VIEWS)) {
      await view(page, name);
      await accessible(page, `${name}, ${colorScheme}`);
    }
    await page.locator(".overview .num").first().click();
    await page.locator("dialog[open] .formula").waitFor();
    await accessible(page, `the trace of a number, ${colorScheme}`);
    await page.keyboard.press("Escape");
  }
  await page.emulateMedia({ colorScheme: null });
  console.log(`axe: ${Object.keys(VIEWS).length} views and a trace, light and dark, no violation`);
}

async function sliderAndAddress(page) {
  const before = await says(page);
  await move(page, "barrier-us", 1.5);
  await answers(page, before);
  await solved(page);
  const after = await says(page);
  // The address follows a moment after the slider rests.
  await page.waitForFunction(() => location.hash.includes("1.5"));
  await page.reload();
  await solved(page);
  assert.equal(await page.locator("#barrier-us").inputValue(), "1.5", "the slider after a reload");
  assert.equal(await says(page), after, "the headline after a reload");
}

/** However long a drag is, it is one step of undo, and the address changes once. */
async function dragAndUndo(page) {
  const [value, address] = [await page.locator("#barrier-eu").inputValue(), page.url()];
  for (const to of [1.9, 1.8, 1.7, 1.6]) await move(page, "barrier-eu", to, false);
  assert.equal(page.url(), address, "the address while a slider moves");
  await move(page, "barrier-eu", 1.55);
  assert.notEqual(page.url(), address, "the address once it rests");
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await page.locator("#barrier-eu").inputValue(), value, "the slider after one undo");
  await page.getByRole("button", { name: "Redo" }).click();
  assert.equal(await page.locator("#barrier-eu").inputValue(), "1.55", "the slider after redo");
  await page.getByRole("button", { name: "Undo" }).click();
  await solved(page);
}

async function savedScenario(page, folder) {
  const answer = page.waitForResponse((r) => r.url().endsWith("/api/run") && r.ok());
  await move(page, "tariff-us-china", 0.25);
  const result = await (await answer).json();
  await solved(page);
  await page.getByRole("button", { name: "Save as scenario", exact: true }).click();
  const line = await page.locator(".scenario code").innerText();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as scenario.yaml" }).click();
  const file = join(folder, "scenario.yaml");
  await (await download).saveAs(file);
  const [program, ...options] = line.split(" ").map((word) => (word === "scenario.yaml" ? file : word));
  assert.equal(program, "thaw");
  const run = JSON.parse(execFileSync(thaw, [...options, "--json"], { encoding: "utf8" }));
  assert.deepEqual(run.countries.map((c) => c.country), result.countries.code);
  for (const column of ["welfare_pct", "exports_pct", "imports_pct"])
    assert.deepEqual(run.countries.map((c) => c[column]), result.countries[column], `${column} of the command and of the page`);
  console.log(`saved scenario: ${run.countries.length} countries, three columns, every digit the same as \`${line}\``);
}

/** What is wrong is said in the command's words, and what stands stays. */
async function ownScenario(page, faults) {
  await view(page, "Scenario");
  const yaml = page.locator("#yaml");
  const good = await yaml.inputValue();
  await yaml.fill(good.replace("kind: lift", "kind: lfit"));
  await page.getByRole("button", { name: "Run what I wrote" }).click();
  const said = page.locator(".fault");
  await said.waitFor();
  assert.match(await said.innerText(), /scenario\.yaml:\d+:\d+: .*did you mean .lift./);
  await accessible(page, "a scenario that is wrong");
  // The browser itself notes the refusal; nothing else may.
  assert.match(faults.splice(0).join("\n"), /^Failed to load resource: the server responded with a status of 400.*$/);
  await page.getByRole("button", { name: "Back to the sliders" }).click();
  await said.waitFor({ state: "detached" });
}

/** Another month, another scenario: the map, the curves and the address follow; "now" is what thaw gas run says. */
async function gasMarket(page) {
  await view(page, "Gas");
  const price = () => page.locator("[aria-label='Countries in this month'] tr", { hasText: "Germany" }).first().locator("td").first().innerText();
  const command = (name) => JSON.parse(execFileSync(thaw, ["gas", "run", name, "--json"], { encoding: "utf8", maxBuffer: 1 << 26 }));
  const said = (r, month) => r.nodes.price[r.nodes.code.indexOf("DEU")][month].toFixed(1);
  await move(page, "gas-month", 23);
  assert.equal(await price(), said(command("gas-cutoff"), 23), "Germany's price in the last month");
  assert.match(decodeURIComponent(page.url()), /gas=gas-cutoff~0~23/);
  await page.getByLabel("American LNG and no other").check();
  await page.locator(".gas h1", { hasText: "American LNG" }).waitFor();
  assert.equal(await price(), said(command("gas-us-lng-only"), 23), "Germany's price with American LNG only");
  console.log("gas: two scenarios and their last month as thaw gas run says");
}

async function keyboard(page, address) {
  await open(page, address);
  const before = await says(page);
  const reached = () => page.evaluate(() => document.activeElement?.id);
  let tabs = 0;
  while ((await reached()) !== "barrier-us" && tabs++ < 60) await page.keyboard.press("Tab");
  assert.equal(await reached(), "barrier-us", "the first slider by Tab alone");
  await page.keyboard.press("ArrowRight");
  await answers(page, before);
  await page.locator("a.skip").focus();
  await page.keyboard.press("Enter");
  assert.equal(await reached(), "main", "the link to the results");
  const number = () => page.evaluate(() => document.activeElement?.matches("main .num"));
  for (let k = 0; k < 40 && !(await number()); k++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("dialog[open] .formula").waitFor();
  await page.keyboard.press("Escape");
  assert.ok(await number(), "the number has the focus again");
  const moved = await says(page);
  await page.keyboard.press("Control+z");
  await answers(page, moved);
  assert.equal(await says(page), before, "the sentence after Control+Z");
  console.log(`keyboard: the first slider after ${tabs} presses of Tab; an arrow moves the result, Enter opens a number, Control+Z takes it back`);
}

/** A drag: one input each 50 ms, as a finger would. */
async function latency(page, drags) {
  await page.evaluate(() => window.thawLatencies.splice(0));
  for (let k = 0; k < drags; k++) {
    // After each run along the slider another one moves: no scenario comes twice, which would be answered from memory.
    if (k > 0 && k % DRAGS === 0) await move(page, "barrier-allies", (1 + (0.05 * k) / DRAGS).toFixed(2), false);
    await move(page, "barrier-eu", (0.55 + 0.05 * (k % DRAGS)).toFixed(2), false);
    await page.waitForTimeout(50);
  }
  await solved(page);
  const times = (await page.evaluate(() => window.thawLatencies)).sort((a, b) => a - b);
  assert.ok(times.length >= drags / 3, `${times.length} of ${drags} inputs were painted`);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  console.log(`slider to paint: ${times.length} frames, median ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`);
  assert.ok(at(0.5) < LATENCY_BOUND, "median latency");
}

async function latencies(page, drags) {
  for (const world of ["wiod-2011", "world-2023"]) {
    await page.locator(".pickers select").first().selectOption(world);
    await solved(page);
    console.log(world);
    await latency(page, drags);
  }
}

/** What a part of the page is told that changes between its first drawing and its first effect. */
async function missesNothing(page, address) {
  const bundle = need("esbuild").buildSync({
    stdin: {
      contents: `import { h, render } from "preact"; import { change, usePage } from "./src/state/store";
        render(h(() => h("p", { id: "shown" }, usePage().view)), document.body.appendChild(document.createElement("section"))); change({ view: "claims" });`,
      resolveDir: join(project, "web"),
    },
    bundle: true,
    write: false,
    format: "iife",
  });
  await open(page, address);
  await page.evaluate(bundle.outputFiles[0].text);
  await page.waitForFunction(() => document.getElementById("shown")?.textContent === "claims").catch(() => assert.fail("a change before the first effect was missed"));
}

const browser = await launch(need);
// With sanitizers, on a busy machine, everything takes longer.
const { server, address } = await serve(thaw, "--max-seconds", "3600");
const folder = mkdtempSync(join(tmpdir(), "thaw-web-"));
let status = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: "en-US" });
  page.setDefaultTimeout(30000);
  const faults = [];
  page.on("console", (m) => m.type() === "error" && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(e.message));
  const pictures = { page, address, need, references: join(project, "tests/web/pictures"), folder: join(project, "build/web-pictures"), renew: option === "--renew" };
  if (option === "--latency") {
    await open(page, address);
    await latencies(page, 5 * DRAGS);
  } else if (pictures.renew) {
    await looks(pictures);
  } else {
    latticeAsTheCommand({ thaw, project, need });
    await open(page, address);
    await views(page);
    await sliderAndAddress(page);
    await dragAndUndo(page);
    await savedScenario(page, folder);
    await ownScenario(page, faults);
    await gasMarket(page);
    await leverage({ page, address, thaw });
    await coalitions({ page, address });
    await ended({ page, address });
    await otherWorld({ page, address });
    await traced({ page, address });
    await saidSo({ browser, address, thaw, project });
    await heard({ page, address });
    await keyboard(page, address);
    await latencies(page, DRAGS);
    await looks(pictures);
    await missesNothing(page, address);
  }
  assert.deepEqual(faults, [], "errors in the console");
} catch (error) {
  console.log(error.stack);
  status = 1;
} finally {
  await browser.close();
  const end = await interrupt(server);
  if (end.code !== 0) status = status || 1;
  console.log(`the server ended with ${end.code ?? end.signal} after ${end.ms.toFixed(0)} ms`);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
