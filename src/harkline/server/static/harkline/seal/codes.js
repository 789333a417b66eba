// Return codes: the twin of harkline.seal.codes. The code itself never leaves the browser, only its lookup.

import { VERSION, hkdf } from "./bytes.js";
import * as hpke from "./hpke.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LENGTH = 16;
const READ_AS = { 0: "O", 1: "I", 8: "B" };

/** A new return code: 16 characters of RFC 4648 base32, from 80 random bits. */
export function generate() {
  const random = crypto.getRandomValues(new Uint8Array(LENGTH));
  return Array.from(random, (byte) => ALPHABET[byte & 31]).join("");
}

/** A code as people read it, in groups of four. */
export const shown = (code) => code.match(/.{1,4}/g).join(" ");

/** The code somebody typed, in any case, spacing and script of digits; 0, 1 and 8 read as O, I and B. Null if it is none. */
export function normalise(typed) {
  const code = spelled(typed);
  return code.length === LENGTH && [...code].every((letter) => ALPHABET.includes(letter)) ? code : null;
}

/** The letters and digits of something typed, as base32 has them. */
export function spelled(typed) {
  const letters = [...typed.normalize("NFKC")].map(digit).filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  return letters.join("").toUpperCase().replace(/[018]/g, (wrong) => READ_AS[wrong]);
}

/** What is sent to find the thread: 32 bytes that do not lead back to the code. */
export const lookup = (code) => hkdf(decode(code), `${VERSION}|return-code|lookup`);

/** The pair {private: CryptoKey, public: Uint8Array} of who holds the code; replies are sealed to its public half. */
export async function callerKey(code) {
  return hpke.pairOf(await hkdf(decode(code), `${VERSION}|return-code|caller-key`));
}

/** The ten bytes of a normalised code. */
function decode(code) {
  const bits = [...code].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g), (byte) => parseInt(byte, 2));
}

/** Any script's decimal digit as 0 to 9. Unicode lays ten of them in a row, from a code point that ends in 0 or in 6. */
function digit(letter) {
  if (!/\p{Nd}/u.test(letter)) return letter;
  const point = letter.codePointAt(0);
  const low = point & 15;
  const fromZero = low < 10 && /\p{Nd}/u.test(String.fromCodePoint(point - low));
  return String(fromZero ? low : low - 6);
}
