// A form with data-confirm asks before it is sent. Without script it is sent at once.
export function confirmForms() {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog) return;
  let waiting = null;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = { form, submitter: event.submitter };
    dialog.querySelector("[data-question]").textContent = question;
    dialog.returnValue = "no";
    dialog.showModal();
  }, true);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes" || !waiting) return;
    waiting.form.dataset.confirmed = "yes";
    waiting.form.requestSubmit(waiting.submitter);
    delete waiting.form.dataset.confirmed;
    waiting = null;
  });
}
