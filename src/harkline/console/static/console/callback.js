// Calling back: the terms are sealed here but for what the server must know in order to refuse, and the number is opened here and
// handed over at the moment of dialling. It is not shown.

import * as keyring from "/static/harkline/seal/keyring.js";
import { ask, fetchEntry, opened } from "./open.js";
import { refetch } from "./live.js";
import { seal, send, submitting } from "./write.js";

const SEALED = ["number", "name_to_use", "who_may_answer", "word", "cover_story", "voicemail", "remarks"];
const said = () => document.getElementById("terms-words").dataset;
const contactOf = (element) => element.closest("[data-contact]").dataset.contact;
const address = (contact, rest) => `${document.body.dataset.contacts}${contact}/callback${rest}`;

// --- recording ---

/** The windows that were filled in; throws where one is half filled in. */
function windows(form) {
  return [...form.querySelectorAll("[data-window]")].flatMap((set) => {
    const days = [...set.querySelectorAll("[type=checkbox]:checked")].map((box) => Number(box.value));
    const [opens, closes] = [...set.querySelectorAll("[type=time]")].map((field) => field.value);
    if (!days.length && !opens && !closes) return [];
    if (!days.length || !opens || !closes) throw new Told(said().window);
    return [{ days, opens, closes }];
  });
}

class Told extends Error {
  constructor(sentence) {
    super(sentence);
    this.sentence = sentence;
  }
}

async function record(form) {
  const fields = Object.fromEntries(new FormData(form));
  const contact = contactOf(form);
  const kept = await submitting(form, async () => {
    const terms = Object.fromEntries(SEALED.map((name) => [name, fields[name]?.trim()]).filter(([, value]) => value));
    const readable = {
      consent: fields.consent,
      zone: fields.zone,
      windows: windows(form),
      number_given: Boolean(terms.number) || (!("other" in form.dataset) && left().length > 0),
      shown: fields.shown,
      first_day: fields.first_day,
      last_day: fields.last_day,
      tries: fields.tries,
      pause_hours: fields.pause_hours,
      expires_days: fields.expires_days,
    };
    const text = SEALED.slice(1).filter((name) => terms[name]).map((name) => `${name.replaceAll("_", " ")}: ${terms[name]}`);
    const sealed = await seal(contact, "terms", text.join("\n"), { terms });
    await send(address(contact, "/terms"), "POST", { sealed, terms: readable });
  });
  form.querySelector("[data-terms-said]").textContent = kept ? said().recorded : "";
  if (kept) refetch();
  return kept;
}

// --- the number ---

const entries = (kind) => [...document.querySelectorAll(`#in-hand [data-kind="${kind}"], #case [data-kind="${kind}"]`)];
const isNumber = (text) => /^\+?[\d\s().\-/]{4,24}$/.test(text);

/** Where the numbers lie from which the caller rang, the newest first. The server hands one out to be dialled once there are terms,
 * and not where the caller named another. */
const left = () => entries("handle").filter((entry) => "number" in entry.dataset).reverse();

async function read(entry) {
  return keyring.read(await fetchEntry(entry.dataset.entry), { allowCut: true });
}

/** The number of the newest terms that name one, else the one that the caller left. */
async function number() {
  for (const entry of entries("terms")) {
    const { meta } = await read(entry);
    const named = meta.terms?.number ?? "";
    if (isNumber(named)) return named;
  }
  for (const entry of left()) {
    const found = await read(entry).catch((error) => {
      if (error.name === "Locked") throw error;
      return null;
    });
    const rang = found ? new TextDecoder().decode(found.body).trim() : "";
    if (isNumber(rang)) return rang;
  }
  return "";
}

async function dial(button) {
  const contact = contactOf(button);
  const wrong = button.closest("section").querySelector("[data-call-wrong]");
  const tell = (sentence) => {
    wrong.textContent = sentence;
    wrong.hidden = false;
  };
  wrong.hidden = true;
  if ((await keyring.current()) === null) {
    ask();
    return tell(said().locked);
  }
  button.disabled = true;
  try {
    const found = await number(); // none where the server keeps it back: it says why
    await send(address(contact, "/tries"), "POST", { number: found, override: "override" in button.dataset });
    refetch();
  } catch (error) {
    tell(error.sentence ?? document.getElementById("say").dataset.failed);
    refetch("callback");
  } finally {
    button.disabled = false;
  }
}

// --- two people ---

async function askOverride(form) {
  const contact = contactOf(form);
  const { word, reason } = Object.fromEntries(new FormData(form));
  const asked = await submitting(form, async () => {
    await send(address(contact, "/override"), "POST", { word, sealed: await seal(contact, "note", reason) });
  });
  if (asked) refetch();
}

/** Terms that were begun are kept before the contact is closed. Resolves to whether there is nothing left to do. */
export async function keepTerms(form) {
  if (!form?.elements.consent.value) return true;
  if (form.querySelector("[data-terms-said]").textContent) return true;
  return record(form);
}

/** Call back agreed, and on what terms? */
function unfold(form) {
  const held = form.closest("[data-contact]");
  const terms = held.querySelector("[data-terms]");
  if (terms && !held.querySelector(".callback-card")) terms.open = true;
}

export function callback() {
  document.addEventListener("submit", (event) => {
    const work = event.target.matches("[data-terms-form]") ? record : event.target.matches("[data-override-form]") ? askOverride : null;
    if (!work) return;
    event.preventDefault();
    work(event.target);
  });
  document.addEventListener("input", ({ target }) => {
    const said_ = target.closest("[data-terms-form]")?.querySelector("[data-terms-said]");
    if (said_) said_.textContent = "";
  });
  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (form?.matches("[data-wrap-up]") && form.elements.disposition.value === "callback_agreed") unfold(form);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-call-back]");
    if (button) dial(button);
  });
}

