// The options of the charts: what ECharts draws of the story of a network.
const SHAPES = { shops: "circle", listings: "diamond", parcels: "triangle", records: "rect" };

function base(now) {
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: now.font, color: now.text, fontSize: 12 },
    tooltip: { renderMode: "richText", confine: true, backgroundColor: now.surface, borderColor: now.line, textStyle: { color: now.text, fontSize: 12 } },
  };
}

function axis(now, more = {}) {
  return { axisLine: { lineStyle: { color: now.line } }, axisTick: { show: false }, axisLabel: { color: now.soft }, splitLine: { lineStyle: { color: now.line } }, ...more };
}

// All months from the first to the last, so that a quiet year is as long as a busy one.
export function monthsBetween(first, last) {
  const found = [];
  let [year, month] = first.split("-").map(Number);
  for (let name = first; name <= last && found.length < 1200; ) {
    found.push(name);
    month = (month % 12) + 1;
    year += month === 1 ? 1 : 0;
    name = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
  }
  return found;
}

function span(rows) {
  const months = rows.map((row) => row.month).sort();
  return months.length ? monthsBetween(months[0], months.at(-1)) : [];
}

export function timelineOf(story, now) {
  const names = Object.keys(story.events).filter((name) => story.months.some((row) => row.event === name)).reverse();
  const most = Object.fromEntries(names.map((name) => [name, Math.max(...story.months.filter((r) => r.event === name).map((r) => r.n))]));
  const inks = { opened: now.role("courier"), closed: now.role("maker"), reopened: now.role("wholesaler"), listings: now.role("front_shop"), decisions: now.soft, records: now.red, judgements: now.gold, searches: now.role("hub") };
  const months = span(story.months);
  return {
    ...base(now),
    grid: { left: 8, right: 16, top: 8, bottom: 44, containLabel: true },
    xAxis: axis(now, { type: "category", data: months, splitLine: { show: false } }),
    yAxis: axis(now, { type: "category", data: names.map((name) => story.events[name]), axisLabel: { color: now.text } }),
    dataZoom: [{ type: "slider", height: 18, bottom: 8, borderColor: now.line, textStyle: { color: now.soft }, fillerColor: `${now.blue}33`, dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } } }],
    tooltip: { ...base(now).tooltip, formatter: ({ data }) => `${data.value[0]}  ${data.value[1]}: ${data.value[2].toLocaleString()}` },
    series: [{
      type: "scatter",
      data: story.months.map((row) => ({ value: [row.month, story.events[row.event], row.n], itemStyle: { color: inks[row.event] }, symbolSize: 6 + 16 * Math.sqrt(row.n / most[row.event]) })),
    }],
  };
}

export function moneyOf(story, currency, now) {
  const rows = story.money.filter((row) => row.currency === currency);
  const months = span(rows);
  const roles = [...new Set(rows.map((row) => row.role))];
  const amount = new Map(rows.map((row) => [`${row.role} ${row.month}`, row.amount]));
  const label = Object.fromEntries(rows.map((row) => [row.role, row.label]));
  return {
    ...base(now),
    tooltip: { ...base(now).tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (value) => (value ? `${value.toLocaleString()} ${currency}` : "–") },
    legend: { bottom: 0, textStyle: { color: now.text }, data: roles.map((role) => label[role]) },
    grid: { left: 8, right: 16, top: 16, bottom: 36, containLabel: true },
    xAxis: axis(now, { type: "category", data: months }),
    yAxis: axis(now, { type: "value" }),
    series: roles.map((role) => ({ name: label[role], type: "bar", stack: "paid", itemStyle: { color: now.role(role) }, barMaxWidth: 36, data: months.map((month) => amount.get(`${role} ${month}`) || 0) })),
  };
}

export function mapOf(story, now) {
  const { points, flows } = story.map;
  const inks = { shops: now.role("front_shop"), listings: now.role("courier"), parcels: now.role("wholesaler"), records: now.red };
  const kinds = Object.keys(story.points).filter((kind) => points.some((point) => point.kind === kind));
  return {
    ...base(now),
    tooltip: { ...base(now).tooltip, formatter: ({ data }) => (data.place ? `${data.place}\n${data.label}: ${data.value[2].toLocaleString()}` : "") },
    legend: { bottom: 0, textStyle: { color: now.text }, data: kinds.map((kind) => story.points[kind]) },
    geo: {
      map: "land",
      roam: true,
      silent: true,
      scaleLimit: { min: 0.5, max: 30 },
      ...view(points),
      itemStyle: { areaColor: now.sunken, borderColor: now.strong, borderWidth: 0.6 },
      emphasis: { disabled: true },
    },
    series: [
      { type: "lines", coordinateSystem: "geo", silent: true, z: 1, data: flows.map((flow) => ({ coords: [flow.source, flow.target], lineStyle: { width: 0.6 + 2.4 * Math.sqrt(flow.n / flows[0].n) } })), lineStyle: { color: now.soft, opacity: 0.45, curveness: 0.18 }, symbol: ["none", "arrow"], symbolSize: 6 },
      ...kinds.map((kind, i) => series(kind, i, points, story, inks)),
    ],
  };
}

function series(kind, i, points, story, inks) {
  const mine = points.filter((point) => point.kind === kind);
  const most = Math.max(...mine.map((point) => point.n));
  return {
    name: story.points[kind],
    type: "scatter",
    coordinateSystem: "geo",
    symbol: SHAPES[kind],
    z: 2 + i,
    itemStyle: { color: inks[kind], opacity: 0.8 },
    // Kinds at one place stand side by side.
    symbolOffset: [(i - 1.5) * 7, 0],
    data: mine.map((point) => ({ place: point.place, label: point.label, value: [point.longitude, point.latitude, point.n], symbolSize: 7 + 13 * Math.sqrt(point.n / most) })),
  };
}

// The part of the world with the points, and some room around.
function view(points) {
  const west = Math.min(...points.map((p) => p.longitude)) - 4;
  const east = Math.max(...points.map((p) => p.longitude)) + 4;
  const north = Math.max(...points.map((p) => p.latitude)) + 3;
  const south = Math.min(...points.map((p) => p.latitude)) - 3;
  return { boundingCoords: [[Math.min(west, 100), Math.max(north, 42)], [Math.max(east, 124), Math.min(south, 18)]] };
}
