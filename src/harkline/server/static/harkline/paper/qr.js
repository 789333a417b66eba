// QR codes (ISO/IEC 18004) for short texts on paper: alphanumeric mode, error correction level Q, versions 1 to 10.
// A quarter of the symbol may be stained or folded and it still reads.

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
// By version: check bytes a block, and the blocks as [how many, data bytes each].
const BLOCKS = [
  [13, [1, 13]],
  [22, [1, 22]],
  [18, [2, 17]],
  [26, [2, 24]],
  [18, [2, 15], [2, 16]],
  [24, [4, 19]],
  [18, [2, 14], [4, 15]],
  [22, [4, 18], [2, 19]],
  [20, [4, 16], [4, 17]],
  [24, [6, 19], [2, 20]],
];
const ALIGNMENT = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const MASKS = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (r, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

/** The symbol of a text as rows of booleans, true for dark, without its quiet zone (four modules on each side). */
export function encode(text, mask) {
  const version = versionFor(text);
  const bits = place(interleave(bytesOf(text, version), version), version);
  const tried = mask === undefined ? MASKS.map((_, number) => number) : [mask];
  const drawn = tried.map((number) => draw(bits, version, number));
  return drawn.reduce((best, one) => (penalty(one) < penalty(best) ? one : best));
}

function versionFor(text) {
  const room = (version) => BLOCKS[version - 1].slice(1).reduce((sum, [count, data]) => sum + count * data, 0) * 8;
  for (let version = 1; version <= BLOCKS.length; version++) {
    if (payload(text, version).length <= room(version)) return version;
  }
  throw new RangeError("too long for a symbol of version 10");
}

const bits = (value, length) => value.toString(2).padStart(length, "0");

function payload(text, version) {
  const values = [...text].map((letter) => LETTERS.indexOf(letter));
  if (values.includes(-1)) throw new RangeError("a letter that this mode does not have");
  let out = "0010" + bits(values.length, version < 10 ? 9 : 11);
  for (let at = 0; at < values.length; at += 2) {
    out += at + 1 < values.length ? bits(values[at] * 45 + values[at + 1], 11) : bits(values[at], 6);
  }
  return out;
}

function bytesOf(text, version) {
  const size = BLOCKS[version - 1].slice(1).reduce((sum, [count, data]) => sum + count * data, 0);
  let all = payload(text, version);
  all += "0".repeat(Math.min(4, size * 8 - all.length));
  all += "0".repeat((8 - (all.length % 8)) % 8);
  const bytes = all.match(/.{8}/g).map((one) => parseInt(one, 2));
  for (let pad = 0xec; bytes.length < size; pad ^= 0xec ^ 0x11) bytes.push(pad);
  return bytes;
}

// Reed-Solomon over GF(256) with the polynomial 0x11d.
const EXP = [1];
for (let at = 1; at < 255; at++) EXP.push((EXP[at - 1] << 1) ^ (EXP[at - 1] & 128 ? 0x11d : 0));
const LOG = Object.fromEntries(EXP.map((value, at) => [value, at]));
const times = (one, other) => (one && other ? EXP[(LOG[one] + LOG[other]) % 255] : 0);

function generator(degree) {
  let factors = [1];
  for (let power = 0; power < degree; power++) {
    const shifted = [...factors, 0];
    factors.forEach((factor, at) => (shifted[at + 1] ^= times(factor, EXP[power])));
    factors = shifted;
  }
  return factors.slice(1);
}

function checkBytes(data, degree) {
  const factors = generator(degree);
  let rest = new Array(degree).fill(0);
  for (const byte of data) {
    const lead = byte ^ rest[0];
    rest = [...rest.slice(1), 0].map((old, at) => old ^ times(lead, factors[at]));
  }
  return rest;
}

function interleave(bytes, version) {
  const [degree, ...groups] = BLOCKS[version - 1];
  const blocks = [];
  let at = 0;
  for (const [count, size] of groups) {
    for (let block = 0; block < count; block++, at += size) blocks.push(bytes.slice(at, at + size));
  }
  const longest = Math.max(...blocks.map((block) => block.length));
  const mix = (parts, length) =>
    Array.from({ length }, (_, row) => parts.map((part) => part[row])).flat().filter((byte) => byte !== undefined);
  return [...mix(blocks, longest), ...mix(blocks.map((block) => checkBytes(block, degree)), degree)];
}

/** Fixed patterns as true and false; modules for data as null, filled in the zigzag; returns [fixed, data]. */
function place(bytes, version) {
  const fixed = patterns(version);
  const size = fixed.length;
  const data = fixed.map((row) => row.map(() => null));
  const stream = bytes.map((byte) => bits(byte, 8)).join("");
  let next = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right--; // the column of the timing pattern
    const up = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const row = up ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (fixed[row][column] === null) data[row][column] = stream[next++] === "1";
      }
    }
  }
  return { fixed, data };
}

function patterns(version) {
  const size = 17 + 4 * version;
  const grid = Array.from({ length: size }, () => new Array(size).fill(null));
  const set = (row, column, dark) => {
    if (grid[row]?.[column] !== undefined) grid[row][column] = dark;
  };
  for (const [top, left] of [[0, 0], [0, size - 7], [size - 7, 0]]) finder(set, top, left);
  for (let at = 8; at < size - 8; at++) {
    grid[6][at] = at % 2 === 0;
    grid[at][6] = at % 2 === 0;
  }
  const centres = ALIGNMENT[version - 1];
  for (const row of centres) {
    for (const column of centres) if (grid[row][column] === null || row === 6 || column === 6) align(grid, row, column);
  }
  for (const [row, column] of formatPlaces(size).flat()) grid[row][column] = false; // kept free until the mask is known
  grid[size - 8][8] = true;
  if (version >= 7) versionPlaces(size).forEach((pair, at) => pair.forEach(([r, c]) => (grid[r][c] = versionBit(version, at))));
  return grid;
}

function finder(set, top, left) {
  for (let row = -1; row <= 7; row++) {
    for (let column = -1; column <= 7; column++) {
      const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3));
      set(top + row, left + column, ring !== 2 && ring < 4);
    }
  }
}

/** Not where a finder pattern is. */
function align(grid, centreRow, centreColumn) {
  const last = grid.length - 7;
  if ((centreRow === 6 && (centreColumn === 6 || centreColumn === last)) || (centreRow === last && centreColumn === 6)) return;
  for (let row = -2; row <= 2; row++) {
    for (let column = -2; column <= 2; column++) {
      grid[centreRow + row][centreColumn + column] = Math.max(Math.abs(row), Math.abs(column)) !== 1;
    }
  }
}

/** The two places of each of the 15 bits of format information, from the lowest bit. */
function formatPlaces(size) {
  const first = [
    [0, 8], [1, 8], [2, 8], [3, 8], [4, 8], [5, 8], [7, 8], [8, 8],
    [8, 7], [8, 5], [8, 4], [8, 3], [8, 2], [8, 1], [8, 0],
  ];
  return first.map((one, at) => [one, at < 8 ? [8, size - 1 - at] : [size - 15 + at, 8]]);
}

const versionPlaces = (size) =>
  Array.from({ length: 18 }, (_, at) => {
    const [low, high] = [size - 11 + (at % 3), Math.floor(at / 3)];
    return [[low, high], [high, low]];
  });

/** BCH codes: `value` shifted up by the degree of `polynomial`, with the remainder below. */
function bch(value, polynomial, degree) {
  let rest = value << degree;
  const top = (number) => 31 - Math.clz32(number);
  while (rest && top(rest) >= degree) rest ^= polynomial << (top(rest) - degree);
  return (value << degree) | rest;
}

const versionBit = (version, at) => Boolean((bch(version, 0x1f25, 12) >> at) & 1);

function draw({ fixed, data }, version, mask) {
  const grid = fixed.map((row, r) =>
    row.map((dark, c) => (dark === null ? Boolean(data[r][c]) !== MASKS[mask](r, c) : dark)),
  );
  const format = bch((0b11 << 3) | mask, 0x537, 10) ^ 0x5412; // 0b11: level Q
  formatPlaces(grid.length).forEach((pair, at) => pair.forEach(([r, c]) => (grid[r][c] = Boolean((format >> at) & 1))));
  return grid;
}

/** The standard's four rules: long runs, blocks, what looks like a finder, too much of one shade. The lowest is chosen. */
function penalty(grid) {
  const columns = grid[0].map((_, c) => grid.map((row) => row[c]));
  const lines = [...grid, ...columns].map((line) => line.map(Number).join(""));
  let points = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
    for (const like of ["10111010000", "00001011101"]) {
      for (let at = line.indexOf(like); at >= 0; at = line.indexOf(like, at + 1)) points += 40;
    }
  }
  for (let r = 1; r < grid.length; r++) {
    for (let c = 1; c < grid.length; c++) {
      const one = grid[r][c];
      if (grid[r - 1][c] === one && grid[r][c - 1] === one && grid[r - 1][c - 1] === one) points += 3;
    }
  }
  const dark = (100 * grid.flat().filter(Boolean).length) / grid.length ** 2;
  return points + 10 * Math.floor(Math.abs(dark - 50) / 5);
}
