// Wipes an operator's browser: keys, sessions, storage, caches, every tab. The page is blank at once; what can be forgotten here is
// forgotten before the server is asked, so that it also works without a connection.

import * as keeper from "./seal/keeper.js";
import { thrice } from "./thrice.js";

const PATIENCE = 3000; // milliseconds that the server may take to answer
const form = document.querySelector("form[data-wipe]");
const tabs = new BroadcastChannel("harkline-wipe");

function blank() {
  document.documentElement.hidden = true;
  document.title = "…";
  document.body.replaceChildren();
  // A note that was begun must not hold the page back.
  addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
}

async function forget() {
  localStorage.clear();
  sessionStorage.clear();
  await Promise.allSettled([keeper.drop("open"), keeper.drop("pending")]);
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  const stores = (await globalThis.caches?.keys()) ?? [];
  const bases = (await indexedDB.databases?.()) ?? [];
  await Promise.allSettled([...workers.map((one) => one.unregister()), ...stores.map((name) => caches.delete(name))]);
  for (const { name } of bases) indexedDB.deleteDatabase(name);
}

const within = (promise) => Promise.race([promise, new Promise((go) => setTimeout(go, PATIENCE))]);

/** `body` is what the server is sent: a ticket, and whether every session is to end. */
async function wipe(body) {
  const { action } = form;
  const away = form.dataset.away;
  blank();
  tabs.postMessage(away);
  const asked = fetch(action, { method: "POST", body, credentials: "same-origin", keepalive: true, headers: { Accept: "application/json" } });
  await within(Promise.allSettled([forget(), asked]));
  location.replace(away);
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wipe(new URLSearchParams(new FormData(form)));
  });
  thrice(() => wipe(new URLSearchParams(new FormData(form))));
}

// Another tab of this browser was wiped.
tabs.onmessage = ({ data }) => {
  blank();
  location.replace(data);
};
// Brought back out of the browser's memory by "back": nothing is left on it.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
