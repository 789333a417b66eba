// Argon2id (RFC 9106, version 0x13). No browser has it, and a key that opens what callers said deserves it: a graphics card that
// tries passphrases needs the memory anew for every one. Runs in a worker (argon2.worker.js), for it takes seconds.
// A block of 1024 bytes is 256 words of 32 bits, low half first; all arithmetic on 64 bits is done in such halves.

import { blake2b } from "./blake2b.js";

const VERSION = 0x13;
const TYPE_ID = 2;
const WORDS = 256; // 32-bit words a block
const SLICES = 4;

/**
 * {password, salt, secret, data: Uint8Array; memory: KiB; passes; lanes; length: bytes} → Uint8Array(length).
 * `progress(share)` is called between slices with what is done, 0 to 1.
 */
export function argon2id({ password, salt, secret = new Uint8Array(), data = new Uint8Array(), ...how }, progress = () => {}) {
  const { memory, passes, lanes, length } = how;
  if (lanes < 1 || passes < 1 || memory < 8 * lanes || salt.length < 8) throw new RangeError("not parameters of Argon2");
  const columns = SLICES * Math.floor(memory / (SLICES * lanes));
  const at = { memory: columns * lanes, columns, segment: columns / SLICES, passes, lanes };
  const blocks = new Int32Array(at.memory * WORDS);
  const given = [lanes, length, memory, passes, VERSION, TYPE_ID].map(u32le);
  const first = blake2b(join(...given, ...[password, salt, secret, data].flatMap((one) => [u32le(one.length), one])));
  for (let lane = 0; lane < lanes; lane++) {
    for (let i = 0; i < 2; i++) {
      blocks.set(wordsOf(long(join(first, u32le(i), u32le(lane)), 1024)), (lane * columns + i) * WORDS);
    }
  }
  fill(blocks, at, progress);
  const last = new Int32Array(WORDS);
  for (let lane = 1; lane <= lanes; lane++) xorInto(last, 0, blocks, (lane * columns - 1) * WORDS);
  blocks.fill(0); // the memory is the passphrase's: nothing of it outlives the call
  return long(new Uint8Array(last.buffer), length);
}

const u32le = (number) => new Uint8Array(new Uint32Array([number]).buffer);
const wordsOf = (bytes) => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

function join(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

/** Section 3.3, H': a hash of any length. */
function long(message, length) {
  const head = join(u32le(length), message);
  if (length <= 64) return blake2b(head, length);
  const out = new Uint8Array(length);
  let v = blake2b(head);
  let at = 0;
  for (; length - at > 64; at += 32) {
    out.set(v.subarray(0, 32), at);
    v = blake2b(v, length - at - 32 > 64 ? 64 : length - at - 32);
  }
  out.set(v, at);
  return out;
}

function fill(blocks, at, progress) {
  const scratch = new Int32Array(2 * WORDS);
  for (let pass = 0; pass < at.passes; pass++) {
    for (let slice = 0; slice < SLICES; slice++) {
      for (let lane = 0; lane < at.lanes; lane++) segment(blocks, at, pass, slice, lane, scratch);
      progress((pass * SLICES + slice + 1) / (at.passes * SLICES));
    }
  }
}

/** One lane's part of a slice. The first half of the first pass looks up places that do not depend on the passphrase. */
function segment(blocks, at, pass, slice, lane, scratch) {
  const addresses = pass === 0 && slice < 2 ? addresser(at, pass, slice, lane, scratch) : null;
  for (let index = pass === 0 && slice === 0 ? 2 : 0; index < at.segment; index++) {
    const column = slice * at.segment + index;
    const before = (lane * at.columns + (column === 0 ? at.columns : column) - 1) * WORDS;
    const [j1, j2] = addresses ? addresses(index) : [blocks[before], blocks[before + 1]];
    const from = pass === 0 && slice === 0 ? lane : (j2 >>> 0) % at.lanes;
    const other = (from * at.columns + reference(at, pass, slice, index, from === lane, j1 >>> 0)) * WORDS;
    compress(blocks, (lane * at.columns + column) * WORDS, before, other, pass > 0, scratch);
  }
}

/** Section 3.4.1.2: pseudo-random pairs out of a counter. */
function addresser(at, pass, slice, lane, scratch) {
  const three = new Int32Array(3 * WORDS); // input, zero, addresses
  [pass, lane, slice, at.memory, at.passes, TYPE_ID].forEach((value, i) => (three[2 * i] = value));
  let made = -1;
  return (index) => {
    const block = index >>> 7;
    if (block !== made) {
      made = block;
      three[12] = block + 1;
      compress(three, 2 * WORDS, WORDS, 0, false, scratch);
      compress(three, 2 * WORDS, WORDS, 2 * WORDS, false, scratch);
    }
    const pair = 2 * WORDS + 2 * (index & 127);
    return [three[pair], three[pair + 1]];
  };
}

/** Section 3.4.2: the column of the block that is looked back at. */
function reference(at, pass, slice, index, same, j1) {
  const done = pass === 0 ? slice * at.segment : at.columns - at.segment;
  const area = same ? done + index - 1 : done - (index === 0 ? 1 : 0);
  const x = high(j1, j1);
  const relative = area - 1 - high(area, x);
  const start = pass === 0 || slice === SLICES - 1 ? 0 : (slice + 1) * at.segment;
  return (start + relative) % at.columns;
}

/** The upper 32 bits of a product of two unsigned words. */
function high(a, b) {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = a0 * b1 + Math.floor((a0 * b0) / 65536); // below 2^33: exact
  return a1 * b1 + Math.floor((middle + a1 * b0) / 65536);
}

function xorInto(target, at, source, from) {
  for (let i = 0; i < WORDS; i++) target[at + i] ^= source[from + i];
}

/** Section 3.5, G: blocks[to] (xor, later than the first pass) = P(blocks[x] xor blocks[y]) xor blocks[x] xor blocks[y]. */
function compress(blocks, to, x, y, xor, r) {
  for (let i = 0; i < WORDS; i++) {
    const word = blocks[x + i] ^ blocks[y + i];
    r[i] = word;
    r[WORDS + i] = xor ? word ^ blocks[to + i] : word;
  }
  for (let row = 0; row < WORDS; row += 32) {
    permute(r, row, row + 2, row + 4, row + 6, row + 8, row + 10, row + 12, row + 14,
      row + 16, row + 18, row + 20, row + 22, row + 24, row + 26, row + 28, row + 30);
  }
  for (let c = 0; c < 32; c += 4) {
    permute(r, c, c + 2, c + 32, c + 34, c + 64, c + 66, c + 96, c + 98,
      c + 128, c + 130, c + 160, c + 162, c + 192, c + 194, c + 224, c + 226);
  }
  for (let i = 0; i < WORDS; i++) blocks[to + i] = r[i] ^ r[WORDS + i];
}

/** Section 3.6, P, on sixteen words of 64 bits. */
function permute(r, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15) {
  mix(r, v0, v4, v8, v12);
  mix(r, v1, v5, v9, v13);
  mix(r, v2, v6, v10, v14);
  mix(r, v3, v7, v11, v15);
  mix(r, v0, v5, v10, v15);
  mix(r, v1, v6, v11, v12);
  mix(r, v2, v7, v8, v13);
  mix(r, v3, v4, v9, v14);
}

/**
 * GB of section 3.6: BLAKE2b's with a + b + 2·lo(a)·lo(b) for a + b, four times. Written out, for this is where the seconds go.
 * The upper half of a product is put together from halves of 16 bits, since a double is exact to 53.
 */
function mix(r, a, b, c, d) {
  let al = r[a], ah = r[a + 1], bl = r[b], bh = r[b + 1], cl = r[c], ch = r[c + 1], dl = r[d], dh = r[d + 1];
  let x0, x1, y0, y1, p, q, m, h, l, s;

  x0 = al & 0xffff; x1 = al >>> 16; y0 = bl & 0xffff; y1 = bl >>> 16;
  p = Math.imul(x0, y1); q = Math.imul(x1, y0); l = Math.imul(al, bl);
  m = (Math.imul(x0, y0) >>> 16) + (p & 0xffff) + (q & 0xffff);
  h = (Math.imul(x1, y1) + (p >>> 16) + (q >>> 16) + (m >>> 16)) | 0;
  s = (al >>> 0) + (bl >>> 0) + ((l << 1) >>> 0);
  ah = (ah + bh + ((h << 1) | (l >>> 31)) + ((s / 4294967296) | 0)) | 0; al = s | 0;
  h = dl ^ al; dl = dh ^ ah; dh = h;

  x0 = cl & 0xffff; x1 = cl >>> 16; y0 = dl & 0xffff; y1 = dl >>> 16;
  p = Math.imul(x0, y1); q = Math.imul(x1, y0); l = Math.imul(cl, dl);
  m = (Math.imul(x0, y0) >>> 16) + (p & 0xffff) + (q & 0xffff);
  h = (Math.imul(x1, y1) + (p >>> 16) + (q >>> 16) + (m >>> 16)) | 0;
  s = (cl >>> 0) + (dl >>> 0) + ((l << 1) >>> 0);
  ch = (ch + dh + ((h << 1) | (l >>> 31)) + ((s / 4294967296) | 0)) | 0; cl = s | 0;
  l = bl ^ cl; h = bh ^ ch; bl = (l >>> 24) | (h << 8); bh = (h >>> 24) | (l << 8);

  x0 = al & 0xffff; x1 = al >>> 16; y0 = bl & 0xffff; y1 = bl >>> 16;
  p = Math.imul(x0, y1); q = Math.imul(x1, y0); l = Math.imul(al, bl);
  m = (Math.imul(x0, y0) >>> 16) + (p & 0xffff) + (q & 0xffff);
  h = (Math.imul(x1, y1) + (p >>> 16) + (q >>> 16) + (m >>> 16)) | 0;
  s = (al >>> 0) + (bl >>> 0) + ((l << 1) >>> 0);
  ah = (ah + bh + ((h << 1) | (l >>> 31)) + ((s / 4294967296) | 0)) | 0; al = s | 0;
  l = dl ^ al; h = dh ^ ah; dl = (l >>> 16) | (h << 16); dh = (h >>> 16) | (l << 16);

  x0 = cl & 0xffff; x1 = cl >>> 16; y0 = dl & 0xffff; y1 = dl >>> 16;
  p = Math.imul(x0, y1); q = Math.imul(x1, y0); l = Math.imul(cl, dl);
  m = (Math.imul(x0, y0) >>> 16) + (p & 0xffff) + (q & 0xffff);
  h = (Math.imul(x1, y1) + (p >>> 16) + (q >>> 16) + (m >>> 16)) | 0;
  s = (cl >>> 0) + (dl >>> 0) + ((l << 1) >>> 0);
  ch = (ch + dh + ((h << 1) | (l >>> 31)) + ((s / 4294967296) | 0)) | 0; cl = s | 0;
  l = bl ^ cl; h = bh ^ ch; bl = (l << 1) | (h >>> 31); bh = (h << 1) | (l >>> 31);

  r[a] = al; r[a + 1] = ah; r[b] = bl; r[b + 1] = bh; r[c] = cl; r[c + 1] = ch; r[d] = dl; r[d + 1] = dh;
}
