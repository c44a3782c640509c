import type { Problem } from "../api";
import type { Agent, LatestMetric, Node, Values } from "./model";

const LongestDelay = 250;

/** Everything the page knows of the fleet. Changes are told to the views at most four times a second. */
export class FleetStore {
  readonly nodes = new Map<string, Node>();
  readonly agents = new Map<string, Agent[]>();
  readonly agentProblems = new Map<string, Problem>();
  readonly metrics = new Map<string, Map<string, Values>>();
  /** Set once the first snapshot is complete. */
  loaded = false;
  live = false;
  /** Why there is no live connection, and since when what is shown is old. */
  problem: Problem | undefined;
  staleSince: number | undefined;
  #views: (() => void)[] = [];
  #scheduled = false;
  #lastTold = 0;
  #fresh: Set<string> | undefined;

  onChange(view: () => void): () => void {
    this.#views.push(view);
    return () => {
      this.#views = this.#views.filter((other) => other !== view);
    };
  }

  /** A new snapshot begins: nodes that it does not name are gone when it ends. */
  beginSnapshot(): void {
    this.#fresh = new Set();
  }

  put(node: Node): void {
    this.#fresh?.add(node.node_id);
    const known = this.nodes.get(node.node_id);
    if (known === undefined || BigInt(node.revision) >= BigInt(known.revision)) {
      if (node.state === "NODE_STATE_REMOVED") {
        this.nodes.delete(node.node_id);
      } else {
        this.nodes.set(node.node_id, node);
      }
      this.touch();
    }
  }

  endSnapshot(): void {
    if (this.#fresh !== undefined) {
      for (const id of [...this.nodes.keys()]) {
        if (!this.#fresh.has(id)) {
          this.nodes.delete(id);
        }
      }
      this.#fresh = undefined;
    }
    this.loaded = true;
    this.connected();
  }

  connected(): void {
    this.live = true;
    this.problem = undefined;
    this.staleSince = undefined;
    this.touch();
  }

  disconnected(problem: Problem): void {
    this.live = false;
    this.problem = problem;
    this.staleSince ??= Date.now();
    this.touch();
  }

  putAgents(nodeId: string, agents: Agent[]): void {
    this.agents.set(nodeId, agents);
    this.agentProblems.delete(nodeId);
    this.touch();
  }

  failAgents(nodeId: string, problem: Problem): void {
    this.agentProblems.set(nodeId, problem);
    this.touch();
  }

  putMetrics(latest: LatestMetric[]): void {
    for (const metric of latest) {
      let types = this.metrics.get(metric.node_id);
      if (types === undefined) {
        this.metrics.set(metric.node_id, (types = new Map()));
      }
      types.set(metric.type, metric.values);
    }
    this.touch();
  }

  touch(): void {
    if (this.#scheduled) {
      return;
    }
    this.#scheduled = true;
    const wait = Math.max(0, LongestDelay - (Date.now() - this.#lastTold));
    setTimeout(() => {
      this.#scheduled = false;
      this.#lastTold = Date.now();
      for (const view of this.#views) {
        view();
      }
    }, wait);
  }
}
