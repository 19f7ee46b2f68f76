"use strict";
// Everything here makes pages nicer; every page works without it.
(() => {
  const root = document.documentElement;
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Without storage the choice lasts for this page.
    }
  };
  const on = (type, selector, act) =>
    document.addEventListener(type, (event) => {
      const found = event.target instanceof Element && event.target.closest(selector);
      if (found) act(found, event);
    });

  // Theme: the system's, until somebody chooses.
  on("click", "[data-theme-toggle]", () => {
    const dark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    remember("theme", root.dataset.theme);
  });

  // Where one is stands in view, however low the window.
  document.querySelector('.side nav [aria-current="page"]')?.scrollIntoView({ block: "nearest" });

  const say = (text) => document.dispatchEvent(new CustomEvent("say", { detail: text }));

  // Copy buttons name what they copy by data-copy (a selector).
  on("click", "[data-copy]", async (button) => {
    const source = document.querySelector(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      say(button.dataset.copied);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      say(button.dataset.copyFailed);
    }
  });

  // Relative times stay true while a page is open.
  const units = [86400, 3600, 60, 1];
  const refreshTimes = () => {
    const words = (document.body.dataset.ago || "").split("|");
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const seconds = Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000);
      const at = seconds < 5 ? -1 : units.findIndex((size) => seconds >= size);
      const text = at < 0 ? words[0] : words[words.length - 1 - at];
      if (text && seconds >= 0) time.textContent = text.replace("#", Math.floor(seconds / (units[at] || 1)));
    }
  };
  setInterval(refreshTimes, 30000);

  // Forms of rules warn before what was typed is lost, and count changes.
  const before = new WeakMap();
  const snapshot = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !["note", "entry", "copy_from", "copy_to"].includes(name)));
  const changed = (form) => before.has(form) && (form.hasAttribute("data-dirty") || before.get(form) !== snapshot(form));
  const guardForms = () => {
    for (const form of document.querySelectorAll("form[data-guard]")) {
      if (!before.has(form)) before.set(form, snapshot(form));
      form.classList.toggle("is-changed", changed(form));
    }
  };
  let leaving = false;
  document.addEventListener("input", guardForms);
  document.addEventListener("change", guardForms);
  // A form that came back with what was typed is discarded by opening its page anew.
  document.addEventListener("reset", (event) => {
    if (!event.target.matches("[data-dirty], [data-reload]")) return setTimeout(guardForms);
    leaving = true;
    location.assign(event.target.action);
  });
  // Browsers bring only the caret of a long text into view; the bar that saves
  // would cover the rest.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("form[data-guard] textarea")) event.target.scrollIntoView({ block: "nearest" });
  });
  // Only the save of a form that is watched keeps what was typed in it.
  document.addEventListener("submit", (event) => {
    leaving = event.target.hasAttribute("data-guard");
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && [...document.querySelectorAll("form[data-guard]")].some(changed)) event.preventDefault();
  });

  // Parts that only matter for some choices: data-shows="name=value|value".
  const showParts = () => {
    for (const part of document.querySelectorAll("[data-shows]")) {
      const [name, values] = part.dataset.shows.split("=");
      const field = part.closest("form")?.elements.namedItem(name);
      if (field && "value" in field) part.hidden = !values.split("|").includes(field.value);
    }
  };
  document.addEventListener("change", showParts);

  // Order by buttons, without asking the server.
  on("click", "button[data-move]", (button, event) => {
    const item = button.closest("li");
    const up = button.dataset.move === "up";
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    event.preventDefault();
    if (!other) return;
    if (up) other.before(item);
    else other.after(item);
    button.focus();
    say(button.dataset.moved);
    button.form?.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Placeholders go where somebody last typed a text with placeholders.
  let template = null;
  on("focusin", "[data-template]", (input) => {
    template = input;
  });
  on("click", "[data-insert]", (button) => {
    const input = template?.isConnected ? template : document.querySelector("[data-template]");
    if (!input) return;
    input.setRangeText(button.dataset.insert, input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length, "end");
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    say(button.dataset.inserted);
  });

  // The preview follows the subject that is typed: a call of its type.
  on("input", "[data-template]", (input) => {
    const select = document.getElementById("preview-entry");
    const group = select?.querySelector(`optgroup[data-previews="${input.name}"]`);
    if (group && select.selectedOptions[0]?.parentElement !== group) select.value = group.querySelector("option").value;
  });

  // Rows of a mapping come and go without asking the server. What is taken out
  // stays in the form, empty.
  on("click", "button[data-remove-row]", (button, event) => {
    event.preventDefault();
    const row = button.closest("li, tr");
    const next = row.nextElementSibling?.querySelector("input, select");
    for (const input of row.querySelectorAll("input")) input.value = "";
    row.hidden = true;
    next?.focus();
    row.closest("form")?.dispatchEvent(new Event("change", { bubbles: true }));
  });
  let rowsAdded = 0;
  on("click", "button[data-add-row]", (button, event) => {
    const rows = button.closest("section").querySelectorAll("[data-row-new]");
    const last = rows[rows.length - 1];
    if (!last) return;
    event.preventDefault();
    const row = last.cloneNode(true);
    rowsAdded += 1;
    for (const part of row.querySelectorAll("[id], [for]")) {
      for (const name of ["id", "for"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, `${part.getAttribute(name).replace(/-x\d+$/, "")}-x${rowsAdded}`);
      }
    }
    for (const input of row.querySelectorAll("input, select")) input.value = "";
    last.after(row);
    row.querySelector("select, input")?.focus();
  });

  // A day's intervals at one click, or those of one day for others; the drawing
  // of the week follows what is typed. Shifts over midnight end on the next day.
  const minutesOf = (text) => {
    const m = /^(\d{2}):(\d{2})$/.exec(text.trim());
    return m ? Number(m[1]) * 60 + Number(m[2]) : NaN;
  };
  const drawWeek = (week) => {
    const days = [...week.querySelectorAll("[data-hours]")];
    const stretches = days.map(() => []);
    days.forEach((day, i) => {
      for (const interval of day.querySelector("input").value.split(/[,;]/)) {
        const [from, to] = interval.split("-").map(minutesOf);
        if (!(from >= 0 && to >= 0) || from === to) continue;
        stretches[i].push([from, to > from ? to - from : 1440 - from]);
        if (to < from) stretches[(i + 1) % days.length].push([0, to]);
      }
    });
    days.forEach((day, i) => {
      const bar = day.querySelector(".daybar");
      bar.querySelectorAll(".daybar-open").forEach((old) => old.remove());
      for (const [from, length] of stretches[i]) {
        const open = bar.firstElementChild.cloneNode();
        open.setAttribute("class", "daybar-open");
        open.setAttribute("x", from);
        open.setAttribute("width", length);
        bar.append(open);
      }
    });
  };
  document.addEventListener("input", (event) => {
    const week = event.target.closest("[data-week]");
    if (week) drawWeek(week);
  });
  document.addEventListener("reset", (event) => setTimeout(() => event.target.querySelectorAll("[data-week]").forEach(drawWeek)));
  on("click", "button[data-day]", (button) => {
    button.closest("[data-hours]").querySelector("input").value = button.dataset.day;
    drawWeek(button.closest("[data-week]"));
    guardForms();
  });
  on("click", "[data-copy-day] button", (button, event) => {
    const box = button.closest("[data-copy-day]");
    const week = box.previousElementSibling;
    const input = (day) => week.querySelector(`input[name$=".week.${day}"]`);
    event.preventDefault();
    for (const to of box.querySelectorAll("[name=copy_to]:checked")) input(to.value).value = input(box.querySelector("select").value).value;
    drawWeek(week);
    say(button.dataset.copied);
    guardForms();
  });

  // Live parts can be stopped, and stop by themselves while somebody types in
  // them, presses something on the page, or the page is hidden: what is pressed
  // must still be there when it is let go.
  const live = () => remembered("live") !== "off";
  const showLive = () => {
    for (const button of document.querySelectorAll("[data-live-toggle]")) button.setAttribute("aria-pressed", String(live()));
  };
  on("click", "[data-live-toggle]", () => {
    remember("live", live() ? "off" : "on");
    showLive();
    catchUp();
  });
  let missed = false;
  const catchUp = () => {
    if (!missed || document.hidden || !live() || !window.htmx) return;
    missed = false;
    for (const element of document.querySelectorAll("[data-live]")) window.htmx.trigger(element, "sse:changed");
  };
  let pressed = false;
  document.addEventListener("pointerdown", (event) => {
    pressed = event.button === 0; // browsers tell of no end of a press that opens their menu
  });
  for (const end of ["pointerup", "pointercancel", "contextmenu", "dragend"]) {
    document.addEventListener(end, () =>
      setTimeout(() => {
        pressed = false;
        catchUp();
      }),
    );
  }
  const busy = (element) => {
    const active = document.activeElement;
    return active && active !== element && element.contains(active) && active.matches("input, select, textarea");
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.detail.elt;
    if (!element.hasAttribute("data-live")) return;
    if (!live() || document.hidden || pressed || busy(element)) {
      missed = true;
      event.preventDefault();
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target.hasAttribute?.("data-live") || !pressed) return;
    missed = true;
    event.detail.shouldSwap = false;
  });
  document.addEventListener("visibilitychange", catchUp);
  document.addEventListener("focusout", () => setTimeout(catchUp));
  // What the reader opened or closed stays so when its part is fetched again.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.hasAttribute?.("data-live")) event.detail.isError = false;
  });
  const keepOpen = () => {
    if (!window.Idiomorph) return;
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");
  };
  document.addEventListener("htmx:afterSettle", () => {
    refreshTimes();
    guardForms();
    showParts();
    showLive();
  });

  // Shortcuts: one letter each, off at the visitor's wish (WCAG 2.1.4).
  const shortcuts = () => remembered("shortcuts") !== "off";
  const showShortcuts = () => {
    for (const box of document.querySelectorAll("[data-shortcuts-toggle]")) box.checked = shortcuts();
  };
  on("change", "[data-shortcuts-toggle]", (box) => remember("shortcuts", box.checked ? "on" : "off"));
  const rows = () => [...document.querySelectorAll("a[data-row]")];
  const here = () => document.activeElement.closest("tr, li")?.querySelector("a[data-row]");
  const boxOf = (link) => link?.closest("tr")?.querySelector('input[name="id"]');
  const move = (by) => {
    const all = rows();
    if (!all.length) document.querySelector(by > 0 ? 'a[rel="next"]' : 'a[rel="prev"]')?.click();
    const at = all.indexOf(here());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) next.focus();
  };
  // Replays what the page is about: the calls that are selected, else the one
  // that has the focus.
  const replay = () => {
    if (!document.querySelector('input[name="id"]:checked')) boxOf(here())?.click();
    const start = () => [...document.querySelectorAll("[data-replay]")].find((button) => button.checkVisibility())?.click();
    setTimeout(start);
  };
  const go = (name) => document.querySelector(`a[data-go="${name}"]`)?.click();
  // A page without a search leads to the one of all calls.
  const search = () => {
    const field = document.querySelector("[data-search]");
    const calls = document.querySelector('a[data-go="activity"]');
    if (field) field.focus();
    else if (calls) location.assign(`${calls.href}#search`);
  };
  if (location.hash === "#search") search();
  let waitingForG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !shortcuts()) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]")) return;
    const second = Date.now() - waitingForG < 1200;
    waitingForG = 0;
    const act = {
      "/": search,
      j: () => move(1),
      k: () => move(-1),
      x: () => boxOf(here())?.click(),
      o: () => (second ? go("overview") : here()?.click()),
      a: () => second && go("activity"),
      r: replay,
      g: () => {
        waitingForG = Date.now();
      },
      "?": () => document.getElementById("shortcuts")?.showModal(),
    }[event.key];
    if (!act) return;
    if (event.key === "/" || event.key === "?") event.preventDefault();
    act();
  });
  on("click", "[data-opens]", (button) => document.getElementById(button.dataset.opens)?.showModal());

  // A help text opens beside its button; without this, in the middle of the window.
  on("click", ".help", (button) =>
    requestAnimationFrame(() => {
      const text = document.getElementById(button.getAttribute("popovertarget"));
      const from = button.getBoundingClientRect();
      const left = Math.max(12, Math.min(from.left, document.documentElement.clientWidth - text.offsetWidth - 12));
      const above = from.top - text.offsetHeight - 4;
      const top = from.bottom + text.offsetHeight + 8 > innerHeight && above > 0 ? above : from.bottom + 4;
      Object.assign(text.style, { position: "absolute", inset: "auto", margin: "0", left: `${left + scrollX}px`, top: `${top + scrollY}px` });
    }),
  );

  // What is asked for in another language takes along what was typed in the
  // page's smaller forms, and leaves secrets behind.
  on("submit", "#draft", (draft, event) => {
    if (!event.submitter?.lang) return;
    for (const secret of draft.querySelectorAll('input[type="password"]:enabled')) {
      secret.disabled = true;
      setTimeout(() => (secret.disabled = false));
    }
    for (const { name, value } of document.querySelectorAll("form[data-draft] input[name]")) {
      const carried = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      draft.append(carried);
      setTimeout(() => carried.remove());
    }
  });

  const start = () => {
    keepOpen();
    refreshTimes();
    guardForms();
    showParts();
    showLive();
    showShortcuts();
    document.querySelector("[data-mistakes]")?.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
