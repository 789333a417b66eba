// The keyboard. A key presses the button that carries it (data-key); nothing happens while somebody writes in a field.

import { show } from "./tabs.js";

const places = { n: "note-text", r: "reply-text", w: "wrap-up-title" };
const zones = { 1: "waiting", 2: "hand", 3: "beside" };

const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function writing(target) {
  return target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

function press(key) {
  const offered = document.querySelector("[data-offer]");
  if (offered && !("ready" in offered.dataset) && ["Enter", "Escape"].includes(key)) return true;
  const reason = offered?.querySelector(`#decline-reasons:not([hidden]) [data-reason="${CSS.escape(key)}"]`);
  if (reason) return reason.click() ?? true;
  const button = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
  if (button) return button.click() ?? true;
  if (zones[key] && document.getElementById("zone-hand")) return show(zones[key], true) ?? true;
  const place = document.getElementById(places[key] ?? "");
  if (!place) return false;
  show("hand");
  place.focus();
  place.scrollIntoView({ block: "center" });
  return true;
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  if (writing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?") {
    document.getElementById("keys").showModal();
    event.preventDefault();
    return;
  }
  // Enter on a button or a link presses that one, unless something is offered.
  const own = event.target.closest?.("button, a, summary, label");
  if ((event.key === "Enter" || event.key === " ") && own && !document.querySelector("[data-offer]")) return;
  if (event.key === "Enter" && own?.closest("[data-offer]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!event.repeat && press(key)) event.preventDefault();
}

export function keys() {
  document.addEventListener("keydown", onKey);
  document.querySelector("[data-keys-list]")?.addEventListener("click", () => document.getElementById("keys").showModal());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-decline]")) return;
    const reasons = document.getElementById("decline-reasons");
    reasons.hidden = !reasons.hidden;
    if (!reasons.hidden) reasons.querySelector("button").focus();
  });
}
