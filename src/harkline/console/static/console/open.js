// Opens sealed entries, in this browser alone. What is opened is shown as text and nothing else, lives in this page's memory,
// and goes when the keyring locks.

import * as keyring from "/static/harkline/seal/keyring.js";
import { show } from "./opened.js";
import { say } from "./say.js";

const documents = new Map(); // entry id → {meta, body, complete}
const failed = new Map(); // entry id → sentence
let words = {};

export const opened = (kind) =>
  [...document.querySelectorAll(`#in-hand [data-entry][data-kind="${kind}"]`)]
    .map((entry) => documents.get(entry.dataset.entry))
    .filter(Boolean);

export async function fetchEntry(id) {
  const answer = await fetch(`${document.body.dataset.entries}${id}`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`entry: ${answer.status}`);
  return answer.json();
}

async function open(entry) {
  const id = entry.dataset.entry;
  try {
    const sealed = await fetchEntry(id);
    documents.set(id, await keyring.read(sealed, { allowCut: true }));
    failed.delete(id);
  } catch (error) {
    if (error.name === "Locked") return ask();
    failed.set(id, error.name === "Refused" ? words.refused : words.failed);
  }
  draw(entry);
  document.dispatchEvent(new CustomEvent("harkline:opened"));
}

/** Draw every entry of the page as it stands: open, locked, or refused. */
export function drawAll() {
  document.querySelectorAll("[data-entry]").forEach(draw);
}

function draw(entry) {
  const place = entry.querySelector("[data-opened]");
  const id = entry.dataset.entry;
  if (failed.has(id)) place.replaceChildren(paragraph(failed.get(id), "wrong"));
  else if (documents.has(id)) {
    if (place.dataset.shows !== id) show(place, documents.get(id), entry.dataset, words);
    place.dataset.shows = id;
  }
}

function paragraph(text, name) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

// What an operator who has taken a contact reads at once. Recordings, attachments, raw mail and notes wait to be asked for.
const AT_ONCE = ["message", "reply", "handle", "terms", "phrase"];

async function openAll() {
  const open_ = (await keyring.current()) !== null;
  shows(open_);
  if (!open_) return;
  for (const entry of document.querySelectorAll("#in-hand [data-entry]:not(.earlier), #case :is([data-kind=terms], [data-kind=phrase]):not(.earlier)")) {
    const { kind, entry: id, state } = entry.dataset;
    if (AT_ONCE.includes(kind) && !("number" in entry.dataset) && state === "ok" && !documents.has(id) && !failed.has(id)) await open(entry);
  }
}

/** The passphrase's field where something is locked, the way to lock where it is open. */
function shows(isOpen) {
  const any = document.querySelector("[data-entry]") !== null;
  form()?.toggleAttribute("hidden", isOpen || !any);
  document.querySelector("[data-unlocked]")?.toggleAttribute("hidden", !isOpen || !any);
}

const form = () => document.querySelector("[data-unlock]");

export function ask() {
  const place = form();
  if (!place) return say(words.locked);
  place.hidden = false;
  place.querySelector("input").focus();
}

/** `work(field, progress)` opens the keyring, which takes a second; meanwhile the buttons rest and a bar shows how far it is. */
async function unlock(place, work) {
  const [field, wrong, bar] = [place.querySelector("input"), place.querySelector(".wrong"), place.querySelector("progress")];
  const rest = (on) => {
    for (const button of place.querySelectorAll("button")) button.disabled = on;
    bar.hidden = !on;
    bar.value = 0;
  };
  rest(true);
  wrong.hidden = true;
  try {
    await work(field, (share) => (bar.value = share));
    field.value = "";
  } catch (error) {
    wrong.textContent = error.name === "Refused" ? words.wrong : words.failed;
    wrong.hidden = false;
  }
  rest(false);
}

function lock() {
  documents.clear();
  failed.clear();
  for (const place of document.querySelectorAll("[data-opened][data-shows]")) {
    delete place.dataset.shows;
    place.replaceChildren(closed());
  }
  shows(false);
}

function closed() {
  return document.getElementById("closed-entry").content.cloneNode(true);
}

/** Begin. Entries open themselves where the keyring is open; where it is not, one field asks for the passphrase. */
export function open_() {
  words = document.getElementById("open-words").dataset;
  keyring.watch();
  keyring.onChange((state) => (state === "unlocked" ? openAll() : lock()));
  document.addEventListener("harkline:fresh", () => {
    drawAll();
    openAll();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open]");
    if (button) open(button.closest("[data-entry]"));
    if (event.target.closest("[data-lock]")) keyring.lock();
    const passkey = event.target.closest("[data-unlock-passkey]");
    if (passkey) unlock(passkey.form, keyring.unlockByPasskey);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-unlock]")) return;
    event.preventDefault();
    unlock(event.target, (field, progress) => keyring.unlock(field.value, progress));
  });
  keyring.settle().catch(() => {}).then(openAll);
}

export { open_ as open };
