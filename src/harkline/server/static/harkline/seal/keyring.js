// The unlocked keys of the operator at this browser. They lie in IndexedDB as keys that no script can read out, and are
// forgotten after three minutes without a touch, on locking and on signing out. Every tab of the browser shares them.

import { Refused, fromBase64 } from "./bytes.js";
import * as envelope from "./envelope.js";
import * as hpke from "./hpke.js";
import { derive, openGrant, openKey } from "./passphrase.js";

export const LOCK_AFTER = 3 * 60 * 1000;
// Between passphrase and second factor, the derived key waits this long for the operator's own key to be handed out.
const PENDING_FOR = 5 * 60 * 1000;
const KEYS = "/account/keys";

/** Thrown where a key is needed and none is unlocked. */
export class Locked extends Error {
  constructor() {
    super("locked");
    this.name = "Locked";
  }
}

let tabs = null;
const listeners = new Set();

/** Call `fn("unlocked" | "locked")` on each change, in whichever tab it happens. Gives the function that ends it. */
export function onChange(fn) {
  listeners.add(fn);
  hear();
  return () => listeners.delete(fn);
}

function hear() {
  if (tabs) return;
  tabs = new BroadcastChannel("harkline-keyring");
  tabs.onmessage = ({ data }) => listeners.forEach((fn) => fn(data));
}

function tell(state) {
  hear();
  tabs.postMessage(state);
  listeners.forEach((fn) => fn(state));
}

/** What the server keeps for the signed-in operator: {operator, username, salt, public, wrapped, kdf, grants}. */
export async function fetchKeys() {
  const answer = await fetch(KEYS, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`keys: ${answer.status}`);
  return answer.json();
}

/** Keep the key that a passphrase gave at sign-in, until `settle` finds the operator's wrapped key. */
export const remember = (unlock) => put("pending", { unlock, at: Date.now() });

/** Unlock with what `remember` kept, if it still may. Gives whether the keyring is open now. */
export async function settle() {
  const pending = await get("pending");
  await drop("pending");
  if (!pending || Date.now() - pending.at > PENDING_FOR) return (await current()) !== null;
  try {
    await fill(await fetchKeys(), pending.unlock);
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
  return true;
}

/** Unlock with the passphrase. Throws Refused if it is the wrong one. */
export async function unlock(passphrase) {
  const kept = await fetchKeys();
  if (!kept.wrapped) throw new Refused("no key yet");
  const { unlock: key } = await derive(passphrase, kept.salt, kept.username);
  await fill(kept, key);
}

async function fill(kept, unlockKey) {
  const own = await openKey(fromBase64(kept.wrapped), unlockKey, fromBase64(kept.public));
  await put("open", { operator: kept.operator, own, teams: await openTeams(kept, own), at: Date.now() });
  tell("unlocked");
}

async function openTeams(kept, own) {
  const teams = {};
  for (const [version, wrap] of Object.entries(kept.grants)) {
    teams[version] = await hpke.pairOf(await openGrant(fromBase64(wrap), version, kept.operator, own));
  }
  return teams;
}

/** Team keys that were given since unlocking: one's first, or a renewed one. */
async function refresh({ own }) {
  const teams = await openTeams(await fetchKeys(), own);
  await change("open", (open) => ({ ...open, teams }));
  return teams;
}

/** The open keys {operator, own, teams: {version: pair}}, or null. Does not count as a touch. */
export async function current() {
  const open = await get("open");
  if (!open) return null;
  if (Date.now() - open.at < LOCK_AFTER) return open;
  await lock();
  return null;
}

/** Forget the keys, in every tab. */
export async function lock() {
  await drop("open");
  await drop("pending");
  tell("locked");
}

/** Say that somebody is there: the three minutes begin anew. Never opens what has been locked. */
export async function touch() {
  if (await current()) await change("open", (open) => ({ ...open, at: Date.now() }));
}

/** Touch at every key and pointer, and lock on time even when nothing happens. Once a page. */
export function watch(target = document) {
  let last = 0;
  const felt = () => {
    if (Date.now() - last < 5000) return;
    last = Date.now();
    touch();
  };
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) target.addEventListener(kind, felt, { passive: true });
  const timer = setInterval(current, 5000);
  return () => clearInterval(timer);
}

/** The recipient's name and pair that open an object's wraps ({"team:1": Uint8Array | base64, …}). Throws Locked, Refused. */
export async function opener(wraps) {
  const open = await current();
  if (!open) throw new Locked();
  const name = newest(wraps, open.teams) ?? newest(wraps, (open.teams = await refresh(open)));
  if (!name) throw new Refused("sealed to a key that this operator was not given");
  const wrap = wraps[name];
  return { name, pair: open.teams[name.slice(5)], wrap: typeof wrap === "string" ? fromBase64(wrap) : wrap };
}

/** The recipient "team:<version>" of the newest team key that is among both. */
function newest(wraps, teams) {
  const versions = Object.keys(teams).filter((version) => wraps[`team:${version}`]);
  return versions.length ? `team:${Math.max(...versions.map(Number))}` : null;
}

/** Open an object {id, purpose, chunks, wraps}; bytes may come as base64. Gives {meta, body, complete}. Throws Locked, Refused. */
export async function read({ id, purpose, chunks, wraps }, options) {
  const { name, pair, wrap } = await opener(wraps);
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? fromBase64(chunk) : chunk));
  return envelope.open(wrap, bytes, pair, purpose, id, name, options);
}

/** Team keys as 32 bytes, read anew from this operator's grants: {version: Uint8Array}. For giving them on; hold them briefly. */
export async function teamKeys() {
  const open = await current();
  if (!open) throw new Locked();
  const { grants } = await fetchKeys();
  const keys = {};
  for (const [version, wrap] of Object.entries(grants)) {
    keys[version] = await openGrant(fromBase64(wrap), version, open.operator, open.own);
  }
  return keys;
}

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("harkline", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("keyring");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** One transaction on the store; gives the result of the request that `work` returns. */
async function within(mode, work) {
  const db = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction("keyring", mode);
      const asked = work(transaction.objectStore("keyring"));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

const get = (name) => within("readonly", (store) => store.get(name));
const put = (name, value) => within("readwrite", (store) => store.put(value, name));
const drop = (name) => within("readwrite", (store) => store.delete(name));

/** Read and write in one transaction: a lock in another tab in between stays locked. */
function change(name, fn) {
  return within("readwrite", (store) => {
    const asked = store.get(name);
    asked.onsuccess = () => asked.result && store.put(fn(asked.result), name);
    return asked;
  });
}
