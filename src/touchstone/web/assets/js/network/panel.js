// The panel beside the network: what the server says of the chosen node or link.
export class Panel {
  constructor(net) {
    this.net = net;
    this.place = net.root.querySelector("[data-net-panel]");
    this.empty = this.place.innerHTML;
    this.asked = 0;
    this.place.addEventListener("click", (event) => this.press(event));
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") net.stage.focus();
    });
  }

  press(event) {
    const { netPair, netOf, netSelect, netMore } = event.target.closest("button")?.dataset || {};
    if (netPair) this.load({ a: netOf, b: netPair });
    else if (netSelect) this.select(netSelect);
    else if (netMore) this.goOn(netMore);
  }

  select(id) {
    const i = this.net.model.index.get(id);
    const node = i === undefined ? null : this.net.model.show(i, () => this.net.redraw());
    if (!node) return this.load({ node: id });
    return this.net.choose(node);
  }

  // The surroundings of one more seller; the address says so, and can be given to a colleague.
  goOn(id) {
    const address = new URL(location.href);
    address.searchParams.append("more", id);
    location.assign(address);
  }

  node(id) {
    return this.load({ node: id });
  }

  link(a, b) {
    const attributes = [a, b].map((node) => this.net.model.graph.getNodeAttributes(node));
    if (attributes.some((at) => at.hub || at.group)) return this.net.choose(b);
    return this.load({ a, b });
  }

  clear() {
    this.asked++;
    this.place.innerHTML = this.empty;
  }

  focus() {
    this.place.focus();
  }

  async load(what) {
    const turn = ++this.asked;
    const address = new URL(this.net.root.dataset.detail, location.href);
    Object.entries(what).forEach(([name, value]) => address.searchParams.set(name, value));
    try {
      const answer = await fetch(address);
      const text = await answer.text();
      if (!answer.ok) throw new Error(String(answer.status));
      if (turn === this.asked) this.place.innerHTML = text;
    } catch {
      if (turn === this.asked) this.clear();
    }
  }
}
