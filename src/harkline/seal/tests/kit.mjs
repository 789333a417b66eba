// Runs functions of the browser's modules for the recovery kit in Node: a list of {call, arguments} as JSON on standard input.
// Bytes travel as {"bytes": base64}.

import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const load = (name) => import(pathToFileURL(`${folder}/${name}.js`).href);
const revive = (_key, value) => (value?.bytes !== undefined ? new Uint8Array(Buffer.from(value.bytes, "base64")) : value);
const text = (value) =>
  JSON.stringify(value, (_key, one) => (one instanceof Uint8Array ? { bytes: Buffer.from(one).toString("base64") } : one));

const shamir = await load("seal/shamir");
const share = await load("seal/share");
const qr = await load("paper/qr");
const pdf = await load("paper/pdf");

const calls = {
  split: (secret) => shamir.split(secret, share.THRESHOLD, share.COUNT),
  join: (shares) => shamir.join(shares),
  words: (one) => share.words(one),
  read: (typed) => share.read(typed),
  proof: (one) => share.proof(one),
  recoveryInfo: (kit, version) => share.recoveryInfo(kit, version),
  qr: (said, mask) => qr.encode(said, mask).map((row) => row.map(Number).join("")),
  pdf: (said) => {
    const page = new pdf.Page().text(72, 720, said[0]).text(72, 700, said[1], { font: "mono", size: 14 });
    page.symbol(72, 400, 200, qr.encode(said[2]));
    return pdf.write([page, new pdf.Page().text(72, 720, said[1], { font: "bold" })]);
  },
};

let input = "";
for await (const piece of process.stdin) input += piece;
const answers = [];
for (const { call, arguments: given } of JSON.parse(input, revive)) {
  try {
    answers.push({ result: await calls[call](...given) });
  } catch (error) {
    answers.push({ error: error.name, why: error.why, place: error.place, right: error.right, number: error.number });
  }
}
process.stdout.write(text(answers));
