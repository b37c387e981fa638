// The views of leverage and coalitions: what they show is what the commands print, boxes and cells answer without asking the server
// again, long work shows how far it is and can be ended.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import assert from "node:assert/strict";
import { open } from "./browser.mjs";

const close = (a, b, what) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${what}: ${a}, not ${b}`);
const command = (thaw, ...words) => JSON.parse(execFileSync(thaw, [...words, "--json"], { encoding: "utf8", maxBuffer: 1 << 26 }));

/** The page's own arithmetic on a lattice, beside that of the library. */
export function latticeAsTheCommand({ thaw, project, need }) {
  const bundle = need("esbuild").buildSync({ entryPoints: [join(project, "web/src/state/lattice.ts")], bundle: true, write: false, format: "iife", globalName: "lattice" });
  const lattice = new Function(`${bundle.outputFiles[0].text}; return lattice;`)();
  const c = command(thaw, "coalition", "russia-2014");
  const g = lattice.gameOf(c, null);
  const all = (1 << g.n) - 1;
  const parts = lattice.partsOf(g, all);
  c.players.forEach((p, k) => {
    close(parts[k], p.shapley, `Shapley value of ${p.name}`);
    close(-g.own(c.about, k), p.cost, `cost of ${p.name}`);
    close(lattice.breakEvenOf(g, c.about, k, c.target_income), p.break_even_weight, `break-even of ${p.name}`);
    if (p.member) close(Math.max(0, -lattice.gainOf(g, c.about, k)), p.price, `price of ${p.name}`);
  });
  for (const coalition of [0, 1, c.about, all]) close(lattice.partsOf(g, coalition).reduce((a, b) => a + b, 0), g.harm(coalition), `parts of coalition ${coalition}`);
  const s = lattice.stabilityOf(g, c.about);
  assert.deepEqual([s.internal, s.external], [c.internally_stable, c.externally_stable], "stability");
  close(s.surplus, c.surplus, "surplus");
  const { steps, circle } = lattice.unravel(g, c.about);
  assert.deepEqual([steps.map((step) => [c.players[step.player].name, step.joins, step.coalition]), circle], [c.steps.map((step) => [step.player, step.joins, step.coalition]), c.cycle > 0], "who leaves first");
  assert.deepEqual(lattice.stableOnes(g), c.stable, "stable coalitions");
  for (const at of c.scan) assert.equal(lattice.stableOnes(lattice.gameOf(c, at.weight)).length, at.n_stable, `stable coalitions at a weight of ${at.weight}`);
  console.log(`coalitions: the page's arithmetic is the command's for ${c.lattice.coalition.length} coalitions and ${c.scan.length} weights`);
}

const addressed = (page, part) => page.waitForFunction((text) => decodeURIComponent(location.hash).includes(text), part);

const CELLS = "[aria-roledescription='heat map']";

export async function leverage({ page, address, thaw }) {
  await open(page, address, "#view=leverage&leverage=powers~all~all~loss~EU27~RUS");
  const says = page.locator("#pair-says");
  await says.waitFor();
  const said = command(thaw, "leverage", "EU27", "RUS", "--world", "wiod-2011", "--horizon", "short").worlds[0].only;
  const number = (value) => Math.abs(value).toFixed(2);
  assert.match(await says.innerText(), new RegExp(`loses ${number(said.loss_pct[0][1])} % .* ${number(said.cost_pct[0][1])} %`), "the pair as the command says");
  await page.locator(".chokepoints").waitFor();
  // Arrow keys move; the diagonal is stepped over; the address follows.
  await page.locator(CELLS).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  // Down from the European Union: Russia is on the diagonal, India, Japan.
  await addressed(page, "~JPN~RUS");
  await page.locator(".matrix .cell").nth(1).click();
  await addressed(page, "~USA~EU27");
  await page.getByRole("button", { name: "Difference" }).click();
  await page.reload();
  await page.locator("#pair-says").waitFor();
  assert.equal(await page.getByRole("button", { name: "Difference" }).getAttribute("aria-pressed"), "true", "what the cells show, after a reload");
  console.log("leverage: a pair as the command says; arrows, a click and a reload");
}

export async function coalitions({ page, address }) {
  await open(page, address, "#view=coalition");
  const harm = page.locator(".coalition .facts dd").first();
  await harm.waitFor();
  const asked = [];
  // The icon is asked for anew whenever the address changes.
  page.on("request", (r) => r.url().includes("/api/") && asked.push(r.url()));
  const box = page.getByRole("checkbox", { name: "China" });
  assert.equal(await box.isChecked(), false, "China was not in it in 2014");
  const before = await harm.innerText();
  await box.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction((was) => document.querySelector(".coalition .facts dd").innerText !== was, before);
  await addressed(page, "coalition=russia-2014~63~");
  assert.match(await page.locator("#coalition-says").innerText(), /leaves first|joins first|It holds/);
  await page.getByRole("checkbox", { name: "The same for all" }).check();
  await page.locator("#weight").press("Home");
  await page.waitForFunction(() => /0\.00/.test(document.querySelector("output[for=weight]").textContent));
  assert.match(await page.locator("#coalition-says").innerText(), /leaves first/, "where harm is worth nothing somebody leaves");
  const parts = await page.locator(".players tbody td:nth-child(3)").allInnerTexts();
  const whole = await page.locator(".players tfoot td").nth(1).innerText();
  const sum = parts.filter((p) => p !== "–").reduce((a, b) => a + Number(b), 0);
  assert.ok(Math.abs(sum - Number(whole)) < 0.005 * parts.length + 1e-9, `parts in harm add up to ${sum}, not ${whole}`);
  assert.deepEqual(asked, [], "requests while boxes are ticked");
  page.removeAllListeners("request");
  console.log("coalitions: boxes and the weight answer without a request");
}

/** A country of one world that another does not have. */
export async function otherWorld({ page, address }) {
  await open(page, address, "#view=country&world=world-2023&country=UKR");
  await page.locator(".country h2.name").waitFor();
  await page.locator(".pickers select").first().selectOption("wiod-2011");
  await page.getByText("This world has no country UKR").waitFor();
  await page.getByRole("button", { name: "Show Russia" }).click();
  await page.locator(".country h2.name", { hasText: "Russia" }).waitFor();
}

/** Work that takes seconds: progress, and an end to it. */
export async function ended({ page, address }) {
  await open(page, address, "#view=coalition&world=world-2023&coalition=russia-wall~~");
  await page.locator(".under-way progress").waitFor();
  await page.waitForFunction(() => (document.querySelector(".under-way progress")?.value ?? 0) > 0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled.").waitFor();
  console.log("4,096 coalitions: progress is shown, Cancel ends it");
}
