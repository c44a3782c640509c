import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** Opens a page that records what goes wrong in it. */
export async function openPage({ colorScheme = "dark" } = {}) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme, permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  const mistakes = [];
  page.on("pageerror", (error) => mistakes.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    // A refused call is shown to the user; the browser's own note of it is no mistake of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      mistakes.push(`console: ${message.text()}`);
    }
  });
  return { browser, page, mistakes };
}

/** Runs named steps in order, one JSON line each; the first that fails ends the run with a screenshot and exit code 1. */
export async function run(page, steps) {
  const folder = process.env.OPSMESH_SCREENSHOTS ?? "screenshots";
  mkdirSync(folder, { recursive: true });
  const shot = (name) => page.screenshot({ path: join(folder, `${name}.png`) });
  for (const [name, step] of steps) {
    const started = performance.now();
    try {
      await step(shot);
      console.log(JSON.stringify({ step: name, ok: true, ms: Math.round(performance.now() - started) }));
    } catch (error) {
      await shot("failed").catch(() => {});
      console.log(JSON.stringify({ step: name, ok: false, ms: Math.round(performance.now() - started), error: String(error.message ?? error).split("\n")[0], screenshot: join(folder, "failed.png") }));
      return 1;
    }
  }
  return 0;
}

/** Polls until the answer is truthy; says what was waited for when it never is. */
export async function until(what, ask, limitMs = 30_000) {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    if (performance.now() > end) {
      throw new Error(`waited ${limitMs / 1000} s for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
