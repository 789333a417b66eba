// The doorbell: the server says what changed, the page fetches those fragments again. A fragment is an element with its
// address in data-url and the kinds of bells that concern it in data-bells.

import { refresh } from "./clocks.js";
import { merge } from "./steady.js";

// The server beats every 15 seconds; after this long without a word the connection is dead, whatever the browser thinks.
const SILENCE = 40_000;
const RETRY = 3000;

const shown = new WeakMap();
let source = null;
let heard = 0;
let lostAt = 0;

/** Fetch the fragments that a kind of bell concerns; all of them without one. */
export function refetch(kind) {
  for (const place of document.querySelectorAll("[data-url]")) {
    if (!kind || kind === "everything" || place.dataset.bells.split(" ").includes(kind)) fetchInto(place);
  }
}

// One request a fragment at a time; bells that come meanwhile lead to one more.
const busy = new WeakMap();

async function fetchInto(place) {
  if (busy.has(place)) {
    busy.set(place, true);
    return;
  }
  busy.set(place, false);
  try {
    await once(place);
  } finally {
    const again = busy.get(place);
    busy.delete(place);
    if (again && place.isConnected) fetchInto(place);
  }
}

async function once(place) {
  let answer;
  try {
    answer = await fetch(place.dataset.url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  } catch {
    return lost();
  }
  // Signed out, or the second step is missing: the server says where to go.
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) return location.assign(elsewhere);
  if (answer.status === 403 || answer.status === 404) {
    place.dispatchEvent(new CustomEvent("harkline:refused", { bubbles: true }));
    return;
  }
  if (answer.ok) put(place, await answer.text());
}

/** Put a fragment in, unless it is what is there already: nothing flickers, nothing loses the focus. */
export function put(place, text) {
  const fresh = document.createElement("template");
  fresh.innerHTML = text;
  if (shown.get(place) === fresh.innerHTML) return;
  if (merge(place, fresh.content)) return;
  shown.set(place, fresh.innerHTML);
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(fresh.content);
  window.htmx.process(place);
  if (focused) document.getElementById(focused)?.focus();
  for (const inner of place.querySelectorAll("[data-url]")) remember(inner);
  refresh();
  place.dispatchEvent(new CustomEvent("harkline:fresh", { bubbles: true }));
}

/** The server's own text of a fragment, before clocks and opened entries change it. */
export function remember(place) {
  shown.set(place, place.innerHTML);
}

function found() {
  heard = Date.now();
  lostAt = 0;
  document.getElementById("lost").hidden = true;
}

function lost() {
  lostAt ||= Date.now();
  document.getElementById("lost").hidden = false;
}

function connect() {
  source?.close();
  heard = Date.now();
  source = new EventSource("/live/desk");
  source.addEventListener("hello", () => {
    found();
    refetch();
  });
  source.addEventListener("bell", ({ data }) => {
    found();
    for (const kind of new Set(JSON.parse(data).map(([kind]) => kind))) refetch(kind);
  });
  source.addEventListener("beat", found);
  source.addEventListener("end", ({ data }) => {
    source.close();
    lost();
    // Signed out: the next fragment is answered with the way to sign in.
    if (JSON.parse(data) === "session") refetch();
    else setTimeout(connect, RETRY);
  });
  source.onerror = () => {
    lost();
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY);
  };
}

function watch() {
  if (lostAt) {
    const seconds = Math.floor((Date.now() - lostAt) / 1000);
    document.getElementById("lost-clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  if (Date.now() - heard > SILENCE) {
    lost();
    connect();
  }
}

export function live() {
  document.querySelectorAll("[data-url]").forEach(remember);
  // Whatever was pressed changes something: the page does not rely on the bell alone.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.requestConfig?.verb !== "get") refetch();
  });
  // A laptop that wakes, a phone that comes back into reach.
  window.addEventListener("online", connect);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - heard > 20_000) connect();
  });
  connect();
  setInterval(watch, 1000);
}
