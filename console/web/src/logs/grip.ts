import { h } from "../dom";

const Least = 160;
const Step = 24;

/** The upper edge of a panel that stands at the bottom: drag it, or focus it and use the arrow keys. */
export function grip(panel: () => HTMLElement): HTMLElement {
  const edge = h("div", { class: "log-grip", tabindex: 0, role: "separator", "aria-orientation": "horizontal", "aria-label": "Height of the log" });
  const resize = (height: number): void => {
    panel().style.height = `${Math.max(Least, Math.min(innerHeight * 0.8, height))}px`;
  };
  edge.addEventListener("pointerdown", (event) => {
    edge.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  edge.addEventListener("pointermove", (event) => {
    if (edge.hasPointerCapture(event.pointerId)) {
      resize(panel().getBoundingClientRect().bottom - event.clientY);
    }
  });
  edge.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowUp" ? Step : event.key === "ArrowDown" ? -Step : 0;
    if (step !== 0) {
      event.preventDefault();
      resize(panel().offsetHeight + step);
    }
  });
  return edge;
}
