import { Problem, poll } from "../api";
import { events, retryDelay, sleep } from "../events";
import type { Agent, LatestMetric, Node } from "./model";
import type { FleetStore } from "./store";

const NodesEvery = 5_000;
const AgentsEvery = 2_000;
const MetricsEvery = 3_000;
const AtOnce = 6;

interface NodeEvent {
  node?: Node;
  snapshot_end?: { count: number };
}

/** Keeps the store fresh: nodes by their stream, agents of the open nodes and metrics by polling. */
export class FleetFeed {
  readonly #stop = new AbortController();

  constructor(
    private readonly store: FleetStore,
    private readonly openNodes: () => string[],
  ) {}

  start(): void {
    void this.#watch();
    void this.#every(NodesEvery, () => this.#refreshNodes());
    void this.#every(AgentsEvery, () => this.refreshAgents(this.openNodes()));
    void this.#every(MetricsEvery, () => this.#refreshMetrics());
  }

  stop(): void {
    this.#stop.abort();
  }

  /** A few calls at once, so that many open nodes do not crowd out a click. */
  async refreshAgents(nodeIds: string[]): Promise<void> {
    const queue = [...nodeIds];
    const worker = async (): Promise<void> => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        await this.#refreshAgentsOf(id);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AtOnce, queue.length) }, worker));
  }

  async #refreshAgentsOf(nodeId: string): Promise<void> {
    try {
      const agents: Agent[] = [];
      let cursor = "";
      do {
        const page = await poll<{ agents: Agent[]; next_cursor: string }>(
          `/nodes/${nodeId}/agents${cursor === "" ? "" : `?page.cursor=${encodeURIComponent(cursor)}`}`,
          this.#stop.signal,
        );
        agents.push(...page.agents);
        cursor = page.next_cursor;
      } while (cursor !== "");
      this.store.putAgents(nodeId, agents);
    } catch (error) {
      if (error instanceof Problem) {
        this.store.failAgents(nodeId, error);
      }
    }
  }

  /** A heartbeat changes nothing, so the stream does not tell of it; its time comes from here. */
  async #refreshNodes(): Promise<void> {
    let cursor = "";
    do {
      const page = await poll<{ nodes: Node[]; next_cursor: string }>(`/nodes?page.size=1000&page.cursor=${encodeURIComponent(cursor)}`, this.#stop.signal);
      page.nodes.forEach((node) => this.store.nodes.has(node.node_id) && this.store.put(node));
      cursor = page.next_cursor;
    } while (cursor !== "");
  }

  async #refreshMetrics(): Promise<void> {
    const { metrics } = await poll<{ metrics: LatestMetric[] }>("/metrics:latest", this.#stop.signal);
    this.store.putMetrics(metrics);
  }

  async #watch(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        this.store.beginSnapshot();
        for await (const event of events<NodeEvent>("/nodes:watch", this.#stop.signal)) {
          if (event.node !== undefined) {
            this.store.put(event.node);
          } else if (event.snapshot_end !== undefined) {
            attempt = 0;
            this.store.endSnapshot();
          }
        }
        this.store.disconnected(new Problem(0, "STREAM_ENDED", "The stream of nodes ended."));
      } catch (error) {
        if (this.#stop.signal.aborted) {
          return;
        }
        this.store.disconnected(error instanceof Problem ? error : Problem.unreachable());
        if (error instanceof Problem && error.status === 401) {
          return;
        }
      }
      await sleep(retryDelay(attempt), this.#stop.signal);
    }
  }

  async #every(period: number, work: () => Promise<void>): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (!document.hidden) {
        // A failed round shows through what stands still; the next one comes anyway.
        await work().catch(() => {});
      }
      await sleep(period, this.#stop.signal);
    }
  }
}
