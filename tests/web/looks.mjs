// How the page looks: pictures at 1440 and 390 px beside committed ones. Fonts differ between machines, so that all text is
// set in boxes of one width and made transparent, and pictures are shrunk: what is compared is where boxes, maps and bars are
// and which colours they have.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { open } from "./browser.mjs";
import { boxFont } from "./font.mjs";

const NO_TEXT = "*, *::placeholder { font-family: boxes !important; color: transparent !important; caret-color: transparent !important; } svg text { fill: transparent !important; } ::-webkit-scrollbar { display: none; }";
/** Pixels of the screen that become one of the picture. */
const SHRINK = 4;
/** Of 0 to 1, what two colours may differ by; and the share of pixels that may differ by more. */
const COLOUR = 0.04;
const SHARE = 0.005;

const PICTURES = [
  { name: "overview-1440", width: 1440, height: 1000, hash: "" },
  { name: "overview-1440-dark", width: 1440, height: 1000, hash: "", dark: true },
  { name: "country-1440", width: 1440, height: 1000, hash: "#view=country&country=DEU", shows: "[aria-label=Sectors] table" },
  { name: "trade-1440", width: 1440, height: 1000, hash: "#view=trade&country=RUS" },
  { name: "gas-1440", width: 1440, height: 1000, hash: "#view=gas", shows: ".gasmap" },
  { name: "leverage-1440", width: 1440, height: 1000, hash: "#view=leverage", shows: ".chokepoints" },
  { name: "coalition-1440", width: 1440, height: 1000, hash: "#view=coalition", shows: ".lattice" },
  { name: "leverage-390", width: 390, height: 1600, hash: "#view=leverage", shows: ".chokepoints" },
  { name: "overview-390", width: 390, height: 1600, hash: "" },
  { name: "trade-390", width: 390, height: 1600, hash: "#view=trade&country=RUS" },
];

/** The mean of each square of SHRINK x SHRINK pixels. */
function shrink({ PNG }, picture) {
  const small = new PNG({ width: Math.floor(picture.width / SHRINK), height: Math.floor(picture.height / SHRINK) });
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++)
      for (let c = 0; c < 4; c++) {
        let sum = 0;
        for (let k = 0; k < SHRINK * SHRINK; k++) sum += picture.data[4 * ((y * SHRINK + Math.floor(k / SHRINK)) * picture.width + x * SHRINK + (k % SHRINK)) + c];
        small.data[4 * (y * small.width + x) + c] = Math.round(sum / (SHRINK * SHRINK));
      }
  return small;
}

async function take(png, page, address, p) {
  await page.setViewportSize({ width: p.width, height: p.height });
  await page.emulateMedia({ colorScheme: p.dark ? "dark" : "light", reducedMotion: "reduce" });
  await open(page, address, p.hash);
  if (p.shows) await page.locator(p.shows).waitFor();
  await page.evaluate(
    async ([css, bytes]) => {
      document.fonts.add(await new FontFace("boxes", new Uint8Array(bytes)).load());
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [sheet];
    },
    [NO_TEXT, boxFont()],
  );
  return shrink(png, png.PNG.sync.read(await page.screenshot()));
}

/** renew: writes the pictures instead of comparing. Those that differ are left in `folder`. */
export async function looks({ page, address, need, references, folder, renew }) {
  const png = need("pngjs");
  const pixelmatch = await need.module("pixelmatch");
  const differ = [];
  for (const p of PICTURES) {
    const now = await take(png, page, address, p);
    const file = join(references, `${p.name}.png`);
    if (renew) {
      mkdirSync(references, { recursive: true });
      writeFileSync(file, png.PNG.sync.write(now, { colorType: 2, deflateLevel: 9 }));
      continue;
    }
    assert.ok(existsSync(file), `${file} is missing: docs/developing.md says how to make it`);
    const was = png.PNG.sync.read(readFileSync(file));
    assert.deepEqual([now.width, now.height], [was.width, was.height], `size of ${p.name}`);
    const seen = new png.PNG({ width: now.width, height: now.height });
    const share = pixelmatch(was.data, now.data, seen.data, now.width, now.height, { threshold: COLOUR }) / (now.width * now.height);
    console.log(`${p.name}: ${(100 * share).toFixed(2)} % of the picture differs`);
    if (share <= SHARE) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${p.name}.png`), png.PNG.sync.write(now));
    writeFileSync(join(folder, `${p.name}-differs.png`), png.PNG.sync.write(seen));
    differ.push(p.name);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  assert.deepEqual(differ, [], `pictures that look otherwise by more than ${100 * SHARE} %: see ${folder}`);
}
