export interface Span {
  span_id: string;
  parent_span_id: string;
  name: string;
  kind: string;
  service: string;
  pid: number | null;
  start_time: string;
  duration_ms: number;
  status: string;
  status_message: string;
  attributes: Record<string, unknown>;
}

export interface Waterfall {
  rows: { span: Span; depth: number }[];
  /** Unix milliseconds of the first start; total in milliseconds. */
  start: number;
  total: number;
  services: string[];
}

/** Spans in the order of their tree: parents before children, siblings by start. A span whose parent is not here is a root. */
export function layOut(spans: Span[]): Waterfall {
  const known = new Set(spans.map((span) => span.span_id));
  const children = new Map<string, Span[]>();
  for (const span of spans) {
    const parent = known.has(span.parent_span_id) ? span.parent_span_id : "";
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }
  const rows: Waterfall["rows"] = [];
  const seen = new Set<string>();
  const walk = (parent: string, depth: number): void => {
    const below = (children.get(parent) ?? []).sort((a, b) => (a.start_time < b.start_time ? -1 : 1));
    for (const span of below) {
      if (!seen.has(span.span_id)) {
        seen.add(span.span_id);
        rows.push({ span, depth });
        walk(span.span_id, depth + 1);
      }
    }
  };
  walk("", 0);
  const starts = spans.map((span) => Date.parse(span.start_time));
  const start = Math.min(...starts);
  const end = Math.max(...spans.map((span, index) => (starts[index] ?? 0) + span.duration_ms));
  return { rows, start, total: spans.length === 0 ? 0 : end - start, services: [...new Set(rows.map((row) => row.span.service))] };
}
