// The network by keyboard: arrows go to the neighbour that lies there, Enter opens, F folds, + and - zoom, Esc lets go.
const TOWARDS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.1;

export function bindKeys(net) {
  net.stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== net.stage) return;
    if (press(net, event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
}

function press(net, event) {
  const { key, shiftKey } = event;
  if (TOWARDS[key]) return shiftKey ? (net.view.pan(TOWARDS[key][0] * STEP, -TOWARDS[key][1] * STEP), true) : go(net, TOWARDS[key]);
  const acts = {
    Enter: () => net.openNode(net.chosen),
    Escape: () => net.choose(null),
    "+": () => net.view.zoom(1.5),
    "=": () => net.view.zoom(1.5),
    "-": () => net.view.zoom(1 / 1.5),
    0: () => net.view.fit(),
    f: () => fold(net),
    F: () => fold(net),
  };
  if (!acts[key]) return false;
  acts[key]();
  return true;
}

function go(net, [dx, dy]) {
  const { graph } = net.model;
  if (!graph.order) return true;
  if (!net.chosen) net.choose(first(graph));
  else {
    const next = neighbour(net, dx, dy);
    if (next) net.choose(next);
  }
  return true;
}

// Where a walk begins: on whom most hangs.
function first(graph) {
  let best = null;
  graph.forEachNode((node, at) => { if (!best || at.rank > graph.getNodeAttribute(best, "rank")) best = node; });
  return best;
}

// The neighbour that lies most in that direction, near before far.
function neighbour(net, dx, dy) {
  const { graph } = net.model;
  const from = at(net, net.chosen);
  let best = null;
  let least = Infinity;
  graph.forEachNeighbor(net.chosen, (node) => {
    const to = at(net, node);
    const [x, y] = [to.x - from.x, to.y - from.y];
    const along = x * dx + y * dy;
    const cost = Math.hypot(x, y) + 2 * Math.abs(x * dy - y * dx);
    if (along > 0 && cost < least) [best, least] = [node, cost];
  });
  return best;
}

function at(net, node) {
  const { x, y } = net.model.graph.getNodeAttributes(node);
  return net.view.drawn.toScreen(x, y);
}

function fold(net) {
  if (!net.chosen) return;
  const group = net.model.fold(net.chosen);
  if (!group) return;
  net.redraw();
  if (net.model.graph.hasNode(group)) net.choose(group);
}
