// One page of the recovery kit as words: the twin of harkline.seal.share, where the form is described.

import { VERSION, hkdf, join, utf8 } from "./bytes.js";

export const THRESHOLD = 3;
export const COUNT = 5;
export const WORDS = 22;
const CHECK = 3;
const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";
const FORMAT = 1;
const POLYNOMIAL = 0x1100b;
const GENERATOR = [7, 14, 8];

/** The words are no page: `why` is count, word, one, several or version; `place` the wrong word's, from 1, where it can be told. */
export class Unreadable extends Error {
  constructor(why, { place = 0, right = "", number = 0 } = {}) {
    super(why);
    Object.assign(this, { name: "Unreadable", why, place, right, number });
  }
}

/** A kit's name, as people read it. `kit` is 4 bytes. */
export const nameOf = (kit) => numbersOf(kit).map(wordOf).join("-");

/** The words of a share {kit, index, data}. */
export function words({ kit, index, data }) {
  const said = numbersOf(join(kit, Uint8Array.of(FORMAT, (THRESHOLD << 4) | index), data));
  return [...said, ...check(said)].map(wordOf);
}

/** The words among what was typed: numbers, dots and hyphens are passed over. */
export const splitWords = (typed) => typed.normalize("NFKC").toLowerCase().match(/\p{L}+/gu) ?? [];

/** The share {kit, index, data} that somebody typed. Throws Unreadable. */
export function read(typed) {
  const found = splitWords(typed);
  if (found.length !== WORDS) throw new Unreadable("count", { number: found.length });
  const numbers = found.map(numberOf);
  const strange = numbers.findIndex((one) => one === null) + 1;
  if (numbers.filter((one) => one === null).length > 1) throw new Unreadable("word", { place: strange });
  const whole = numbers.map((one) => one ?? 0);
  const bad = wrong(whole);
  if (strange) {
    const { place, right } = bad ?? { place: strange, right: 0 }; // it stood in for the right one by chance
    throw new Unreadable("word", { place: strange, right: place === strange ? wordOf(right) : "" });
  }
  if (bad) throw new Unreadable(bad.place ? "one" : "several", { ...bad, right: bad.place ? wordOf(bad.right) : "" });
  return shareOf(bytesOf(whole.slice(0, WORDS - CHECK)));
}

/** What shows the server that somebody has this page, and does not lead back to it: 32 bytes. */
export const proof = ({ kit, index, data }) => hkdf(data, `${VERSION}|recovery-share|${nameOf(kit)}|${index}`);

/** What a team key is bound to where it is sealed to the recovery key of a kit. */
export const recoveryInfo = (kitName, version) => utf8(`${VERSION}|recovery|${kitName}|team:${version}`);

function shareOf(raw) {
  const index = raw[5] & 15;
  if (raw[4] !== FORMAT || raw[5] >> 4 !== THRESHOLD || index < 1 || index > COUNT) throw new Unreadable("version");
  return { kit: raw.slice(0, 4), index, data: raw.slice(6) };
}

const numbersOf = (bytes) => Array.from({ length: bytes.length / 2 }, (_, at) => (bytes[2 * at] << 8) | bytes[2 * at + 1]);
const bytesOf = (numbers) => Uint8Array.from(numbers.flatMap((one) => [one >> 8, one & 255]));

function wordOf(number) {
  const [a, b, c, d, e] = [number >> 12, (number >> 10) & 3, (number >> 6) & 15, (number >> 4) & 3, number & 15];
  return CONSONANTS[a] + VOWELS[b] + CONSONANTS[c] + VOWELS[d] + CONSONANTS[e];
}

function numberOf(word) {
  if (!/^[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]$/.test(word)) return null;
  const add = (number, letter) =>
    VOWELS.includes(letter) ? (number << 2) | VOWELS.indexOf(letter) : (number << 4) | CONSONANTS.indexOf(letter);
  return [...word].reduce(add, 0);
}

function times(one, other) {
  let product = 0;
  for (; other; other >>= 1) {
    if (other & 1) product ^= one;
    one <<= 1;
    if (one & 0x10000) one ^= POLYNOMIAL;
  }
  return product;
}

function check(numbers) {
  let rest = new Array(CHECK).fill(0);
  for (const number of numbers) {
    const lead = number ^ rest[0];
    rest = [...rest.slice(1), 0].map((old, at) => old ^ times(lead, GENERATOR[at]));
  }
  return rest;
}

/** null if all is well; {place, right} of the one wrong word; place 0 if more than one is. */
function wrong(numbers) {
  const sums = [1, 2, 4].map((at) => numbers.reduce((value, one) => times(value, at) ^ one, 0));
  if (sums.every((one) => one === 0)) return null;
  let power = 1;
  for (let place = numbers.length; place > 0; place--) {
    if (sums[0] && times(sums[0], power) === sums[1] && times(sums[1], power) === sums[2]) {
      return { place, right: numbers[place - 1] ^ sums[0] };
    }
    power = times(power, 2);
  }
  return { place: 0, right: 0 };
}
