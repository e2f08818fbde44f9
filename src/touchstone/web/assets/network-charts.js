// Timeline, map and money below a network. The figures stand in the page; each chart has the same as a table under it.
import { init, registerMap, use } from "echarts/core";
import { BarChart, LinesChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DataZoomComponent, GeoComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { feature } from "topojson-client";
import land from "world-atlas/land-110m.json";

import { colours, watchTheme } from "./js/network/colours.js";
import { mapOf, moneyOf, timelineOf } from "./js/network/charts.js";

use([BarChart, LinesChart, ScatterChart, AriaComponent, DataZoomComponent, GeoComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);
registerMap("land", feature(land, land.objects.land));

const source = document.getElementById("network-story");
const story = source && JSON.parse(source.textContent);
const drawn = [];

function draw(name, option) {
  const place = document.querySelector(`[data-chart="${name}"]`);
  if (!place) return;
  const chart = init(place, null, { renderer: "canvas" });
  const show = () => chart.setOption(option(colours()), true);
  show();
  new ResizeObserver(() => chart.resize()).observe(place);
  drawn.push(show);
}

function currencies() {
  const choice = document.querySelector("[data-chart-currency]");
  if (!choice) return null;
  const totals = new Map();
  story.money.forEach((row) => totals.set(row.currency, (totals.get(row.currency) || 0) + row.orders));
  [...totals].sort((a, b) => b[1] - a[1]).forEach(([name]) => {
    const option = document.createElement("option");
    option.textContent = option.value = name;
    choice.append(option);
  });
  choice.addEventListener("change", () => drawn.forEach((show) => show()));
  return choice;
}

if (story) {
  const choice = currencies();
  draw("timeline", (now) => timelineOf(story, now));
  draw("map", (now) => mapOf(story, now));
  draw("money", (now) => moneyOf(story, choice.value, now));
  watchTheme(() => drawn.forEach((show) => show()));
}
