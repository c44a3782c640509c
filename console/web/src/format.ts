export const shortId = (id: string): string => (id.length > 13 ? id.slice(-8) : id);

export const percent = (value: number | undefined): string => (value === undefined ? "–" : `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`);

export function bytes(value: number | undefined): string {
  if (value === undefined) {
    return "–";
  }
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A length of time in its largest unit: 8 s, 3 min, 5 h, 2 d. */
export function span(seconds: number): string {
  if (seconds < 60) {
    return `${Math.max(0, Math.floor(seconds))} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min`;
  }
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}

export const ago = (at: number | undefined, now: number): string => (at === undefined ? "never" : now - at < 1000 ? "now" : `${span((now - at) / 1000)} ago`);

export function milliseconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} µs` : value < 1000 ? `${value.toFixed(value < 10 ? 2 : 1)} ms` : `${(value / 1000).toFixed(2)} s`;
}

export const exact = (at: number | undefined): string => (at === undefined ? "" : new Date(at).toISOString());

export const clock = (at: number): string => {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
};

/** AGENT_STATUS_CRASH_LOOP -> crash loop */
export const enumWords = (value: string, prefix: string): string => value.replace(prefix, "").toLowerCase().replaceAll("_", " ");
