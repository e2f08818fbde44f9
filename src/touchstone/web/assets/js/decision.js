// The decision form: the basis follows outcome and finding until the reviewer writes their own, and a finding says what it
// would count. Without script the reviewer fills in the basis.
function chosenBasis(form) {
  const outcome = form.querySelector("[name=outcome]:checked");
  if (!outcome) return "";
  if (outcome.value === "keep") return outcome.dataset.basis;
  return form.elements.finding.selectedOptions[0]?.dataset.basis || "";
}

function follow(form) {
  const basis = form.elements.basis;
  if (basis.value === "" || basis.value === form.dataset.filled) basis.value = form.dataset.filled = chosenBasis(form);
  const keeps = form.querySelector("[name=outcome]:checked")?.value === "keep";
  form.querySelector("[data-finding]").hidden = keeps;
  form.querySelector("[data-term]").hidden = keeps;
  form.querySelector("[data-counts]").textContent = form.elements.finding.selectedOptions[0]?.dataset.told || "";
}

// What is marked in the title is offered as the seller's word for the brand, until the reviewer writes another.
function takeMarked(form) {
  const marked = document.getSelection();
  const title = document.querySelector("[data-title]");
  const text = marked.toString().trim();
  const { term } = form.elements;
  const written = term.value !== "" && term.value !== form.dataset.marked;
  if (written || text.length < 2 || text.length > term.maxLength || !title?.contains(marked.anchorNode)) return;
  term.value = form.dataset.marked = text;
}

export function decisionForms() {
  document.querySelectorAll("form[data-decision]").forEach((form) => {
    form.addEventListener("change", (event) => {
      if (["outcome", "finding"].includes(event.target.name)) follow(form);
    });
    document.querySelector("[data-title]")?.addEventListener("pointerup", () => takeMarked(form));
    follow(form);
  });
}
