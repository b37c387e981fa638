// promises.mjs THAW PROJECT: what docs/serve.md promises of the page: nothing is fetched from elsewhere, what it weighs, how soon it is
// there, that nothing jumps, numbers of the reader's locale, charts as files, comparing, printing. Exit 77: see page.mjs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import assert from "node:assert/strict";
import { answers, interrupt, launch, move, open, packages, says, serve, solved } from "./browser.mjs";

const [thaw, project] = process.argv.slice(2, 4).map((path) => resolve(path));
const need = packages(project);
const WEIGHT_KB = 400;
/** 300 ms on a machine that does nothing else; tests run on busy ones. */
const FIRST_VIEW_MS = 2000;
/** Of the viewport and the distance moved (web.dev/cls); what people notice begins at 0.1. */
const SHIFT = 0.02;

/** In the page, before anything of it: when the first view was painted, and how far things jumped. */
function watch() {
  window.seen = { first: 0, shift: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((e) => (window.seen.shift += e.value))).observe({ type: "layout-shift", buffered: true });
  const look = new MutationObserver(() => {
    if (!document.querySelector(".overview .land")) return;
    look.disconnect();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => (window.seen.first = performance.now());
      channel.port2.postMessage(null);
    });
  });
  look.observe(document, { childList: true, subtree: true });
}

async function firstView(browser, address) {
  const first = [];
  for (let k = 0; k < 3; k++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: "en-US" });
    const page = await context.newPage();
    await page.addInitScript(watch);
    const hosts = new Set();
    page.on("request", (r) => hosts.add(new URL(r.url()).origin));
    await page.goto(address);
    await page.waitForFunction(() => window.seen.first > 0);
    await solved(page);
    first.push(await page.evaluate(() => window.seen.first));
    assert.deepEqual([...hosts], [new URL(address).origin], "where the page's requests go");
    if (k === 0) {
      const [page_, all] = await page.evaluate(() => {
        const list = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
        const size = (some) => some.reduce((sum, e) => sum + e.transferSize, 0) / 1000;
        return [size(list.filter((e) => !e.name.includes("/api/"))), size(list)];
      });
      console.log(`weight: ${page_.toFixed(0)} kB of files, ${all.toFixed(0)} kB with what the first view asks the API, compressed`);
      assert.ok(page_ < WEIGHT_KB && all < WEIGHT_KB, `${all} kB`);
    }
    await context.close();
  }
  first.sort((a, b) => a - b);
  console.log(`first view painted after ${first.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  assert.ok(first[0] < FIRST_VIEW_MS, "first view");
}

async function nothingJumps(browser, address) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.addInitScript(watch);
  await open(page, address);
  const shift = () => page.evaluate(() => window.seen.shift);
  const loading = await shift();
  for (const [id, value] of [["barrier-us", 2.5], ["barrier-eu", 0.6], ["tariff-us-china", 0.5]]) {
    const before = await says(page);
    await move(page, id, value);
    await answers(page, before);
    await solved(page);
  }
  const all = await shift();
  console.log(`layout shift: ${loading.toFixed(4)} while it loads, ${(all - loading).toFixed(4)} over three sliders`);
  assert.ok(loading <= SHIFT && all - loading <= SHIFT, "layout shift");
  await page.close();
}

async function ofTheReader(browser, address) {
  const page = await browser.newPage({ locale: "de-DE" });
  await open(page, address);
  assert.match(await says(page), /[+−]\d+,\d\d/, "a decimal comma in Germany");
  await page.close();
}

/** Every chart of a view can be saved; a file of each kind is what its name says. */
async function charts(page, address, folder) {
  let n = 0;
  for (const [view, shows] of [["overview", ".bars svg"], ["trade", ".pairs svg"], ["gas", ".gasmap svg"], ["leverage", ".chokepoints"], ["coalition", ".lattice svg"]]) {
    await open(page, address, `#view=${view}`);
    await page.locator(shows).first().waitFor();
    const [drawn, saved] = await page.evaluate(() => [document.querySelectorAll("main .chart, main .map").length, document.querySelectorAll("main .saved").length]);
    assert.equal(saved, drawn, `charts of ${view} that can be saved`);
    n += saved;
  }
  const save = async (name) => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name }).click();
    const file = join(folder, (await download).suggestedFilename());
    await (await download).saveAs(file);
    return readFileSync(file);
  };
  const svg = (await save("Save coalitions as SVG")).toString();
  assert.match(svg, /^<svg[^>]* xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.doesNotMatch(svg, /href|url\(|var\(/, "an SVG that stands alone");
  assert.equal((await save("Save coalitions as PNG")).subarray(1, 4).toString(), "PNG");
  console.log(`${n} charts in five views, each with PNG and SVG`);
}

async function comparing(page, address) {
  await open(page, address);
  await page.getByRole("button", { name: "Pin to compare" }).click();
  const before = await says(page);
  await move(page, "barrier-us", 1.2);
  await answers(page, before);
  const column = page.locator(".earners tbody tr", { hasText: "Russia" }).locator("td").last();
  await page.getByText("vs pinned").waitFor();
  assert.match(await column.innerText(), /^[+−]\d/, "the difference to what is pinned");
  assert.match(page.url(), /pin=/, "what is pinned is in the address");
  await page.getByLabel("Map the difference").check();
  await page.getByText("Difference to the pinned scenario, percentage points").waitFor();
  const shown = Number((await column.innerText()).replace("−", "-"));
  await page.getByRole("button", { name: "Source of map" }).click();
  const cell = page.locator("dialog[open] tbody tr", { hasText: "Russia" }).locator("td");
  assert.equal(Number((await cell.innerText()).replace("−", "-")).toFixed(3), shown.toFixed(3), "the map's source is of the difference too");
  await page.keyboard.press("Escape");
}

/** Not only of trade: a number of gas opens its balance. */
async function traces(page, address) {
  await open(page, address, "#view=gas");
  await page.getByRole("button", { name: /^Price in Germany:/ }).click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByText("Formula").waitFor();
  const cells = await dialog.locator("table tbody tr").count();
  assert.ok(cells > 3, `${cells} cells in the balance of German gas`);
  const used = await dialog.locator(".terms div", { hasText: "now" }).last().locator("dd").innerText();
  const sum = (await dialog.locator("table tbody tr td:last-child").allInnerTexts()).reduce((a, b) => a + Number(b.replaceAll(",", "").replace("−", "-")), 0);
  assert.ok(Math.abs(sum - Number(used.replaceAll(",", ""))) < 1e-3 * sum, `cells add up to ${sum}, what is used is ${used}`);
  await page.keyboard.press("Escape");
  await open(page, address, "#view=sweep");
  await page.getByRole("button", { name: "Solve all values" }).click();
  await page.getByText("Every value as a table").click();
  const number = page.getByRole("button", { name: /^Real income of Russia at 2\.00/ });
  const said = (await number.innerText()).replace("−", "-");
  await number.click();
  const value = await page.locator("dialog[open] .big").innerText();
  assert.equal(Number(value.split(" ")[0].replace("−", "-")).toFixed(3), Math.abs(said).toFixed(3), "a value of a sweep opens the trace of its own run");
  await page.keyboard.press("Escape");
}

/** What README's reader asks first stands in the first view, without a click: what a US-Russia thaw does to German wages. */
async function firstQuestion(page, address) {
  await open(page, address);
  const wages = page.locator(".earners").getByRole("button", { name: /^Wages, Germany/ });
  const said = JSON.parse(execFileSync(thaw, ["run", "us-russia-thaw", "--horizon", "short", "--json"], { encoding: "utf8" }));
  const { real_wage_pct: value } = said.countries.find((c) => c.country === "DEU");
  assert.equal(await wages.innerText(), `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`, "German wages as thaw run says");
  const box = await wages.boundingBox();
  assert.ok(box.y + box.height < 1000, "it is seen without scrolling");
}

async function phone(page, address) {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const view of ["overview", "trade", "country", "table", "sweep", "leverage", "leverage&leverage=every~all~all~loss~CHN~RUS", "coalition", "gas", "claims", "scenario"]) {
    await open(page, address, `#view=${view}`);
    if (view.startsWith("leverage")) await page.locator(".matrix svg").waitFor();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${view} is ${over} px wider than a phone`);
  }
  await page.setViewportSize({ width: 1440, height: 1000 });
}

async function printed(page, address) {
  await open(page, address);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const hidden = await page.locator("nav, aside").evaluateAll((list) => list.every((e) => getComputedStyle(e).display === "none"));
  assert.ok(hidden, "menus and sliders are not printed");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, "nothing is wider than the paper");
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper"));
  assert.equal(await paper(), "#fbfbf9", "paper is light where the screen is dark");
  await page.goto(new URL(await page.locator(".actions a.button").getAttribute("href"), address).href);
  assert.equal(await paper(), "#fff", "that of the brief too");
  await page.emulateMedia({ media: null, colorScheme: null });
}

const browser = await launch(need);
const { server, address } = await serve(thaw);
const folder = mkdtempSync(join(tmpdir(), "thaw-promises-"));
let status = 0;
try {
  await firstView(browser, address);
  await nothingJumps(browser, address);
  await ofTheReader(browser, address);
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: "en-US" });
  page.setDefaultTimeout(30000);
  const faults = [];
  page.on("console", (m) => m.type() === "error" && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(e.message));
  await charts(page, address, folder);
  await firstQuestion(page, address);
  await comparing(page, address);
  await traces(page, address);
  await phone(page, address);
  await printed(page, address);
  assert.deepEqual(faults, [], "errors in the console");
} catch (error) {
  console.log(error.stack);
  status = 1;
} finally {
  await browser.close();
  if ((await interrupt(server)).code !== 0) status = status || 1;
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
