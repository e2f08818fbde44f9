// An answer to htmx that is no page of ours (a proxy's error, a full error page) is said in the messages, not swapped in.
export function htmxErrors() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400 && !xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = false;
  });
  const say = () => {
    const text = document.getElementById("flashes").dataset.failed;
    const notice = document.createElement("p");
    notice.className = "notice error";
    notice.setAttribute("role", "alert");
    notice.textContent = text;
    document.getElementById("flashes").replaceChildren(notice);
  };
  document.addEventListener("htmx:sendError", say);
  document.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Retarget")) say();
  });
}
