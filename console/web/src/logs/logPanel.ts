import { Problem } from "../api";
import { h, setText } from "../dom";
import { events, retryDelay, sleep } from "../events";
import { clock } from "../format";
import { icon } from "../icons";
import { grip } from "./grip";
import { visible } from "./visible";

const MostLines = 5_000;
const FirstLines = 200;

interface LogBatch {
  source: string;
  source_epoch: string;
  from_offset: string;
  lines: { offset: string; time?: string; text: string; time_approximate: boolean; continued: boolean }[];
  skipped_lines: string;
  gap?: { from_offset: string; to_offset: string; lines: string; reason: string };
  cursor: string;
}

/** The followed log of one agent. The filter runs on the node; what is missing is a visible line. */
export class LogPanel {
  readonly element: HTMLElement;
  readonly #title = h("h2", { class: "log-title" });
  readonly #status = h("span", { class: "log-status dim", role: "status" });
  readonly #lines = h("div", { class: "log-lines mono", tabindex: 0, role: "log", "aria-label": "Log lines" });
  readonly #filter = h("input", { class: "input", type: "search", placeholder: "Filter on the node", "aria-label": "Filter lines, executed on the node", spellcheck: "false" });
  readonly #regex = h("input", { type: "checkbox", id: "log-regex" });
  readonly #stream = h("select", { class: "input", "aria-label": "Stream" }, h("option", { value: "LOG_STREAM_STDOUT" }, "stdout"), h("option", { value: "LOG_STREAM_STDERR" }, "stderr"));
  readonly #pause = h("button", { class: "button", type: "button", "aria-pressed": "false" });
  readonly #toEnd = h("button", { class: "button to-end", type: "button", hidden: true }, icon("down"), "Newest");
  #following: AbortController | undefined;
  #node = { id: "", name: "" };
  #agent = "";
  #cursor = "";
  #paused = false;
  #waiting: Node[] = [];
  #frame = 0;
  #stick = true;

  constructor(private readonly closed: () => void) {
    this.#pause.addEventListener("click", () => this.#setPaused(!this.#paused));
    this.#toEnd.addEventListener("click", () => this.#scrollToEnd());
    this.#filter.addEventListener("change", () => this.#restart());
    this.#filter.addEventListener("search", () => this.#restart());
    this.#regex.addEventListener("change", () => this.#filter.value !== "" && this.#restart());
    this.#stream.addEventListener("change", () => this.#restart());
    this.#lines.addEventListener("scroll", () => {
      this.#stick = this.#lines.scrollHeight - this.#lines.scrollTop - this.#lines.clientHeight < 24;
      this.#toEnd.hidden = this.#stick;
    });
    const clear = h("button", { class: "button ghost", type: "button", onclick: () => this.#lines.replaceChildren() }, "Clear");
    const close = h("button", { class: "button ghost icon-only", type: "button", "aria-label": "Close the log", onclick: () => this.close() }, icon("close"));
    const bar = h("div", { class: "log-bar" }, this.#title, this.#status, h("span", { class: "spring" }), this.#filter, h("label", { class: "check", for: "log-regex" }, this.#regex, "regex"), this.#stream, this.#pause, clear, close);
    this.element = h("section", { class: "log-panel", hidden: true, "aria-label": "Log" }, grip(() => this.element), bar, this.#lines, this.#toEnd);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.#setPaused(false);
  }

  open(nodeId: string, nodeName: string, agent: string): void {
    this.#node = { id: nodeId, name: nodeName };
    this.#agent = agent;
    this.element.hidden = false;
    this.#title.replaceChildren(icon("log"), nodeName, h("span", { class: "dim" }, " / "), agent);
    this.#setPaused(false);
    this.#restart();
  }

  close(): void {
    this.#following?.abort();
    this.#following = undefined;
    this.element.hidden = true;
    this.closed();
  }

  #restart(): void {
    this.#following?.abort();
    this.#following = new AbortController();
    this.#cursor = "";
    this.#waiting = [];
    this.#stick = true;
    this.#lines.replaceChildren();
    void this.#follow(this.#following.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      this.#setStatus(attempt === 0 ? "connecting" : "reconnecting");
      try {
        for await (const { batch } of events<{ batch?: LogBatch }>(this.#path(), signal)) {
          attempt = 0;
          this.#setStatus(this.#filter.value === "" ? "following" : "following, filtered on the node");
          if (batch !== undefined) {
            this.#take(batch);
          }
        }
        this.#add(note("The stream ended; following again."));
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        const problem = error instanceof Problem ? error : Problem.unreachable();
        this.#setStatus(problem.reason);
        this.#add(note(`${problem.reason}: ${problem.detail}`, "bad"));
        if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
          return;
        }
      }
      await sleep(retryDelay(attempt), signal);
    }
  }

  #path(): string {
    const query = new URLSearchParams({ follow: "true", stream: this.#stream.value });
    if (this.#cursor !== "") {
      query.set("cursor", this.#cursor);
    } else {
      query.set("tail", String(FirstLines));
    }
    if (this.#filter.value !== "") {
      query.set(this.#regex.checked ? "regex" : "contains", this.#filter.value);
    }
    return `/nodes/${this.#node.id}/agents/${this.#agent}/logs:follow?${query}`;
  }

  #take(batch: LogBatch): void {
    if (batch.gap !== undefined) {
      const lines = batch.gap.lines === "0" ? `${Number(batch.gap.to_offset) - Number(batch.gap.from_offset)} bytes` : `${batch.gap.lines} lines`;
      this.#add(note(`${lines} are missing here: ${batch.gap.reason}`, "warn"));
    }
    for (const line of batch.lines) {
      const at = line.time === undefined ? undefined : Date.parse(line.time);
      const time = h("span", { class: "log-time", title: line.time ?? "" }, at === undefined ? "" : `${line.time_approximate ? "~" : ""}${clock(at)}`);
      this.#add(h("div", { class: "log-line", "data-offset": line.offset }, time, h("span", { class: "log-text" }, ...visible(line.text))));
    }
    if (batch.cursor !== "") {
      this.#cursor = batch.cursor;
    }
  }

  /** Lines are drawn once per frame; while paused they wait, the oldest giving way. */
  #add(line: Node): void {
    this.#waiting.push(line);
    if (this.#waiting.length > MostLines) {
      this.#waiting.splice(0, this.#waiting.length - MostLines);
    }
    if (this.#paused) {
      this.#showPause();
    } else if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => this.#draw());
    }
  }

  #draw(): void {
    this.#frame = 0;
    this.#lines.append(...this.#waiting);
    this.#waiting = [];
    while (this.#lines.childElementCount > MostLines) {
      this.#lines.firstElementChild?.remove();
    }
    if (this.#stick) {
      this.#scrollToEnd();
    }
  }

  #scrollToEnd(): void {
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#pause.setAttribute("aria-pressed", String(paused));
    this.#showPause();
    if (!paused) {
      this.#draw();
    }
  }

  #showPause(): void {
    const waiting = this.#waiting.length === 0 ? "" : ` (${this.#waiting.length})`;
    this.#pause.replaceChildren(icon(this.#paused ? "play" : "pause"), this.#paused ? `Resume${waiting}` : "Pause");
  }

  #setStatus(text: string): void {
    setText(this.#status, text);
  }
}

function note(text: string, tone = ""): HTMLElement {
  return h("div", { class: "log-line log-note", "data-tone": tone === "" ? undefined : tone }, text);
}
