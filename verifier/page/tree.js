// The Merkle tree of RFC 6962 as it grows, and the paths of C2SP tlog-tiles.

import { Refused, joined, sha256 } from "./bytes.js";

const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);
export const WIDTH = 256;

export const leafHash = (entry) => sha256(ZERO, entry);
const nodeHash = (left, right) => sha256(ONE, left, right);

export class Frontier {
  constructor() {
    this.size = 0;
    this.stack = [];
  }

  async append(leaf) {
    let value = leaf;
    for (let index = this.size; index % 2; index = (index - 1) / 2) value = await nodeHash(this.stack.pop(), value);
    this.stack.push(value);
    this.size += 1;
  }

  async root() {
    let value = this.stack.at(-1) ?? (await sha256());
    for (const left of this.stack.slice(0, -1).reverse()) value = await nodeHash(left, value);
    return value;
  }
}

export function bundlePath(index, width) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/entries/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

export function unpacked(data, width) {
  const entries = [];
  let at = 0;
  while (at + 2 <= data.length && entries.length < width) {
    const length = data[at] * 256 + data[at + 1];
    entries.push(data.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at !== data.length || entries.length !== width) {
    throw new Refused("A bundle of entries has another length or number than the tree says.");
  }
  return entries;
}
