// The ways to open an operator's key: passphrase, passkey, printed code. A way is what one of them gave in this browser:
// {kind, unlock: CryptoKey, signIn?, next?, credential?}; none of it but signIn is ever sent.

import { Refused, aesKey, fromBase64, fromBase64url, hkdf, toBase64, toBase64url, utf8, VERSION } from "./bytes.js";
import { derive, rewrap } from "./passphrase.js";
import * as printed from "./printed.js";

/** What a passkey is asked for (WebAuthn's prf extension); each answers with a value of its own. */
export const PRF = { prf: { eval: { first: utf8(`${VERSION}|passkey|unlock`) } } };

/** The way of a passphrase. `next` is how it is derived from now on, where `kdf` is not that any more. */
export async function passphrase(words, { kdf, next }, progress = () => {}) {
  const share = next ? (done) => progress(done / 2) : progress;
  const present = await derive(words, kdf, share);
  const later = next && (await derive(words, next, (done) => progress(0.5 + done / 2)));
  return { kind: "passphrase", ...present, next: later };
}

/** The way of a printed code; null if what was typed is none. */
export async function code(typed) {
  const secret = await printed.read(typed);
  return secret && { kind: "code", unlock: await printed.unlockKey(secret) };
}

/** The way of whatever was typed: the printed code where it is one and the operator has one, else the passphrase. */
export async function typed(text, kept, progress) {
  const way = kept.ways.some(({ kind }) => kind === "code") ? await code(text) : null;
  return way ?? passphrase(text, kept, progress);
}

/** The way of a passkey's answer (a PublicKeyCredential); null if it gave no value. */
export async function answered(credential) {
  const value = credential.getClientExtensionResults().prf?.results?.first;
  if (!value) return null;
  const unlock = await aesKey(await hkdf(new Uint8Array(value), `${VERSION}|passkey|unlock`));
  return { kind: "passkey", unlock, credential: toBase64url(new Uint8Array(credential.rawId)) };
}

/** Ask one of these passkeys (credential ids) for its way. Only its value is wanted: nobody is signed in by it. */
export async function ask(credentials) {
  const publicKey = {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    allowCredentials: credentials.map((id) => ({ type: "public-key", id: fromBase64url(id) })),
    userVerification: "required",
    extensions: PRF,
  };
  return answered(await navigator.credentials.get({ publicKey }));
}

/** The way of whichever passkey opens the operator's key. Throws Refused if there is none. */
export async function passkey(kept) {
  const known = kept.ways.filter(({ kind }) => kind === "passkey").map(({ credential }) => credential);
  const way = known.length ? await ask(known) : null;
  if (!way) throw new Refused("no passkey opens the key");
  return way;
}

/** The operator's key as it is closed for a way. Throws Refused where it is not. */
export function wrappedFor(kept, { kind, credential = "" }) {
  if (kind === "passphrase") return fromBase64(kept.wrapped);
  const one = kept.ways.find((other) => other.kind === kind && other.credential === credential);
  if (!one) throw new Refused("the key does not open in this way");
  return fromBase64(one.wrapped);
}

/** Close the key under the passphrase as it is derived now. The server takes the new password for the old one in the same step. */
export async function upgrade(kept, way) {
  if (!way.next) return;
  const closed = await rewrap(wrappedFor(kept, way), way.unlock, way.next.unlock, fromBase64(kept.public));
  const fields = { csrfmiddlewaretoken: kept.csrf, present: way.signIn, password: way.next.signIn };
  const body = new URLSearchParams({ ...fields, wrapped: toBase64(closed), kdf: JSON.stringify(way.next.kdf) });
  await fetch("/account/passphrase/upgrade", { method: "POST", body, credentials: "same-origin" });
}
