import { h, setAttribute, setText } from "../dom";
import { ago, bytes, enumWords, exact, percent, shortId } from "../format";
import { icon } from "../icons";
import { Meter, StateBadge, copyable } from "./cells";
import { type Agent, type Node, type Values, cpuOf, lookOfAgent, lookOfNode, memoryOf } from "./model";

/** One node. Built once, then only written where something differs. */
export class NodeRow {
  readonly element: HTMLTableRowElement;
  readonly #state = new StateBadge();
  readonly #hostname = h("span", { class: "hostname" });
  readonly #labels = h("span", { class: "labels" });
  readonly #agents = h("span", { class: "num" });
  readonly #cpu = new Meter("CPU");
  readonly #memory = new Meter("Memory");
  readonly #heartbeat = h("span", { class: "num" });
  readonly #version = h("span", { class: "dim" });
  readonly #opener: HTMLButtonElement;
  #labelText = "";

  constructor(node: Node, toggle: (id: string) => void) {
    this.#opener = h("button", { class: "opener", type: "button", "aria-label": `Agents of ${node.hostname}` }, icon("chevron"));
    this.element = h(
      "tr",
      { class: "node-row", tabindex: 0, "data-node": node.hostname, "data-node-id": node.node_id },
      h("td", {}, h("span", { class: "with-opener" }, this.#opener, this.#state.element)),
      h("td", {}, this.#hostname, copyable(shortId(node.node_id), node.node_id, "node id")),
      h("td", {}, this.#labels),
      h("td", {}, this.#agents),
      h("td", {}, this.#cpu.element),
      h("td", {}, this.#memory.element),
      h("td", {}, this.#heartbeat),
      h("td", { class: "actions" }, this.#version),
    );
    this.element.addEventListener("click", (event) => {
      if (!(event.target as Element).closest(".copy") && getSelection()?.toString() === "") {
        toggle(node.node_id);
      }
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.target === this.element && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        toggle(node.node_id);
      }
    });
  }

  update(node: Node, agents: Agent[] | undefined, metrics: Map<string, Values> | undefined, open: boolean, now: number): void {
    this.#state.set(lookOfNode(node.state), enumWords(node.state, "NODE_STATE_"), node.evidence);
    setText(this.#hostname, node.hostname);
    setAttribute(this.#hostname, "title", `${node.address} · ${node.os} ${node.arch}`);
    this.#setLabels(node.labels);
    const good = agents?.filter((agent) => lookOfAgent(agent.status, agent.health).tone === "good").length;
    setText(this.#agents, agents === undefined ? "–" : `${good} / ${agents.length} running`);
    const cpu = cpuOf(metrics?.get("cpu"));
    this.#cpu.set(percent(cpu), cpu === undefined ? undefined : cpu / 100, cpu === undefined ? "" : "Per cent of all cores");
    const { used, total } = memoryOf(metrics?.get("memory"));
    this.#memory.set(bytes(used), used !== undefined && total ? used / total : undefined, used === undefined ? "" : `${bytes(used)} of ${bytes(total)}`);
    const heartbeat = node.last_heartbeat === undefined ? undefined : Date.parse(node.last_heartbeat);
    setText(this.#heartbeat, ago(heartbeat, now));
    setAttribute(this.#heartbeat, "title", exact(heartbeat));
    setText(this.#version, node.daemon_version === "" ? "" : `v${node.daemon_version}`);
    setAttribute(this.#opener, "aria-expanded", String(open));
  }

  #setLabels(labels: Record<string, string>): void {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const text = pairs.join(" ");
    if (text !== this.#labelText) {
      this.#labelText = text;
      this.#labels.replaceChildren(...pairs.slice(0, 3).map((pair) => h("span", { class: "chip", title: pair }, pair)), ...(pairs.length > 3 ? [h("span", { class: "dim", title: text }, `+${pairs.length - 3}`)] : []));
    }
  }
}
