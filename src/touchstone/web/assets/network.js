// The network of a ring: loads the data, draws it, answers to pointer, keyboard and filters. Without it the page has
// the same as a table.
import { Model } from "./js/network/model.js";
import { createView } from "./js/network/view.js";
import { Panel } from "./js/network/panel.js";
import { bindKeys } from "./js/network/keys.js";
import { bindForm } from "./js/network/form.js";
import { bindPictures } from "./js/network/pictures.js";
import { watchTheme } from "./js/network/colours.js";
import { arrange } from "./js/network/forces.js";

function words(root) {
  const given = root.querySelector("[data-net-words]").dataset;
  return (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`[${key}]`, value), given[name] || "");
}

async function start(root) {
  const say = words(root);
  const stage = root.querySelector("[data-net-stage]");
  const wait = root.querySelector("[data-net-wait]");
  let data;
  try {
    const answer = await fetch(root.dataset.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    data = await answer.json();
  } catch {
    wait.textContent = say("failed");
    return;
  }
  wait.remove();
  open(root, stage, new Model(data, labels(root)), say);
}

// The names of roles in the reader's language stand in the legend.
function labels(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-net-role]")].map((b) => [b.dataset.netRole, b.querySelector("span").textContent]));
}

function open(root, stage, model, say) {
  const status = root.querySelector("[data-net-status]");
  const net = { root, stage, model, say, chosen: null };
  net.view = createView(stage, model.graph, {
    click: (node, event) => (event.shiftKey && net.chosen && node ? net.panel.link(net.chosen, node) : net.choose(node)),
    open: (node) => net.openNode(node),
  });
  net.panel = new Panel(net);
  net.tell = (text) => { status.textContent = text; };
  net.summary = () => {
    const { nodes, edges, folded } = model.counts();
    if (!nodes) return net.tell(say("nothing"));
    net.tell(say("shown", { n: nodes.toLocaleString(), e: edges.toLocaleString() }) + (folded ? ` ${say("folded", { n: folded })}` : ""));
  };
  net.redraw = (fit = false) => {
    model.apply();
    if (net.chosen && !model.graph.hasNode(net.chosen)) net.chosen = null;
    net.view.show(model.graph, net.chosen);
    if (fit) net.view.fit();
    net.summary();
  };
  net.choose = (node, { show = true } = {}) => {
    net.chosen = node;
    net.view.choose(node);
    if (!node) return net.panel.clear();
    const at = model.graph.getNodeAttributes(node);
    net.view.reveal(node);
    net.tell(say("chosen", { x: at.name, r: at.roleLabel, n: model.graph.degree(node) }) + (at.group ? ` ${say("open")}` : ""));
    if (show && !at.group) net.panel.node(node);
    if (at.group) net.panel.clear();
  };
  net.openNode = (node) => {
    if (!node) return;
    if (model.graph.getNodeAttribute(node, "group")) {
      const members = model.unfold(node);
      net.redraw();
      return net.choose(members[0]);
    }
    net.choose(node);
    net.panel.focus();
  };
  net.arrange = async (how) => {
    if (how === "forces") {
      net.tell(say("arranging"));
      model.place(await arrange(root, model));
    } else model.place(null);
    net.redraw(true);
  };
  bindKeys(net);
  bindForm(net);
  bindPictures(net);
  watchTheme(() => { model.colour(); net.view.choose(net.chosen); });
  root.querySelectorAll("[data-net]").forEach((button) => button.addEventListener("click", () => {
    const act = { in: () => net.view.zoom(1.5), out: () => net.view.zoom(1 / 1.5), fit: () => net.view.fit() }[button.dataset.net];
    if (act) act();
    else {
      model.foldAll(button.dataset.net === "fold");
      net.redraw(true);
    }
  }));
  net.redraw(true);
  if (!net.view.graphicsCard) net.tell(`${status.textContent} ${say("nowebgl")}`);
  const seed = model.data.seed;
  if (seed && model.graph.hasNode(seed)) net.choose(seed);
  root.dataset.ready = net.view.kind;
  stage.netForTests = net;
}

document.querySelectorAll("[data-network]").forEach(start);
