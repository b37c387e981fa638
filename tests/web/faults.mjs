// What goes wrong is said in words that help, with a way back: an address of another world, a scenario that is wrong or has no answer,
// a server that ended.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { answers, interrupt, move, open, says, serve } from "./browser.mjs";

const READY = "#view=overview";
const WRONG = "name: x\nworld: wiod-2011\nmeasures:\n  - {kind: ban, form: RUS, to: USA, sectors: all}\n";

const go = async (page, address, hash) => {
  await page.goto("about:blank");
  await page.goto(address + hash);
};
const back = async (page, name) => {
  await page.locator(".fault").getByRole("button", { name }).click();
  await page.locator(".fault").waitFor({ state: "detached" });
};

async function addresses(page, address, project) {
  const nowhere = readFileSync(join(project, "scenarios/half-to-europe.yaml"), "utf8").replace("value: 0.5}", "value: 0.9999999}");
  const cases = [
    [`${READY}&world=atlantis`, /There is no world .atlantis. here\. What you see is of wiod-2011/, "Go on with wiod-2011", ".overview .bars"],
    [`${READY}&ready=atlantis`, /no scenario `atlantis` here/, "Back to the sliders", ".overview .bars"],
    [`${READY}&yaml=${encodeURIComponent(WRONG)}`, /scenario\.yaml:4:17: unknown key `form` in kind ban; did you mean `from`\?/, "Back to the sliders", ".overview .bars"],
    [`${READY}&world=world-2023&yaml=${encodeURIComponent(nowhere)}`, /This has no answer\. .* cannot be 0\.9999999; the nearest/, "Back to the sliders", ".overview .bars"],
    ["#view=gas&gas=atlantis~0~3", /no scenario `atlantis` here/, "Show Russia’s pipes closed", ".gasmap"],
    ["#view=coalition&coalition=atlantis~~", /no file `atlantis` here/, "Show the sanctions of 2014", ".lattice"],
  ];
  for (const [hash, words, way, shows] of cases) {
    await go(page, address, hash);
    const fault = page.locator(".fault[role=alert]");
    await fault.waitFor();
    assert.match(await fault.innerText(), words);
    await back(page, way);
    await page.locator(shows).waitFor();
  }
  return cases.length;
}

/** Killed while the page is open, and started again where it was. */
async function serverEnds(browser, thaw) {
  const first = await serve(thaw);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
  await open(page, first.address);
  const [before, title] = [await says(page), await page.locator("h1").innerText()];
  await interrupt(first.server);
  let asked = 0;
  page.on("requestfailed", () => asked++);
  await move(page, "barrier-us", 1.5);
  const fault = page.locator(".fault[role=alert]");
  await fault.waitFor();
  assert.match(await fault.innerText(), /The server does not answer: is `thaw serve` still running/);
  assert.equal(await page.locator("h1").innerText(), title, "numbers that stand keep their title");
  await page.waitForTimeout(600);
  assert.ok(asked <= 3, `a server that ended is asked ${asked} times`);
  for (const view of ["Gas", "Claims", "Leverage", "Coalitions"]) {
    await page.getByRole("navigation").getByRole("button", { name: view, exact: true }).click();
    await fault.waitFor();
    assert.match(await fault.innerText(), /The server does not answer.*Try again/s, view);
  }
  await page.getByRole("navigation").getByRole("button", { name: "Overview", exact: true }).click();
  const second = await serve(thaw, "--port", new URL(first.address).port);
  await back(page, "Try again");
  await answers(page, before);
  await page.close();
  await interrupt(second.server);
}

export async function faults({ browser, address, thaw, project }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
  const n = await addresses(page, address, project);
  await page.close();
  await serverEnds(browser, thaw);
  console.log(`faults: ${n} addresses that are wrong and a server that ended are said so, each with a way back`);
}
