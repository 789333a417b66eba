// Quick exit. The link works without this; with it, three presses of Shift do the same, the page is blank at once, and its
// place in the history is taken by the harmless one, so that "back" does not return here.

import { thrice } from "../thrice.js";

const link = document.getElementById("quick-exit");

function leave() {
  document.documentElement.hidden = true;
  document.title = "…";
  for (const form of document.forms) form.reset();
  location.replace(link.href);
}

if (link) {
  for (const one of document.querySelectorAll(".needs-script")) one.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  thrice(leave);
  // Brought back out of the browser's memory by "back": nothing is left on it.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
