// Shamir's secret sharing over GF(256), the twin of harkline.seal.shamir.

/** Shares {1: Uint8Array, …} of which any `threshold` give the secret back. */
export function split(secret, threshold, count) {
  if (!(threshold >= 2 && threshold <= count && count <= 255)) throw new RangeError("threshold");
  const rows = Array.from(secret, (byte) => [byte, ...crypto.getRandomValues(new Uint8Array(threshold - 1))]);
  const shares = {};
  for (let index = 1; index <= count; index++) shares[index] = Uint8Array.from(rows, (row) => evaluate(row, index));
  return shares;
}

/** The secret out of {index: share}; throws a RangeError for what cannot be shares of one secret. */
export function join(shares) {
  const indexes = Object.keys(shares).map(Number);
  const length = shares[indexes[0]]?.length;
  if (indexes.length < 2 || indexes.some((one) => !(one > 0 && one < 256) || shares[one].length !== length)) {
    throw new RangeError("shares");
  }
  const secret = new Uint8Array(length);
  for (const index of indexes) {
    const weight = weightOf(index, indexes);
    shares[index].forEach((byte, position) => (secret[position] ^= multiply(byte, weight)));
  }
  return secret;
}

export function multiply(one, other) {
  let product = 0;
  for (; other; other >>= 1) {
    if (other & 1) product ^= one;
    one <<= 1;
    if (one & 0x100) one ^= 0x11b;
  }
  return product;
}

/** x^254 is 1/x. */
function inverse(value) {
  let result = 1;
  for (let turn = 0; turn < 254; turn++) result = multiply(result, value);
  return result;
}

const evaluate = (coefficients, at) => coefficients.reduceRight((value, one) => multiply(value, at) ^ one, 0);

const weightOf = (index, indexes) =>
  indexes
    .filter((other) => other !== index)
    .reduce((weight, other) => multiply(weight, multiply(other, inverse(other ^ index))), 1);
