import { h, setAttribute, setText } from "../dom";
import { icon } from "../icons";
import type { Look } from "./model";

/** A value with a bar of its share of the whole; the bar is hidden when the share is not known. */
export class Meter {
  readonly element: HTMLElement;
  readonly #text = h("span", { class: "meter-text num" });
  readonly #fill = h("span", { class: "meter-fill" });
  readonly #bar = h("span", { class: "meter-bar" }, this.#fill);

  constructor(private readonly label: string) {
    this.element = h("span", { class: "meter" }, this.#bar, this.#text);
  }

  set(text: string, share: number | undefined, title: string): void {
    setText(this.#text, text);
    this.#bar.hidden = share === undefined;
    const rounded = Math.max(0, Math.min(100, Math.round((share ?? 0) * 100)));
    this.#fill.style.width = `${rounded}%`;
    setAttribute(this.#fill, "data-tone", rounded >= 95 ? "bad" : rounded >= 85 ? "warn" : null);
    setAttribute(this.element, "title", title);
    setAttribute(this.element, "aria-label", `${this.label} ${text}`);
  }
}

/** A state as shape, colour and word. */
export class StateBadge {
  readonly element = h("span", { class: "state" });
  #shown = "";

  set(look: Look, words: string, title = ""): void {
    const key = `${look.shape}${look.tone}${words}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.element.replaceChildren(icon(look.shape), document.createTextNode(words));
      setAttribute(this.element, "data-tone", look.tone);
    }
    setAttribute(this.element, "title", title === "" ? null : title);
  }
}

/** A short id that puts the whole one on the clipboard. */
export function copyable(text: string, whole: string, what: string): HTMLButtonElement {
  const mark = h("span", { class: "copy-mark" }, icon("copy"));
  const button = h("button", { class: "copy mono", type: "button", title: `${whole} (click to copy)`, "aria-label": `Copy ${what} ${whole}` }, text, mark);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    void navigator.clipboard?.writeText(whole).then(() => {
      mark.replaceChildren(icon("check"));
      setTimeout(() => mark.replaceChildren(icon("copy")), 1200);
    });
  });
  return button;
}
