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

// A button takes what is marked in the title as the seller's word for the brand.
function offerMarked(form) {
  const button = form.querySelector("[data-take-marked]");
  button.hidden = false;
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // so that the title stays marked
  button.addEventListener("click", () => {
    const marked = document.getSelection();
    const inTitle = document.querySelector("[data-title]")?.contains(marked.anchorNode);
    if (inTitle && !marked.isCollapsed) form.elements.term.value = marked.toString().trim();
    form.elements.term.focus();
  });
}

export function decisionForms() {
  document.querySelectorAll("form[data-decision]").forEach((form) => {
    form.addEventListener("change", (event) => {
      if (["outcome", "finding"].includes(event.target.name)) follow(form);
    });
    offerMarked(form);
    follow(form);
  });
}
