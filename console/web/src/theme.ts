const Key = "opsmesh-theme";

/** Dark or light: what was chosen here, else what the system asks for. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = localStorage.getItem(Key) ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
}

export function toggleTheme(): void {
  // The whole page changes at once: a hundred elements that fade one by one look broken.
  document.documentElement.classList.add("still");
  localStorage.setItem(Key, document.documentElement.dataset["theme"] === "dark" ? "light" : "dark");
  applyTheme();
  requestAnimationFrame(() => requestAnimationFrame(() => document.documentElement.classList.remove("still")));
}
