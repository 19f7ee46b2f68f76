"use strict";
// Runs before the page is drawn, so that a chosen theme shows no flash.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without storage the system's theme stands.
  }
})();
