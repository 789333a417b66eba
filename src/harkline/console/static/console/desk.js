// The middle of the screen: which contact is in hand, and what happens when one is taken or put down.

import { put, refetch } from "./live.js";
import { Ring } from "./audio/ring.js";
import { show as showZone } from "./tabs.js";

const SETTLE = 500; // milliseconds before a key accepts or declines what has just appeared
const ring = new Ring();
const contacts = document.body.dataset.contacts; // the address that every contact's begins with
const middle = () => document.getElementById("in-hand");
export const present = () => middle().querySelector("[data-contact]")?.dataset.contact ?? null;

/** Show a contact in the middle and its case beside it. */
export async function show(id) {
  const answer = await fetch(`${contacts}${id}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) return clear();
  middle().dispatchEvent(new CustomEvent("harkline:leaving", { bubbles: true }));
  put(middle(), await answer.text());
  const beside = document.createElement("div");
  beside.dataset.url = `${contacts}${id}/case`;
  beside.dataset.bells = "entry contact";
  document.getElementById("case").replaceChildren(beside);
  history.replaceState(null, "", `${contacts}${id}`);
  refetch();
  showZone("hand");
}

/** Nothing is in hand. */
export function clear() {
  middle().dispatchEvent(new CustomEvent("harkline:leaving", { bubbles: true }));
  put(middle(), document.getElementById("none-in-hand").innerHTML);
  document.getElementById("case").replaceChildren();
  history.replaceState(null, "", document.body.dataset.console);
  const next = document.querySelector("#mine [data-show]:not(:disabled)");
  if (next && next.dataset.show !== present()) return;
  showZone("waiting");
}

/** Show in the list which one is open in the middle. */
function mark() {
  for (const row of document.querySelectorAll("#mine [data-row]")) {
    if (row.dataset.row === present()) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

function offered() {
  const card = document.querySelector("[data-offer]");
  // An own phone rings by itself.
  if (card && card.dataset.medium === "browser") ring.start();
  else ring.stop();
  // A key that was meant for what was there before must not take a call.
  if (card) setTimeout(() => (card.dataset.ready = ""), SETTLE);
  document.title = card ? `● ${document.title.replace(/^● /, "")}` : document.title.replace(/^● /, "");
}

export function desk() {
  document.body.addEventListener("taken", (event) => show(event.detail.id));
  document.body.addEventListener("put-down", (event) => {
    if (event.detail.id === present()) clear();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-show]");
    if (row) show(row.dataset.show);
  });
  // Accepted in another tab or on the own phone: what is in hand appears by itself where nothing else is open.
  document.getElementById("now").addEventListener("harkline:fresh", () => {
    offered();
    const call = document.querySelector("[data-call]")?.dataset.call;
    if (call && !present()) show(call);
  });
  middle().addEventListener("harkline:refused", clear);
  document.addEventListener("harkline:fresh", mark);
  offered();
  mark();
}
