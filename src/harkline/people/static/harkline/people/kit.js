// The recovery kit: its key is made here and split into five pages; two of them are typed back and checked here.
// The server gets the public half, the team's keys sealed to it, and what recognises a page without being it.

import { file, element, sheet } from "../paper/sheets.js";
import { fromBase64, toBase64 } from "../seal/bytes.js";
import * as hpke from "../seal/hpke.js";
import { Locked, teamKeys } from "../seal/keyring.js";
import { split } from "../seal/shamir.js";
import { COUNT, THRESHOLD, WORDS, nameOf, proof, read, recoveryInfo, splitWords } from "../seal/share.js";
import { problem } from "./form.js";
import { ask } from "./unlocking.js";

const by = (id) => document.getElementById(id);
const told = (id) => JSON.parse(by(id).textContent);
const paper = told("paper");
const said = told("said");
let kit = told("typing-kit"); // {kit, proofs, public}: the one whose pages are typed
let unsaved = false;

async function send(form, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const again = answer.headers.get("X-Step-Up");
  if (again) {
    location.assign(again); // it asks once more who is there, and leads back here
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error(`${form.action}: ${answer.status}`);
}

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The team's keys by version, sealed to a kit. */
async function sealed(keys, name, publicRaw) {
  const wraps = {};
  for (const [version, raw] of keys) wraps[version] = toBase64(await hpke.seal(raw, publicRaw, recoveryInfo(name, version)));
  return wraps;
}

/** A fresh key in five pages: {name, shares, fields to send}. Its private half is in the shares alone. */
async function fresh() {
  const keys = Object.entries(await teamKeys());
  const { pair, raw } = await hpke.generate();
  const id = crypto.getRandomValues(new Uint8Array(4));
  const name = nameOf(id);
  const shares = Object.entries(split(raw, THRESHOLD, COUNT)).map(([index, data]) => ({ kit: id, index: Number(index), data }));
  raw.fill(0);
  const proofs = {};
  for (const share of shares) proofs[share.index] = await sha256(await proof(share));
  const inText = (bytes) => Object.fromEntries(Object.entries(bytes).map(([index, one]) => [index, toBase64(one)]));
  const fields = { kit: name, public: toBase64(pair.public), proofs: JSON.stringify(inText(proofs)) };
  fields.wraps = JSON.stringify(await sealed(keys, name, pair.public));
  kit = { kit: name, proofs: Object.fromEntries(Object.entries(proofs).map(([index, one]) => [index, hex(one)])) };
  return { name, shares, fields };
}

async function make(form) {
  const before = kit;
  try {
    const made = await fresh();
    await send(form, made.fields);
    show(made);
  } catch (error) {
    kit = before;
    throw error;
  }
}

function show({ name, shares }) {
  const date = new Date().toISOString().slice(0, 10);
  by("sheets").replaceChildren(...shares.map((share) => element(by("sheet"), sheet(share, name, date, paper.own))));
  by("save").onclick = () => save(file(shares, name, date, paper));
  for (const one of document.querySelectorAll("[data-state]")) one.hidden = true;
  by("making").hidden = true;
  by("printing").hidden = false;
  by("typing").hidden = false;
  by("printing").scrollIntoView({ block: "start" });
  by("print").focus();
  unsaved = true;
}

function save(bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  Object.assign(document.createElement("a"), { href: address, download: "pages.pdf" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

by("print").addEventListener("click", () => window.print());
by("reveal").addEventListener("click", ({ currentTarget }) => {
  const shown = by("sheets").classList.toggle("shown");
  currentTarget.setAttribute("aria-pressed", String(shown));
});
window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** What is to be said of typed words: {share} if they are a page of this kit, else {wrong: text}. */
async function judge(typed) {
  let share;
  try {
    share = read(typed);
  } catch (error) {
    if (error.name !== "Unreadable") throw error;
    return { wrong: fill(said[error.why], error) };
  }
  const name = nameOf(share.kit);
  if (name !== kit.kit) return { wrong: fill(said.other, { kit: name }) };
  const known = hex(await sha256(await proof(share))) === kit.proofs[share.index];
  return known ? { share } : { wrong: said.strange };
}

const FIELDS = ["first", "second"];
let turn = 0;

/** What was typed into the two fields, judged: [{id, share} or {id, wrong, cut}]; `cut` while words are still missing. */
async function judged() {
  const found = [];
  for (const id of FIELDS) {
    const count = splitWords(by(id).value).length;
    const one = count ? await judge(by(id).value) : {};
    const twice = one.share && found.some(({ share }) => share?.index === one.share.index);
    found.push(twice ? { id, wrong: fill(said.same, one.share) } : { id, ...one, cut: count < WORDS });
  }
  return found;
}

/** What is right or wrong stands below each field. Half a page is no mistake. */
function say(found) {
  for (const { id, share, wrong, cut } of found) {
    by(`${id}-said`).textContent = share ? fill(said.good, share) : (wrong ?? "");
    by(id).setAttribute("aria-invalid", String(Boolean(wrong) && !cut));
  }
}

async function typed() {
  const mine = ++turn;
  const found = await judged();
  if (mine === turn) say(found);
}

async function drill(form) {
  turn++;
  const found = await judged();
  say(found);
  if (!found.every(({ share }) => share)) return problem("not_two");
  const proofs = {};
  for (const { share } of found) proofs[share.index] = toBase64(await proof(share));
  await send(form, { kit: kit.kit, proofs: JSON.stringify(proofs) });
  unsaved = false;
  form.reset();
  by("sheets").replaceChildren();
  for (const one of document.querySelectorAll("[data-state], #making, #printing, #typing")) one.hidden = true;
  by("done").hidden = false;
  by("done").focus();
}

async function complete(form) {
  const missing = told("missing");
  const keys = Object.entries(await teamKeys()).filter(([version]) => missing.mine.includes(Number(version)));
  await send(form, { kit: missing.kit, wraps: JSON.stringify(await sealed(keys, missing.kit, fromBase64(missing.public))) });
  location.reload();
}

function on(form, work) {
  const button = form?.querySelector("button");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    problem(null);
    button.disabled = true;
    if (work === make) by("working").hidden = false;
    try {
      await work(form);
    } catch (error) {
      if (error instanceof Locked) ask(() => form.requestSubmit());
      else problem("failed");
    }
    if (work === make) by("working").hidden = true;
    button.disabled = false;
  });
}

on(by("make"), make);
on(by("complete"), complete);
on(by("drill"), drill);
for (const id of FIELDS) by(id).addEventListener("input", () => kit && typed());
if (!(await hpke.supported())) problem("unsupported");
