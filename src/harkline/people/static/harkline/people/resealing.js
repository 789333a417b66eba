// By the way, while somebody's keys are open: the team's next key where somebody has left, and what was sealed to an older one sealed
// anew, a few records at a time. The browser opens no content for it, only the wraps around each record's key.

import { fromBase64, toBase64 } from "../seal/bytes.js";
import { wrapInfo } from "../seal/envelope.js";
import * as hpke from "../seal/hpke.js";
import { Locked, current, fetchKeys, refresh } from "../seal/keyring.js";
import { makeGrant } from "../seal/passphrase.js";
import { recoveryInfo } from "../seal/share.js";

const TASKS = "/resealing";
const REST = 60_000; // where there is nothing to do
const PAUSE = 200; // between two batches
const LOOK = 5000; // at what others do, and whether the keys are open

async function post(address, body, headers = {}) {
  const answer = await fetch(address, { method: "POST", body, headers, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
}

/** A fresh team key, sealed to everybody who reads and to the recovery kits; its private half is forgotten when this page goes. */
export async function renew({ version, readers, kits }) {
  if (!(await current())) throw new Locked();
  const next = version + 1;
  const { pair, raw } = await hpke.generate();
  const [grants, recovery] = [{}, {}];
  for (const [operator, publicRaw] of readers) {
    grants[operator] = toBase64(await makeGrant(raw, next, operator, fromBase64(publicRaw)));
  }
  for (const [kit, publicRaw] of kits) {
    recovery[kit] = toBase64(await hpke.seal(raw, fromBase64(publicRaw), recoveryInfo(kit, next)));
  }
  const { csrf } = await fetchKeys();
  const fields = { csrfmiddlewaretoken: csrf, version: next, public: toBase64(pair.public) };
  const sealed = { grants: JSON.stringify(grants), recovery: JSON.stringify(recovery) };
  await post("/account/people/key", new URLSearchParams({ ...fields, ...sealed }));
}

const newestOf = (wraps) => Object.keys(wraps).sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)))[0];

/** A record's key out of one of its wraps. */
function keyOf({ id, purpose, wraps }, who, teams) {
  return hpke.open(fromBase64(wraps[who]), teams[who.slice(5)], wrapInfo(purpose, id, who));
}

const same = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);

async function sealed(task, newest, teams) {
  const secret = await keyOf(task, newestOf(task.wraps), teams);
  // To the public half of the key that this browser itself holds, not to one that it is told.
  return toBase64(await hpke.seal(secret, teams[newest.slice(5)].public, wrapInfo(task.purpose, task.id, newest)));
}

async function agrees(task, newest, teams) {
  const older = Object.fromEntries(Object.entries(task.wraps).filter(([who]) => who !== newest));
  try {
    return same(await keyOf(task, newest, teams), await keyOf(task, newestOf(older), teams));
  } catch (error) {
    if (error.name === "Refused") return false;
    throw error;
  }
}

async function fetchTasks() {
  const answer = await fetch(TASKS, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (answer.status === 401 || answer.status === 403) return { over: true };
  if (!answer.ok) throw new Error(`tasks: ${answer.status}`);
  return answer.json();
}

/** One batch; gives what the server said before it, or null while the keys are locked. */
async function batch() {
  const open = await current();
  if (!open) return null;
  const told = await fetchTasks();
  if (told.over) return told;
  if (told.renewal) await renew(told.renewal);
  if (!told.seal.length && !told.compare.length) return told;
  const newest = `team:${told.version}`;
  const teams = open.teams[told.version] ? open.teams : await refresh(open);
  const done = { sealed: {}, same: [], different: [] };
  for (const task of told.seal) done.sealed[task.id] = await sealed(task, newest, teams);
  for (const task of told.compare) ((await agrees(task, newest, teams)) ? done.same : done.different).push(task.id);
  const { csrf } = await fetchKeys();
  await post(TASKS, JSON.stringify(done), { "Content-Type": "application/json", "X-CSRFToken": csrf });
  return told;
}

const later = (time) => new Promise((resolve) => setTimeout(resolve, time));
const idle = () => new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));

/** Go on for as long as the page is there, in one tab of the browser. */
export function work() {
  return navigator.locks.request("harkline-resealing", async () => {
    for (;;) {
      await idle();
      const told = await batch().catch(() => null);
      if (told?.over) return;
      await later(told && (told.renewal || told.seal.length || told.compare.length) ? PAUSE : told ? REST : LOOK);
    }
  });
}

/** Say in `place` how far it is, whichever browser does it. */
export async function show(place) {
  for (;;) {
    const told = await fetchTasks().catch(() => ({}));
    if (told.over) return;
    if (told.says) {
      place.textContent = told.says;
      place.hidden = !told.left && place.hidden;
    }
    await later(LOOK);
  }
}
