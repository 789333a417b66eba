// The worker that finds the number of a puzzle (proof of work as in ALTCHA): {salt, challenge, maxnumber} in, the number out, or null.

import { words } from "./sha256.js";

/** The number whose hash with the salt is the challenge; null where there is none. */
export function find({ salt, challenge, maxnumber }) {
  const wanted = challenge.match(/.{8}/g).map((part) => parseInt(part, 16) | 0);
  for (let number = 0; number <= maxnumber; number++) {
    const found = words(salt + number);
    if (found[0] === wanted[0] && wanted.every((word, i) => word === found[i])) return number;
  }
  return null;
}

globalThis.addEventListener?.("message", ({ data }) => postMessage(find(data)));
