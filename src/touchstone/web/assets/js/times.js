// Keeps "3 minutes ago" true while a page stays open.
const STEPS = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

function words(moment, format) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each * 1.5) || STEPS.at(-1);
  return format.format(Math.round(seconds / size), unit);
}

function refresh(format) {
  document.querySelectorAll("[data-relative]").forEach((place) => {
    const moment = Date.parse(place.closest("time").dateTime);
    if (!Number.isNaN(moment)) place.textContent = words(moment, format);
  });
}

export function relativeTimes() {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  setInterval(() => refresh(format), 30000);
}
