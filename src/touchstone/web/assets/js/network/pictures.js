// The network as a picture file: SVG, and PNG drawn from it. It shows what the stage shows, whole and with its labels.
import { colours } from "./colours.js";
import { placed } from "./labels.js";
import { measurer } from "./over.js";
import { svgShape } from "./shapes.js";

const WIDTH = 1600;
const PADDING = 60;
const LABELS = 220;

export function bindPictures(net) {
  net.root.querySelectorAll("[data-net-picture]").forEach((button) => button.addEventListener("click", async (event) => {
    event.preventDefault();
    const form = button.closest("form");
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) return form.submit(); // the server says what is wrong
    const drawing = svg(net.model.graph);
    const kind = button.dataset.netPicture;
    const blob = kind === "svg" ? new Blob([drawing], { type: "image/svg+xml" }) : await png(drawing);
    return save(blob, `${net.root.dataset.name}-network.${kind}`);
  }));
}

export function svg(graph) {
  const now = colours();
  const box = { x: [Infinity, -Infinity], y: [Infinity, -Infinity] };
  graph.forEachNode((_node, at) => ["x", "y"].forEach((k) => { box[k] = [Math.min(box[k][0], at[k]), Math.max(box[k][1], at[k])]; }));
  const wide = Math.max(box.x[1] - box.x[0], 1);
  const high = Math.max(box.y[1] - box.y[0], 0.2 * wide);
  const scale = (WIDTH - 2 * PADDING) / wide;
  const height = Math.round(high * scale + 2 * PADDING);
  const x = (at) => PADDING + (at.x - box.x[0]) * scale;
  const y = (at) => PADDING + (box.y[1] - at.y) * scale;
  const r = (at) => at.size * Math.min(scale, 46);
  const lines = [];
  graph.forEachEdge((_edge, at, _a, _b, a, b) => lines.push(`<line x1="${x(a).toFixed(1)}" y1="${y(a).toFixed(1)}" x2="${x(b).toFixed(1)}" y2="${y(b).toFixed(1)}" stroke="${at.base}" stroke-width="${(0.6 + at.weight).toFixed(1)}"/>`));
  const nodes = [];
  const marks = [];
  graph.forEachNode((_node, at) => {
    marks.push(svgShape(at.shape, x(at), y(at), r(at), at.base));
    if (at.letter && r(at) >= 6) marks.push(`<text x="${x(at).toFixed(1)}" y="${(y(at) + r(at) * 0.37).toFixed(1)}" text-anchor="middle" font-weight="700" font-size="${(r(at) * 1.05).toFixed(1)}" fill="${now.surface}">${at.letter}</text>`);
    nodes.push({ x: x(at), y: y(at), r: r(at), text: at.name, rank: at.rank });
  });
  nodes.sort((a, b) => b.rank - a.rank);
  const pen = document.createElement("canvas").getContext("2d");
  const labels = placed(nodes, measurer(pen, now), WIDTH, height, LABELS).map(({ box: b, text }) => `<text x="${(b.x + 2).toFixed(1)}" y="${(b.y + 12).toFixed(1)}" font-size="12" fill="${now.text}" stroke="${now.surface}" stroke-width="3" paint-order="stroke">${escaped(text)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${escaped(now.font)}"><rect width="100%" height="100%" fill="${now.surface}"/>${lines.join("")}${marks.join("")}${labels.join("")}</svg>`;
}

const escaped = (text) => text.replace(/[^\t\n\r\x20-\uFFFD]/g, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

async function png(drawing) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
