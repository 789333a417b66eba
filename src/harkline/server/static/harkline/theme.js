// Light or dark, as this browser was told; without a choice the system decides. Signed-in pages only.
(() => {
  "use strict";
  const KEY = "theme";
  const root = document.documentElement;
  const show = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
  };
  try {
    show(localStorage.getItem(KEY));
  } catch {
    // Storage refused: the system decides.
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-set-theme]");
    if (!button) return;
    show(button.dataset.setTheme);
    try {
      localStorage.setItem(KEY, button.dataset.setTheme);
    } catch {
      // It holds for this page.
    }
  });
})();
