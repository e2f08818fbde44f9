// A worker: ForceAtlas2 over the whole network, starting from the arrangement by role, so that the result is the same
// each time.
import Graph from "graphology";
import { assign, inferSettings } from "graphology-layout-forceatlas2";

const STEPS = (nodes) => (nodes > 10_000 ? 60 : nodes > 2_000 ? 150 : 400);

onmessage = ({ data: { x, y, source, target, weight } }) => {
  const graph = new Graph({ type: "undirected", multi: true });
  x.forEach((_x, i) => graph.addNode(i, { x: x[i], y: y[i] }));
  source.forEach((a, e) => graph.addEdge(a, target[e], { weight: weight[e] }));
  const settings = { ...inferSettings(graph), barnesHutOptimize: graph.order > 500, adjustSizes: false, linLogMode: true };
  assign(graph, { iterations: STEPS(graph.order), settings });
  const out = { x: [], y: [] };
  let widest = 1;
  graph.forEachNode((_node, at) => { out.x.push(at.x); out.y.push(at.y); widest = Math.max(widest, Math.abs(at.x), Math.abs(at.y)); });
  // In places of the size that nodes are drawn for.
  const scale = (1.4 * Math.sqrt(graph.order)) / widest;
  postMessage({ x: out.x.map((v) => v * scale), y: out.y.map((v) => v * scale) });
};
