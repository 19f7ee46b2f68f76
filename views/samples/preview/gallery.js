"use strict";
// Changes what the frame shows without leaving the list.
(() => {
  const frame = document.querySelector("iframe");
  const language = document.querySelector("[name=lang]");
  const theme = document.querySelector("[data-choose-theme]");
  const width = document.querySelector("[data-width]");
  const links = [...document.querySelectorAll("[data-page]")];
  const current = () => links.find((link) => link.hasAttribute("aria-current"));

  const show = () => {
    const name = current().dataset.page;
    const address = `/page/${name}?lang=${language.value}`;
    if (theme.value) localStorage.setItem("theme", theme.value);
    else localStorage.removeItem("theme");
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
    if (width.value) frame.setAttribute("width", width.value);
    else frame.removeAttribute("width");
    frame.title = name;
    frame.contentWindow.location.replace(address);
    document.querySelector("[data-alone]").href = address;
    document.querySelector("[name=page]").value = name;
    history.replaceState(null, "", `?page=${name}&lang=${language.value}`);
  };

  document.querySelector("[type=submit]").hidden = true;
  theme.value = document.documentElement.dataset.theme || "";
  for (const choice of [language, theme, width]) choice.addEventListener("change", show);
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      current().removeAttribute("aria-current");
      link.setAttribute("aria-current", "page");
      show();
    });
  }
  document.querySelector("[data-find]").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const link of links) link.closest("li").hidden = !link.dataset.page.replaceAll("-", " ").includes(wanted.replaceAll("-", " "));
    for (const section of document.querySelectorAll("nav section")) section.hidden = !section.querySelector("li:not([hidden])");
  });
})();
