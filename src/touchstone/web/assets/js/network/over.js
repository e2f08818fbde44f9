// What is drawn over the graph: letters in the nodes, labels, and a ring around what is chosen.
import { colours } from "./colours.js";
import { placed } from "./labels.js";

const LETTER_FROM = 6;
const LABELS = [[4, 24], [7, 45], [Infinity, 90]]; // as many as nodes of that radius leave room for
const FONT = 12;

export class Over {
  constructor(stage, graph, drawn) {
    this.graph = graph;
    this.drawn = drawn;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "net-over";
    this.canvas.setAttribute("aria-hidden", "true");
    stage.append(this.canvas);
  }

  colours() {
    return colours();
  }

  draw(chosen) {
    const { width, height } = this.drawn.size();
    const ratio = devicePixelRatio || 1;
    if (this.canvas.width !== width * ratio || this.canvas.height !== height * ratio) {
      this.canvas.width = width * ratio;
      this.canvas.height = height * ratio;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const now = colours();
    const near = chosen && this.graph.hasNode(chosen) ? new Set(this.graph.neighbors(chosen)) : new Set();
    const seen = this.seen(width, height, chosen, near);
    this.letters(pen, seen, now);
    this.labels = placed(seen.filter((n) => n.rank > 0 || seen.length < 400), measurer(pen, now), width, height, this.most(seen));
    this.write(pen, now);
    this.mark(pen, seen.find((n) => n.node === chosen), now);
  }

  // The nodes within the stage, the most telling first.
  seen(width, height, chosen, near) {
    const found = [];
    this.graph.forEachNode((node, at) => {
      const p = this.drawn.toScreen(at.x, at.y);
      const r = this.drawn.radius(at.size);
      if (p.x < -r || p.y < -r || p.x > width + r || p.y > height + r) return;
      const must = node === chosen;
      found.push({ node, x: p.x, y: p.y, r, text: at.name, letter: at.letter, must, faint: Boolean(chosen) && !must && !near.has(node), rank: must ? 1e9 : near.has(node) ? 1e6 + at.rank : chosen ? -1 : at.rank });
    });
    return found.sort((a, b) => b.rank - a.rank || (a.node < b.node ? -1 : 1));
  }

  most(seen) {
    const typical = seen.length ? seen[Math.floor(seen.length / 2)].r : 0;
    return LABELS.find(([radius]) => typical < radius)[1];
  }

  letters(pen, seen, now) {
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = now.surface;
    for (const { x, y, r, letter, faint } of seen) {
      if (!letter || r < LETTER_FROM || faint) continue;
      pen.font = `700 ${Math.min(r * 1.05, 22)}px ${now.font}`;
      pen.fillText(letter, x, y + 0.5);
    }
  }

  write(pen, now) {
    pen.font = `${FONT}px ${now.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    for (const { text, box } of this.labels) {
      pen.globalAlpha = 0.82;
      pen.fillStyle = now.surface;
      pen.fillRect(box.x, box.y + 1, box.w, box.h - 2);
      pen.globalAlpha = 1;
      pen.fillStyle = now.text;
      pen.fillText(text, box.x + 2, box.y + box.h / 2);
    }
  }

  mark(pen, at, now) {
    if (!at) return;
    pen.strokeStyle = now.focus;
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(at.x, at.y, at.r * 1.25 + 4, 0, 2 * Math.PI);
    pen.stroke();
  }
}

export function measurer(pen, now) {
  pen.font = `${FONT}px ${now.font}`;
  const known = new Map();
  return (text) => {
    if (!known.has(text)) known.set(text, pen.measureText(text).width);
    return known.get(text);
  };
}
