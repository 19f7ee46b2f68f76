"use strict";
// Forms of rules: what differs from the rules in force is marked and counted.
(() => {
  const left = ["note", "do", "rules_version", "entry", "copy_from", "copy_to", "own_week"];
  const rowOf = (field) => {
    const row = field.closest(".flow, .subject, .map, .weekday, tr");
    const group = row ? null : field.closest(".order, fieldset.radios");
    if (group) return group.querySelector(":scope > legend:not(.sr)") ? group : group.closest("section");
    return row ?? field.closest(".toggle, .fld");
  };
  const headOf = (row) => {
    const heads = row.matches("section") ? ["h2"] : ["h3", ".strong", "th .cell2 > :first-child", "legend:not(.sr)", "label:not(.sr)", "th"];
    return heads.map((head) => row.querySelector(head)).find(Boolean);
  };

  // What the values of a field say: two spellings of the same are one.
  const said = (values, ordered) => {
    if (values.every((v) => v === "true" || v === "false") && values.length) return values[values.length - 1];
    const items = values.flatMap((v) => String(v).split(/[,;\n]/)).map((v) => v.trim()).filter(Boolean);
    return (ordered ? items : items.sort()).join("\n");
  };
  const read = (form) => {
    const all = new Map();
    for (const field of form.elements) {
      if (field.name && !left.includes(field.name) && field.type !== "submit" && !all.has(field.name)) all.set(field.name, []);
    }
    for (const [name, value] of new FormData(form)) if (all.has(name)) all.get(name).push(value);
    return all;
  };
  const ordered = (form, name) => Boolean([...form.elements].find((f) => f.name === name)?.closest(".order"));

  const base = new WeakMap();
  const baseOf = (form, bar) => {
    if (!base.has(form)) {
      const values = read(form);
      for (const [name, saved] of Object.entries(JSON.parse(bar.dataset.saved))) values.set(name, saved);
      base.set(form, values);
    }
    return base.get(form);
  };

  const mark = (row, text, on) => {
    const badge = row.querySelector(":scope .edited");
    row.classList.toggle("is-edited", on);
    if (!on) badge?.remove();
    if (!on || badge) return;
    const made = document.createElement("span");
    made.className = "badge edited";
    made.textContent = text;
    headOf(row)?.append(" ", made);
  };

  const show = (form) => {
    const bar = form.querySelector("[data-saved]");
    const was = baseOf(form, bar);
    const is = read(form);
    const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => {
      const inOrder = ordered(form, name);
      return said(was.get(name) ?? [], inOrder) !== said(is.get(name) ?? [], inOrder);
    });
    const rows = new Set(names.flatMap((name) => [...form.elements].filter((f) => f.name === name)).map(rowOf).filter(Boolean));
    for (const row of form.querySelectorAll(".is-edited")) if (!rows.has(row)) mark(row, "", false);
    for (const row of rows) mark(row, bar.dataset.edited, true);
    const [one, many] = bar.dataset.count.split("|");
    const place = bar.querySelector("[data-changes]");
    place.dataset.plain ??= place.textContent;
    const text = names.length === 0 ? place.dataset.plain : names.length === 1 ? one : many.replace("#", names.length);
    if (place.textContent !== text) place.textContent = text;
  };

  const showAll = () => document.querySelectorAll("form[data-guard]:has([data-saved])").forEach(show);
  for (const type of ["input", "change", "reset", "click"]) document.addEventListener(type, () => setTimeout(showAll));
  showAll();
})();
