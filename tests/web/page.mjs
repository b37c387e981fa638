// page.mjs THAW PROJECT: the real page in a real browser on the real server. Exit 77: node's packages or Chromium are missing.
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import assert from "node:assert/strict";

const [thaw, project] = process.argv.slice(2);
const CHROMIUM = "/usr/bin/chromium";
const VIEWS = { Trade: ".trade", Country: ".country", Table: ".everything", Range: ".sweep", Claims: ".claims table", Scenario: ".scenario", Overview: ".overview" };
const DRAGS = 40;
/** What a person must not notice, in milliseconds; loose here, as the tests' machine is busy. */
const LATENCY_BOUND = 400;

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

function chromium() {
  if (!existsSync(CHROMIUM)) skip(`${CHROMIUM} is missing`);
  try {
    return createRequire(join(project, "web/package.json"))("playwright-core").chromium;
  } catch {
    return skip("playwright-core is missing: `npm ci` in web/");
  }
}

/** The server on a free port, and its address once it has printed it. */
async function serve() {
  const server = spawn(thaw, ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  const address = await new Promise((done, fail) => {
    let said = "";
    const hear = (text) => {
      said += text;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+\//);
      if (found) done(found[0]);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.on("exit", () => (said.includes("built without libmicrohttpd") ? skip("built without libmicrohttpd") : fail(new Error(`thaw serve ended: ${said}`))));
  });
  return { server, address };
}

const solved = (page) => page.waitForFunction(() => document.querySelector("main")?.getAttribute("aria-busy") === "false" && document.querySelector(".headline h1")?.textContent?.trim());
const says = (page) => page.locator(".headline p").innerText();
const move = (page, id, value) =>
  page.locator(`#${id}`).evaluate((slider, to) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, String(to));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    slider.dispatchEvent(new Event("change", { bubbles: true }));
  }, value);

async function views(page) {
  for (const [name, shown] of Object.entries(VIEWS)) {
    await page.getByRole("navigation").getByRole("button", { name, exact: true }).click();
    await page.locator(shown).first().waitFor({ timeout: 5000 });
  }
}

async function sliderAndAddress(page) {
  const before = await says(page);
  await move(page, "barrier-us", 1.5);
  await page.waitForFunction((was) => document.querySelector(".headline p").textContent.trim() !== was, before);
  await solved(page);
  const after = await says(page);
  // The address follows a moment after the slider rests.
  await page.waitForFunction(() => location.hash.includes("1.5"));
  await page.reload();
  await solved(page);
  assert.equal(await page.locator("#barrier-us").inputValue(), "1.5", "the slider after a reload");
  assert.equal(await says(page), after, "the headline after a reload");
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

async function keyboard(page, address) {
  await page.goto("about:blank");
  await page.goto(address);
  await solved(page);
  const before = await says(page);
  const reached = () => page.evaluate(() => document.activeElement?.id);
  let tabs = 0;
  while ((await reached()) !== "barrier-us" && tabs++ < 60) await page.keyboard.press("Tab");
  assert.equal(await reached(), "barrier-us", "the first slider by Tab alone");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((was) => document.querySelector(".headline p").textContent.trim() !== was, before);
  console.log(`keyboard: the first slider after ${tabs} presses of Tab; an arrow moves the result`);
}

/** A drag: one input each 50 ms, as a finger would. */
async function latency(page) {
  await page.evaluate(() => window.thawLatencies.splice(0));
  for (let k = 0; k < DRAGS; k++) {
    await page.locator("#barrier-eu").evaluate((slider, to) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, String(to));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }, (0.55 + 0.05 * k).toFixed(2));
    await page.waitForTimeout(50);
  }
  await solved(page);
  const times = (await page.evaluate(() => window.thawLatencies)).sort((a, b) => a - b);
  assert.ok(times.length >= DRAGS / 3, `${times.length} of ${DRAGS} inputs were painted`);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  console.log(`slider to paint: ${times.length} frames, median ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`);
  assert.ok(at(0.5) < LATENCY_BOUND, "median latency");
}

const browserType = chromium();
const { server, address } = await serve();
const folder = mkdtempSync(join(tmpdir(), "thaw-web-"));
const browser = await browserType.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"] });
let status = 0;
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: "en-US" });
  page.setDefaultTimeout(8000);
  const faults = [];
  page.on("console", (m) => m.type() === "error" && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(e.message));
  await page.goto(address);
  await solved(page);
  await views(page);
  await sliderAndAddress(page);
  await savedScenario(page, folder);
  await keyboard(page, address);
  for (const world of ["wiod-2011", "world-2023"]) {
    await page.locator(".pickers select").first().selectOption(world);
    await solved(page);
    console.log(world);
    await latency(page);
  }
  assert.deepEqual(faults, [], "errors in the console");
} catch (error) {
  console.log(error.stack);
  status = 1;
} finally {
  await browser.close();
  server.removeAllListeners("exit");
  server.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
