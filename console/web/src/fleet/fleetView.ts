import type { Problem } from "../api";
import { arrange, h, setAttribute, setText } from "../dom";
import { span } from "../format";
import { icon } from "../icons";
import { type AgentActions, AgentRow } from "./agentRow";
import { StateBadge } from "./cells";
import { type Agent, type Node, lookOfAgent, lookOfNode } from "./model";
import { NodeRow } from "./nodeRow";
import type { FleetStore } from "./store";

/** Rows beyond this are not drawn; the filter finds them. */
const MostRows = 500;
const OpenByItself = 20;
const Columns = 8;

type Tally = "online" | "suspect" | "offline" | "unhealthy";

/** The first page: four counters and the table of nodes with their agents. */
export class FleetView {
  readonly element: HTMLElement;
  readonly #body = h("tbody");
  readonly #notice = h("div", { class: "notice", role: "status" });
  readonly #empty = h("div", { class: "empty" });
  readonly #more = h("p", { class: "more dim" });
  readonly #counters = new Map<Tally, { button: HTMLButtonElement; value: HTMLElement }>();
  readonly #rows = new Map<string, NodeRow>();
  readonly #agentRows = new Map<string, AgentRow>();
  readonly #notes = new Map<string, HTMLTableRowElement>();
  readonly #toggled = new Map<string, boolean>();
  #filter = "";
  #tally: Tally | undefined;

  constructor(
    private readonly store: FleetStore,
    private readonly actions: AgentActions,
  ) {
    const counters = h("div", { class: "counters" });
    this.#addCounter(counters, "online", "Online", "NODE_STATE_ONLINE");
    this.#addCounter(counters, "suspect", "Suspect", "NODE_STATE_SUSPECT");
    this.#addCounter(counters, "offline", "Offline", "NODE_STATE_OFFLINE");
    this.#addCounter(counters, "unhealthy", "Unhealthy agents", "");
    const head = ["State", "Node", "Labels", "Agents", "CPU", "Memory", "Heartbeat", ""].map((name) => h("th", { scope: "col" }, name));
    const table = h("table", { class: "fleet", "aria-label": "Nodes and their agents" }, h("thead", {}, h("tr", {}, ...head)), this.#body);
    this.element = h("section", { class: "fleet-page" }, counters, this.#notice, h("div", { class: "table-wrap" }, table, this.#empty, this.#more));
    this.element.addEventListener("keydown", (event) => this.#moveFocus(event));
  }

  /** Nodes whose agents are shown, in view. */
  openNodes(): string[] {
    return this.#visible().slice(0, MostRows).map((node) => node.node_id).filter((id) => this.#isOpen(id));
  }

  setFilter(text: string): void {
    this.#filter = text.trim().toLowerCase();
    this.update();
  }

  update(): void {
    const now = Date.now();
    this.#updateCounters();
    this.#updateNotice(now);
    const nodes = this.#visible();
    const wanted: Element[] = [];
    for (const node of nodes.slice(0, MostRows)) {
      wanted.push(...this.#rowsOf(node, now));
    }
    arrange(this.#body, wanted);
    this.#forget();
    setText(this.#more, nodes.length > MostRows ? `${nodes.length - MostRows} more nodes match; narrow the filter.` : "");
    this.#updateEmpty(nodes.length);
  }

  #rowsOf(node: Node, now: number): Element[] {
    const open = this.#isOpen(node.node_id);
    const agents = this.store.agents.get(node.node_id);
    const metrics = this.store.metrics.get(node.node_id);
    let row = this.#rows.get(node.node_id);
    if (row === undefined) {
      this.#rows.set(node.node_id, (row = new NodeRow(node, (id) => this.#toggle(id))));
    }
    row.update(node, agents, metrics, open, now);
    if (!open) {
      return [row.element];
    }
    const problem = this.store.agentProblems.get(node.node_id);
    if (agents === undefined || agents.length === 0) {
      return [row.element, this.#note(node.node_id, problem, agents !== undefined)];
    }
    const machine = metrics?.get("memory")?.["total_bytes"];
    return [
      row.element,
      ...agents.map((agent) => {
        const key = `${node.node_id}/${agent.id}`;
        let agentRow = this.#agentRows.get(key);
        if (agentRow === undefined) {
          this.#agentRows.set(key, (agentRow = new AgentRow(node, agent, this.actions)));
        }
        const values = metrics?.get(`agent:${agent.id}`);
        agentRow.update(node, agent, values && machine !== undefined ? { ...values, total_bytes: machine } : values, now);
        return agentRow.element;
      }),
    ];
  }

  #note(nodeId: string, problem: Problem | undefined, none: boolean): HTMLTableRowElement {
    let row = this.#notes.get(nodeId);
    if (row === undefined) {
      this.#notes.set(nodeId, (row = h("tr", { class: "note-row" }, h("td", { colspan: Columns }))));
    }
    const cell = row.firstElementChild as HTMLElement;
    const text = problem !== undefined ? `Agents are not known: ${problem.detail} (${problem.reason})` : none ? "No agents. Add some under agents: in this node's daemon.yaml." : "Reading agents…";
    setText(cell, text);
    setAttribute(cell, "data-tone", problem === undefined ? null : "bad");
    return row;
  }

  #visible(): Node[] {
    return [...this.store.nodes.values()].filter((node) => this.#matches(node)).sort((a, b) => a.hostname.localeCompare(b.hostname, undefined, { numeric: true }) || (a.node_id < b.node_id ? -1 : 1));
  }

  #matches(node: Node): boolean {
    const agents = this.store.agents.get(node.node_id) ?? [];
    if (this.#tally === "unhealthy" ? !agents.some(unhealthy) : this.#tally !== undefined && node.state !== `NODE_STATE_${this.#tally.toUpperCase()}`) {
      return false;
    }
    if (this.#filter === "") {
      return true;
    }
    const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
    const words = [node.hostname, node.node_id, ...labels, ...agents.map((agent) => agent.id)].join("\n").toLowerCase();
    return this.#filter.split(/\s+/).every((word) => words.includes(word));
  }

  #isOpen(id: string): boolean {
    return this.#toggled.get(id) ?? this.store.nodes.size <= OpenByItself;
  }

  #toggle(id: string): void {
    this.#toggled.set(id, !this.#isOpen(id));
    this.update();
  }

  #addCounter(parent: HTMLElement, tally: Tally, words: string, state: string): void {
    const badge = new StateBadge();
    badge.set(state === "" ? { shape: "square", tone: "bad" } : lookOfNode(state), words);
    const value = h("span", { class: "counter-value num" }, "–");
    const button = h("button", { class: "counter", type: "button", "aria-pressed": "false", "data-counter": tally }, value, badge.element);
    button.addEventListener("click", () => {
      this.#tally = this.#tally === tally ? undefined : tally;
      this.update();
    });
    this.#counters.set(tally, { button, value });
    parent.append(button);
  }

  #updateCounters(): void {
    const nodes = [...this.store.nodes.values()];
    const count = (state: string): number => nodes.filter((node) => node.state === state).length;
    const values: Record<Tally, number> = {
      online: count("NODE_STATE_ONLINE"),
      suspect: count("NODE_STATE_SUSPECT"),
      offline: count("NODE_STATE_OFFLINE"),
      unhealthy: nodes.reduce((sum, node) => sum + (this.store.agents.get(node.node_id)?.filter(unhealthy).length ?? 0), 0),
    };
    for (const [tally, counter] of this.#counters) {
      setText(counter.value, this.store.loaded ? String(values[tally]) : "–");
      setAttribute(counter.button, "aria-pressed", String(this.#tally === tally));
      setAttribute(counter.button, "data-zero", String(values[tally] === 0));
    }
  }

  #updateNotice(now: number): void {
    const problem = this.store.problem;
    this.#notice.hidden = problem === undefined;
    if (problem !== undefined) {
      const age = span((now - (this.store.staleSince ?? now)) / 1000);
      this.#notice.replaceChildren(icon("alert"), h("span", {}, h("strong", {}, problem.reason), ` ${problem.detail} `, h("span", { class: "dim" }, `Shown is what was known ${age} ago; trying again.`)));
    }
  }

  #updateEmpty(shown: number): void {
    const key = shown > 0 ? "" : !this.store.loaded ? (this.store.problem === undefined ? "loading" : "down") : this.store.nodes.size === 0 ? "none" : "filtered";
    if (this.#empty.dataset["key"] === key) {
      return;
    }
    this.#empty.dataset["key"] = key;
    this.#empty.hidden = key === "";
    this.#empty.replaceChildren(...emptyState(key));
  }

  /** Rows of what is gone must not keep their elements alive. */
  #forget(): void {
    for (const id of [...this.#rows.keys()]) {
      if (!this.store.nodes.has(id)) {
        this.#rows.delete(id);
        this.#notes.delete(id);
      }
    }
    for (const key of [...this.#agentRows.keys()]) {
      const [nodeId = "", agentId = ""] = key.split("/");
      if (!this.store.agents.get(nodeId)?.some((agent) => agent.id === agentId)) {
        this.#agentRows.delete(key);
      }
    }
  }

  #moveFocus(event: KeyboardEvent): void {
    const step = event.key === "j" || event.key === "ArrowDown" ? 1 : event.key === "k" || event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || event.target instanceof HTMLInputElement) {
      return;
    }
    const rows = [...this.#body.querySelectorAll<HTMLElement>(".node-row")];
    const at = rows.indexOf((document.activeElement as HTMLElement)?.closest<HTMLElement>(".node-row") as HTMLElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
    event.preventDefault();
  }
}

const unhealthy = (agent: Agent): boolean => lookOfAgent(agent.status, agent.health).tone === "bad";

function emptyState(key: string): Element[] {
  switch (key) {
    case "loading":
      return Array.from({ length: 6 }, () => h("div", { class: "skeleton" }));
    case "none":
      return [h("h2", {}, "No nodes yet"), h("p", {}, "A node appears here by itself once its daemon registers. On one machine, "), h("pre", {}, "./opsmesh up"), h("p", {}, "starts three of them.")];
    case "filtered":
      return [h("h2", {}, "No node matches"), h("p", {}, "Clear the filter or the counter that is switched on.")];
    default:
      return [h("h2", {}, "The fleet is not known"), h("p", {}, "Nothing could be read yet; the notice above says why. The page tries again by itself.")];
  }
}
