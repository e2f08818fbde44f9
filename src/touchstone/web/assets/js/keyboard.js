// j and k walk the rows of a table, Enter opens one, / goes to the search, g and a letter to a page, ? lists the keys.
// A button with data-key is pressed by that key.
const GO_WAIT = 1500;

let row = -1;
let going = 0;

function rows() {
  return [...document.querySelectorAll("main tbody tr:has(.row-link)")];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  all[row]?.classList.remove("at");
  row = Math.min(Math.max(row + step, 0), all.length - 1);
  all[row].classList.add("at");
  all[row].querySelector(".row-link").focus({ preventScroll: true });
  all[row].scrollIntoView({ block: "nearest" });
}

function listKeys() {
  const dialog = document.getElementById("keys-dialog");
  const list = dialog.querySelector("[data-keys]");
  list.querySelectorAll("[data-page-key]").forEach((entry) => entry.remove());
  document.querySelectorAll("[data-go]").forEach((link) => addKey(list, `g ${link.dataset.go}`, link.textContent));
  document.querySelectorAll("[data-key]").forEach((button) => addKey(list, button.dataset.key, button.dataset.keyLabel || button.firstChild.textContent || button.textContent));
  dialog.showModal();
}

function addKey(list, keys, label) {
  const term = document.createElement("dt");
  const text = document.createElement("dd");
  term.dataset.pageKey = text.dataset.pageKey = "";
  keys.split(" ").forEach((key) => {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap, " ");
  });
  text.textContent = label.trim();
  list.append(term, text);
}

function go(key) {
  going = 0;
  document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
}

function press(event) {
  const key = event.key;
  if (going && Date.now() - going < GO_WAIT) return go(key);
  const button = document.querySelector(`main [data-key="${CSS.escape(key)}"]`);
  if (button) {
    event.preventDefault();
    return button.click();
  }
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "g") going = Date.now();
  else if (key === "?") listKeys();
  else if (key === "/") {
    const search = document.querySelector("main [type=search], main form[role=search] input:not([type=hidden])");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
}

export function keyboard() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable], dialog")) return;
    press(event);
  });
}
