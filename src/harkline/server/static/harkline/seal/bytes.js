// Bytes, as the sealing modules share them: joined, written as text and back, and HKDF.

const encoder = new TextEncoder();

/** What every derivation and binding of this version begins with. */
export const VERSION = "harkline/v1";

/** Thrown for whatever does not open; never says which key or text it was. */
export class Refused extends Error {
  constructor(message) {
    super(message);
    this.name = "Refused";
  }
}

export const utf8 = (text) => encoder.encode(text);

export function join(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Big-endian, 32 bits. */
export function u32(number) {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setUint32(0, number);
  return four;
}

export function toBase64(bytes) {
  let text = "";
  // In slices: a spread of a whole attachment overflows the stack.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export const toBase64url = (bytes) => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export const fromBase64url = (text) => fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));

/** HKDF-SHA256 (RFC 5869) without salt: `length` bytes. */
export async function hkdf(secret, info, length = 32) {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
}

/** An AES-256-GCM key that cannot be read out again. */
export const aesKey = (raw, uses = ["encrypt", "decrypt"]) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, uses);

export async function encrypt(key, nonce, data, bound) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: bound }, key, data));
}

export async function decrypt(key, nonce, data, bound) {
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: bound }, key, data),
    );
  } catch {
    throw new Refused("altered, out of place, or for another key");
  }
}
