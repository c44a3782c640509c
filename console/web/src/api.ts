/** What the console answers instead of a result: RFC 9457 with OpsMesh's typed reason. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly detail: string,
    readonly field?: string,
    readonly traceId?: string,
  ) {
    super(detail);
  }

  static async of(response: Response): Promise<Problem> {
    try {
      return Problem.from(await response.json(), response.status);
    } catch {
      return new Problem(response.status, `HTTP_${response.status}`, response.statusText || "The console gave no reason.");
    }
  }

  static from(body: Record<string, unknown>, status = 0): Problem {
    const text = (name: string): string | undefined => (typeof body[name] === "string" ? (body[name] as string) : undefined);
    return new Problem(Number(body["status"] ?? status), text("reason") ?? "UNKNOWN", text("detail") ?? text("title") ?? "", text("field"), text("trace_id"));
  }

  static unreachable(): Problem {
    return new Problem(0, "CONSOLE_UNREACHABLE", "The console does not answer.");
  }
}

export const Root = "/api/v1";

let signedOut: () => void = () => {};

/** Called once a call finds that the session is over. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

/** One call. Mutations carry the header that a foreign page cannot send. */
export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  if (options.method !== undefined && options.method !== "GET") {
    headers.set("opsmesh-csrf", "1");
    if (options.body !== undefined) {
      headers.set("content-type", "application/json");
    }
  }
  let response: Response;
  try {
    response = await fetch(Root + path, { ...options, headers, credentials: "same-origin" });
  } catch (error) {
    if (options.signal?.aborted) {
      throw error;
    }
    throw Problem.unreachable();
  }
  if (!response.ok) {
    const problem = await Problem.of(response);
    if (response.status === 401 && path !== "/session") {
      signedOut();
    }
    throw problem;
  }
  return response;
}

/** A question that is asked again and again; it leaves no trace. */
export async function poll<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, { signal: signal ?? null, headers: { "opsmesh-poll": "1" } })).json()) as T;
}

/** A change; answers its result and the trace in which it happened. */
export async function post<T>(path: string, body: unknown): Promise<{ value: T; traceId: string }> {
  const response = await request(path, { method: "POST", body: JSON.stringify(body) });
  return { value: (await response.json()) as T, traceId: response.headers.get("opsmesh-trace") ?? "" };
}
