"use strict";
// Runs before the page is drawn, so that a chosen theme shows no flash, and
// what only scripts can do does not push the rest aside when it appears.
(() => {
  document.documentElement.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without storage the system's theme stands.
  }
})();
