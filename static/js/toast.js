"use strict";
// Toasts: what was just done is said by a live region that moves nothing. News
// goes by itself, unless somebody reads it or holds it; what failed stays.
(() => {
  const seconds = 8;
  const place = () => document.getElementById("toasts");

  // Neither the bar that saves nor what has the focus is ever covered.
  const keepClear = () => {
    const box = place();
    if (!box) return;
    box.classList.remove("up");
    box.style.bottom = "";
    if (!box.querySelector(".toast")) return;
    const meets = (element) => {
      const mine = box.getBoundingClientRect();
      const theirs = element.getBoundingClientRect();
      return theirs.width > 0 && theirs.bottom > mine.top && theirs.top < mine.bottom && theirs.right > mine.left && theirs.left < mine.right;
    };
    for (const bar of document.querySelectorAll(".savebar, .bulk.on")) {
      if (!meets(bar)) continue;
      const bottom = innerHeight - bar.getBoundingClientRect().top + 8;
      if (bottom + box.offsetHeight < innerHeight) box.style.bottom = `${bottom}px`;
      else box.classList.add("up");
    }
    const held = document.activeElement;
    if (!held || held === document.body || held.id === "main" || box.contains(held) || !meets(held)) return;
    box.style.bottom = "";
    box.classList.toggle("up");
  };

  const remove = (toast) => {
    const held = toast.contains(document.activeElement);
    toast.remove();
    if (held) document.getElementById("main")?.focus({ preventScroll: true });
    keepClear();
  };
  const show = (toast) => {
    const bad = toast.classList.contains("toast-bad");
    place().querySelector(bad ? "[role=alert]" : "[role=status]").append(toast);
    keepClear();
    if (bad) return;
    let left = seconds;
    const clock = setInterval(() => {
      if (toast.isConnected && (document.hidden || toast.matches(":hover, :focus-within"))) return;
      left -= 1;
      if (left > 0 && toast.isConnected) return;
      clearInterval(clock);
      if (toast.isConnected) remove(toast);
    }, 1000);
  };
  document.addEventListener("say", (event) => {
    const made = document.getElementById("toast")?.content.firstElementChild.cloneNode(true);
    if (!made || !event.detail) return;
    made.querySelector("p").textContent = event.detail;
    for (const old of [...place().querySelectorAll("[role=status] .toast")].slice(0, -2)) remove(old);
    show(made);
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-close-toast]");
    if (button) remove(button.closest(".toast"));
  });
  document.addEventListener("focusin", keepClear);
  addEventListener("resize", keepClear);
  addEventListener("scroll", () => place()?.querySelector(".toast") && requestAnimationFrame(keepClear), { passive: true });

  // A live region says what comes into it, not what it was born with.
  for (const toast of document.querySelectorAll("#toasts .toast")) show(toast);
})();
