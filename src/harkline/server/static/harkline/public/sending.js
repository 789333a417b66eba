// From a form to sealed parts, and over the wire. What is sealed here is sent as it is, again and again if it must be: the server
// takes it once.

import { fromBase64, toBase64, utf8 } from "../seal/bytes.js";
import { seal } from "../seal/envelope.js";

export { supported } from "../seal/hpke.js";

const TEXT = "text/plain; charset=utf-8";
const TERMS = ["number", "safe_window", "who_may_answer", "name_to_use", "cover_story", "voicemail"];
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between two tries

/** Thrown with the key of the sentence that says what happened. */
export class Told extends Error {}

/** A sentence in the language of the page. */
export function word(name) {
  const found = document.getElementById("words")?.content.querySelector(`[data-word="${name}"]`);
  return found ? found.textContent : "";
}

/** The team's public keys, from {name: base64}. */
export const keys = (team) => Object.fromEntries(Object.entries(team).map(([name, key]) => [name, fromBase64(key)]));

/** What was filled in, as objects still to be sealed. Throws Told. */
export async function gather(form, language) {
  const text = form.elements.text.value;
  const files = [...form.elements.attachments.files];
  if (!text.trim() && !files.length) throw new Told("empty");
  const { files: most, each, total } = form.elements.attachments.dataset;
  const size = utf8(text).length + files.reduce((sum, file) => sum + file.size, 0);
  if (size > total || files.length > most || files.some((file) => file.size > each)) throw new Told("large");
  const found = [];
  const involved = form.elements.involved_who?.value.trim();
  const meta = { type: TEXT, language, ...(involved ? { involved } : {}) };
  if (text || involved) found.push({ purpose: "message", meta, body: utf8(text) });
  const terms = termsOf(form);
  if (Object.keys(terms).length) {
    const lines = Object.entries(terms).map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`);
    found.push({ purpose: "terms", meta: { type: TEXT, terms }, body: utf8(lines.join("\n")) });
  }
  for (const file of files) found.push(await attachment(file));
  return found;
}

/** What the server must know of the terms in order to refuse: sent beside what is sealed. */
export function hours(form) {
  const filled = new FormData(form);
  const found = [...filled].filter(([name]) => ["asked", "day", "opens", "closes", "zone", "first_day", "last_day", "shown"].includes(name));
  return [...found, ["number_given", filled.get("number")?.trim() ? "1" : ""]];
}

function termsOf(form) {
  const filled = TERMS.map((name) => [name, form.elements[name]?.value.trim()]);
  return Object.fromEntries(filled.filter(([, value]) => value));
}

async function attachment(file) {
  const name = file.name.split(/[/\\]/).pop().slice(-120) || "file";
  const type = /^[a-z]+\/[a-z0-9.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
  return { purpose: "attachment", meta: { name, type }, body: new Uint8Array(await file.arrayBuffer()) };
}

/** Seal each object to the team and, but for the terms, to the caller. */
export async function sealAll(objects, team, callerPublic) {
  const done = [];
  for (const { purpose, meta, body } of objects) {
    const to = purpose === "terms" ? team : { ...team, caller: callerPublic };
    done.push(await seal(meta, body, purpose, to));
  }
  return done;
}

/** The body of a request: plain fields and sealed parts. */
export function body(fields, parts = []) {
  const data = new FormData();
  const { hours: more = [], ...plain } = fields;
  for (const [name, value] of [...Object.entries(plain), ...more]) data.append(name, value);
  if (!parts.length) return data;
  const rows = parts.map(({ id, purpose, size, wraps }) => ({ id, purpose, size, wraps: inBase64(wraps) }));
  data.append("parts", JSON.stringify(rows));
  for (const { id, chunks } of parts) data.append(id, new Blob(chunks), "part");
  return data;
}

const inBase64 = (wraps) => Object.fromEntries(Object.entries(wraps).map(([name, wrap]) => [name, toBase64(wrap)]));

/** Post, once. Gives {status, answer}; throws for a connection that broke and for a server that is not well. */
export async function post(address, data) {
  const reply = await fetch(address, { method: "POST", body: data, credentials: "omit", referrerPolicy: "no-referrer" });
  if (reply.status === 410) return leave();
  if (reply.status >= 500) throw new TypeError("not well");
  const answer = reply.headers.get("Content-Type")?.startsWith("application/json") ? await reply.json() : null;
  return { status: reply.status, answer };
}

/** The line has ended it quietly: this page becomes one that could be anybody's, and never answers. */
function leave() {
  document.documentElement.hidden = true;
  location.replace(document.getElementById("quick-exit").href);
  return new Promise(() => {});
}

/**
 * Send objects until they have arrived. `to` is {address, fields, team, callerPublic, say}; the token in `fields` and the team
 * are renewed when the server says so. Gives its answer; throws Told.
 */
export async function send(objects, to) {
  to.say("sealing");
  let parts = await sealAll(objects, to.team, to.callerPublic);
  for (let broken = 0, renewed = 0; broken < PAUSES.length; ) {
    to.say(broken ? "again" : "sending");
    let reply;
    try {
      reply = await post(to.address, body(to.fields, parts));
    } catch {
      await new Promise((go) => setTimeout(go, PAUSES[broken++] * 1000));
      continue;
    }
    const { status, answer } = reply;
    if (status === 201) return answer;
    if (status === 413) throw new Told("large");
    if (status !== 409 || renewed++ > 2) break;
    if (answer.error === "stale") to.fields.token = answer.token;
    if (answer.error === "sealed_anew") parts = await sealAll(objects, (to.team = keys(answer.team)), to.callerPublic);
  }
  throw new Told("failed");
}

/** Show a template of the page in place of what it shows now; its heading is read out. */
export function turnTo(template) {
  const main = document.getElementById("main");
  main.replaceChildren(document.getElementById(template).content.cloneNode(true));
  main.querySelector("h1")?.focus();
  scrollTo(0, 0);
  return main;
}
