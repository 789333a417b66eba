// Starts what the page has need of.

import { clocks } from "./clocks.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { menu } from "./menu.js";
import { say } from "./say.js";
import { tabs } from "./tabs.js";
import { twice } from "./twice.js";

// A button that was pressed twice, a colleague who was quicker: the server's sentence says so.
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  if (status === 401) return;
  const sentence = new DOMParser().parseFromString(responseText, "text/html").body.textContent.trim();
  say(status < 500 && sentence.length < 300 ? sentence : null);
});
document.addEventListener("htmx:sendError", () => say(null));

twice();
menu();
clocks();
keys();
live();
if (document.getElementById("zone-hand")) {
  tabs();
  (await import("./numbers.js")).numbers();
  const [{ desk }, { call }, { open }, { write }, { callback }, { company }, { onAir }] = await Promise.all([
    import("./desk.js"),
    import("./call.js"),
    import("./open.js"),
    import("./write.js"),
    import("./callback.js"),
    import("./company.js"),
    import("./on_air.js"),
  ]);
  desk();
  open();
  write();
  callback();
  company();
  onAir();
  call();
  import("/static/radio/pad.js").then(({ pad }) => pad());
}
// Not before the page is there, and only where somebody who can read has signed in.
import("/static/harkline/people/resealing.js").then(({ work }) => work());
if (document.getElementById("board-ring")) (await import("./board.js")).board();
if (document.getElementById("what-if")) (await import("./what_if.js")).whatIf();
if (document.getElementById("prompts")) (await import("./prompts.js")).prompts();
if (document.getElementById("rota-grid")) (await import("./rota.js")).rota();
if (document.getElementById("publish") || document.getElementById("rota-checks")) (await import("./rota.js")).acceptAll();
if (document.getElementById("handover-form")) {
  const [{ open }, { handover }] = await Promise.all([import("./open.js"), import("./handover.js")]);
  open();
  handover();
}
document.documentElement.dataset.ready = "";
