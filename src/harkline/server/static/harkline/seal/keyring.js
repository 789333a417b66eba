// The unlocked keys of the operator at this browser. They live in memory alone (keeper.js), as keys that no script can read out, and
// are forgotten after three minutes without a touch, on locking and on signing out. Every tab of the browser shares them.

import { Refused, fromBase64 } from "./bytes.js";
import * as envelope from "./envelope.js";
import * as hpke from "./hpke.js";
import * as keeper from "./keeper.js";
import { openGrant, openKey } from "./passphrase.js";
import * as ways from "./ways.js";

export const LOCK_AFTER = 3 * 60 * 1000;
// Between passphrase and second step, the derived key waits this long for the operator's own key to be handed out.
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
let wasOpen = false;
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
  tabs.onmessage = ({ data }) => pass(data);
}

function pass(state) {
  wasOpen = state === "unlocked";
  listeners.forEach((fn) => fn(state));
}

function tell(state) {
  hear();
  tabs.postMessage(state);
  pass(state);
}

/** What the server keeps for the signed-in operator: {operator, username, csrf, public, wrapped, kdf, next, ways, grants}. */
export async function fetchKeys() {
  const answer = await fetch(KEYS, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`keys: ${answer.status}`);
  return answer.json();
}

/** Keep what was derived at sign-in (see ways.js) until `settle` finds the operator's wrapped key. */
export const remember = (way) => keeper.put("pending", { way, at: Date.now() }, PENDING_FOR);

/** Unlock with what `remember` kept, if it still may. Gives whether the keyring is open now. */
export async function settle() {
  const pending = await keeper.get("pending");
  await keeper.drop("pending");
  if (!pending || Date.now() - pending.at > PENDING_FOR) return (await current()) !== null;
  try {
    await fill(await fetchKeys(), pending.way);
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
  return true;
}

/** Unlock with the passphrase, or with the printed code written in its place. Throws Refused if it is the wrong one. */
export async function unlock(typed, progress) {
  const kept = await fetchKeys();
  if (!kept.wrapped) throw new Refused("no key yet");
  const way = await ways.typed(typed, kept, progress);
  try {
    await fill(kept, way);
  } catch (error) {
    if (!(error instanceof Refused) || !way.signIn || !(await another(kept, way))) throw error;
  }
}

/** What does not open the key may still be a passphrase of theirs. Then the page is drawn anew for it; gives whether it is one. */
async function another(kept, way) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: kept.csrf, password: way.signIn });
  const answer = await fetch("/account/again", { method: "POST", body, credentials: "same-origin", redirect: "manual" });
  if (answer.type !== "opaqueredirect") return false;
  document.documentElement.hidden = true;
  await fill(await fetchKeys(), way);
  location.replace("/console");
  return true;
}

/** Unlock with a passkey. Throws Refused where none of the operator's opens the key. */
export async function unlockByPasskey() {
  const kept = await fetchKeys();
  await fill(kept, await ways.passkey(kept));
}

async function fill(kept, way) {
  const own = await openKey(ways.wrappedFor(kept, way), way.unlock, fromBase64(kept.public));
  await keeper.put("open", { operator: kept.operator, own, teams: await openTeams(kept, own), at: Date.now() }, LOCK_AFTER);
  tell("unlocked");
  // The key is open; whether it is also closed anew can wait for the next time.
  await ways.upgrade(kept, way).catch(() => {});
}

async function openTeams(kept, own) {
  const teams = {};
  for (const [version, wrap] of Object.entries(kept.grants)) {
    teams[version] = await hpke.pairOf(await openGrant(fromBase64(wrap), version, kept.operator, own));
  }
  return teams;
}

/** Team keys that were given since unlocking: one's first, or a renewed one. */
export async function refresh({ own }) {
  const teams = await openTeams(await fetchKeys(), own);
  await keeper.change("open", { teams }, LOCK_AFTER);
  return teams;
}

/** The open keys {operator, own, teams: {version: pair}}, or null. Does not count as a touch. */
export async function current() {
  const open = await keeper.get("open");
  if (open && Date.now() - open.at < LOCK_AFTER) {
    wasOpen = true;
    return open;
  }
  if (open || wasOpen) await lock(); // the keeper forgets by itself; the pages must hear of it
  return null;
}

/** Forget the keys, in every tab. */
export async function lock() {
  await keeper.drop("open");
  await keeper.drop("pending");
  tell("locked");
}

/** Say that somebody is there: the three minutes begin anew. Never opens what has been locked. */
export async function touch() {
  if (await current()) await keeper.change("open", { at: Date.now() }, LOCK_AFTER);
}

/** Touch at every key and pointer, and lock on time even when nothing happens. Once a page. It also keeps the keeper awake. */
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
