// ristretto255 (RFC 9496) in plain BigInt arithmetic. Only public values pass through here, so nothing is constant-time.
// A point inside is [X, Y, Z, T] on the Edwards curve, outside 32 bytes.

import { Refused, fromHex, littleEndian, toLittleEndian } from "./bytes.js";

const P = 2n ** 255n - 19n;
export const Q = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (value) => {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
};
const isNegative = (value) => (value & 1n) === 1n;
const magnitude = (value) => (isNegative(value) ? P - value : value);

function power(base, exponent) {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % P) {
    if (rest & 1n) result = (result * square) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_MINUS_ONE = power(2n, (P - 1n) / 4n);
const ROOT_AD_MINUS_ONE = P - squareRootOfRatio(mod(-D - 1n), 1n).root; // the odd one of the two, as RFC 9496 has it
const INVERSE_ROOT_A_MINUS_D = squareRootOfRatio(1n, mod(-1n - D)).root;

// RFC 9496, 4.2: the square root of u/v that is not negative, and whether there is one.
function squareRootOfRatio(u, v) {
  const cube = mod(v * v * v);
  let root = mod(u * cube * power(mod(u * cube * cube * v), (P - 5n) / 8n));
  const check = mod(v * root * root);
  const minus = mod(-u);
  const flipped = check === minus;
  if (flipped || check === mod(minus * ROOT_MINUS_ONE)) root = mod(root * ROOT_MINUS_ONE);
  return { isSquare: check === u || flipped, root: magnitude(root) };
}

export const ZERO = [0n, 1n, 1n, 0n];

export function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(t1 * mod(2n * D * t2));
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function double([x, y, z]) {
  const a = mod(x * x);
  const b = mod(y * y);
  const h = a + b;
  const e = h - (x + y) * (x + y);
  const g = a - b;
  const f = 2n * z * z + g;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

export const negated = ([x, y, z, t]) => [mod(-x), y, z, mod(-t)];
export const subtract = (one, other) => add(one, negated(other));

// RFC 9496, 4.5: the same point of the group, whatever its representative.
export const equal = ([x1, y1], [x2, y2]) => mod(x1 * y2 - y1 * x2) === 0n || mod(y1 * y2 - x1 * x2) === 0n;

export function decoded(bytes) {
  const s = littleEndian(bytes);
  if (bytes.length !== 32 || s >= P || isNegative(s)) throw new Refused("not a canonical point");
  const square = mod(s * s);
  const [u1, u2] = [mod(1n - square), mod(1n + square)];
  const u2Square = mod(u2 * u2);
  const v = mod(-(D * u1 * u1) - u2Square);
  const { isSquare, root } = squareRootOfRatio(1n, mod(v * u2Square));
  const denominator = mod(root * u2);
  const x = magnitude(mod(2n * s * denominator));
  const y = mod(u1 * root * denominator * v);
  const t = mod(x * y);
  if (!isSquare || isNegative(t) || y === 0n) throw new Refused("not a canonical point");
  return [x, y, 1n, t];
}

export function encoded([x, y, z, t]) {
  const [u1, u2] = [mod((z + y) * (z - y)), mod(x * y)];
  const { root } = squareRootOfRatio(1n, mod(u1 * u2 * u2));
  const [d1, d2] = [mod(root * u1), mod(root * u2)];
  const inverse = mod(d1 * d2 * t);
  const rotates = isNegative(mod(t * inverse));
  const [right, up] = rotates ? [mod(y * ROOT_MINUS_ONE), mod(x * ROOT_MINUS_ONE)] : [x, y];
  const denominator = rotates ? mod(d1 * INVERSE_ROOT_A_MINUS_D) : d2;
  const height = isNegative(mod(right * inverse)) ? mod(-up) : up;
  return toLittleEndian(magnitude(mod(denominator * (z - height))));
}

// RFC 9496, 4.3.4: two halves of 64 uniform bytes, each mapped to the curve, and added.
export function fromUniform(bytes) {
  return add(mapped(bytes.subarray(0, 32)), mapped(bytes.subarray(32, 64)));
}

function mapped(half) {
  const t = mod(littleEndian(half) & (2n ** 255n - 1n));
  const r = mod(ROOT_MINUS_ONE * t * t);
  const u = mod((r + 1n) * (1n - D * D));
  const v = mod((-1n - r * D) * (r + D));
  const { isSquare, root } = squareRootOfRatio(u, v);
  const s = isSquare ? root : mod(-magnitude(mod(root * t)));
  const c = isSquare ? P - 1n : r;
  const n = mod(c * (r - 1n) * (D - 1n) * (D - 1n) - v);
  const [w0, w1, w2, w3] = [2n * s * v, n * ROOT_AD_MINUS_ONE, 1n - s * s, 1n + s * s];
  return [mod(w0 * w3), mod(w2 * w1), mod(w1 * w3), mod(w0 * w2)];
}

// RFC 9496, A.1.
export const BASE = decoded(fromHex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"));

export function scalar(bytes) {
  const value = littleEndian(bytes);
  if (bytes.length !== 32 || value >= Q) throw new Refused("not a canonical scalar");
  return value;
}

// Multiples of one point that is multiplied often: a table of every byte at every place.
export class Fixed {
  constructor(point) {
    this.table = [];
    for (let place = 0, unit = point; place < 32; place++) {
      const row = [ZERO];
      for (let byte = 1; byte < 256; byte++) row.push(add(row[byte - 1], unit));
      unit = add(row[255], unit);
      this.table.push(row);
    }
  }

  times(value) {
    return toLittleEndian(value).reduce((sum, byte, place) => (byte ? add(sum, this.table[place][byte]) : sum), ZERO);
  }
}

// Several multiples of one point: its doublings are shared, each multiple gathers them in 15 heaps (Yao 1976).
export function multiples(point, values) {
  const digits = values.map((value) => value.toString(16).padStart(64, "0"));
  const heaps = values.map(() => Array(16).fill(ZERO));
  for (let place = 63, unit = point; place >= 0; place--) {
    digits.forEach((digit, which) => {
      const heap = parseInt(digit[place], 16);
      if (heap) heaps[which][heap] = add(heaps[which][heap], unit);
    });
    if (place) unit = double(double(double(double(unit))));
  }
  return heaps.map(gathered);
}

function gathered(heaps) {
  let running = ZERO;
  let sum = ZERO;
  for (let heap = 15; heap > 0; heap--) {
    running = add(running, heaps[heap]);
    sum = add(sum, running);
  }
  return sum;
}
