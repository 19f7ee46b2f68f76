"use strict";
// What a page shows while it waits for its server, and when there is none.
(() => {
  const retry = 3000;
  const notice = () => document.getElementById("offline");

  // The notice goes by itself, and what was missed is fetched.
  let asking = false;
  let away = false;
  const answers = async () => {
    try {
      return (await fetch("/healthz", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };
  const show = (now) => {
    if (away === now || !notice()) return;
    away = now;
    notice().textContent = now ? notice().dataset.text : "";
    if (now || !window.htmx) return;
    for (const element of document.querySelectorAll("[data-live]")) window.htmx.trigger(element, "sse:changed");
  };
  const ask = async () => {
    if (asking) return;
    asking = true;
    while (!(await answers())) {
      show(true);
      await new Promise((done) => setTimeout(done, retry));
    }
    asking = false;
    show(false);
  };
  // A stream that ends and a part that does not come are only a reason to ask.
  for (const trouble of ["htmx:sseError", "htmx:sendError"]) document.addEventListener(trouble, ask);
  addEventListener("offline", ask);

  // A form that is being sent says so, and is not sent twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sending", "");
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // The page may come back as it was left.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) form.removeAttribute("data-sending");
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });
})();
