// What is in the network, what of it is folded or filtered away, and the graph that is drawn.
import Graph from "graphology";
import { colours, mix } from "./colours.js";

export const LETTERS = { maker: "M", wholesaler: "W", front_shop: "F", courier: "C", cash_out: "P", "": "?" };
export const SHAPES = { maker: "square", wholesaler: "diamond", courier: "triangle", cash_out: "rectangle" };
// Networks of more nodes open folded.
export const FOLD_FROM = 2_600;
const RADIUS = 0.34; // of a node, in widths of its place
const HUB = "hub";

export class Model {
  constructor(data, labels) {
    this.data = data;
    this.labels = labels;
    this.graph = new Graph({ type: "undirected", multi: false });
    this.n = data.nodes.id.length;
    this.place(null);
    this.filters = { until: "", least: 0, kinds: null, roles: new Set() };
    this.folded = new Set();
    this.index = new Map(data.nodes.id.map((id, i) => [id, i]));
    if (this.n > FOLD_FROM) this.foldAll(true);
  }

  role(i) {
    return this.data.nodes.hub[i] ? HUB : this.data.nodes.role[i];
  }

  groupOf(i) {
    return `group:${this.data.nodes.community[i]}:${this.role(i)}`;
  }

  // Positions: those of the server (null), or others as {x: [], y: []}.
  place(other) {
    this.x = other ? other.x : this.data.nodes.x;
    this.y = other ? other.y : this.data.nodes.y;
    this.free = Boolean(other);
  }

  foldAll(fold) {
    this.folded.clear();
    if (!fold) return;
    const size = new Map();
    for (let i = 0; i < this.n; i++) size.set(this.groupOf(i), (size.get(this.groupOf(i)) || 0) + 1);
    for (const [group, n] of size) if (n > 1) this.folded.add(group);
  }

  fold(node) {
    const i = this.index.get(node);
    if (i === undefined) return null;
    this.folded.add(this.groupOf(i));
    return this.groupOf(i);
  }

  unfold(group) {
    this.folded.delete(group);
    return this.data.nodes.id.filter((_id, i) => this.groupOf(i) === group);
  }

  visible(i) {
    const { opened } = this.data.nodes;
    if (this.filters.roles.has(this.role(i))) return false;
    return !(this.filters.until && opened[i] && opened[i] > this.filters.until);
  }

  edgeVisible(e) {
    const { weight, kinds } = this.data.edges;
    if (weight[e] < this.filters.least) return false;
    return !this.filters.kinds || kinds[e].some((kind) => this.filters.kinds.has(kind));
  }

  // Draw anew what folding and filters leave.
  apply() {
    const { source, target, weight, kinds } = this.data.edges;
    const shown = Array.from({ length: this.n }, (_x, i) => this.visible(i));
    const ties = [];
    const tied = new Uint32Array(this.n);
    for (let e = 0; e < source.length; e++) {
      if (!shown[source[e]] || !shown[target[e]] || !this.edgeVisible(e)) continue;
      ties.push(e);
      tied[source[e]]++;
      tied[target[e]]++;
    }
    const bare = this.filters.least > 0 || this.filters.kinds;
    for (let i = 0; i < this.n; i++) if ((this.data.nodes.hub[i] && tied[i] < 2) || (bare && !tied[i])) shown[i] = false;
    this.build(shown, ties.filter((e) => shown[source[e]] && shown[target[e]]), weight, kinds);
  }

  build(shown, ties, weight, kinds) {
    const { source, target } = this.data.edges;
    // A new graph each time: what draws the old one is told nothing before the new one is whole.
    const graph = new Graph({ type: "undirected", multi: false });
    this.graph = graph;
    const owner = new Array(this.n);
    const groups = new Map();
    for (let i = 0; i < this.n; i++) {
      if (!shown[i]) continue;
      const group = this.groupOf(i);
      if (this.folded.has(group)) {
        owner[i] = group;
        if (!groups.has(group)) groups.set(group, []);
        groups.get(group).push(i);
      } else {
        owner[i] = this.data.nodes.id[i];
        graph.addNode(owner[i], this.single(i));
      }
    }
    for (const [group, members] of groups) graph.addNode(group, this.many(members));
    for (const e of ties) {
      const a = owner[source[e]];
      const b = owner[target[e]];
      if (a === b) continue;
      if (graph.hasEdge(a, b)) graph.updateEdge(a, b, (at) => ({ ...at, n: at.n + 1, weight: Math.max(at.weight, weight[e]), kinds: at.n < 20 ? [...new Set([...at.kinds, ...kinds[e]])] : at.kinds }));
      else graph.addEdge(a, b, { weight: weight[e], kinds: kinds[e], n: 1 });
    }
    this.colour();
  }

  single(i) {
    const { name, hub, betweenness, degree } = this.data.nodes;
    const role = this.role(i);
    return {
      x: this.x[i], y: this.y[i], name: name[i], role, letter: hub[i] ? "" : LETTERS[role] ?? "?",
      roleLabel: this.labels[role] || role, shape: SHAPES[role] || "circle",
      size: hub[i] ? RADIUS * Math.min(0.85, 0.45 + degree[i] / 60) : RADIUS, rank: betweenness[i] + degree[i] / 1e6, hub: hub[i],
    };
  }

  many(members) {
    const role = this.role(members[0]);
    const mean = (of) => members.reduce((sum, i) => sum + of[i], 0) / members.length;
    const label = this.labels[role] || role;
    return {
      x: mean(this.x), y: mean(this.y), name: `${members.length.toLocaleString()} × ${label}`, role, letter: role === HUB ? "" : LETTERS[role] ?? "?",
      roleLabel: label, shape: SHAPES[role] || "circle", size: RADIUS * (0.9 + Math.sqrt(members.length) / 2.2), rank: 2 + members.length,
      group: true, n: members.length, hub: role === HUB,
    };
  }

  colour() {
    const now = colours();
    this.colours = now;
    const edge = mix(now.surface, now.soft, 0.38);
    const strong = mix(now.surface, now.soft, 0.75);
    this.graph.updateEachNodeAttributes((_node, at) => { at.base = now.role(at.role); at.color = at.base; return at; }, { attributes: ["color", "base"] });
    this.graph.updateEachEdgeAttributes((_edge, at) => { at.base = mix(edge, strong, at.weight); at.color = at.base; at.size = 0.02 + 0.03 * at.weight; return at; }, { attributes: ["color", "base"] });
  }

  // Nodes and edges that are drawn, groups among them, and how many single nodes stand for themselves.
  counts() {
    let folded = 0;
    this.graph.forEachNode((_node, at) => { if (at.group) folded++; });
    return { nodes: this.graph.order, edges: this.graph.size, folded };
  }

  // The node of that name or id, the exact one first; the folded group that holds it counts.
  find(text) {
    const low = text.trim().toLowerCase();
    if (!low) return null;
    const { id, name } = this.data.nodes;
    const at = [(i) => id[i].toLowerCase() === low, (i) => name[i].toLowerCase() === low, (i) => name[i].toLowerCase().includes(low) || id[i].toLowerCase().includes(low)];
    for (const fits of at) for (let i = 0; i < this.n; i++) if (fits(i)) return i;
    return null;
  }

  // The drawn node of a place in the data, unfolding its group (`redraw` then) if need be; null where a filter hides it.
  show(i, redraw) {
    if (this.folded.delete(this.groupOf(i))) redraw();
    return this.graph.hasNode(this.data.nodes.id[i]) ? this.data.nodes.id[i] : null;
  }
}
