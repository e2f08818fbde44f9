// The graph on the graphics card.
import Sigma, { DEFAULT_STYLES } from "sigma";
import { layerFill, sdfCircle, sdfDiamond, sdfRectangle, sdfSquare, sdfTriangle } from "sigma/rendering";

const MOST_PIXELS = 15; // radius of a node while the whole network is shown

export function hasWebgl() {
  return Boolean(document.createElement("canvas").getContext("webgl2"));
}

export class SigmaView {
  constructor(stage, graph, events) {
    this.graph = graph;
    this.room = document.createElement("div");
    this.room.className = "net-sigma";
    stage.prepend(this.room);
    this.scale = 1;
    this.sigma = new Sigma(graph, this.room, {
      primitives: { nodes: { shapes: [sdfCircle(), sdfSquare(), sdfDiamond(), sdfTriangle(), sdfRectangle({ aspectRatio: 1.5 })], layers: [layerFill()] } },
      styles: {
        nodes: [DEFAULT_STYLES.nodes, { shape: { attribute: "shape" }, size: (at) => at.size * this.scale, color: { attribute: "color" } }],
        edges: [DEFAULT_STYLES.edges, { size: { attribute: "size" }, color: { attribute: "color" } }],
      },
      settings: { renderLabels: false, itemSizesReference: "positions", zoomToSizeRatioFunction: (ratio) => ratio, minEdgeThickness: 0.7, hideEdgesOnMove: false, stagePadding: 48, minCameraRatio: 0.004, maxCameraRatio: 4, enableCameraRotation: false, gestureTarget: "graph" },
    });
    this.sigma.on("clickNode", ({ node, event }) => events.click(node, event.original));
    this.sigma.on("clickStage", ({ event }) => events.click(null, event.original));
    this.sigma.on("doubleClickNode", (payload) => { payload.preventSigmaDefault(); events.open(payload.node); });
  }

  afterRender(draw) {
    this.sigma.on("afterRender", draw);
  }

  toScreen(x, y) {
    return this.sigma.graphToViewport({ x, y });
  }

  size() {
    return this.sigma.getDimensions();
  }

  // Radius in pixels of a node of that size.
  radius(size) {
    const a = this.toScreen(0, 0);
    const b = this.toScreen(1, 0);
    return size * this.scale * Math.hypot(b.x - a.x, b.y - a.y);
  }

  redraw() {
    this.sigma.refresh({ skipIndexation: true });
  }

  reload(graph) {
    this.graph = graph;
    this.scale = 1;
    this.sigma.setGraph(graph);
    this.sigma.refresh();
    const camera = this.sigma.getCamera().ratio;
    const whole = this.radius(0.34) * camera;
    if (whole > MOST_PIXELS) {
      this.scale = MOST_PIXELS / whole;
      this.sigma.refresh();
    }
  }

  fit() {
    this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  zoom(factor) {
    const camera = this.sigma.getCamera();
    camera.setState({ ratio: camera.getBoundedRatio(camera.ratio / factor) });
  }

  centre(x, y) {
    const at = this.sigma.graphToFramedGraph({ x, y });
    this.sigma.getCamera().setState({ x: at.x, y: at.y });
  }

  pan(x, y) {
    const camera = this.sigma.getCamera();
    camera.setState({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio });
  }
}
