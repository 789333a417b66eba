// What is made of an operator's passphrase, passkey and printed code, and of the key that each of them opens: the twin of
// harkline.seal.passphrase. None of the three goes anywhere.

import { VERSION, aesKey, decrypt, encrypt, fromBase64url, hkdf, join, toBase64url, utf8 } from "./bytes.js";
import * as hpke from "./hpke.js";
import { stretch } from "./stretch.js";

/** Fewer letters than this are refused when a passphrase is chosen. */
export const SHORTEST = 12;

/** {signIn: text shown to the server as the password, unlock: CryptoKey, kdf}. `kdf` is how, as the server named it. */
export async function derive(passphrase, kdf, progress) {
  const master = await stretch(utf8(passphrase.normalize("NFKC")), kdf, progress);
  return {
    signIn: toBase64url(await hkdf(master, `${VERSION}|passphrase|sign-in`)),
    unlock: await aesKey(await hkdf(master, `${VERSION}|passphrase|unlock`)),
    kdf,
  };
}

const bound = (publicRaw) => join(utf8(`${VERSION}|operator-key|`), publicRaw);

/** A private key (32 bytes), closed under the key that one of the ways gives: Uint8Array(60). */
export async function close(raw, unlock, publicRaw) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  return join(nonce, await encrypt(unlock, nonce, raw, bound(publicRaw)));
}

/** The 32 bytes of what `close` closed. Throws Refused for a wrong way. */
export const openRaw = (wrapped, unlock, publicRaw) => decrypt(unlock, wrapped.slice(0, 12), wrapped.slice(12), bound(publicRaw));

/** A new operator key: {raw: 32 bytes, public: Uint8Array(32)}. */
export async function newKey() {
  const { pair, raw } = await hpke.generate();
  return { raw, public: pair.public };
}

/** The operator's pair, opened. Throws Refused for a wrong way. */
export async function openKey(wrapped, unlock, publicRaw) {
  return hpke.pairOf(await openRaw(wrapped, unlock, publicRaw));
}

/** The same key under another way: Uint8Array(60). */
export async function rewrap(wrapped, oldUnlock, newUnlock, publicRaw) {
  return close(await openRaw(wrapped, oldUnlock, publicRaw), newUnlock, publicRaw);
}

const grantInfo = (version, operator) => utf8(`${VERSION}|grant|team:${version}|operator:${operator}`);

/** A team key's private half (32 bytes) out of a grant. */
export const openGrant = (wrap, version, operator, pair) => hpke.open(wrap, pair, grantInfo(version, operator));

/** A team key's private half, sealed to a colleague. */
export const makeGrant = (raw, version, operator, publicRaw) => hpke.seal(raw, publicRaw, grantInfo(version, operator));

const CARRIED = 4 + 12 + 32 + 16;

/** The team keys that a first invitation carries: {version: Uint8Array(32)}. `secret` is the link's fragment. */
export async function openInvitation(wrapped, secret) {
  const key = await aesKey(await hkdf(fromBase64url(secret), `${VERSION}|invitation`));
  const keys = {};
  for (let at = 0; at < wrapped.length; at += CARRIED) {
    const one = wrapped.slice(at, at + CARRIED);
    const version = one.slice(0, 4);
    const raw = await decrypt(key, one.slice(4, 16), one.slice(16), join(utf8(`${VERSION}|invitation|`), version));
    keys[new DataView(version.buffer).getUint32(0)] = raw;
  }
  return keys;
}
