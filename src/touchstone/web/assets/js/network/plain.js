// The graph on a plain canvas, for browsers without a graphics card.
import { drawShape } from "./shapes.js";

const PADDING = 48;
const MOST_PIXELS = 15;
const NEAR = 6;

export class PlainView {
  constructor(stage, graph, events) {
    this.stage = stage;
    this.graph = graph;
    this.events = events;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "net-plain";
    stage.prepend(this.canvas);
    this.draws = [];
    this.camera = { x: 0, y: 0, scale: 1 };
    new ResizeObserver(() => this.redraw()).observe(stage);
    this.bind();
  }

  bind() {
    let from = null;
    let moved = false;
    this.canvas.addEventListener("pointerdown", (event) => {
      from = { x: event.offsetX, y: event.offsetY };
      moved = false;
      this.canvas.setPointerCapture(event.pointerId);
      this.stage.focus({ preventScroll: true });
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [dx, dy] = [event.offsetX - from.x, event.offsetY - from.y];
      if (Math.abs(dx) + Math.abs(dy) < 4 && !moved) return;
      moved = true;
      this.camera.x -= dx / this.camera.scale;
      this.camera.y += dy / this.camera.scale;
      from = { x: event.offsetX, y: event.offsetY };
      this.redraw();
    });
    this.canvas.addEventListener("pointerup", (event) => {
      if (from && !moved) this.events.click(this.at(event.offsetX, event.offsetY), event);
      from = null;
    });
    this.canvas.addEventListener("dblclick", (event) => this.events.open(this.at(event.offsetX, event.offsetY)));
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
    }, { passive: false });
  }

  afterRender(draw) {
    this.draws.push(draw);
  }

  size() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  toScreen(x, y) {
    const { width, height } = this.size();
    return { x: width / 2 + (x - this.camera.x) * this.camera.scale, y: height / 2 - (y - this.camera.y) * this.camera.scale };
  }

  radius(size) {
    return size * Math.min(this.camera.scale, (MOST_PIXELS / 0.34) * (this.camera.scale / this.whole));
  }

  // The node under a point of the stage, or null.
  at(x, y) {
    let best = null;
    let least = Infinity;
    this.graph.forEachNode((node, at) => {
      const p = this.toScreen(at.x, at.y);
      const away = Math.hypot(p.x - x, p.y - y);
      if (away < least && away <= Math.max(this.radius(at.size), NEAR)) [best, least] = [node, away];
    });
    return best;
  }

  redraw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
      this.draws.forEach((draw) => draw());
    });
  }

  reload(graph) {
    this.graph = graph;
    this.redraw();
  }

  paint() {
    const { width, height } = this.size();
    const ratio = devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    this.graph.forEachEdge((_edge, at, _a, _b, a, b) => {
      const p = this.toScreen(a.x, a.y);
      const q = this.toScreen(b.x, b.y);
      if (Math.max(p.x, q.x) < 0 || Math.max(p.y, q.y) < 0 || Math.min(p.x, q.x) > width || Math.min(p.y, q.y) > height) return;
      pen.strokeStyle = at.color;
      pen.lineWidth = Math.max(0.7, at.size * this.camera.scale * 0.4);
      pen.beginPath();
      pen.moveTo(p.x, p.y);
      pen.lineTo(q.x, q.y);
      pen.stroke();
    });
    this.graph.forEachNode((_node, at) => {
      const p = this.toScreen(at.x, at.y);
      const r = Math.max(1, this.radius(at.size));
      if (p.x < -r || p.y < -r || p.x > width + r || p.y > height + r) return;
      pen.fillStyle = at.color;
      drawShape(pen, at.shape, p.x, p.y, r);
      pen.fill();
    });
  }

  fit() {
    const box = { x: [Infinity, -Infinity], y: [Infinity, -Infinity] };
    this.graph.forEachNode((_node, at) => ["x", "y"].forEach((k) => { box[k] = [Math.min(box[k][0], at[k]), Math.max(box[k][1], at[k])]; }));
    const { width, height } = this.size();
    if (box.x[0] > box.x[1]) return;
    const scale = Math.min((width - 2 * PADDING) / (box.x[1] - box.x[0] || 1), (height - 2 * PADDING) / (box.y[1] - box.y[0] || 1));
    this.whole = scale;
    this.camera = { x: (box.x[0] + box.x[1]) / 2, y: (box.y[0] + box.y[1]) / 2, scale };
    this.redraw();
  }

  zoom(factor, x = this.size().width / 2, y = this.size().height / 2) {
    const { width, height } = this.size();
    const next = Math.min(Math.max(this.camera.scale * factor, this.whole / 4), this.whole * 250);
    const keep = 1 / this.camera.scale - 1 / next;
    this.camera.x += (x - width / 2) * keep;
    this.camera.y -= (y - height / 2) * keep;
    this.camera.scale = next;
    this.redraw();
  }

  centre(x, y) {
    Object.assign(this.camera, { x, y });
    this.redraw();
  }

  pan(x, y) {
    const { width, height } = this.size();
    this.camera.x += (x * width) / this.camera.scale;
    this.camera.y += (y * height) / this.camera.scale;
    this.redraw();
  }
}
