import { Problem } from "../api";
import { h } from "../dom";
import { signIn } from "./session";

/** Shown to who has no session: how to get one, and why the last try failed. */
export function signInView(problem: Problem | undefined, done: () => void): HTMLElement {
  const field = h("input", { class: "input", type: "password", autocomplete: "off", placeholder: "opm_…", "aria-label": "Operator token", required: true });
  const button = h("button", { class: "button primary", type: "submit" }, "Sign in");
  const message = h("p", { class: "sign-in-problem", role: "alert" });
  const form = h("form", { class: "sign-in-form" }, field, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    const text = field.value.trim();
    signIn(text.startsWith("opm_") ? { token: text } : { one_time: text })
      .then(done)
      .catch((error: unknown) => explain(error instanceof Problem ? error : Problem.unreachable()))
      .finally(() => (button.disabled = false));
  });
  if (problem !== undefined && problem.reason !== "CREDENTIAL_MISSING") {
    explain(problem);
  }
  return h(
    "main",
    { class: "sign-in" },
    h("img", { src: "/mark.svg", alt: "", width: 40, height: 40 }),
    h("h1", {}, "OpsMesh"),
    h("p", {}, "Open the link that ", h("code", {}, "opsmesh up"), " printed; it signs in once. ", h("code", {}, "opsmesh status"), " shows where the console is."),
    form,
    h("p", { class: "dim" }, "The operator token of a local run is in ", h("code", {}, ".opsmesh/run/console.json"), "."),
    message,
  );

  function explain(why: Problem): void {
    message.replaceChildren(h("strong", {}, why.reason), ` ${why.detail}`);
  }
}
