// Quick exit. The link works without this; with it, three presses of Shift do the same, the page is blank at once, and its
// place in the history is taken by the harmless one, so that "back" does not return here.

const PRESSES = 3;
const WITHIN = 1500; // milliseconds

const link = document.getElementById("quick-exit");

function leave() {
  document.documentElement.hidden = true;
  document.title = "…";
  for (const form of document.forms) form.reset();
  location.replace(link.href);
}

let pressed = [];

if (link) {
  for (const one of document.querySelectorAll(".needs-script")) one.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") pressed = []; // somebody is typing capitals
    else if (!event.repeat) {
      const now = event.timeStamp;
      pressed = [...pressed.filter((at) => now - at < WITHIN), now];
      if (pressed.length >= PRESSES) leave();
    }
  });
  // Brought back out of the browser's memory by "back": nothing is left on it.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
