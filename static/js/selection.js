"use strict";
// Picks calls of the list: some of a page, a range with Shift, or all that the
// filter finds. Without it the boxes and buttons of the form do the same work.
(() => {
  const picked = new Set();
  let all = false;
  let last = null;
  let missed = false;
  const form = () => document.querySelector("[data-selection]");
  const boxes = () => [...document.querySelectorAll('[data-selection] input[name="id"]')];
  const some = () => all || picked.size > 0;

  const show = () => {
    const place = form();
    if (!place) return;
    const rows = boxes();
    for (const id of picked) if (!rows.some((box) => box.value === id)) picked.delete(id);
    for (const box of rows) {
      box.checked = all || picked.has(box.value);
      box.closest("tr").classList.toggle("sel", box.checked);
    }
    const page = place.querySelector("[data-select-page]");
    page.checked = all || (rows.length > 0 && picked.size === rows.length);
    page.indeterminate = !page.checked && picked.size > 0;
    const bar = place.querySelector("[data-bulk]");
    bar.classList.toggle("on", some());
    const count = bar.querySelector("[data-bulk-count]");
    const text = !some() ? "" : all ? count.dataset.bulkAll : count.dataset.bulkCount.replace("#", picked.size);
    if (count.textContent !== text) count.textContent = text;
    bar.querySelector("[data-select-all]").hidden = all;
    let field = place.querySelector('input[name="all"]');
    if (all && !field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "all";
      field.value = "yes";
      place.append(field);
    }
    if (!all) field?.remove();
    for (const button of document.querySelectorAll("[data-live-toggle]")) button.toggleAttribute("data-held", some());
    if (some() || !missed) return;
    missed = false;
    for (const element of document.querySelectorAll("[data-live]")) window.htmx?.trigger(element, "sse:changed");
  };
  const pick = (box, on) => (on ? picked.add(box.value) : picked.delete(box.value));
  const clear = () => {
    picked.clear();
    all = false;
    last = null;
    show();
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.('[data-selection] input[name="id"]');
    if (box) {
      if (all) for (const other of boxes()) pick(other, true);
      all = false;
      const rows = boxes();
      const from = rows.findIndex((other) => other.value === last);
      const to = rows.indexOf(box);
      const range = event.shiftKey && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
      for (const other of range) pick(other, box.checked);
      last = box.value;
      // The box must be as the browser left it when the click is over.
      setTimeout(show);
    } else if (event.target.closest?.("[data-select-all]")) {
      all = true;
      show();
      form().querySelector("[data-select-none]").focus();
    } else if (event.target.closest?.("[data-select-none]")) {
      const place = boxes().find((other) => picked.has(other.value)) ?? boxes()[0];
      clear();
      place?.focus();
    } else if (all && event.target.closest?.("[data-export]")) {
      event.preventDefault();
      location.assign(event.target.closest("[data-export]").dataset.export);
    }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-select-page]")) return;
    all = false;
    for (const box of boxes()) pick(box, event.target.checked);
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !some() || event.target.closest("dialog, details[open], input:not([type=checkbox]), select, textarea")) return;
    clear();
  });

  // The list stands still while somebody picks, or has a menu open over it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.hasAttribute("data-live") || !form()) return;
    if (!some() && !document.querySelector("dialog[open], details.menu[open]")) return;
    missed = true;
    event.preventDefault();
  });
  document.addEventListener("toggle", () => setTimeout(show), true);
  document.addEventListener("close", () => setTimeout(show), true);
  document.addEventListener("htmx:afterSettle", show);
  addEventListener("pageshow", (event) => (event.persisted ? clear() : show()));
  for (const box of boxes()) if (box.checked) picked.add(box.value);
  show();
})();
