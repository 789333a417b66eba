// HPKE, base mode, single shot (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. WebCrypto alone.
// A pair is {private: CryptoKey, public: Uint8Array(32)}.

import { Refused, aesKey, decrypt, encrypt, join, utf8 } from "./bytes.js";

const NOTHING = new Uint8Array();
const KEM = join(utf8("KEM"), Uint8Array.of(0, 0x20));
const SUITE = join(utf8("HPKE"), Uint8Array.of(0, 0x20, 0, 1, 0, 2));
const LABEL = utf8("HPKE-v1");
// RFC 8410: what stands before the 32 bytes of an X25519 private key in PKCS #8.
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);

/** Whether this browser can seal: a secure context, and X25519 in its WebCrypto. */
export async function supported() {
  try {
    return Boolean(await crypto.subtle.generateKey("X25519", false, ["deriveBits"]));
  } catch {
    return false;
  }
}

/** A new pair, and its private half as 32 bytes for wrapping. The pair's own CryptoKey cannot be read out. */
export async function generate() {
  const made = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.privateKey)).slice(-32);
  return { pair: await pairOf(raw), raw };
}

/** The pair of a private key's 32 bytes. */
export async function pairOf(raw) {
  const der = join(PKCS8, raw);
  const readable = await crypto.subtle.importKey("pkcs8", der, "X25519", true, ["deriveBits"]);
  const { x } = await crypto.subtle.exportKey("jwk", readable);
  const kept = await crypto.subtle.importKey("pkcs8", der, "X25519", false, ["deriveBits"]);
  return { private: kept, public: Uint8Array.from(atob(x.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)) };
}

/** Seal a short secret to a public key: enc (32) | ciphertext. `info` is bytes. */
export async function seal(secret, publicRaw, info) {
  const own = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const { key, nonce } = await schedule(await agree(own.privateKey, publicRaw), enc, publicRaw, info);
  return join(enc, await encrypt(await aesKey(key), nonce, secret, NOTHING));
}

/** Open what `seal` made here or on the server. Throws Refused. */
export async function open(sealed, pair, info) {
  if (sealed.length < 48) throw new Refused("too short");
  const enc = sealed.slice(0, 32);
  let shared;
  try {
    shared = await agree(pair.private, enc);
  } catch {
    throw new Refused("not a key");
  }
  const { key, nonce } = await schedule(shared, enc, pair.public, info);
  return decrypt(await aesKey(key), nonce, sealed.slice(32), NOTHING);
}

/** Diffie-Hellman; WebCrypto throws for a public key of small order. */
export async function agree(privateKey, publicRaw) {
  const theirs = await crypto.subtle.importKey("raw", publicRaw, "X25519", false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, privateKey, 256));
}

/** Sections 4.1 and 5.1: from the Diffie-Hellman value to the key and the first nonce. */
export async function schedule(dh, enc, publicRaw, info) {
  const prk = await extract(KEM, NOTHING, "eae_prk", dh);
  const shared = await expand(KEM, prk, "shared_secret", join(enc, publicRaw), 32);
  const pskId = await extract(SUITE, NOTHING, "psk_id_hash", NOTHING);
  const context = join(Uint8Array.of(0), pskId, await extract(SUITE, NOTHING, "info_hash", info));
  const secret = await extract(SUITE, shared, "secret", NOTHING);
  return {
    shared,
    key: await expand(SUITE, secret, "key", context, 32),
    nonce: await expand(SUITE, secret, "base_nonce", context, 12),
  };
}

async function hmac(key, data) {
  const how = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key.length ? key : new Uint8Array(32), how, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

const extract = (suite, salt, label, secret) => hmac(salt, join(LABEL, suite, utf8(label), secret));

/** LabeledExpand for at most 32 bytes: a single round. */
async function expand(suite, prk, label, info, length) {
  const labelled = join(Uint8Array.of(0, length), LABEL, suite, utf8(label), info, Uint8Array.of(1));
  return (await hmac(prk, labelled)).slice(0, length);
}
