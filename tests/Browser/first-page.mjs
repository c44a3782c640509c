// Drives the console's first page as an operator would. Environment:
//   OPSMESH_URL          of a running console (default http://127.0.0.1:7100)
//   OPSMESH_ONE_TIME     one-time token of the printed URL, or
//   OPSMESH_TOKEN        operator token (opm_...)
//   OPSMESH_NODES        how many nodes must be online (default 3)
//   OPSMESH_AGENT        agent that is restarted (default: the first one)
//   OPSMESH_LOG_AGENT    agent whose log grows by itself (default: chat)
//   OPSMESH_SCREENSHOTS  folder for pictures (default ./screenshots), CHROMIUM its program
import { openPage, run, until } from "./page.mjs";

const url = (process.env.OPSMESH_URL ?? "http://127.0.0.1:7100").replace(/\/$/, "");
const nodes = Number(process.env.OPSMESH_NODES ?? 3);
const { browser, page, mistakes } = await openPage();
const rows = page.locator(".node-row");
const agents = page.locator(".agent-row");
const agentRow = (name, place) => (name ? page.locator(`.agent-row[data-agent="${name}"]`).first() : agents.nth(place));

const code = await run(page, [
  ["without a session the page asks for one", async (shot) => {
    await page.goto(url);
    await page.locator(".sign-in").waitFor();
    await shot("sign-in");
  }],
  ["sign in", async () => {
    if (process.env.OPSMESH_ONE_TIME) {
      await page.goto(`${url}/#login=${encodeURIComponent(process.env.OPSMESH_ONE_TIME)}`);
    } else {
      await page.getByLabel("Operator token").fill(process.env.OPSMESH_TOKEN ?? "");
      await page.getByRole("button", { name: "Sign in" }).click();
    }
    await page.locator(".topbar").waitFor();
    if (page.url().includes("login=")) {
      throw new Error("the one-time token is still in the address bar");
    }
  }],
  [`${nodes} nodes are online, with agents and measurements`, async (shot) => {
    await until(`${nodes} online rows`, async () => (await rows.filter({ hasText: "online" }).count()) >= nodes, 60_000);
    await until("agents", async () => (await agents.count()) > 0);
    await until("cpu of a node", async () => /\d/.test(await rows.first().locator(".meter-text").first().textContent()));
    await until("memory of a node", async () => /\d/.test(await rows.first().locator(".meter-text").nth(1).textContent()));
    await until("live", async () => (await page.locator(".live").getAttribute("data-live")) === "true");
    await shot("nodes");
  }],
  ["restart asks, says what it touches, and tells what became of it", async (shot) => {
    const row = agentRow(process.env.OPSMESH_AGENT, 0);
    await row.scrollIntoViewIfNeeded();
    const pid = async () => (await row.locator(".cell-pid").textContent()).replace(/\D/g, "");
    const before = await until("a pid", async () => (await pid()) || null);
    await row.locator('[data-action="restart"]').click();
    const dialog = page.locator("dialog");
    await dialog.getByText("Touches 1 agent on 1 node.").waitFor();
    await shot("restart");
    await dialog.getByRole("button", { name: "Restart" }).click();
    await dialog.locator("[data-outcome]").waitFor({ timeout: 40_000 });
    const outcome = await dialog.locator("[data-outcome]").getAttribute("data-outcome");
    if (outcome !== "DONE") {
      throw new Error(`outcome ${outcome}: ${await dialog.locator(".result").textContent()}`);
    }
    await shot("restarted");
    await dialog.getByRole("link", { name: "trace" }).waitFor();
    await until("another pid", async () => (await pid()) && (await pid()) !== before);
  }],
  ["its trace is one click away", async (shot) => {
    await page.locator("dialog").getByRole("link", { name: "trace" }).click();
    await until("spans of several processes", async () => new Set(await page.locator(".waterfall .service").allTextContents()).size >= 3);
    await shot("trace");
    await page.locator('.rail a[data-page="nodes"]').click();
  }],
  ["the log is followed", async (shot) => {
    const row = agentRow(process.env.OPSMESH_LOG_AGENT ?? "chat");
    await row.scrollIntoViewIfNeeded();
    await row.locator('[data-action="log"]').click();
    const lines = page.locator(".log-line:not(.log-note)");
    await until("lines", async () => (await lines.count()) > 0);
    const last = await lines.last().getAttribute("data-offset");
    await until("a newer line", async () => (await lines.last().getAttribute("data-offset")) !== last);
    await shot("log");
  }],
  ["its filter runs on the node", async () => {
    const lines = page.locator(".log-line:not(.log-note) .log-text");
    const word = (await lines.last().textContent()).trim().split(/\s+/).at(-1).slice(-1);
    await page.locator(".log-bar input[type=search]").fill(word);
    await page.locator(".log-bar input[type=search]").press("Enter");
    await until("filtered lines", async () => (await page.locator(".log-status").textContent()).includes("filtered") && (await lines.count()) > 0);
    const others = (await lines.allTextContents()).filter((line) => !line.includes(word));
    if (others.length > 0) {
      throw new Error(`the filter '${word}' let '${others[0]}' through`);
    }
  }],
  ["pause holds the log", async () => {
    await page.getByRole("button", { name: /Pause/ }).click();
    const lines = page.locator(".log-line");
    const held = await lines.count();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if ((await lines.count()) !== held) {
      throw new Error("lines came in while paused");
    }
    await page.getByRole("button", { name: /Resume/ }).click();
  }],
  ["light theme", async (shot) => {
    await page.getByRole("button", { name: "Dark or light" }).click();
    await until("light", async () => (await page.locator("html").getAttribute("data-theme")) === "light");
    await shot("light");
  }],
  ["nothing went wrong in the page", async () => {
    if (mistakes.length > 0) {
      throw new Error(mistakes.join(" | "));
    }
  }],
]);
await browser.close();
process.exit(code);
