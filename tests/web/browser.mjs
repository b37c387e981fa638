// What the tests of the page share: the real server, a real browser, and how a page is asked what it shows.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const CHROMIUM = "/usr/bin/chromium";
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"];

/** Exit status 77: what the test needs is missing. */
export function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

/** need(NAME) is that package of web/node_modules; need.module(NAME) the same where it is a module; need.path(NAME) its file. */
export function packages(project) {
  const load = createRequire(join(resolve(project), "web/package.json"));
  const found = (get, name) => {
    try {
      return get(name);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
      return skip(`${name} is missing: \`npm ci\` in web/`);
    }
  };
  const path = (name) => found(load.resolve, name);
  const module = async (name) => (await import(pathToFileURL(path(name)))).default;
  return Object.assign((name) => found(load, name), { path, module });
}

export async function launch(need) {
  if (!existsSync(CHROMIUM)) skip(`${CHROMIUM} is missing`);
  return need("playwright-core").chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** The server on a free port or the one given, and its address once it has printed it. */
export async function serve(thaw, ...options) {
  const server = spawn(thaw, ["serve", ...(options.includes("--port") ? [] : ["--port", "0"]), ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const address = await new Promise((done, fail) => {
    let said = "";
    const hear = (text) => {
      said += text;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+\//);
      if (found) done(found[0]);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.once("exit", () => (said.includes("built without libmicrohttpd") ? skip("built without libmicrohttpd") : fail(new Error(`thaw serve ended: ${said}`))));
  });
  server.removeAllListeners("exit");
  return { server, address };
}

/** Ends it as Ctrl-C does; its exit status, and after how many milliseconds. */
export async function interrupt(server) {
  const since = performance.now();
  const ended = new Promise((done) => server.once("exit", (code, signal) => done({ code, signal, ms: performance.now() - since })));
  server.kill("SIGINT");
  return ended;
}

export const solved = (page) =>
  page.waitForFunction(() => document.querySelector("main")?.getAttribute("aria-busy") === "false" && document.querySelector(".headline h1")?.textContent?.trim());
export const says = (page) => page.locator(".headline p").innerText();

export const open = async (page, address, hash = "") => {
  await page.goto("about:blank");
  await page.goto(address + hash);
  await solved(page);
};

/** A slider put somewhere at once; `rests` is what its `change` event says. */
export const move = (page, id, value, rests = true) =>
  page.locator(`#${id}`).evaluate(
    (slider, [to, change]) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, String(to));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      if (change) slider.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [value, rests],
  );

/** Until the sentence under the headline says something else. */
export const answers = (page, before) => page.waitForFunction((was) => document.querySelector(".headline p").textContent.trim() !== was, before);
