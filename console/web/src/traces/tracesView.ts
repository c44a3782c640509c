import { Problem, poll } from "../api";
import { h } from "../dom";
import { clock, exact, milliseconds } from "../format";
import { icon } from "../icons";
import { copyable } from "../fleet/cells";
import { type Span, layOut } from "./waterfall";

interface TraceSummary {
  trace_id: string;
  name: string;
  service: string;
  start_time: string;
  duration_ms: number;
  spans: number;
  services: string[];
  error: boolean;
}

/** Latest traces, or the waterfall of one. */
export class TracesView {
  readonly element = h("section", { class: "traces-page" });
  #showing = "";
  #again: ReturnType<typeof setTimeout> | undefined;

  async show(traceId: string): Promise<void> {
    const fresh = this.#showing !== (this.#showing = traceId || "all");
    clearTimeout(this.#again);
    if (fresh) {
      this.element.replaceChildren(...Array.from({ length: 5 }, () => h("div", { class: "skeleton" })));
    }
    try {
      const content = traceId === "" ? await this.#list() : await this.#one(traceId);
      if (this.#showing === (traceId || "all")) {
        this.element.replaceChildren(...content);
      }
    } catch (error) {
      const problem = error instanceof Problem ? error : Problem.unreachable();
      const retry = h("button", { class: "button", type: "button", onclick: () => void this.show(traceId) }, icon("restart"), "Try again");
      this.element.replaceChildren(h("div", { class: "empty" }, h("h2", {}, problem.reason), h("p", {}, problem.detail), retry));
    }
    // Spans arrive up to some seconds after their call: processes send them in batches.
    this.#again = setTimeout(() => this.element.isConnected && !this.element.hidden && void this.show(traceId), 3_000);
  }

  async #list(): Promise<HTMLElement[]> {
    const { traces } = await poll<{ traces: TraceSummary[] }>("/traces?limit=100");
    if (traces.length === 0) {
      return [h("h1", {}, "Traces"), h("div", { class: "empty" }, h("h2", {}, "No traces yet"), h("p", {}, "They come in by OTLP/HTTP at /v1/traces of this console. Restart an agent and its trace is here."))];
    }
    const head = ["Started", "What", "Service", "Services", "Spans", "Took"].map((name) => h("th", { scope: "col" }, name));
    const rows = traces.map((trace) =>
      h(
        "tr",
        {},
        h("td", { class: "num", title: trace.start_time }, clock(Date.parse(trace.start_time))),
        h("td", {}, h("a", { href: `#/traces/${trace.trace_id}` }, trace.name), trace.error ? h("span", { class: "chip", "data-tone": "bad" }, "error") : null),
        h("td", {}, trace.service),
        h("td", { class: "num", title: trace.services.join(", ") }, trace.services.length),
        h("td", { class: "num" }, trace.spans),
        h("td", { class: "num" }, milliseconds(trace.duration_ms)),
      ),
    );
    return [h("h1", {}, "Traces"), h("div", { class: "table-wrap" }, h("table", { class: "plain" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)))];
  }

  async #one(traceId: string): Promise<HTMLElement[]> {
    const { spans } = await poll<{ trace_id: string; spans: Span[] }>(`/traces/${traceId}`);
    const { rows, start, total, services } = layOut(spans);
    const bars = rows.map(({ span, depth }) => {
      const left = total === 0 ? 0 : ((Date.parse(span.start_time) - start + fraction(span.start_time)) / total) * 100;
      const width = total === 0 ? 100 : (span.duration_ms / total) * 100;
      const bar = h("span", { class: "bar" });
      bar.style.left = `${Math.min(99.7, left)}%`;
      bar.style.width = `${Math.max(0.3, Math.min(100 - left, width))}%`;
      bar.style.setProperty("--hue", String((services.indexOf(span.service) * 67 + 215) % 360));
      const name = h("td", { class: "span-name" }, h("span", { class: "service" }, span.service), span.name, span.status === "ERROR" ? h("span", { class: "chip", "data-tone": "bad", title: span.status_message }, "error") : null);
      name.style.paddingLeft = `${12 + depth * 14}px`;
      const details = Object.entries(span.attributes).map(([key, value]) => `${key} = ${String(value)}`);
      return h("tr", { title: [`${span.service} (pid ${span.pid ?? "?"})`, exact(Date.parse(span.start_time)), ...details].join("\n") }, name, h("td", { class: "track" }, bar), h("td", { class: "num" }, milliseconds(span.duration_ms)));
    });
    const summary = `${spans.length} spans of ${services.length} services, ${milliseconds(total)}`;
    return [
      h("h1", {}, h("a", { href: "#/traces" }, "Traces"), h("span", { class: "dim" }, " / "), copyable(traceId.slice(0, 8), traceId, "trace id")),
      h("p", { class: "dim" }, summary),
      h("div", { class: "table-wrap" }, h("table", { class: "waterfall" }, h("tbody", {}, ...bars))),
    ];
  }
}

/** What Date.parse drops: the digits behind the millisecond. */
const fraction = (time: string): number => Number(`0.${/\.\d{3}(\d+)/.exec(time)?.[1] ?? "0"}`);
