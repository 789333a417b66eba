// Bit proofs and claims over them, verified. The format: docs/reference/open-count-format.md.

import { Refused, littleEndian, sha256, sha512, utf8 } from "./bytes.js";
import { BASE, Fixed, Q, ZERO, add, decoded, encoded, equal, fromUniform, multiples, scalar, subtract } from "./ristretto.js";

const base = new Fixed(BASE);
export const VALUE = fromUniform(await sha512(utf8("opencount/v1 value generator")));
const value = new Fixed(VALUE);
const DOMAIN = utf8("opencount/v1 bit-proof\0");
const CELL = 160;

// The commitment as a point if the proof shows that it is to 0 or 1 in this context; throws Refused otherwise.
export async function bit(context, cell) {
  const commitment = cell.subarray(0, 32);
  const point = decoded(commitment);
  const [c0, c1, s0, s1] = [32, 64, 96, 128].map((at) => scalar(cell.subarray(at, at + 32)));
  const [zeroth, first] = multiples(point, [c0, c1]);
  const a0 = subtract(base.times(s0), zeroth);
  const a1 = subtract(add(base.times(s1), value.times(c1)), first);
  const challenge = littleEndian(await sha512(DOMAIN, context, commitment, encoded(a0), encoded(a1))) % Q;
  if ((c0 + c1) % Q !== challenge) throw new Refused("a proof that does not hold");
  return point;
}

// Each column's commitment as a point if the contact's proofs hold in this log; throws Refused otherwise.
export async function contact(schemaHash, columns, entry) {
  if (entry.length !== 44 + CELL * columns || entry[0] !== 1 || entry[1] !== columns) throw new Refused("a contact of another shape");
  const points = [];
  for (let column = 0; column < columns; column++) {
    const context = await sha256(utf8("opencount/v1 contact\0"), schemaHash, entry.subarray(2, 44), Uint8Array.of(column));
    points.push(await bit(context, entry.subarray(44 + CELL * column, 44 + CELL * (column + 1))));
  }
  return points;
}

// Whether total·V + blinding·B is the sum.
export const opens = (sum, total, blinding) => equal(add(value.times(BigInt(total)), base.times(scalar(blinding))), sum);

export async function claimHolds(claim, sum, leaves) {
  // A total above the number of leaves could only "hold" by going round the group's order.
  if (claim.total > leaves) return false;
  try {
    return claim.exactly ? opens(sum, claim.total, claim.proof) : await atLeast(claim, sum, leaves);
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

async function atLeast(claim, sum, leaves) {
  const count = leaves.toString(2).length;
  if (claim.proof.length !== CELL * count) return false;
  const bound = await sha256(utf8("opencount/v1 ge\0"), utf8(claim.statement));
  let rest = ZERO;
  for (let at = count - 1; at >= 0; at--) {
    const context = await sha256(bound, Uint8Array.of(at));
    rest = add(add(rest, rest), await bit(context, claim.proof.subarray(CELL * at, CELL * (at + 1))));
  }
  return equal(add(rest, value.times(BigInt(claim.total))), sum);
}
