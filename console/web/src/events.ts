import { Problem, request } from "./api";

/** Messages of one server stream. Ends when the server ends it; throws a Problem when it fails. */
export async function* events<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
  const response = await request(path, { signal, headers: { accept: "text/event-stream", "opsmesh-poll": "1" } });
  if (response.body === null) {
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      rest += value;
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [name, data] = parse(block);
        if (data === "") {
          continue;
        }
        if (name === "error") {
          throw Problem.from(JSON.parse(data));
        }
        yield JSON.parse(data) as T;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parse(block: string): [string, string] {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) {
      name = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      data.push(line.slice(5).trimStart());
    }
  }
  return [name, data.join("\n")];
}

/** Waits between tries of a stream: 0.5 s doubling to 15 s, with jitter so that pages do not return in step. */
export function retryDelay(attempt: number): number {
  return Math.min(15_000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
