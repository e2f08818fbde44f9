// Draws the graph: with sigma on the graphics card, else on a plain canvas. Letters, labels and the ring around what is
// chosen are drawn over either, so that no label covers another.
import { hasWebgl, SigmaView } from "./sigma.js";
import { PlainView } from "./plain.js";
import { Over } from "./over.js";
import { mix } from "./colours.js";

export function createView(stage, graph, events) {
  if (hasWebgl()) {
    try {
      return new View(stage, graph, new SigmaView(stage, graph, events), "webgl");
    } catch {
      stage.querySelectorAll("canvas").forEach((canvas) => canvas.remove());
    }
  }
  return new View(stage, graph, new PlainView(stage, graph, events), "canvas");
}

class View {
  constructor(stage, graph, drawn, kind) {
    this.graph = graph;
    this.drawn = drawn;
    this.kind = kind;
    this.graphicsCard = kind === "webgl";
    this.chosen = null;
    this.over = new Over(stage, graph, drawn);
    drawn.afterRender(() => this.over.draw(this.chosen));
  }

  // Show a node and its neighbours in colour and the rest faint; null: all in colour.
  choose(node, { draw = true } = {}) {
    this.chosen = node && this.graph.hasNode(node) ? node : null;
    const near = this.chosen ? new Set([this.chosen, ...this.graph.neighbors(this.chosen)]) : null;
    const { surface, gold } = this.over.colours();
    this.graph.updateEachNodeAttributes((key, at) => { at.color = !near || near.has(key) ? at.base : mix(surface, at.base, 0.28); return at; }, { attributes: ["color"] });
    this.graph.updateEachEdgeAttributes((_edge, at, a, b) => {
      const mine = a === this.chosen || b === this.chosen;
      at.color = !near ? at.base : mine ? gold : mix(surface, at.base, 0.35);
      return at;
    }, { attributes: ["color"] });
    if (draw) this.drawn.redraw();
  }

  // Draw another graph.
  show(graph, chosen) {
    this.graph = this.over.graph = graph;
    this.choose(chosen, { draw: false });
    this.drawn.reload(graph);
  }

  fit() {
    this.drawn.fit();
  }

  zoom(factor) {
    this.drawn.zoom(factor);
  }

  // Bring a node into the picture if it is outside.
  reveal(node) {
    const { x, y } = this.graph.getNodeAttributes(node);
    const at = this.drawn.toScreen(x, y);
    const { width, height } = this.drawn.size();
    if (at.x < 40 || at.y < 40 || at.x > width - 40 || at.y > height - 40) this.drawn.centre(x, y);
    else this.drawn.redraw();
  }

  pan(x, y) {
    this.drawn.pan(x, y);
  }
}
