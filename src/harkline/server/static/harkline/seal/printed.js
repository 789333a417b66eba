// The printed code that opens an operator's key: the twin of harkline.seal.printed. It never leaves the browser but on paper.

import { VERSION, aesKey, hkdf, join, utf8 } from "./bytes.js";
import { shown, spelled } from "./codes.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LENGTH = 28;

/** A new code's 16 bytes. */
export const generate = () => crypto.getRandomValues(new Uint8Array(16));

/** As it is printed, in seven groups of four: 128 bits, then 12 of a checksum. */
export async function written(secret) {
  const bits = [...secret].map((byte) => byte.toString(2).padStart(8, "0")).join("") + (await check(secret));
  return shown(bits.match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join(""));
}

/** The 16 bytes of a code as somebody typed it; null if it is none, or has a mistake in it. */
export async function read(typed) {
  const text = spelled(typed);
  if (text.length !== LENGTH || ![...text].every((letter) => ALPHABET.includes(letter))) return null;
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Uint8Array.from(bits.slice(0, 128).match(/.{8}/g), (byte) => parseInt(byte, 2));
  return bits.slice(128) === (await check(secret)) ? secret : null;
}

/** The key that opens the operator's private key. */
export const unlockKey = async (secret) => aesKey(await hkdf(secret, `${VERSION}|printed-code|unlock`));

async function check(secret) {
  const hash = await crypto.subtle.digest("SHA-256", join(utf8(`${VERSION}|printed-code|check|`), secret));
  return (new DataView(hash).getUint16(0) >> 4).toString(2).padStart(12, "0");
}
