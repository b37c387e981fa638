// screenshots.mjs THAW PROJECT [FOLDER [VIEW...]]: what the page looks like, every view at 1440 and 390 px, light and dark. Without a
// folder those that the documents show are written to docs/screenshots.
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { interrupt, launch, open, packages, serve } from "./browser.mjs";

const [thaw, project, given, ...only] = process.argv.slice(2);
const VIEWS = {
  page: { hash: "", shows: ".overview" },
  trade: { hash: "#view=trade&country=RUS", shows: ".trade" },
  country: { hash: "#view=country&country=DEU", shows: "[aria-label=Dependence] table" },
  table: { hash: "#view=table", shows: ".everything" },
  range: { hash: "#view=sweep", shows: ".sweep", click: "Solve all values", then: ".sweep .lines" },
  leverage: { hash: "#view=leverage", shows: "#pair-says", then: ".chokepoints" },
  coalitions: { hash: "#view=coalition&coalition=russia-wall~~", shows: ".lattice" },
  gas: { hash: "#view=gas", shows: ".gasmap" },
  claims: { hash: "#view=claims", shows: ".claims table" },
  scenario: { hash: "#view=scenario", shows: ".scenario .ready li" },
};
/** In the documents: each view once as on a desk, once as on a phone at night. */
const shown = (width, dark) => (width === 1440) !== dark;

const need = packages(project);
const { PNG } = need("pngjs");
const browser = await launch(need);
const { server, address } = await serve(resolve(thaw), "--max-seconds", "120");
const folder = resolve(given ?? join(project, "docs/screenshots"));
mkdirSync(folder, { recursive: true });
const page = await browser.newPage({ locale: "en-US" });
page.setDefaultTimeout(60000);
for (const [name, v] of Object.entries(VIEWS)) {
  if (only.length && !only.includes(name)) continue;
  for (const width of [1440, 390])
    for (const dark of [false, true]) {
      if (!given && !shown(width, dark)) continue;
      await page.setViewportSize({ width, height: width === 390 ? 844 : 1000 });
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
      await open(page, address, v.hash);
      await page.locator(v.shows).first().waitFor();
      if (v.click) await page.getByRole("button", { name: v.click }).click();
      if (v.then) await page.locator(v.then).first().waitFor();
      await page.waitForTimeout(300);
      const picture = PNG.sync.read(await page.screenshot({ fullPage: Boolean(given) }));
      // Without filters, which flat colours do better without.
      writeFileSync(join(folder, `${name}-${width}${given && dark ? "-dark" : ""}.png`), PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 }));
    }
}
await browser.close();
await interrupt(server);
