// Coming back with a code that stays in this browser: the server is asked by a value derived from it, and hands out what opens
// here alone. A bell says that something is new; the page then asks for what it has not got.

import { fromBase64, toBase64, utf8 } from "../seal/bytes.js";
import * as codes from "../seal/codes.js";
import { CHUNK, open } from "../seal/envelope.js";
import { body, gather, keys, post, send, supported, Told, turnTo, word } from "./sending.js";

const SIGN = 30_000; // milliseconds between two signs of life
const TAG = 16;

const ask = document.getElementById("code");
const canSeal = supported();
const language = document.documentElement.lang;
// The page's language, as this browser's country writes it, with the calendar and the digits of the page (harkline/runtime/digits.py): by
// itself a browser would choose the Persian or the Islamic calendar for some of them, and it knows no "prs".
const WRITTEN = { ar: "arab", fa: "arabext", prs: "arabext", ps: "arabext" };
const spoken = navigator.languages.find((one) => one.split("-")[0] === language) ?? (language === "prs" ? "fa-AF" : language);
const locale = new Intl.Locale(spoken, { calendar: "gregory", numberingSystem: WRITTEN[language] ?? "latn" });
const me = { lookup: "", pair: null, have: new Set(), talk: "", token: "", team: {}, bell: null, main: null };
let asking = null;
let askAgain = false;

ask?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!(await canSeal)) return ask.submit();
  const code = codes.normalise(ask.elements.code.value);
  document.getElementById("wrong").hidden = true;
  if (!code) return wrong();
  me.lookup = toBase64(await codes.lookup(code));
  me.pair = await codes.callerKey(code);
  try {
    const { status, answer } = await post(ask.dataset.thread, body({ lookup: me.lookup }));
    if (status !== 200) return wrong();
    begin();
    await take(answer);
  } catch {
    document.getElementById("progress").textContent = word("failed");
  }
});

function wrong() {
  const said = document.getElementById("wrong");
  said.hidden = false;
  ask.elements.code.setAttribute("aria-invalid", "true");
  ask.elements.code.focus();
}

function begin() {
  me.main = turnTo("thread");
  const more = me.main.querySelector("#more");
  more.addEventListener("submit", (event) => {
    event.preventDefault();
    write(more);
  });
  me.main.querySelector("[data-do=talk]").addEventListener("submit", (event) => {
    event.preventDefault();
    act(ask.dataset.talk, { token: me.token, language, answer: event.target.elements.answer.value });
  });
  me.main.querySelector("[data-do=end]").addEventListener("submit", (event) => {
    event.preventDefault();
    act(ask.dataset.end, {});
  });
  me.main.querySelector("[data-do=receipt]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    askReceipt(event.target.elements.chosen.value);
  });
  setInterval(refetch, SIGN);
  addEventListener("online", refetch);
  document.addEventListener("visibilitychange", () => document.hidden || refetch());
  addEventListener("pagehide", () => {
    if (me.talk) navigator.sendBeacon(ask.dataset.end, body({ lookup: me.lookup, talk: me.talk }));
  });
}

/** Ask for what is new; asked for while asking, once more afterwards. */
async function refetch() {
  if (asking) {
    askAgain = true;
    return asking;
  }
  asking = fetchNew();
  await asking;
  asking = null;
  if (askAgain) {
    askAgain = false;
    await refetch();
  }
}

async function fetchNew() {
  try {
    const fields = { lookup: me.lookup, talk: me.talk, have: [...me.have].join(" ") };
    const { status, answer } = await post(ask.dataset.thread, body(fields));
    if (status === 200) await take(answer);
    lost(false);
  } catch {
    lost(true);
  }
}

const lost = (is) => (me.main.querySelector("#lost").hidden = !is);

async function act(address, fields) {
  try {
    const { status, answer } = await post(address, body({ lookup: me.lookup, talk: me.talk, ...fields }));
    if (status < 300) await take(answer);
    else await refetch();
  } catch {
    lost(true);
  }
}

/** Put an answer of the server's on the page. */
async function take(answer) {
  me.token = answer.token;
  me.talk = answer.talk_ticket;
  me.team = keys(answer.team);
  for (const item of answer.items ?? []) await add(item);
  stand(answer);
  showReceipts(answer.receipts);
  listen(answer.live_ticket);
}

/** Ten digits, on request: four of the caller's own. */
async function askReceipt(chosen) {
  const said = me.main.querySelector("[data-receipt-said]");
  try {
    const { status, answer } = await post(ask.dataset.receipt, body({ lookup: me.lookup, chosen }));
    said.hidden = status === 201;
    said.textContent = said.hidden ? "" : answer.error === "late" ? said.dataset.late : said.dataset.none;
    if (status === 201) showReceipts(answer.receipts);
  } catch {
    lost(true);
  }
}

function showReceipts(given) {
  const list = me.main.querySelector("[data-receipts]");
  if (!list || !given) return;
  const { waits, listed } = me.main.querySelector("[data-receipt-said]").dataset;
  list.replaceChildren(
    ...given.map(({ code, day }) => {
      const [row, digits, where] = ["li", "strong", "span"].map((name) => document.createElement(name));
      digits.className = "ltr code-field";
      digits.textContent = code;
      where.className = "soft small";
      where.textContent = day ? `${listed} ${day}` : waits;
      row.append(digits, " ", where);
      return row;
    }),
  );
}

function stand({ talk, somebody }) {
  const state = talk?.state ?? (somebody ? "none" : "");
  // Somebody who comes after a conversation can be talked to anew.
  const shown = state === "over" && somebody ? ["over", "none"] : [state];
  for (const note of me.main.querySelectorAll("[data-talk]")) note.hidden = !shown.includes(note.dataset.talk);
  me.main.querySelector("[data-do=end]").hidden = !["waiting", "in_hand"].includes(state);
  if (talk) me.main.querySelector("[data-place]").textContent = talk.place.toLocaleString(locale);
}

/** The doorbell. One that was closed for good (an old ticket, a server that stopped) is taken up again with the next answer. */
function listen(ticket) {
  if (me.bell && me.bell.readyState !== EventSource.CLOSED) return;
  me.bell = new EventSource(`/live/thread?ticket=${encodeURIComponent(ticket)}`);
  me.bell.addEventListener("hello", refetch);
  me.bell.addEventListener("bell", refetch);
  me.bell.addEventListener("end", () => me.bell.close());
}

async function add(item) {
  if (me.have.has(item.id)) return;
  me.have.add(item.id);
  const line = document.getElementById("item-shape").content.firstElementChild.cloneNode(true);
  line.classList.toggle("mine", item.by_caller);
  line.querySelector("strong").textContent = word(item.by_caller ? "you" : "line");
  const at = new Date(item.at * 1000);
  line.querySelector("time").dateTime = at.toISOString();
  line.querySelector("time").textContent = at.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  const words = line.querySelector(".words");
  try {
    if (item.purpose === "attachment") {
      line.querySelector("[data-read-back]").remove();
      await addFile(words, item);
    } else {
      const { meta, body: text } = await opened(item, item.chunks.map(fromBase64));
      words.textContent = new TextDecoder().decode(text);
      if (meta.read_back === true && !item.by_caller) readBack(line.querySelector("[data-read-back]"), item.id);
      else line.querySelector("[data-read-back]").remove();
    }
  } catch {
    words.textContent = word("locked");
  }
  me.main.querySelector("#said").append(line);
}

/** Under what an operator wrote down, the caller confirms it or says what it should be. */
function readBack(form, id) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const record = event.submitter?.value ?? "wrong";
    const text = form.elements.text.value.trim() || (record === "right" ? form.dataset.right : "");
    const progress = form.querySelector(".progress");
    if (!text) return (progress.textContent = word("empty"));
    const meta = { type: "text/plain; charset=utf-8", language, confirms: id };
    await pass([{ purpose: "message", meta, body: utf8(text) }], { record }, form);
  });
}

const opened = (item, chunks, how) =>
  open(fromBase64(item.wrap), chunks, me.pair, item.purpose, item.id, "caller", how);

async function addFile(words, item) {
  const { meta } = await opened(item, item.chunks.map(fromBase64), { allowCut: true });
  const button = document.createElement("button");
  button.className = "button second";
  button.textContent = word("save");
  button.addEventListener("click", () => save(item, meta.name));
  words.classList.add("row");
  const name = document.createElement("span");
  name.textContent = meta.name;
  words.append(name, button);
}

async function save(item, name) {
  const reply = await fetch(ask.dataset.file, { method: "POST", body: body({ lookup: me.lookup, file: item.id }), credentials: "omit" });
  const sealed = new Uint8Array(await reply.arrayBuffer());
  const chunks = [];
  for (let at = 0; at < sealed.length; at += CHUNK + TAG) chunks.push(sealed.subarray(at, at + CHUNK + TAG));
  const link = document.createElement("a");
  // Never its own type: the browser must save it and not show it.
  link.href = URL.createObjectURL(new Blob([(await opened(item, chunks)).body], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

let sending = false;

async function write(form) {
  const progress = form.querySelector(".progress");
  try {
    await pass(await gather(form, language), { answer: form.elements.answer.value }, form);
  } catch (error) {
    progress.textContent = word(error instanceof Told ? error.message : "failed");
  }
}

/** Seal what was written and send it; the form says how it goes. */
async function pass(objects, fields, form) {
  if (sending) return;
  sending = true;
  const progress = form.querySelector(".progress");
  try {
    await send(objects, {
      address: ask.dataset.more,
      fields: { lookup: me.lookup, talk: me.talk, token: me.token, language, ...fields },
      team: me.team,
      callerPublic: me.pair.public,
      say: (name) => (progress.textContent = word(name)),
    });
    form.reset();
    progress.textContent = word("sent");
    await refetch();
  } catch (error) {
    progress.textContent = word(error instanceof Told ? error.message : "failed");
  } finally {
    sending = false;
  }
}
