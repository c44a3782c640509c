/** Messages of the API as JSON: proto names, 64-bit integers as strings, times as RFC 3339. */
export interface Node {
  node_id: string;
  hostname: string;
  state: string;
  labels: Record<string, string>;
  os: string;
  arch: string;
  daemon_version: string;
  address: string;
  last_heartbeat?: string;
  evidence: string;
  revision: string;
}

export interface Agent {
  id: string;
  type: string;
  status: string;
  health: string;
  pid: number;
  restart_count: number;
  start_time: string;
  generation: string;
  message: string;
  node_id: string;
}

export interface LatestMetric {
  node_id: string;
  type: string;
  timestamp: string;
  values: Record<string, number>;
}

export type Values = Record<string, number>;

/** Per cent of the whole machine, 0 to 100. */
export const cpuOf = (values: Values | undefined): number | undefined => first(values, "usage_percent", "used_percent", "percent");

/** Bytes in use and bytes there are; the second is absent for an agent. */
export function memoryOf(values: Values | undefined): { used: number | undefined; total: number | undefined } {
  return { used: first(values, "used_bytes", "rss_bytes", "memory_bytes"), total: first(values, "total_bytes") };
}

/** Per cent of one core: a process with three busy threads has 300. */
export const agentCpuOf = (values: Values | undefined): number | undefined => first(values, "cpu_percent", "usage_percent", "percent");

function first(values: Values | undefined, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = values?.[name];
    if (typeof value === "number") {
      return value;
    }
  }
  return undefined;
}

export type Shape = "circle" | "triangle" | "square" | "hollow";
export interface Look {
  shape: Shape;
  tone: "good" | "warn" | "bad" | "none";
}

const Good: Look = { shape: "circle", tone: "good" };
const Warn: Look = { shape: "triangle", tone: "warn" };
const Bad: Look = { shape: "square", tone: "bad" };
const None: Look = { shape: "hollow", tone: "none" };

export function lookOfNode(state: string): Look {
  return state === "NODE_STATE_ONLINE" ? Good : state === "NODE_STATE_SUSPECT" ? Warn : state === "NODE_STATE_OFFLINE" ? Bad : None;
}

export function lookOfAgent(status: string, health: string): Look {
  switch (status) {
    case "AGENT_STATUS_RUNNING":
      return health === "AGENT_HEALTH_UNHEALTHY" ? Bad : Good;
    case "AGENT_STATUS_STARTING":
    case "AGENT_STATUS_STOPPING":
    case "AGENT_STATUS_BACKOFF":
      return Warn;
    case "AGENT_STATUS_CRASH_LOOP":
    case "AGENT_STATUS_FAILED":
      return Bad;
    default:
      return None;
  }
}
