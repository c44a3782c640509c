import { h, setAttribute, setText } from "../dom";
import { bytes, enumWords, exact, percent, span } from "../format";
import { icon } from "../icons";
import { Meter, StateBadge } from "./cells";
import { type Agent, type Node, type Values, agentCpuOf, lookOfAgent, memoryOf } from "./model";

export interface AgentActions {
  operate(node: Node, agent: Agent, operation: string): void;
  openLog(node: Node, agent: Agent): void;
}

/** One agent below its node. Built once, then only written where something differs. */
export class AgentRow {
  readonly element: HTMLTableRowElement;
  readonly #state = new StateBadge();
  readonly #pidWord = h("span", { class: "dim" }, "pid ");
  readonly #pid = h("span", { class: "num mono" });
  readonly #why = h("span", { class: "why dim" });
  readonly #restarts = h("span", { class: "num" });
  readonly #cpu = new Meter("CPU");
  readonly #memory = new Meter("Memory");
  readonly #up = h("span", { class: "num" });
  readonly #toggle = h("button", { class: "button ghost", type: "button" });
  #agent: Agent;

  constructor(
    private node: Node,
    agent: Agent,
    actions: AgentActions,
  ) {
    this.#agent = agent;
    const act = (name: string): (() => void) => () => actions.operate(this.node, this.#agent, name);
    this.#toggle.addEventListener("click", () => actions.operate(this.node, this.#agent, this.#running ? "stop" : "start"));
    const restart = h("button", { class: "button", type: "button", "data-action": "restart", "aria-label": `Restart ${agent.id} on ${node.hostname}`, onclick: act("restart") }, icon("restart"), "Restart");
    const log = h("button", { class: "button", type: "button", "data-action": "log", "aria-label": `Log of ${agent.id} on ${node.hostname}`, onclick: () => actions.openLog(this.node, this.#agent) }, icon("log"), "Log");
    this.element = h(
      "tr",
      { class: "agent-row", "data-agent": agent.id, "data-node": node.hostname },
      h("td", { class: "indent" }, this.#state.element),
      h("td", {}, h("span", { class: "agent-name" }, agent.id), agent.type === "" ? null : h("span", { class: "chip" }, agent.type)),
      h("td", { class: "cell-pid" }, this.#pidWord, this.#pid, this.#why),
      h("td", { class: "cell-restarts" }, this.#restarts),
      h("td", {}, this.#cpu.element),
      h("td", {}, this.#memory.element),
      h("td", {}, this.#up),
      h("td", { class: "actions" }, h("div", { class: "action-set" }, log, restart, this.#toggle)),
    );
  }

  get #running(): boolean {
    return !["AGENT_STATUS_STOPPED", "AGENT_STATUS_EXITED", "AGENT_STATUS_FAILED"].includes(this.#agent.status);
  }

  /** What does not run has no pid; why it does not is of more use. */
  #showPid(agent: Agent): void {
    const why = agent.pid === 0 ? agent.message : "";
    this.#pidWord.hidden = this.#pid.hidden = why !== "";
    setText(this.#pid, agent.pid === 0 ? "–" : String(agent.pid));
    setText(this.#why, why);
    setAttribute(this.#why, "title", why === "" ? null : why);
  }

  update(node: Node, agent: Agent, values: Values | undefined, now: number): void {
    this.node = node;
    this.#agent = agent;
    this.#state.set(lookOfAgent(agent.status, agent.health), enumWords(agent.status, "AGENT_STATUS_"), agent.message);
    this.#showPid(agent);
    setText(this.#restarts, `${agent.restart_count} ${agent.restart_count === 1 ? "restart" : "restarts"}`);
    setAttribute(this.#restarts, "data-tone", agent.restart_count > 0 ? null : "none");
    const cpu = agent.pid === 0 ? undefined : agentCpuOf(values);
    this.#cpu.set(percent(cpu), cpu === undefined ? undefined : cpu / 100, cpu === undefined ? "" : "Per cent of one core");
    const { used } = memoryOf(agent.pid === 0 ? undefined : values);
    const total = memoryOf(values).total;
    this.#memory.set(bytes(used), used !== undefined && total !== undefined ? used / total : undefined, used === undefined ? "" : `${used} bytes resident`);
    const started = Number(agent.start_time) * 1000;
    setText(this.#up, agent.pid === 0 || started === 0 ? "–" : `up ${span((now - started) / 1000)}`);
    setAttribute(this.#up, "title", started === 0 ? null : exact(started));
    const verb = this.#running ? "Stop" : "Start";
    if (this.#toggle.textContent !== verb) {
      this.#toggle.replaceChildren(icon(this.#running ? "stop" : "play"), verb);
      this.#toggle.setAttribute("aria-label", `${verb} ${agent.id} on ${node.hostname}`);
    }
  }
}
