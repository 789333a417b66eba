// Writing: notes, replies, the terms for calling back. All of it is sealed here before it leaves; a reply by mail also goes in
// clear, and the form says so. Writing needs public keys only, so it works while everything is locked.

import * as envelope from "/static/harkline/seal/envelope.js";
import * as keyring from "/static/harkline/seal/keyring.js";
import { toBase64, utf8 } from "/static/harkline/seal/bytes.js";
import { keepTerms } from "./callback.js";
import { opened } from "./open.js";
import { refetch } from "./live.js";

const DRAFT_EVERY = 3000;
const { contacts } = document.body.dataset;
let words = {};

const held = () => document.querySelector("#in-hand [data-contact]")?.dataset.contact;

/** Send JSON. Throws an error whose `sentence` is what the server said, where it said something to be read. */
export async function send(url, method, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body), credentials: "same-origin" });
  if (!answer.ok) throw Object.assign(new Error(`${method} ${answer.status}`), { sentence: await sentence(answer) });
  return answer;
}

async function sentence(answer) {
  if (![409, 422].includes(answer.status)) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim() || null;
}

const keysOf = new Map(); // "contact purpose" → {recipient: public key}

async function recipients(contact, purpose) {
  const name = `${contact} ${purpose}`;
  if (!keysOf.has(name)) {
    const answer = await fetch(`${contacts}${contact}/recipients/${purpose}`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`recipients: ${answer.status}`);
    const keys = Object.entries(await answer.json()).map(([who, hex]) => [who, fromHex(hex)]);
    keysOf.set(name, Object.fromEntries(keys));
  }
  return keysOf.get(name);
}

const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));

export async function seal(contact, purpose, text, meta = {}) {
  const to = await recipients(contact, purpose);
  const sealed = await envelope.seal({ type: "text/plain", ...meta }, utf8(text), purpose, to);
  const wraps = Object.fromEntries(Object.entries(sealed.wraps).map(([who, wrap]) => [who, toBase64(wrap)]));
  return { id: sealed.id, size: sealed.size, wraps, chunks: sealed.chunks.map(toBase64) };
}

async function add(contact, purpose, text, meta, clear) {
  const sealed = await seal(contact, purpose, text, meta);
  await send(`${contacts}${contact}/entries/${purpose}`, "POST", clear ? { sealed, clear } : { sealed });
}

/** Do what a form asks, with its button still meanwhile; what fails stays in the field. */
export async function submitting(form, work) {
  const button = form.querySelector("button:not([type=button])");
  const wrong = form.querySelector(".wrong");
  button.disabled = true;
  wrong.hidden = true;
  try {
    await work();
    refetch("entry");
    return true;
  } catch (error) {
    wrong.textContent = error.sentence ?? words.notSent;
    wrong.hidden = false;
    return false;
  } finally {
    button.disabled = false;
  }
}

// --- notes ---

const drafts = new WeakMap(); // form → {text last saved, timer}

function typed(form) {
  const state = drafts.get(form) ?? { saved: "", timer: 0 };
  drafts.set(form, state);
  if (!state.timer) state.timer = setTimeout(() => saveDraft(form, state), DRAFT_EVERY);
}

async function saveDraft(form, state) {
  state.timer = 0;
  const { text } = form.elements;
  if (text.value === state.saved) return;
  const contact = form.closest("[data-contact]").dataset.contact;
  const about = form.querySelector("[data-saved]");
  const now = text.value;
  try {
    if (now) await send(form.dataset.draft, "PUT", { sealed: await seal(contact, "note", now) });
    else await send(form.dataset.draft, "DELETE", {});
    state.saved = now;
    about.textContent = words.draftSaved;
  } catch {
    about.textContent = words.draftNotSaved;
    if (form.isConnected) typed(form);
  }
}

/** Bring back what was being written when the browser or the power went. */
async function restore(form) {
  const { text } = form.elements;
  if (text.value || (await keyring.current()) === null) return;
  const answer = await fetch(form.dataset.draft, { credentials: "same-origin" });
  const { sealed } = answer.ok ? await answer.json() : {};
  if (!sealed || text.value) return;
  const { body } = await keyring.read({ ...sealed, purpose: "note" });
  if (!text.value) text.value = new TextDecoder().decode(body);
  drafts.set(form, { saved: text.value, timer: 0 });
  form.querySelector("[data-saved]").textContent = words.draftBack;
}

async function addNote(form) {
  const { text } = form.elements;
  if (!text.value.trim()) return true;
  const contact = form.closest("[data-contact]").dataset.contact;
  return submitting(form, async () => {
    clearTimeout(drafts.get(form)?.timer);
    await add(contact, "note", text.value);
    text.value = "";
    drafts.delete(form);
    form.querySelector("[data-saved]").textContent = words.noteAdded;
  });
}

// --- replies ---

/** To whom a mail is answered, out of what has been opened. */
function fillReply(form) {
  if (!form?.elements.to) return;
  const mail = opened("message").at(-1)?.meta;
  const handle = opened("handle").at(-1);
  const address = handle && (handle.meta.reply_to || new TextDecoder().decode(handle.body));
  if (address && !form.elements.to.value) form.elements.to.value = address;
  if (mail?.subject && form.elements.subject && !form.elements.subject.value) {
    form.elements.subject.value = /^re:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`;
  }
  if (form.elements.subject) showKey(form);
}

/** The caller's OpenPGP keys as their opened messages bring them, the newest last. */
const callersKeys = () =>
  opened("message")
    .map(({ meta }) => meta.openpgp)
    .filter((openpgp) => openpgp?.key);

/** Say how this reply will travel. */
function showKey(form) {
  const known = callersKeys();
  const key = known.at(-1);
  const closed = "confidential" in form.dataset && !document.querySelector("#in-hand [data-clear-allowed]");
  const goes = key ? "encrypted" : closed ? "nothing" : "clear";
  for (const said of form.querySelectorAll("[data-goes]")) said.hidden = said.dataset.goes !== goes;
  form.querySelector("[data-fingerprint]").textContent = key ? key.fingerprint.toUpperCase().match(/.{1,4}/g).join(" ") : "";
  form.querySelector("[data-other-key]").hidden = new Set(known.map(({ fingerprint }) => fingerprint)).size < 2;
}

function refs() {
  const mail = opened("message").at(-1)?.meta;
  return mail ? [...(mail.refs ?? []), mail.message_id].filter(Boolean) : [];
}

/** What the server has to see of a reply, where it goes by mail or by radio. */
function inClear(form) {
  const { text, to, subject, everybody } = form.elements;
  if (everybody) return { to: to.value, text: text.value, everybody: everybody.checked };
  return to && { to: to.value, subject: subject.value, text: text.value, refs: refs(), openpgp_key: callersKeys().at(-1)?.key };
}

async function reply(form) {
  const { text, to, subject, read_back: readBack, everybody } = form.elements;
  const contact = form.closest("[data-contact]").dataset.contact;
  return submitting(form, async () => {
    const meta = subject ? { subject: subject.value } : {};
    if (readBack?.checked) meta.read_back = true;
    await add(contact, "reply", text.value, meta, inClear(form));
    text.value = "";
    if (everybody) everybody.checked = false;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    if (readBack) readBack.checked = false;
  });
}

// --- the phrase by which a caller says that they are forced ---

async function phrase(form) {
  const { text } = form.elements;
  const contact = form.closest("[data-contact]").dataset.contact;
  return submitting(form, async () => {
    await add(contact, "phrase", text.value.trim());
    text.value = "";
    form.closest("details").open = false;
  });
}

const works = { note: addNote, reply, phrase };

// --- wrap-up ---

/** A note and terms for calling back that were begun are kept before the contact is closed. */
async function beforeClosing(event) {
  const form = event.target;
  if (!form.matches("[data-wrap-up]") || form.dataset.kept) return;
  event.preventDefault();
  const note = form.closest("[data-contact]").querySelector("[data-note]");
  const terms = form.closest("[data-contact]").querySelector("[data-terms-form]");
  const kept = await submitting(form, async () => {
    if (!(await addNote(note))) throw new Error("note");
    if (!(await keepTerms(terms))) throw new Error("terms");
  });
  if (!kept) return;
  form.dataset.kept = "yes";
  event.detail.issueRequest(true);
  delete form.dataset.kept;
}

export function write() {
  words = document.getElementById("write-words").dataset;
  document.addEventListener("input", ({ target }) => {
    if (target.closest("[data-note]")) typed(target.form);
  });
  document.addEventListener("submit", (event) => {
    const work = works[Object.keys(event.target.dataset).find((key) => key in works)];
    if (!work) return;
    event.preventDefault();
    work(event.target);
  });
  document.addEventListener("htmx:confirm", beforeClosing);
  const begin = () => {
    const note = document.querySelector("#in-hand [data-note]");
    if (note && !drafts.has(note)) restore(note).catch(() => {});
    fillReply(document.querySelector("#in-hand [data-reply]"));
  };
  document.addEventListener("harkline:fresh", begin);
  document.addEventListener("harkline:opened", begin);
  keyring.onChange((state) => state === "unlocked" && begin());
  // Leaving a contact keeps what was begun.
  document.addEventListener("harkline:leaving", () => {
    const note = document.querySelector("#in-hand [data-note]");
    if (note && drafts.get(note)?.timer) saveDraft(note, drafts.get(note));
  });
  addEventListener("beforeunload", (event) => {
    const note = document.querySelector("#in-hand [data-note]");
    if (held() && note?.elements.text.value && drafts.get(note)?.timer) event.preventDefault();
  });
  begin();
}
