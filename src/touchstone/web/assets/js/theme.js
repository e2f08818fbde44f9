// The switch between light and dark. The server reads the cookie, so the next page comes in the chosen theme at once.
const YEAR = 365 * 24 * 3600;
const MEDIA = { dark: "screen", light: "not all" };

function current() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function choose(theme) {
  document.documentElement.dataset.theme = theme;
  document.getElementById("dark-sheet").media = MEDIA[theme];
  document.cookie = `theme=${theme};path=/;max-age=${YEAR};samesite=lax`;
}

export function themeSwitch() {
  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    button.addEventListener("click", () => choose(current() === "dark" ? "light" : "dark"));
  });
}
