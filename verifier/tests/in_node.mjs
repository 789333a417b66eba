// The page's modules under Node: reads {"folder", "fingerprint", "receipt", "bits", "claims"} from stdin, answers what they say as JSON.

import { readFile } from "node:fs/promises";
import { text as all } from "node:stream/consumers";

import { fromHex, hex } from "../page/bytes.js";
import { atLeastGenuine } from "../page/bounds.js";
import { entry } from "../page/entries.js";
import { bit, VALUE } from "../page/proofs.js";
import { BASE, ZERO, add, decoded, encoded, fromUniform, multiples } from "../page/ristretto.js";
import { sentences } from "../page/sentences.js";
import { bundlePath } from "../page/tree.js";
import { verify } from "../page/verify.js";

const accepts = async (trial) => {
  try {
    await trial();
    return true;
  } catch (error) {
    if (error.constructor.name !== "Refused") throw error;
    return false;
  }
};
const each = async (list, trial) => {
  const answers = [];
  for (const one of list ?? []) answers.push(await trial(one));
  return answers;
};

const asked = JSON.parse(await all(process.stdin));
const answer = {
  logs: await each(asked.logs, async ({ folder, fingerprint, receipt, before }) => {
    const report = await verify(async (path) => new Uint8Array(await readFile(`${folder}/${path}`)), { fingerprint, receipt, before });
    return { code: report.code, sentences: sentences(report) };
  }),
  bits: await each(asked.bits, ([context, cell]) => accepts(() => bit(fromHex(context), fromHex(cell)))),
  entries: await each(asked.entries, (data) => accepts(() => entry(fromHex(data)))),
  points: await each(asked.points, (data) => accepts(() => decoded(fromHex(data)))),
  multiples: asked.multiples && multiples(BASE, asked.multiples.map(BigInt)).map((point) => hex(encoded(point))),
  uniform: await each(asked.uniform, (data) => hex(encoded(fromUniform(fromHex(data))))),
  bounds: await each(asked.bounds, ([total, sample, defects]) => atLeastGenuine(total, sample, defects)),
  paths: await each(asked.paths, ([index, width]) => bundlePath(index, width)),
  value: hex(encoded(VALUE)),
  sum: hex(encoded(add(BASE, ZERO))),
};
process.stdout.write(JSON.stringify(answer));
