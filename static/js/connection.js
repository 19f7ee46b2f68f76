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

  // A form that is being sent and a file that is being made say so, and are
  // not asked for twice.
  const patience = 60000; // whoever stopped the page from leaving may try again
  const waits = new Map();
  const rest = (button) => {
    const { children, form, said, clock } = waits.get(button);
    waits.delete(button);
    clearInterval(clock);
    said.remove();
    form?.removeAttribute("data-sending");
    button.replaceChildren(...children);
    button.removeAttribute("aria-busy");
    button.style.minWidth = "";
  };
  const work = (button, form, over) => {
    const until = Date.now() + patience;
    const said = document.createElement("p");
    const text = button.dataset.busy || document.body.dataset.busy;
    said.className = "sr";
    said.textContent = text;
    document.querySelector("#toasts [role=status]")?.append(said);
    const clock = setInterval(() => (over() || Date.now() > until) && rest(button), 250);
    waits.set(button, { children: [...button.childNodes], form, said, clock });
    button.style.minWidth = `${button.offsetWidth}px`;
    if (button.innerText.trim()) button.replaceChildren(text);
    button.setAttribute("aria-busy", "true");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const method = button?.getAttribute("formmethod") || form.getAttribute("method");
    if (event.defaultPrevented || method === "dialog" || button?.hasAttribute("data-export")) return;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sending", "");
    if (button) work(button, form, () => false);
    else setTimeout(() => form.removeAttribute("data-sending"), patience);
  });
  // The answer with a file leaves the page as it is, and a cookie.
  const begun = /(?:^|; )(?:__Host-)?download=begun/;
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target instanceof Element && event.target.closest('a[download][href*=".csv"], [data-export]');
      if (!button) return;
      if (waits.has(button)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      document.cookie = "download=; Path=/; Max-Age=0";
      document.cookie = "__Host-download=; Path=/; Secure; Max-Age=0";
      setTimeout(() => work(button, null, () => begun.test(document.cookie)));
    },
    true,
  );
  // The page may come back as it was left.
  addEventListener("pageshow", () => {
    for (const button of [...waits.keys()]) rest(button);
    for (const form of document.querySelectorAll("form[data-sending]")) form.removeAttribute("data-sending");
  });
})();
