// Search and filters above the network.
const NAMES = 400;

export function bindForm(net) {
  const form = net.root.querySelector("[data-net-form]");
  const { model } = net;
  const names = net.root.querySelector("#net-names");
  model.data.nodes.name.filter((_name, i) => !model.data.nodes.hub[i]).slice(0, NAMES).forEach((name) => {
    const option = document.createElement("option");
    option.value = name;
    names.append(option);
  });
  const filter = () => {
    const boxes = [...form.querySelectorAll("[name=kind]")];
    model.filters.until = form.elements.until.value;
    model.filters.least = Number(form.elements.least.value);
    model.filters.kinds = boxes.every((box) => box.checked) ? null : new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    form.querySelector("[data-net-least]").textContent = form.elements.least.value;
    net.redraw();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(net, form.elements.find.value);
  });
  form.elements.find.addEventListener("change", () => search(net, form.elements.find.value));
  form.addEventListener("input", (event) => {
    if (["until", "least", "kind"].includes(event.target.name)) filter();
  });
  form.elements.layout.addEventListener("change", () => net.arrange(form.elements.layout.value));
  form.addEventListener("reset", () => requestAnimationFrame(() => {
    model.filters.roles.clear();
    net.root.querySelectorAll("[data-net-role]").forEach((button) => button.setAttribute("aria-pressed", "true"));
    net.choose(null);
    if (model.free) model.place(null);
    filter();
    net.view.fit();
  }));
  net.root.querySelectorAll("[data-net-role]").forEach((button) => button.addEventListener("click", () => {
    const { roles } = model.filters;
    const role = button.dataset.netRole;
    if (!roles.delete(role)) roles.add(role);
    button.setAttribute("aria-pressed", String(!roles.has(role)));
    net.redraw();
  }));
  document.addEventListener("click", (event) => {
    const open = form.querySelector("details[open]");
    if (open && !open.contains(event.target)) open.open = false;
  });
}

function search(net, text) {
  const i = net.model.find(text);
  if (i === null) {
    if (text.trim()) net.tell(net.say("notfound"));
    return;
  }
  const node = net.model.show(i, () => net.redraw());
  if (!node) {
    net.tell(net.say("notfound"));
    return;
  }
  net.choose(node);
  net.stage.focus({ preventScroll: true });
}
