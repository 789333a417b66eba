// SHA-256 (FIPS 180-4) of a short text, as hexadecimal. WebCrypto's is asynchronous, and ten times slower for a million short texts.

const K = new Int32Array(64);
const FIRST = new Int32Array(8);

// The first 32 bits of the fractional parts of the cube and square roots of the first primes (section 4.2.2, 5.3.3).
for (let found = 0, n = 2; found < 64; n++) {
  if (!isPrime(n)) continue;
  if (found < 8) FIRST[found] = fraction(n ** (1 / 2));
  K[found++] = fraction(n ** (1 / 3));
}

function isPrime(n) {
  for (let by = 2; by * by <= n; by++) if (n % by === 0) return false;
  return true;
}

function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

const w = new Int32Array(64);
const state = new Int32Array(8);
const single = new Uint8Array(64);

const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** One block of 64 bytes (section 6.2.2). */
function block(bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15];
    const b = w[i - 2];
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The hash of an ASCII text below 8 kilobytes, eight signed words; good until the next call. */
export function words(text) {
  const length = text.length;
  const padded = length < 56 ? single.fill(0) : new Uint8Array(((length + 72) >> 6) << 6);
  for (let i = 0; i < length; i++) padded[i] = text.charCodeAt(i);
  padded[length] = 0x80;
  padded[padded.length - 2] = length >> 5;
  padded[padded.length - 1] = length << 3;
  state.set(FIRST);
  for (let at = 0; at < padded.length; at += 64) block(padded, at);
  return state;
}

/** The same as hexadecimal. */
export const hex = (text) => Array.from(words(text), (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
