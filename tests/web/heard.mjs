// What a reader hears who does not see the page: headings in order, charts with words and a table, a result said once when a slider
// rests, and a focus that is never lost.
import assert from "node:assert/strict";
import { move, open, solved } from "./browser.mjs";

const VIEWS = { overview: ".overview .bars", trade: ".trade .pairs", country: "[aria-label=Partners] table", table: ".everything table", sweep: ".sweep", leverage: ".chokepoints", coalition: ".lattice", gas: ".gasmap", claims: ".claims table", scenario: ".ready li" };

async function structure(page, address) {
  for (const [view, shows] of Object.entries(VIEWS)) {
    await open(page, address, `#view=${view}`);
    await page.locator(shows).first().waitFor();
    const levels = await page.locator("h1, h2, h3, h4").evaluateAll((list) => list.filter((h) => h.checkVisibility()).map((h) => Number(h.localName[1])));
    assert.equal(levels[0], 1, `the first heading of ${view}`);
    levels.forEach((level, k) => assert.ok(k === 0 || level <= levels[k - 1] + 1, `headings of ${view}: ${levels}`));
    assert.match(await page.title(), /^\w+ – thaw$/);
    const charts = await page.locator("main figure").evaluateAll((list) => list.map((f) => (f.querySelector("[role=img], [role=application]")?.getAttribute("aria-label") ?? "").length));
    assert.ok(charts.every((length) => length > 20), `words for every chart of ${view}: ${charts}`);
    const tables = await page.locator("main table").evaluateAll((list) => list.filter((t) => !t.caption?.textContent.trim()).length);
    assert.equal(tables, 0, `tables of ${view} without a caption`);
  }
}

/** While a slider moves 30 times in a second and a half nothing is said; then one sentence is. */
async function saidOnce(page, address) {
  for (const [hash, id, from, to, words] of [["#view=overview", "barrier-eu", 0.5, 2.5, /Real income: Russia [+−]\d/], ["#view=gas", "gas-month", 0, 23, /December 2022: gas in Germany \d/], ["#view=coalition&coalition=russia-2014~~0.5", "weight", 0, 1, /Russia loses \d.*bn USD/]]) {
    await open(page, address, hash);
    await page.locator(`#${id}`).waitFor();
    await page.waitForTimeout(1000);
    await page.evaluate(() => {
      window.said = [];
      // An output is a live region too.
      for (const e of document.querySelectorAll("[role=status], [role=alert], [aria-live], output:not([aria-hidden])")) new MutationObserver(() => window.said.push(e.textContent)).observe(e, { childList: true, characterData: true, subtree: true });
    });
    for (let k = 0; k < 30; k++) {
      await move(page, id, (from + ((to - from) * k) / 29).toFixed(2), k === 29);
      await page.waitForTimeout(50);
    }
    await solved(page);
    await page.waitForTimeout(1200);
    const said = await page.evaluate(() => window.said);
    assert.equal(said.length, 1, `said while ${id} moves: ${said.join(" | ")}`);
    assert.match(said[0], words);
  }
}

async function focusKept(page, address) {
  const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id);
  await open(page, address);
  await move(page, "barrier-us", 1.5);
  await solved(page);
  const undo = page.getByRole("button", { name: "Undo" });
  await undo.focus();
  await page.keyboard.press("Enter");
  await solved(page);
  assert.equal(await undo.getAttribute("aria-disabled"), "true");
  assert.equal(await focused(), "Undo", "the focus after a step back");
  await page.locator(".earners").getByRole("button", { name: "Germany", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".country h2.name", { hasText: "Germany" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main", "the focus after a link to another view");
  const all = page.getByRole("button", { name: /^All \d+ partners/ });
  await all.focus();
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "Only the largest partners", "the focus after more rows");
}

export async function heard({ page, address }) {
  await structure(page, address);
  await saidOnce(page, address);
  await focusKept(page, address);
  console.log("heard: headings in order, words and captions for charts and tables, a result once a slider rests; the focus stays");
}
