// Bytes, text, numbers and hashes. Nothing here is lenient: one value has one spelling.

export class Refused extends Error {}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export function text(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    throw new Refused("not UTF-8");
  }
}

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(digits) {
  if (!/^([0-9a-f]{2})+$/.test(digits)) throw new Refused("not hex digits");
  return Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
}

export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export function fromBase64(letters) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(letters) || letters.length % 4) throw new Refused("not base64");
  const bytes = Uint8Array.from(atob(letters), (char) => char.charCodeAt(0));
  if (base64(bytes) !== letters) throw new Refused("base64 that is not canonical");
  return bytes;
}

export function littleEndian(bytes) {
  let digits = "";
  for (const byte of bytes) digits = byte.toString(16).padStart(2, "0") + digits;
  return BigInt("0x" + (digits || "0"));
}

export function toLittleEndian(value) {
  const digits = value.toString(16).padStart(64, "0");
  return fromHex(digits).reverse();
}

export function bigEndian(bytes) {
  return BigInt("0x" + (hex(bytes) || "0"));
}

export function number(digits) {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(digits)) throw new Refused("not a number written plainly");
  return Number(digits);
}

export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
export const sha512 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-512", joined(...parts)));
