const Paths = {
  // States: circle = good, triangle = watch it, square = broken, hollow = not known or not wanted.
  circle: '<circle cx="8" cy="8" r="5" fill="currentColor"/>',
  triangle: '<path d="M8 2.5 14 13H2z" fill="currentColor"/>',
  square: '<rect x="3" y="3" width="10" height="10" rx="1" fill="currentColor"/>',
  hollow: '<circle cx="8" cy="8" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  nodes: '<path d="M2.5 3.5h11v3.5h-11zM2.5 9h11v3.5h-11z"/><path d="M5 5.25h.01M5 10.75h.01"/>',
  traces: '<path d="M2 4h6M5 8h7M8 12h6"/>',
  api: '<path d="M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5v-3h-8v8h3"/>',
  check: '<path d="m3 8.5 3.5 3.5L13 4.5"/>',
  chevron: '<path d="m6 4 4 4-4 4"/>',
  restart: '<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3"/>',
  play: '<path d="M5 3.5v9l7-4.5z"/>',
  pause: '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
  stop: '<rect x="4" y="4" width="8" height="8" rx="1"/>',
  log: '<path d="M3 4h10M3 7h7M3 10h10M3 13h5"/>',
  close: '<path d="m4 4 8 8M12 4l-8 8"/>',
  sun: '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.5M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1"/>',
  search: '<circle cx="7" cy="7" r="4"/><path d="m10 10 3.5 3.5"/>',
  out: '<path d="M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6"/>',
  down: '<path d="M8 3v9M4 8.5 8 12.5l4-4"/>',
  alert: '<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.5v3M8 11.5v.01"/>',
} as const;

export type IconName = keyof typeof Paths;

/** An inline picture; decorative, so the words beside it carry the meaning. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = Paths[name];
  return svg;
}
