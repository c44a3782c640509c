import { h, setAttribute, setText } from "./dom";
import { FleetFeed } from "./fleet/feed";
import { FleetView } from "./fleet/fleetView";
import { operate } from "./fleet/operate";
import { FleetStore } from "./fleet/store";
import { icon } from "./icons";
import { LogPanel } from "./logs/logPanel";
import { signOut } from "./session/session";
import { toggleTheme } from "./theme";
import { TracesView } from "./traces/tracesView";

/** Rail, top bar, the page that the address names, and the log below it. Answers how to take it all down. */
export function shell(root: HTMLElement, signedOut: () => void): () => void {
  const store = new FleetStore();
  const log = new LogPanel(() => {});
  const fleet: FleetView = new FleetView(store, {
    operate: (node, agent, operation) => operate(node, agent, operation, () => void feed.refreshAgents([node.node_id])),
    openLog: (node, agent) => log.open(node.node_id, node.hostname, agent.id),
  });
  const feed = new FleetFeed(store, () => fleet.openNodes());
  const traces = new TracesView();

  const search = h("input", { class: "input search", type: "search", placeholder: "Search nodes, labels, agents  ( / )", "aria-label": "Search nodes, labels, agents", spellcheck: "false" });
  search.addEventListener("input", () => fleet.setFilter(search.value));
  const live = h("span", { class: "live", role: "status" });
  const bar = h(
    "header",
    { class: "topbar" },
    h("div", { class: "search-box" }, icon("search"), search),
    h("span", { class: "spring" }),
    live,
    h("button", { class: "button ghost icon-only", type: "button", "aria-label": "Dark or light", title: "Dark or light", onclick: toggleTheme }, icon("sun")),
    h("button", { class: "button ghost icon-only", type: "button", "aria-label": "Sign out", title: "Sign out", onclick: () => void signOut().finally(signedOut) }, icon("out")),
  );
  const links = [
    h("a", { href: "#/nodes", "data-page": "nodes" }, icon("nodes"), h("span", {}, "Nodes")),
    h("a", { href: "#/traces", "data-page": "traces" }, icon("traces"), h("span", {}, "Traces")),
    h("a", { href: "/api/v1/openapi.json", target: "_blank", rel: "noopener" }, icon("api"), h("span", {}, "API")),
  ];
  const mark = h("div", { class: "mark" }, h("img", { src: "/mark.svg", alt: "", width: 22, height: 22 }), h("span", {}, "OpsMesh"));
  const rail = h("nav", { class: "rail", "aria-label": "Pages" }, mark, ...links);
  const main = h("main", { class: "main", tabindex: -1 }, fleet.element, traces.element);
  root.replaceChildren(h("div", { class: "shell" }, rail, h("div", { class: "stage" }, bar, main, log.element)));

  const update = (): void => {
    setAttribute(live, "data-live", String(store.live));
    setText(live, store.live ? "live" : store.loaded ? "reconnecting" : "connecting");
    if (!fleet.element.hidden) {
      fleet.update();
    }
  };
  const route = (): void => {
    const [, page = "nodes", id = ""] = location.hash.split("/");
    fleet.element.hidden = page === "traces";
    traces.element.hidden = page !== "traces";
    links.forEach((link) => setAttribute(link, "aria-current", link.dataset["page"] === (page === "traces" ? "traces" : "nodes") ? "page" : null));
    document.title = page === "traces" ? "Traces · OpsMesh" : "Nodes · OpsMesh";
    if (page === "traces") {
      void traces.show(id);
    } else {
      fleet.update();
    }
  };
  const keys = (event: KeyboardEvent): void => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if ((event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && event.target === search) {
      search.value = "";
      fleet.setFilter("");
      search.blur();
    }
  };

  const forget = store.onChange(update);
  // Relative times and the age of stale data move on even when nothing arrives.
  const tick = setInterval(() => store.touch(), 1000);
  addEventListener("hashchange", route);
  addEventListener("keydown", keys);
  feed.start();
  route();
  update();
  return () => {
    clearInterval(tick);
    forget();
    removeEventListener("hashchange", route);
    removeEventListener("keydown", keys);
    log.close();
    feed.stop();
  };
}
