// Every figure on the page can be traced to its source: it is a button that opens its trace, says by aria-describedby where it is from, or
// stands in a table, a figure or a section whose caption or heading has such a button. And what a number opens is that number.
import assert from "node:assert/strict";
import { open } from "./browser.mjs";

const VIEWS = [
  { hash: "", shows: ".overview .bars" },
  { hash: "#view=trade&country=RUS", shows: ".trade .pairs" },
  { hash: "#view=country&country=DEU", shows: "[aria-label=Dependence] table" },
  { hash: "#view=table", shows: ".everything table" },
  { hash: "#view=sweep", shows: ".sweep", click: "Solve all values", then: ".sweep .lines" },
  { hash: "#view=leverage", shows: ".chokepoints" },
  { hash: "#view=coalition", shows: ".lattice" },
  { hash: "#view=gas", shows: ".gasmap" },
  { hash: "#view=claims", shows: ".claims table" },
  { hash: "#view=scenario", shows: ".scenario .ready li" },
];
/** With one that is pinned and another world, countries alone, in the short run and in one factor. */
const MORE = [
  { hash: "#view=overview&measure=exports_pct&horizon=one-factor", shows: ".overview .bars" },
  { hash: "#view=overview&world=world-2023&pin=freeze~1~2~2~0~1~1~0~1~1~1~1~1~1~0~0~0~0", shows: ".overview .bars" },
];

/** In the page: figures without a trace, as what they say and where. */
function untraced() {
  // What is asked, not answered: settings, names, quotations, commands, the text of a source itself.
  const ASKED = "script, style, form, select, output, textarea, code, dialog, footer, q, h1, th, .settings, .sources, label, a, button:not(.num)";
  const control = (e) => e.querySelector("button.source") !== null;
  const heads = (e) => [...e.children].filter((c) => c.matches("caption, figcaption, h2, header"));
  const described = (e) => (e.getAttribute("aria-describedby") ?? "").split(" ").some((id) => id && document.getElementById(id)?.textContent.trim());
  const has = (element) => {
    for (let e = element, prose = true; e && !e.matches("main"); e = e.parentElement) {
      if (e.matches("button.num") || described(e)) return true;
      if (e.matches("summary") && e.parentElement.querySelector("code")) return true;
      // A section speaks for its sentences; tables and figures within have captions of their own.
      if (e.matches("table, figure")) prose = false;
      if (e.matches("p") && control(e)) return true;
      if ((e.matches("table, figure") || (prose && e.matches("section"))) && heads(e).some(control)) return true;
      if (e.matches("table") && [...e.querySelectorAll("thead th")].some((th) => th.textContent === "Source")) return true;
    }
    return false;
  };
  const found = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const figures = node.data.match(/(?<![\p{L}\d.,])[+−-]?\d[\d.,]*/gu)?.filter((f) => !/^(19|20)\d\d[.,]?$/.test(f));
    const at = node.parentElement;
    if (!figures?.length || at.closest(ASKED) || has(at)) continue;
    const where = at.closest("section, table, figure, header, div, p") ?? at;
    found.push(`${at.localName}.${[...at.classList].join(".")} "${node.data.trim().slice(0, 50)}" in ${where.localName} ${where.getAttribute("aria-label") ?? where.className}`);
  }
  return found;
}

/** The number that a text of the locale en-US says. */
const numberOf = (text) => Number(text.replaceAll(",", "").replaceAll("−", "-").replace("E", "e"));

/** Opens numbers of the view and reads them back in their traces; a billion here is a thousand million there. */
async function opens(page, most) {
  const all = await page.locator("main button.num:visible").all();
  const step = Math.max(1, Math.floor(all.length / most));
  let n = 0;
  for (let k = 0; k < all.length; k += step) {
    const [said, label] = [await all[k].innerText(), await all[k].getAttribute("aria-label")];
    await all[k].evaluate((b) => b.click());
    const dialog = page.locator("dialog[open]");
    await dialog.locator(".formula").waitFor();
    const value = numberOf((await dialog.locator(".big").innerText()).split(" ")[0]);
    assert.ok((await dialog.locator(".from").innerText()).length > 10, `${label}: its source`);
    const [shown, decimals] = [numberOf(said), said.split(".")[1]?.length ?? 0];
    // Traces are printed to eight digits.
    const same = (v) => Math.abs(v - shown) <= 0.5 * 10 ** -decimals * (1 + 1e-6) + 1e-7 * Math.abs(v);
    assert.ok(same(value) || same(value / 1000), `${label} opens a trace of ${value}`);
    await page.keyboard.press("Escape");
    n++;
  }
  for (const source of await page.locator("main button.source:visible").all()) {
    await source.evaluate((b) => b.click());
    await page.locator("dialog[open] .formula").waitFor();
    assert.ok((await page.locator("dialog[open] .from").innerText()).length > 10, "the source of a chart or a table");
    await page.keyboard.press("Escape");
    n++;
  }
  return n;
}

export async function traced({ page, address }) {
  const missing = [];
  let opened = 0;
  for (const v of [...VIEWS, ...MORE]) {
    await open(page, address, v.hash);
    await page.locator(v.shows).first().waitFor();
    if (v.click) await page.getByRole("button", { name: v.click }).click();
    if (v.then) await page.locator(v.then).first().waitFor();
    await page.evaluate(() => document.querySelectorAll("main details").forEach((d) => (d.open = true)));
    await page.waitForFunction(() => [...document.querySelectorAll("main details.behind")].every((d) => d.children.length > 1));
    missing.push(...(await page.evaluate(untraced)).map((what) => `${v.hash || "#view=overview"}: ${what}`));
    if (!missing.length) opened += await opens(page, 6);
  }
  // Once for each place: a chart has dozens.
  const places = [...new Map(missing.map((m) => [m.replace(/".*"/s, ""), m])).values()];
  assert.ok(!missing.length, `${missing.length} figures without a trace:\n${places.join("\n")}`);
  console.log(`traces: every figure of ${VIEWS.length} views has one; ${opened} opened, and each is of the number that was clicked`);
}
