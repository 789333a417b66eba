// What is made of an operator's passphrase: the twin of harkline.seal.passphrase. The passphrase itself goes nowhere.

import { VERSION, aesKey, decrypt, encrypt, fromBase64url, hkdf, join, toBase64, toBase64url, utf8 } from "./bytes.js";
import * as hpke from "./hpke.js";

export const ITERATIONS = 600_000;
/** Fewer letters than this are refused when a passphrase is chosen. */
export const SHORTEST = 12;

/** {signIn: text shown to the server as the password, unlock: CryptoKey, kdf: how, to be stored beside the key}. */
export async function derive(passphrase, lineSalt, username) {
  const salt = utf8([VERSION, lineSalt, username.normalize("NFKC").trim().toLowerCase()].join("|"));
  const words = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  const master = new Uint8Array(await crypto.subtle.deriveBits(how, words, 256));
  return {
    signIn: toBase64url(await hkdf(master, `${VERSION}|passphrase|sign-in`)),
    unlock: await aesKey(await hkdf(master, `${VERSION}|passphrase|unlock`)),
    kdf: { name: "PBKDF2-SHA-256", iterations: ITERATIONS, salt: toBase64(salt) },
  };
}

const bound = (publicRaw) => join(utf8(`${VERSION}|operator-key|`), publicRaw);

async function wrapPrivate(raw, unlock, publicRaw) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  return join(nonce, await encrypt(unlock, nonce, raw, bound(publicRaw)));
}

const unwrapRaw = (wrapped, unlock, publicRaw) => decrypt(unlock, wrapped.slice(0, 12), wrapped.slice(12), bound(publicRaw));

/** A new operator key: {pair, wrapped: Uint8Array(60)}. */
export async function newKey(unlock) {
  const { pair, raw } = await hpke.generate();
  return { pair, wrapped: await wrapPrivate(raw, unlock, pair.public) };
}

/** The operator's pair, opened. Throws Refused for a wrong passphrase. */
export async function openKey(wrapped, unlock, publicRaw) {
  return hpke.pairOf(await unwrapRaw(wrapped, unlock, publicRaw));
}

/** The same key under a new passphrase: Uint8Array(60). */
export async function rewrap(wrapped, oldUnlock, newUnlock, publicRaw) {
  return wrapPrivate(await unwrapRaw(wrapped, oldUnlock, publicRaw), newUnlock, publicRaw);
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
