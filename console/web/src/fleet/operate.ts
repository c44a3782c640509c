import { Problem, post } from "../api";
import { h } from "../dom";
import { shortId } from "../format";
import { icon } from "../icons";
import { copyable } from "./cells";
import type { Agent, Node } from "./model";

interface OperateResult {
  success: boolean;
  message: string;
  outcome: string;
  command_id: string;
}

const Effects: Record<string, (agent: Agent) => string> = {
  restart: (agent) => (agent.pid === 0 ? "It does not run now: it is started." : `Its process ${agent.pid} is asked to end, killed if it does not within its grace, and a new one is started.`),
  stop: (agent) => `Its process ${agent.pid} is asked to end and killed if it does not within its grace. It stays stopped until someone starts it.`,
  start: () => "It is started and supervised from then on.",
};

/** Says what an operation will touch, asks, carries it out and shows what became of it. */
export function operate(node: Node, agent: Agent, operation: string, done: () => void): void {
  const title = `${operation[0]?.toUpperCase()}${operation.slice(1)} ${agent.id} on ${node.hostname}?`;
  const confirm = h("button", { class: "button primary", type: "submit", value: "yes" }, `${operation[0]?.toUpperCase()}${operation.slice(1)}`);
  const cancel = h("button", { class: "button", type: "button" }, "Cancel");
  const result = h("div", { class: "result", role: "status", "aria-live": "polite" });
  const buttons = h("div", { class: "dialog-buttons" }, cancel, confirm);
  const form = h("form", { method: "dialog" }, h("h2", {}, title), h("p", {}, Effects[operation]?.(agent) ?? ""), h("p", { class: "dim" }, "Touches 1 agent on 1 node."), result, buttons);
  const dialog = h("dialog", { class: "dialog", "aria-label": title }, form);
  // One key per dialog: a second press after a lost answer asks for the same command again.
  const key = crypto.randomUUID();

  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (confirm.dataset["done"] === "true") {
      dialog.close();
      return;
    }
    void run();
  });
  document.body.append(dialog);
  dialog.showModal();
  confirm.focus();

  async function run(): Promise<void> {
    confirm.disabled = true;
    result.replaceChildren(h("span", { class: "spinner" }), h("span", {}, "Waiting for the node…"));
    try {
      const { value, traceId } = await post<OperateResult>(`/nodes/${node.node_id}/agents/${agent.id}:${operation}`, { idempotency_key: key });
      show(value, traceId);
    } catch (error) {
      const problem = error instanceof Problem ? error : Problem.unreachable();
      result.replaceChildren(outcome(problem.reason, "bad"), h("span", {}, problem.detail), ...trace(problem.traceId ?? ""));
      confirm.disabled = false;
      confirm.textContent = "Try again";
    }
    done();
  }

  function show(value: OperateResult, traceId: string): void {
    const tone = value.success ? "good" : value.outcome === "PENDING" ? "warn" : "bad";
    const command = h("span", {}, "command ", copyable(shortId(value.command_id), value.command_id, "command id"));
    result.replaceChildren(outcome(value.outcome || (value.success ? "DONE" : "FAILED"), tone), h("span", {}, value.message), command, ...trace(traceId));
    confirm.dataset["done"] = "true";
    confirm.disabled = false;
    confirm.textContent = "Close";
    cancel.remove();
    confirm.focus();
  }

  function trace(id: string): HTMLElement[] {
    return id === "" ? [] : [h("a", { href: `#/traces/${id}`, onclick: () => dialog.close() }, "trace")];
  }
}

function outcome(text: string, tone: "good" | "warn" | "bad"): HTMLElement {
  const element = h("strong", { class: "state", "data-tone": tone, "data-outcome": text });
  element.append(icon(tone === "good" ? "circle" : tone === "warn" ? "triangle" : "square"), text);
  return element;
}
