// The colours of the page's theme, for what is drawn.
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    role: (role) => read(`--role-${role || "none"}`) || read("--role-none"),
    surface: read("--surface"),
    sunken: read("--surface-2"),
    line: read("--line"),
    strong: read("--line-strong"),
    text: read("--text"),
    soft: read("--text-2"),
    focus: read("--focus"),
    gold: read("--gold"),
    red: read("--red"),
    blue: read("--blue"),
    font: read("--font"),
  };
}

// Call back after the theme was switched, by the button or by the system.
export function watchTheme(back) {
  const later = () => requestAnimationFrame(() => requestAnimationFrame(back));
  new MutationObserver(later).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
}

// A mix of two colours (#rrggbb), `share` of the second.
export function mix(first, second, share) {
  const part = (text, at) => parseInt(text.slice(1 + 2 * at, 3 + 2 * at), 16);
  const channel = (at) => Math.round(part(first, at) * (1 - share) + part(second, at) * share);
  return `#${[0, 1, 2].map((at) => channel(at).toString(16).padStart(2, "0")).join("")}`;
}
